"""The database extension and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from app.kit import audit, database
from app.kit.base import Base

db = SQLAlchemy(metadata=Base.metadata)


class Id(IntegerConverter):
    """A number in an address. One too large for any row finds no route, as any address without a page."""

    def __init__(self, url_map: Map, **given: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1} | given)


def init_app(app: Flask) -> None:
    """Connect the application to its database with the settings that database needs."""
    app.url_map.converters["int"] = Id
    try:
        options = database.engine_options(app.config["SQLALCHEMY_DATABASE_URI"])
    except ArgumentError:
        raise SystemExit(
            "DATABASE_URL is not the address of a database: an example is postgresql+psycopg://user@host/name."
        ) from None
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)


def reading() -> Session:
    """The session of this request for reading; it never takes a write lock."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit what the block did, or undo all of it. Transactions do not nest.

    What was read before belongs to an older state of the database and is read again inside.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        raise RuntimeError("A transaction is open already: pass its session on instead.")
    session.rollback()
    session.info["in_transaction"] = True
    try:
        database.begin_writing(session)
        yield session
        audit.seal(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        audit.forget(session)
        session.info["in_transaction"] = False
