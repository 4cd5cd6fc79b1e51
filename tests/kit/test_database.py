"""The promises about locks hold for both databases, with real connections, commits and threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.kit import database
from tests.factories import Make


@pytest.mark.parametrize(
    "version,sound",
    [
        ("3.51.3", True),
        ("3.51.2", False),
        ("3.52.0", True),
        ("4.0.0", True),
        ("3.50.7", True),
        ("3.50.6", False),
        ("3.44.6", True),
        ("3.44.5", False),
        ("3.45.9", False),
        ("3.40.1", False),
    ],
)
def test_versions_with_the_wal_reset_bug(version, sound):
    assert database.sqlite_is_sound(version) is sound


def test_the_sqlite_we_bring_is_sound():
    assert database.sqlite_is_sound()


def test_settings_of_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_postgresql_is_asked_whether_it_is_still_there():
    assert database.engine_options("postgresql+psycopg://localhost/x")["pool_pre_ping"]


def test_only_sqlite_is_told_what_only_sqlite_needs():
    database._set_up_sqlite(object(), None)  # any driver but SQLite's
    database._begin(cast("Any", SimpleNamespace(dialect=SimpleNamespace(name="postgresql"))))


def test_an_error_of_the_database_does_not_repeat_what_people_typed(own_engine):
    statement = text("INSERT INTO nowhere VALUES (:name)").bindparams(name="olena.bondar@firma.example")
    with own_engine.connect() as connection, pytest.raises(Exception, match="nowhere") as caught:
        connection.execute(statement)
    assert "olena" not in str(caught.value)


def test_a_reader_does_not_keep_a_writer_waiting(own_engine):
    user_id = _somebody(own_engine, name="Before")
    with Session(own_engine) as reader, Session(own_engine) as writer:
        assert reader.get_one(User, user_id).name == "Before"
        if own_engine.dialect.name == "sqlite":
            writer.connection().exec_driver_sql("PRAGMA busy_timeout=0")  # waiting would be an error here
            writer.rollback()
        database.begin_writing(writer)
        writer.get_one(User, user_id).name = "After"
        writer.commit()
        assert reader.in_transaction()
        reader.rollback()
        assert reader.get_one(User, user_id).name == "After"


def test_a_writer_does_not_keep_a_reader_waiting(own_engine):
    user_id = _somebody(own_engine, name="Before")
    with Session(own_engine) as reader, Session(own_engine) as writer:
        database.begin_writing(writer)
        writer.get_one(User, user_id).name = "After"
        writer.flush()
        assert reader.get_one(User, user_id).name == "Before"
        writer.rollback()


def test_the_next_transaction_of_a_writer_reads_only(own_engine):
    """Writing is a property of one transaction, not of a connection that goes back into the pool."""
    with Session(own_engine) as session:
        database.begin_writing(session)
        assert session.connection().get_execution_options()["writes"]
        session.commit()
        assert "writes" not in session.connection().get_execution_options()


def test_two_writers_one_after_the_other_on_sqlite(own_engine):
    if own_engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows, see app.kit.database")
    with Session(own_engine) as first, Session(own_engine) as second:
        database.begin_writing(first)
        second.connection().exec_driver_sql("PRAGMA busy_timeout=0")
        second.rollback()
        with pytest.raises(OperationalError, match="locked"):
            database.begin_writing(second)
        first.rollback()


def test_reading_and_then_writing_never_fails_under_four_threads(own_engine):
    """Each thread reads before it writes. Begun as a reader, that would end as "database is locked"."""
    _somebody(own_engine, name="0")
    start = Barrier(4)

    def count_up(_thread):
        start.wait()
        for _time in range(10):
            with Session(own_engine) as session:
                database.begin_writing(session)
                user = session.scalars(select(User).with_for_update()).one()
                session.execute(update(User).values(name=str(int(user.name) + 1)))
                session.commit()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, range(4)))
    with Session(own_engine) as session:
        assert session.scalar(select(User.name)) == "40"


def _somebody(engine, *, name):
    with Session(engine) as session:
        return Make(session).user(name=name).id
