"""How the platform talks to SQLite and PostgreSQL: one place for the settings both need to be trustworthy."""

from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.orm import Session

try:  # carries an SQLite free of the WAL-reset bug (3.7.0–3.51.2); see docs/adr/0003
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # pragma: no cover (where there is no wheel of it)
    import sqlite3 as sqlite

SQLITE_VERSION: str = sqlite.sqlite_version

_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def sqlite_is_sound(version: str = SQLITE_VERSION) -> bool:
    """Whether several connections may write-ahead log without the WAL-reset race (sqlite.org/wal.html)."""
    number = tuple(int(part) for part in version.split("."))
    return any(number[:2] == fixed[:2] and number >= fixed for fixed in _FIXED) or number >= (3, 51, 3)


def engine_options(url: str) -> dict[str, Any]:
    """Keyword arguments for ``create_engine``. Errors do not tell the values of a statement: they hold names."""
    if make_url(url).get_backend_name() == "sqlite":
        return {
            "module": sqlite,
            "connect_args": {"timeout": 15, "check_same_thread": False},
            "hide_parameters": True,
        }
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10, "hide_parameters": True}


def begin_writing(session: Session) -> None:
    """Start the session's transaction as a writing one: on SQLite it waits for the write lock now, not half-way."""
    session.connection(execution_options={"writes": True})


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: Any) -> None:
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None  # SQLAlchemy says BEGIN, see below; the driver must not
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Readers never take the write lock; writers take it at once, so that reading and then writing cannot fail."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
