"""Making a database and a data folder ready, or saying in one sentence why that cannot be."""

import errno
import socket
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError, OperationalError

from app.kit import database

ROOT = Path(__file__).parents[2]


class NotReady(Exception):
    """The platform cannot start; the message is one sentence that says what to do."""


def data_folder(folder: Path) -> None:
    """Make the data folder and check that we can write into it."""
    probe = folder / ".writable"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what it holds is about people
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise NotReady(
            f"The data folder {folder} cannot be written ({error.strerror}): make it writable, or choose another one "
            "with LERNZELLE_DATA=/path/to/folder."
        ) from error


def port(host: str, wanted: str) -> int:
    """The port as a number, if it can be opened."""
    if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= 65535:
        raise NotReady(f"PORT={wanted} is not a port: choose a number from 1024 to 65535, for example PORT=8000.")
    try:
        with socket.create_server((host, int(wanted))):
            return int(wanted)
    except PermissionError as error:
        raise NotReady(
            f"Port {wanted} may not be opened by you: choose one above 1023, for example PORT=8000."
        ) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise NotReady(
                f"Port {wanted} on {host} cannot be opened: check HOST, for example HOST=127.0.0.1."
            ) from error
        raise NotReady(
            f"Port {wanted} on {host} is in use: stop the other program, or choose another port, "
            f"for example PORT={int(wanted) % 65535 + 1} make run."
        ) from error


def migrations(url: str) -> AlembicConfig:
    """Alembic, pointed at this database."""
    config = AlembicConfig(toml_file=str(ROOT / "pyproject.toml"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def revision(url: str) -> str | None:
    """The version of the database's schema; None for an empty one."""
    engine = create_engine(url, **database.engine_options(url))
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str | None:
    """The version of the schema that this code needs."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def migrate(url: str) -> None:
    """Bring the database to the version of this code."""
    shown = url if "@" not in url else f"{url.partition('://')[0]}://…@{url.rpartition('@')[2]}"
    try:
        current = revision(url)
    except OperationalError as error:
        raise NotReady(
            f"The database {shown} cannot be opened: check DATABASE_URL and that the server is running."
        ) from error
    except DatabaseError as error:
        raise NotReady(f"The file of the database {shown} is not a database: move it away and start again.") from error
    known = {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
    if current is not None and current not in known:
        raise NotReady(
            f"The database {shown} was made by a newer version (schema {current}): update the program with git pull, "
            "or choose another data folder with LERNZELLE_DATA=/path/to/folder."
        )
    try:
        command.upgrade(migrations(url), "head")
    except OperationalError as error:
        raise NotReady(
            f"The database {shown} cannot be changed: check that it may be written and that the disk is not full."
        ) from error
