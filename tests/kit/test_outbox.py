"""Messages: posted with the change that causes them, claimed by one worker, tried again, put aside in the end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit import database, outbox
from app.kit.outbox import LEASE, MOST_ATTEMPTS, Message, State
from tests.factories import NOON

SECOND = timedelta(seconds=1)


def messages(session):
    return session.scalars(select(Message).order_by(Message.id)).all()


def claim(session, now=NOON):
    message = outbox.claim(session, now=now)
    assert message is not None
    return message


def test_a_message_waits_with_what_it_needs(session):
    outbox.post(session, "mail", at=NOON, user_id=7, template="x")
    (message,) = messages(session)
    assert (message.kind, message.payload) == ("mail", {"user_id": 7, "template": "x"})
    assert (message.state, message.attempts, message.due_at, message.key) == (State.READY, 0, NOON, None)


def test_one_key_one_message(session):
    for _time in range(2):
        outbox.post(session, "mail", at=NOON, key="run-7-cancelled", user_id=7)
    outbox.post(session, "mail", at=NOON, key="run-8-cancelled", user_id=7)
    outbox.post(session, "mail", at=NOON, user_id=7)
    outbox.post(session, "mail", at=NOON, user_id=7)
    assert [message.key for message in messages(session)] == ["run-7-cancelled", "run-8-cancelled", None, None]


def test_a_key_posted_by_somebody_else_in_the_same_moment_does_not_undo_our_work(session, make, monkeypatch):
    outbox.post(session, "mail", at=NOON, key="once")
    session.flush()
    company = make.company()
    company.city = "Zittau"
    monkeypatch.setattr(session, "scalar", lambda _query: None)  # the look that came too early
    outbox.post(session, "mail", at=NOON, key="once")
    assert len(messages(session)) == 1
    assert company.city == "Zittau"


def test_a_message_of_a_change_that_was_undone_is_never_delivered(own_engine):
    with Session(own_engine) as session:
        outbox.post(session, "mail", at=NOON, key="undone")
        outbox.post(session, "mail", at=NOON)
        session.flush()
        session.rollback()
    with Session(own_engine) as session:
        assert not outbox.is_anything_due(session, now=NOON)
        assert outbox.claim(session, now=NOON) is None


def test_the_oldest_comes_first_and_none_before_its_time(session):
    outbox.post(session, "later", at=NOON + SECOND)
    outbox.post(session, "first", at=NOON - SECOND)
    outbox.post(session, "second", at=NOON)
    claimed = [outbox.claim(session, now=NOON) for _time in range(3)]
    assert [message and message.kind for message in claimed] == ["first", "second", None]
    assert outbox.is_anything_due(session, now=NOON + SECOND)


def test_what_was_claimed_comes_back_only_when_the_lease_ends(session):
    outbox.post(session, "mail", at=NOON)
    message = claim(session)
    assert message.attempts == 1
    assert message.leased_until == NOON + LEASE
    assert not outbox.is_anything_due(session, now=NOON + LEASE - SECOND)
    assert outbox.claim(session, now=NOON + LEASE - SECOND) is None
    assert outbox.is_anything_due(session, now=NOON + LEASE)
    assert claim(session, NOON + LEASE) is message
    assert message.attempts == 2


def test_what_is_delivered_stays_delivered(session):
    outbox.post(session, "mail", at=NOON)
    message = claim(session)
    outbox.settle(message, now=NOON)
    outbox.settle(message, now=NOON)
    assert (message.state, message.done_at, message.leased_until) == (State.DONE, NOON, None)
    assert outbox.claim(session, now=NOON + LEASE * 10) is None


def test_a_worker_that_fails_late_does_not_bury_what_another_one_delivered(session):
    outbox.post(session, "mail", at=NOON)
    message = claim(session)
    message.attempts = MOST_ATTEMPTS
    outbox.settle(message, now=NOON)
    outbox.put_back(message, "too slow", now=NOON)
    assert (message.state, message.failure, message.due_at) == (State.DONE, None, NOON)


def test_pauses_grow_and_end(session):
    outbox.post(session, "mail", at=NOON)
    now, pauses = NOON, []
    for _attempt in range(MOST_ATTEMPTS):
        message = claim(session, now)
        outbox.put_back(message, "no network", now=now)
        pauses.append(message.due_at - now)
        now = max(now, message.due_at)
    assert pauses == [*(SECOND * 2**n for n in range(1, MOST_ATTEMPTS)), timedelta(0)]
    (message,) = messages(session)
    assert (message.state, message.failure, message.leased_until) == (State.DEAD, "no network", None)
    assert outbox.claim(session, now=now + timedelta(days=365)) is None
    assert outbox.count_dead(session) == 1


def test_a_message_over_which_every_worker_died_is_put_aside_and_the_next_one_taken(session):
    outbox.post(session, "deadly", at=NOON - SECOND)
    now = NOON
    for _attempt in range(MOST_ATTEMPTS):
        claim(session, now)  # and the worker is killed: nobody puts it back
        now += LEASE
    assert outbox.claim(session, now=now) is None
    (message,) = messages(session)
    assert (message.state, message.failure) == (State.DEAD, "Every worker that took it ended.")
    message.state = State.READY
    outbox.post(session, "mail", at=now)
    assert claim(session, now).kind == "mail"
    assert outbox.count_dead(session) == 1


def test_a_failure_can_be_kept_whatever_it_says(session):
    outbox.post(session, "mail", at=NOON)
    message = claim(session)
    outbox.put_back(message, "bad \x00 byte", now=NOON)
    session.flush()
    assert message.failure == "bad  byte"


def test_how_many_wait_too_long(session):
    for at in (NOON - SECOND, NOON, NOON + SECOND):
        outbox.post(session, "mail", at=at)
    assert outbox.count_waiting(session, before=NOON) == 1
    outbox.settle(claim(session), now=NOON)
    assert outbox.count_waiting(session, before=NOON) == 0
    assert outbox.count_dead(session) == 0


@pytest.mark.parametrize("workers", [2, 4])
def test_two_workers_never_get_the_same_message(own_engine, workers):
    with Session(own_engine) as session:
        for n in range(20):
            outbox.post(session, "mail", at=NOON, number=n)
        session.commit()
    start = Barrier(workers)

    def work(_worker):
        start.wait()
        mine: list[int] = []
        while True:
            with Session(own_engine) as session:
                database.begin_writing(session)
                message = outbox.claim(session, now=NOON)
                if message is None:
                    return mine
                mine.append(message.payload["number"])
                session.commit()

    with ThreadPoolExecutor(workers) as threads:
        claimed = [number for mine in threads.map(work, range(workers)) for number in mine]
    assert sorted(claimed) == list(range(20))


def test_one_key_posted_by_four_threads_at_once_is_one_message(own_engine):
    start = Barrier(4)

    def post(_thread):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            outbox.post(session, "mail", at=NOON, key="once")
            session.commit()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(post, range(4)))
    with Session(own_engine) as session:
        assert len(messages(session)) == 1
