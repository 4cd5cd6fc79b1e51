"""The retention job: by hand, and once a day by the worker."""

import threading
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import SignInLink
from app.kit import clock
from app.operations import retention, worker
from app.privacy.models import RetentionDay
from tests.factories import NOON, Make

DAY = timedelta(days=1)


def old_link(session):
    person = Make(session).user()
    token = f"t{session.query(SignInLink).count()}"
    session.add(SignInLink(user_id=person.id, token_hash=token, target="/", created_at=NOON - 90 * DAY,
                           expires_at=NOON - 60 * DAY))  # fmt: skip
    session.commit()


def links(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(SignInLink))


def test_a_dry_run_lists_and_touches_nothing(live):
    old_link(live.session)
    said = live.app.test_cli_runner().invoke(args=["operations", "retention", "--dry-run"])
    assert said.exit_code == 0
    (line,) = [line for line in said.output.splitlines() if "sign_in_links" in line]
    assert line.split()[:3] == ["links", "sign_in_links", "1"]
    assert links(live.session) == 1


def test_by_hand_it_says_what_it_did(live):
    old_link(live.session)
    runner = live.app.test_cli_runner()
    assert runner.invoke(args=["operations", "retention"]).output.split() == ["links", "1"]
    assert links(live.session) == 0
    assert runner.invoke(args=["operations", "retention"]).output.strip() == "Nothing is due."


def test_the_worker_does_it_once_a_day(live, monkeypatch):
    old_link(live.session)
    with live.app.app_context():
        today = retention.run_once_a_day(None)
        assert links(live.session) == 0
        old_link(live.session)
        assert retention.run_once_a_day(today) == today, "this process knows"
        assert retention.run_once_a_day(None) == today, "another process finds the day done"
        assert links(live.session) == 1
        monkeypatch.setattr(clock, "now", lambda: NOON + DAY)
        assert retention.run_once_a_day(today) == today + DAY
        assert links(live.session) == 0


def test_two_workers_at_the_same_moment_run_it_once(live, monkeypatch):
    runs, together = [], threading.Barrier(2)
    monkeypatch.setattr(retention, "run", lambda: runs.append(1))

    def work():
        with live.app.app_context():
            together.wait()
            retention.run_once_a_day(None)

    threads = [threading.Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [1]


def test_a_job_that_fails_is_finished_by_nobody_and_the_worker_goes_on(live, monkeypatch, own_engine):
    stop, tries = threading.Event(), []

    def fails(_day):
        tries.append(1)
        stop.set()
        raise OSError("the database is away")

    monkeypatch.setattr(retention, "run_once_a_day", fails)
    worker.run(live.app, stop)
    assert tries == [1]
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).select_from(RetentionDay)) == 0
