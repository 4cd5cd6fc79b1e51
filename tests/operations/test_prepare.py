"""The platform starts, or says in one sentence why not and what to do."""

import socket
import stat

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from app.kit import database
from app.operations import prepare
from app.operations.prepare import NotReady

# ---- data folder


def test_the_data_folder_is_made_for_us_alone(tmp_path):
    folder = tmp_path / "a" / "data"
    prepare.data_folder(folder)
    prepare.data_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    with pytest.raises(NotReady, match=f"The data folder {folder} cannot be written .* LERNZELLE_DATA="):
        prepare.data_folder(folder)


# ---- port


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port(taken):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert prepare.port("127.0.0.1", str(free)) == free


def test_a_port_in_use_is_named_with_another_one(taken):
    with pytest.raises(NotReady, match=rf"Port {taken} on 127.0.0.1 is in use: .* PORT={taken % 65535 + 1} make run"):
        prepare.port("127.0.0.1", str(taken))


@pytest.mark.parametrize(
    "wanted",
    ["", "abc", "0", "-1", "65536", "80.0", " 8000", "\uff18\uff10\uff10\uff10", "8000x", "9" * 100],
    ids=ascii,
)
def test_what_is_no_port_is_named(wanted):
    with pytest.raises(NotReady, match="is not a port: choose a number from 1024 to 65535"):
        prepare.port("127.0.0.1", wanted)


def test_a_host_that_is_not_here_is_named():
    with pytest.raises(NotReady, match=r"on 203\.0\.113\.1 cannot be opened: check HOST"):
        prepare.port("203.0.113.1", "8000")


def test_a_port_only_root_may_open(monkeypatch):
    def refuse(_address):
        raise PermissionError

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(NotReady, match="Port 80 may not be opened by you: choose one above 1023"):
        prepare.port("127.0.0.1", "80")


# ---- database


@pytest.fixture
def empty(server, request):
    return server(f"empty_{abs(hash(request.node.nodeid))}")


def run_sql(url, *statements):
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
    engine.dispose()


def tables(url):
    engine = create_engine(url, **database.engine_options(url))
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


def test_an_empty_database_gets_all_tables_and_twice_is_harmless(empty):
    assert prepare.revision(empty) is None
    for _time in range(2):
        prepare.migrate(empty)
        assert prepare.revision(empty) == prepare.head()
    assert {"users", "runs", "outbox_messages", "alembic_version"} <= set(tables(empty))


def test_a_database_of_a_newer_version_is_left_alone(empty):
    prepare.migrate(empty)
    run_sql(empty, "UPDATE alembic_version SET version_num = 'from_the_future'")
    with pytest.raises(NotReady, match=r"made by a newer version \(schema from_the_future\): update the program"):
        prepare.migrate(empty)
    assert prepare.revision(empty) == "from_the_future"


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    file = tmp_path / "lernzelle.db"
    file.write_text("A letter to somebody, and longer than the head of a database would be. " * 20)
    before = file.read_bytes()
    with pytest.raises(NotReady, match="is not a database: move it away"):
        prepare.migrate(f"sqlite:///{file}")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/x.db", "postgresql+psycopg://user:s3cret@127.0.0.1:1/x?connect_timeout=2"]
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(url):
    with pytest.raises(NotReady, match="cannot be opened: check DATABASE_URL") as caught:
        prepare.migrate(url)
    assert "s3cret" not in str(caught.value)
    assert "user" not in str(caught.value)


def test_a_database_that_cannot_be_changed_is_named(empty, monkeypatch):
    def full(*_given):
        raise OperationalError("CREATE TABLE", {}, Exception("disk is full"))

    monkeypatch.setattr(command, "upgrade", full)
    with pytest.raises(NotReady, match="cannot be changed: check that it may be written"):
        prepare.migrate(empty)
