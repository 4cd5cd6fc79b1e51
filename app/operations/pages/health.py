"""Health, for whatever watches the platform."""

from datetime import timedelta

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kit import clock, database, outbox
from app.operations.pages import bp
from app.web.db import db, reading
from app.web.identity import public

LATE = timedelta(minutes=5)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 while the database answers; the numbers tell whether the worker keeps up. No personal data."""
    try:
        session = reading()
        session.execute(text("SELECT 1"))
        waiting = outbox.count_waiting(session, before=clock.now() - LATE)
        dead = outbox.count_dead(session)
    except SQLAlchemyError:
        return jsonify(status="down", database="unreachable"), 503
    kind = db.engine.dialect.name
    sound = kind != "sqlite" or database.sqlite_is_sound()
    return jsonify(
        status="ok", database=kind, outbox={"late": waiting, "dead": dead},
        warnings=[] if sound else [f"SQLite {database.SQLITE_VERSION} has the WAL-reset bug: run one process only"],
    )  # fmt: skip
