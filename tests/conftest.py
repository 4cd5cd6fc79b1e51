"""The database of the run, and a session whose work disappears after each test.

``LERNZELLE_TEST_DATABASE=postgresql`` runs the same tests on a throw-away PostgreSQL.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

import app as platform
from app import tables
from app.accounts.models import User
from app.kit import clock, database
from app.web.db import db
from config import TestConfig
from tests.factories import NOON, Make

DATABASE = os.environ.get("LERNZELLE_TEST_DATABASE", "sqlite")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Makes empty databases by name: a file of SQLite, or one on a PostgreSQL of this test run."""
    if DATABASE == "sqlite":
        folder = tmp_path_factory.mktemp("databases")
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    from tests.servers import postgres

    with postgres() as running:
        yield running.create_database


@pytest.fixture(scope="session")
def url(server: Callable[[str], str]) -> str:
    """The database that most tests share, with all tables."""
    url = server("tests")
    engine = create_engine(url, **database.engine_options(url))
    tables.metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def engine(url: str) -> Iterator[Engine]:
    """An engine with the settings of the platform."""
    engine = create_engine(url, **database.engine_options(url))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction is never committed."""
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose commits end in a savepoint of the outer transaction."""
    scoped = scoped_session(sessionmaker(connection, join_transaction_mode="create_savepoint"))
    scoped.remove = scoped.expire_all  # type: ignore[method-assign] # the end of a request must not end the test's session
    yield scoped()
    scoped.registry().close()


@pytest.fixture
def make(session: Session) -> Make:
    """Makers of rows."""
    return Make(session)


@pytest.fixture(scope="session")
def flask_app(url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The platform on the test database, with an own data folder."""
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA": tmp_path_factory.mktemp("data")}
    return platform.create_app(type("Config", (TestConfig,), settings))


@pytest.fixture
def client(flask_app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser-like client that speaks English, at NOON, in the test's transaction."""
    stand_in = scoped_session(lambda: session)
    stand_in.remove = session.expire_all  # type: ignore[method-assign]
    monkeypatch.setattr(db, "session", stand_in)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    client = flask_app.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    return client


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[User], FlaskClient]:
    """Sign a person in, without the sign-in page."""

    def _sign_in(user: User) -> FlaskClient:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = f"{user.id}:{user.stamp}"
            cookie["_fresh"] = True
        return client

    return _sign_in


@pytest.fixture(scope="session")
def shared() -> Path:
    """Open data beside the checkout; without it the test is skipped, except in CI, where that is a failure."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing")
        pytest.skip("needs the open data folder ../shared/data")
    return folder


def rows(session: Session, table: type[Any]) -> int:
    """How many rows a table has."""
    return session.query(table).count()
