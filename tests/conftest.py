"""The database of the run, and a session whose work disappears after each test.

``LERNZELLE_TEST_DATABASE=postgresql`` runs the same tests on a throw-away PostgreSQL.
"""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from werkzeug.serving import WSGIRequestHandler, make_server

import app as platform
from app import tables
from app.accounts.models import User
from app.kit import clock, database
from app.operations import worker
from app.web.db import db
from config import TestConfig
from tests.factories import NOON, Make
from tests.servers import or_skip, postgres

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from playwright.sync_api import Browser, Page

number = count(1)
DATABASE = os.environ.get("LERNZELLE_TEST_DATABASE", "sqlite")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Makes empty databases by name: a file of SQLite, or one on a PostgreSQL of this test run."""
    if DATABASE == "sqlite":
        folder = tmp_path_factory.mktemp("databases")
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    with or_skip(), postgres() as running:
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
    stand_in: scoped_session[Session] = scoped_session(cast("Any", lambda: session))
    stand_in.remove = session.expire_all  # type: ignore[method-assign]
    monkeypatch.setattr(db, "session", stand_in)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    client = flask_app.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    return client


@pytest.fixture
def sign_in(client: FlaskClient, make: Make) -> Callable[[User], FlaskClient]:
    """Sign a person in, without the sign-in page."""

    def _sign_in(user: User) -> FlaskClient:
        token = make.token(user)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return _sign_in


@dataclass
class Live:
    """The platform as browsers and other threads meet it: a real server, and a database where commits are commits."""

    app: Flask
    url: str
    session: Session
    now: datetime = NOON
    """What the clock shows; a test may move it."""

    @property
    def make(self) -> Make:
        """Makers of rows, on the newest state of the database."""
        self.session.rollback()
        return Make(self.session)

    def deliver(self) -> int:
        """Do what a worker does: deliver all that is due. Returns how many messages were tried."""
        with self.app.app_context():
            return worker.deliver_due(self.app)


@pytest.fixture
def own_engine(server: Callable[[str], str]) -> Iterator[Engine]:
    """A database of this test alone, with all tables, where commits are commits: for races."""
    url = server(f"own_{next(number)}")
    engine = create_engine(url, **database.engine_options(url))
    tables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def own_app(own_engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """A platform on that database, with an own data folder."""
    url = own_engine.url.render_as_string(hide_password=False)
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA": tmp_path / "data"}
    own = platform.create_app(type("Config", (TestConfig,), settings))
    yield own
    with own.app_context():
        db.engine.dispose()


@pytest.fixture
def live(own_app: Flask, own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The platform on a free port of this machine; ``live.make`` makes rows, ``live.deliver()`` delivers mails."""
    listening = make_server("127.0.0.1", 0, whole(own_app), threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with Session(own_engine) as session:
        served = Live(own_app, f"http://127.0.0.1:{listening.port}", session)
        own_app.config["PUBLIC_URL"] = served.url
        monkeypatch.setattr(clock, "now", lambda: served.now)
        yield served
    listening.shutdown()
    thread.join()
    listening.server_close()


def whole(app: Flask) -> "WSGIApplication":
    """The app with answers in one piece: this server leaves a file open when a tab is closed in the middle of it."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        pieces = app(environ, start_response)
        try:
            return [b"".join(pieces)]
        finally:
            getattr(pieces, "close", lambda: None)()

    return answer


class _Silent(WSGIRequestHandler):
    def log(self, *_said: object) -> None:
        """Keep requests out of the output of the tests."""


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """A Chromium without a window, for the whole run."""
    from tests import chromium

    with or_skip(), chromium.launched() as running:
        yield running


@pytest.fixture
def page(browser: "Browser", live: Live) -> "Iterator[Page]":
    """A tab on a phone of a German reader: ``page.goto("/runs/7")``. A slip on its console fails the test."""
    context = browser.new_context(
        base_url=live.url, locale="de-DE", timezone_id="Europe/Berlin", viewport={"width": 390, "height": 844}
    )
    slips: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: slips.append(str(error)))
    tab.on("console", lambda said: slips.append(said.text) if said.type == "error" else None)
    yield tab
    context.close()
    assert slips == []


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
