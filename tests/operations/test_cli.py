"""The command that people type, as they type it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy.orm import Session

from app.operations import cli, demo, prepare, worker
from app.trios.models import Trio
from app.web.db import db
from tests.conftest import DATABASE
from tests.factories import Make

ROOT = Path(__file__).parents[2]
FLASK = [sys.executable, "-m", "flask", "operations"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


@pytest.fixture
def settings(tmp_path):
    """The environment of a fresh installation without the demo world."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY", "PUBLIC_URL"}
    }
    return kept | {"LERNZELLE_DATA": str(tmp_path / "data"), "LERNZELLE_DEMO": "0", "PORT": free_port()}


def flask(command, settings, **more):
    return subprocess.run(
        [*FLASK, command], cwd=ROOT, env=settings | more, capture_output=True, text=True, timeout=120, check=False
    )


def one_sentence(done):
    """The one line on the error output of a start that was refused."""
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.endswith(".")
    return line


def test_running_says_where_answers_and_stops_on_ctrl_c(settings):
    running = subprocess.Popen(
        [*FLASK, "run"], cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = f"http://127.0.0.1:{settings['PORT']}"
        assert wait_for(f"{address}/healthz", running) == 200
        running.send_signal(signal.SIGINT)
        said, complained = running.communicate(timeout=30)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 0
    assert f"Lernzelle runs at {address}  (Ctrl-C stops it)" in said
    assert complained == ""


def wait_for(url, running, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310 (our own address)
                return answer.status
        except URLError:
            time.sleep(0.1)
    return None


def test_preparing_twice_keeps_key_and_data(settings):
    data = Path(settings["LERNZELLE_DATA"])
    assert flask("prepare", settings).returncode == 0
    key = (data / "secret-key").read_text()
    done = flask("prepare", settings)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (data / "secret-key").read_text() == key


def test_a_port_in_use(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 is in use" in one_sentence(flask("run", settings, PORT=str(port)))


def test_what_is_no_port(settings):
    assert one_sentence(flask("run", settings, PORT="achttausend")).startswith("PORT=achttausend is not a port")


def test_a_data_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").write_text("")
    told = one_sentence(flask("run", settings, LERNZELLE_DATA=str(tmp_path / "file" / "data")))
    assert "cannot be written (Not a directory)" in told


def test_a_database_of_a_newer_version(settings):
    assert flask("prepare", settings).returncode == 0
    file = Path(settings["LERNZELLE_DATA"]) / "lernzelle.db"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    assert "was made by a newer version (schema from_the_future)" in one_sentence(flask("run", settings))
    assert "was made by a newer version" in one_sentence(flask("prepare", settings))


def test_a_file_that_is_no_database(settings):
    folder = Path(settings["LERNZELLE_DATA"])
    folder.mkdir()
    (folder / "lernzelle.db").write_text("This is a letter. " * 50)
    assert "is not a database: move it away" in one_sentence(flask("run", settings))


def test_a_weak_secret_key(settings):
    assert one_sentence(flask("run", settings, SECRET_KEY="short")).startswith("SECRET_KEY is too short")


@pytest.mark.parametrize("given", ["five", "2", "11", "-5", "\u0665"])
def test_a_group_size_that_is_none(settings, given):
    assert "choose a number from 3 to 10" in one_sentence(flask("run", settings, LERNZELLE_MIN_GROUP=given))


def test_an_address_of_a_database_that_is_none(settings):
    assert one_sentence(flask("run", settings, DATABASE_URL="lernzelle")).startswith("DATABASE_URL is not the address")


# ---- the same commands inside this process


@pytest.fixture
def command(own_app, own_engine, monkeypatch):
    """Run a command on a database that Alembic knows, without a web server."""
    served: list[dict[str, Any]] = []

    def serve(_app, **where):
        served.append(where)
        return _NoServer()

    monkeypatch.setattr(cli, "Server", serve)
    monkeypatch.setattr(prepare, "migrate", lambda _url: None)
    own_app.config |= {"PORT": free_port(), "SECRET_KEY": ""}

    def _command(*arguments):
        result = own_app.test_cli_runner().invoke(args=["operations", *arguments])
        return result.exit_code, result.output, served

    return _command


class _NoServer:
    def run(self):
        pass


def test_the_greeting_names_the_demo_accounts(command, own_app, own_engine):
    with Session(own_engine) as session:
        Make(session).user(email="worker@demo.lernzelle.example", is_demo=True, password_hash="x")
    code, said, served = command("run")
    assert code == 0
    assert f"all with the password {demo.PASSWORD}" in said
    assert "worker@demo.lernzelle.example" in said
    assert served == [{"host": "127.0.0.1", "port": int(own_app.config["PORT"])}]


def test_an_empty_database_gets_the_demo_world_once(command, own_app, monkeypatch):
    built = []

    def build(session, *, today, courses):
        built.append(courses)
        session.add(_trio())

    monkeypatch.setattr(demo, "build", build)
    own_app.config["DEMO"] = True
    assert command("prepare")[1] == "Filling the demo world …\n"
    assert command("prepare")[1] == ""
    assert built == [ROOT / "courses"]


def _trio():
    return Trio(
        slug="x",
        name="x",
        region={},
        description={},
        funding_notice={},
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 1, 1),
    )


@pytest.mark.parametrize("name", ["run", "prepare"])
def test_what_is_not_ready_is_said_and_nothing_is_served(command, monkeypatch, name):
    def refuse(_url):
        raise prepare.NotReady("The database is on holiday.")

    monkeypatch.setattr(prepare, "migrate", refuse)
    assert command(name) == (1, "The database is on holiday.\n", [])


def test_the_worker_alone_stops_on_ctrl_c(command, monkeypatch):
    def interrupted(_app, _stop):
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "run", interrupted)
    assert command("worker")[:2] == (0, "")


def test_the_doctor_says_what_is_in_order(command, own_app, monkeypatch):
    code, said, _served = command("doctor")
    assert code == 1
    assert "NOT schema is up to date" in said
    assert "NOT secret key is there" in said
    assert ("SQLite" in said) is (DATABASE == "sqlite")
    monkeypatch.setattr(prepare, "revision", lambda _url: prepare.head())
    own_app.config["SECRET_KEY"] = "k" * 32
    own_app.jinja_env.globals["fonts_present"] = True
    code, said, _served = command("doctor")
    assert (code, "NOT" in said) == (0, False)
    with own_app.app_context():
        assert db.engine.dialect.name == DATABASE
