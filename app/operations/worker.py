"""Delivers what the outbox holds: follow-up work in one transaction with the mark "done", mails after it.

Started as a thread beside the web process, or alone by ``flask operations worker``. A worker that is killed loses
nothing: its message comes back when the lease ends.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.credentials import services as credentials
from app.evaluation import services as evaluation
from app.kit import clock, outbox
from app.kit.outbox import Message
from app.learning import services as learning
from app.web import mail
from app.web.db import reading, transaction

Handler = Callable[[Session, dict[str, Any], datetime], object]
IDLE = 1.0
"""Seconds between two looks into an empty outbox."""

log = structlog.get_logger()


def _learn(kind: str) -> Handler:
    return lambda session, payload, now: learning.on_message(session, kind, payload, now=now)


HANDLERS: dict[str, tuple[Handler, ...]] = {
    "runs.finished": (
        _learn("runs.finished"),
        lambda session, payload, now: evaluation.open_evaluation(session, payload["run_id"], now=now),
    ),
    "assessment.submitted": (_learn("assessment.submitted"),),
    "learning.completed": (lambda session, payload, now: credentials.issue(session, payload["enrolment_id"], now=now),),
}
"""Who reacts to what: the whole list."""


def deliver_due(app: Flask, *, most: int = 1_000_000) -> int:
    """Deliver all that is due now, at most so many messages; how many were tried."""
    tried = 0
    while tried < most and _deliver_next(app):
        tried += 1
    return tried


def handle(session: Session, kind: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Do the follow-up work of one message inside the caller's transaction."""
    for handler in HANDLERS[kind]:
        handler(session, payload, now)


def _deliver_next(app: Flask) -> bool:
    if not outbox.is_anything_due(reading(), now=clock.now()):
        return False
    with transaction() as session:
        claimed = outbox.claim(session, now=clock.now())
        if claimed is None:
            return False
        message_id, kind, payload = claimed.id, claimed.kind, dict(claimed.payload)
    try:
        if kind == "mail":
            _send(app, payload)
        with transaction() as session:
            message = session.get_one(Message, message_id)
            if kind == "mail":
                message.payload = {"user_id": payload["user_id"], "template": payload["template"]}  # no link stays
            else:
                handle(session, kind, payload, now=clock.now())
            outbox.settle(message, now=clock.now())
    except Exception as error:  # noqa: BLE001 (whatever went wrong, the message must come back)
        log.warning("delivery failed", kind=kind, message=message_id, error=type(error).__name__)
        with transaction() as session:
            outbox.put_back(
                session.get_one(Message, message_id), f"{type(error).__name__}: {error}"[:2000], now=clock.now()
            )
    return True


def _send(app: Flask, payload: dict[str, Any]) -> None:
    user = accounts.get_user(reading(), payload["user_id"])
    message = mail.compose(
        app, to=user.email, locale=user.language, template=payload["template"],
        values=payload.get("values", {}), at=clock.now(),
    )  # fmt: skip
    mail.send(app, message)


def run(app: Flask, stop: threading.Event) -> None:
    """Deliver until told to stop. What goes wrong, such as a database that is away for a moment, is waited for."""
    while not stop.is_set():
        try:
            with app.app_context():
                deliver_due(app, most=100)
        except Exception as error:  # noqa: BLE001 (a worker that ends would end silently)
            log.warning("worker waits", error=type(error).__name__)
        stop.wait(IDLE)


def start_thread(app: Flask) -> threading.Event:
    """Run a worker beside the web process; the event stops it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(app, stop), name="worker", daemon=True).start()
    return stop
