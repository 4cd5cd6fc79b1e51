from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.kit import database, outbox
from app.web.db import db
from tests.factories import NOON

MINUTE = timedelta(minutes=1)


def test_all_is_well(client, session):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok", "database": session.bind.dialect.name, "outbox": {"late": 0, "dead": 0}, "warnings": [],
    }  # fmt: skip


def test_a_worker_that_does_not_keep_up_shows(client, session):
    for minutes in (4, 6, 7):
        outbox.post(session, "mail", at=NOON - minutes * MINUTE, email="olena@firma.example")
    outbox.post(session, "mail", at=NOON - 60 * MINUTE)
    message = outbox.claim(session, now=NOON)
    assert message is not None
    message.state = outbox.State.DEAD
    session.commit()
    answer = client.get("/healthz")
    assert answer.get_json()["outbox"] == {"late": 2, "dead": 1}
    assert "olena" not in answer.text


def test_without_a_database_we_are_down(client, monkeypatch):
    def away(*_given):
        raise OperationalError("SELECT 1", {}, Exception("at 10.0.0.7"))

    monkeypatch.setattr(db.session(), "execute", away)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "down", "database": "unreachable"}


def test_an_sqlite_with_the_wal_reset_bug_is_told(client, session, monkeypatch):
    if session.bind.dialect.name != "sqlite":
        pytest.skip("about SQLite")
    monkeypatch.setattr(database, "sqlite_is_sound", lambda: False)
    (warning,) = client.get("/healthz").get_json()["warnings"]
    assert "run one process only" in warning
