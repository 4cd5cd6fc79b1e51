"""Delivery with real commits: once in the normal case, again after a failure, never half."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.companies.models import Company
from app.companies.services import register_company
from app.credentials import services as credentials
from app.evaluation import services as evaluation
from app.kit import clock, outbox
from app.kit.outbox import LEASE, MOST_ATTEMPTS, Message, State
from app.learning import services as learning
from app.operations import worker
from tests.factories import NOON, Make

ROOT = Path(__file__).parents[2]


class World:
    """Time, an outbox and a worker."""

    def __init__(self, app, engine):
        self.app, self.engine, self.now = app, engine, NOON

    def post(self, kind, **payload):
        with Session(self.engine) as session:
            outbox.post(session, kind, at=self.now, **payload)
            session.commit()

    def deliver(self, **more):
        with self.app.app_context():
            return worker.deliver_due(self.app, **more)

    def read(self, query):
        with Session(self.engine) as session:
            return session.scalars(query).all()

    @property
    def messages(self):
        return self.read(select(Message).order_by(Message.id))

    @property
    def mails(self):
        folder = self.app.config["DATA"] / "mail"
        return [file.read_text() for file in folder.iterdir()] if folder.is_dir() else []


@pytest.fixture
def world(own_app, own_engine, monkeypatch):
    world = World(own_app, own_engine)
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world


@pytest.fixture
def handled(monkeypatch):
    """The payloads of the kind "probe", and what to do about them."""
    payloads = []

    def handler(session, payload, now):
        payloads.append(payload)
        register_company(session, name=payload.get("company", "x"))
        if "fail" in payload:
            raise ValueError(payload["fail"])

    monkeypatch.setitem(worker.HANDLERS, "probe", (handler,))
    return payloads


# ---- follow-up work


def test_follow_up_work_is_done_once(world, handled):
    world.post("probe", company="Zellwerk")
    assert world.deliver() == 1
    assert world.deliver() == 0
    assert handled == [{"company": "Zellwerk"}]
    (message,) = world.messages
    assert (message.state, message.done_at, message.payload) == (State.DONE, NOON, {"company": "Zellwerk"})
    assert world.read(select(Company.name)) == ["Zellwerk"]


def test_all_that_is_due_and_no_more_than_wanted(world, handled):
    for n in range(5):
        world.post("probe", company=str(n))
    assert world.deliver(most=3) == 3
    assert world.deliver() == 2


def test_work_that_fails_is_undone_put_back_and_tried_again(world, handled):
    world.post("probe", fail="no")
    assert world.deliver() == 1
    (message,) = world.messages
    assert (message.state, message.attempts, message.failure) == (State.READY, 1, "ValueError: no")
    assert message.due_at == NOON + timedelta(seconds=2)
    assert world.read(select(Company.name)) == []
    assert world.deliver() == 0
    world.now += timedelta(seconds=2)
    assert world.deliver() == 1
    assert world.messages[0].attempts == 2


def test_work_that_fails_for_good_is_put_aside_and_others_go_on(world, handled):
    world.post("probe", fail="no")
    world.post("probe", company="Zellwerk")
    for _time in range(MOST_ATTEMPTS + 3):
        world.deliver()
        world.now += timedelta(hours=1)
    assert [(message.state, message.attempts) for message in world.messages] == [
        (State.DEAD, MOST_ATTEMPTS),
        (State.DONE, 1),
    ]
    assert world.read(select(Company.name)) == ["Zellwerk"]


def test_a_kind_that_nobody_handles_is_put_back_and_not_lost(world):
    world.post("no.such.kind")
    assert world.deliver() == 1
    assert world.messages[0].state is State.READY
    assert "KeyError" in world.messages[0].failure


def test_a_worker_that_was_killed_loses_nothing(world, handled):
    """It claimed a message and never came back."""
    world.post("probe")
    with Session(world.engine) as session:
        outbox.claim(session, now=world.now)
        session.commit()
    assert world.deliver() == 0
    world.now += LEASE
    assert world.deliver() == 1
    assert (world.messages[0].state, world.messages[0].attempts) == (State.DONE, 2)


def test_a_message_another_worker_took_in_between_is_left_to_it(world, handled, monkeypatch):
    world.post("probe")
    monkeypatch.setattr(outbox, "claim", lambda _session, *, now: None)
    assert world.deliver() == 0
    assert handled == []


def test_four_workers_share_the_work_and_do_nothing_twice(world, handled):
    for n in range(12):
        world.post("probe", number=n)
    with ThreadPoolExecutor(4) as threads:
        tried = list(threads.map(lambda _n: world.deliver(), range(4)))
    assert sum(tried) == 12
    assert sorted(payload["number"] for payload in handled) == list(range(12))


# ---- mails


def somebody(world, **given):
    with Session(world.engine) as session:
        return Make(session).user(**given).id


def test_a_mail_is_delivered_once_and_what_it_held_is_forgotten(world):
    user_id = somebody(world, email="olena@firma.example", language="en")
    world.post("mail", user_id=user_id, template="accounts/mail/link", values={"token": "secret-token"})
    assert world.deliver() == 1
    assert world.deliver() == 0
    (mail,) = world.mails
    assert "To: olena@firma.example" in mail
    assert "secret-token" in mail
    (message,) = world.messages
    assert message.state is State.DONE
    assert message.payload == {"user_id": user_id, "template": "accounts/mail/link"}


def test_a_mail_of_a_trio_bears_its_name_and_answers_go_there(world):
    user_id = somebody(world, email="olena@firma.example", language="en")
    with Session(world.engine) as session:
        trio_id = Make(session).trio(kinds=(), sender_name="Kurse der Lausitz", reply_to="kurse@example.org").id
    for trio in (trio_id, 10**6):
        world.post("mail", user_id=user_id, template="accounts/mail/link", values={"token": "t"}, trio_id=trio)
    assert world.deliver() == 2
    assert sorted(re.findall(r"^(?:From|Reply-To): .*$", "\n".join(world.mails), re.MULTILINE)) == [
        "From: Kurse der Lausitz <noreply@lernzelle.example>",
        "From: Lernzelle <noreply@lernzelle.example>",
        "Reply-To: kurse@example.org",
    ]


def test_a_mail_may_go_to_another_address_of_the_person_and_the_address_is_forgotten(world):
    user_id = somebody(world, email="olena@firma.example", language="en")
    world.post("mail", user_id=user_id, template="accounts/mail/link", values={"token": "t"}, to="new@firma.example")
    world.deliver()
    (mail,) = world.mails
    assert "To: new@firma.example" in mail
    assert [message.payload for message in world.messages] == [{"user_id": user_id, "template": "accounts/mail/link"}]


@pytest.mark.parametrize("purpose,path", [("sign_in", "/sign-in/link/"), ("reset", "/sign-in/reset/")])
def test_who_asked_for_a_link_gets_it_if_there_is_an_account_and_the_address_is_forgotten(world, purpose, path):
    somebody(world, email="olena@firma.example")
    for email in ("olena@firma.example", "nobody@firma.example"):
        world.post("accounts.link_asked", email=email, target="/my", purpose=purpose)
    assert world.deliver() == 3
    (mail,) = world.mails
    assert "To: olena@firma.example" in mail
    assert path in mail
    assert not any("firma" in str(message.payload) for message in world.messages)


def test_who_asks_for_links_again_and_again_gets_five(world):
    somebody(world, email="olena@firma.example")
    for _n in range(8):
        world.post("accounts.link_asked", email="olena@firma.example", target="/my", purpose="sign_in")
    assert world.deliver() == 13
    assert len(world.mails) == 5
    assert {message.state for message in world.messages} == {State.DONE}


def test_a_mail_that_cannot_be_sent_comes_back_with_all_it_held(world, monkeypatch):
    user_id = somebody(world)
    monkeypatch.setitem(world.app.config, "MAIL_URL", "smtp://127.0.0.1:1")
    world.post("mail", user_id=user_id, template="accounts/mail/link", values={"token": "t"})
    assert world.deliver() == 1
    (message,) = world.messages
    assert (message.state, message.payload["values"]) == (State.READY, {"token": "t"})
    assert "ConnectionRefusedError" in message.failure
    monkeypatch.setitem(world.app.config, "MAIL_URL", "")
    world.now = message.due_at
    assert world.deliver() == 1
    assert len(world.mails) == 1


def test_a_mail_to_somebody_who_is_gone_stops_nobody_else(world):
    world.post("mail", user_id=10**6, template="accounts/mail/link", values={"token": "t"})
    world.post("mail", user_id=somebody(world), template="accounts/mail/link", values={"token": "t"})
    assert world.deliver() == 2
    assert [message.state for message in world.messages] == [State.READY, State.DONE]


# ---- who reacts to what


def test_every_kind_that_is_posted_is_handled():
    source = "\n".join(path.read_text() for path in (ROOT / "app").rglob("*.py") if path.name != "outbox.py")
    posted = set(re.findall(r"""outbox\.post\(\s*session,\s*"([^"]+)\"""", source))
    assert "mail" in posted
    assert posted == {"mail", *worker.HANDLERS}


@pytest.mark.parametrize(
    "kind,payload,calls",
    [
        ("runs.finished", {"run_id": 7}, ["learning runs.finished", "evaluation 7"]),
        ("assessment.submitted", {"attempt_id": 7}, ["learning assessment.submitted"]),
        ("learning.completed", {"enrolment_id": 7}, ["credentials 7"]),
    ],
)
def test_who_reacts_to_what(session, monkeypatch, kind, payload, calls):
    said = []
    monkeypatch.setattr(learning, "on_message", lambda _s, kind, _payload, *, now: said.append(f"learning {kind}"))
    monkeypatch.setattr(evaluation, "open_evaluation", lambda _s, run_id, *, now: said.append(f"evaluation {run_id}"))
    monkeypatch.setattr(
        credentials, "issue", lambda _s, enrolment_id, *, now: said.append(f"credentials {enrolment_id}")
    )
    worker.handle(session, kind, payload, now=NOON)
    assert said == calls


# ---- the loop


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(worker, "IDLE", 0.005)


def test_a_worker_beside_the_web_delivers_until_it_is_stopped(world, handled, quick):
    done = threading.Event()
    worker.HANDLERS["probe"] = (*worker.HANDLERS["probe"], lambda *_given: done.set())
    world.post("probe")
    stop = worker.start_thread(world.app)
    assert done.wait(10)
    stop.set()
    for thread in threading.enumerate():
        if thread.name == "worker":
            thread.join(10)
            assert not thread.is_alive()
            assert thread.daemon


@pytest.mark.parametrize(
    "trouble", [OperationalError("SELECT", {}, Exception("away")), RuntimeError("a slip")], ids=type
)
def test_trouble_does_not_end_the_worker(own_app, quick, monkeypatch, trouble):
    stop, looks = threading.Event(), []

    def deliver(_app, *, most):
        looks.append(most)
        if len(looks) == 1:
            raise trouble
        stop.set()

    monkeypatch.setattr(worker, "deliver_due", deliver)
    worker.run(own_app, stop)
    assert looks == [100, 100]
