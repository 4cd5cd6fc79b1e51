"""Delivers what the outbox holds: follow-up work in one transaction with the mark "done", mails after it.

Started as a thread beside the web process, or alone by ``flask operations worker``. A worker that is killed loses
nothing: its message comes back when the lease ends.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts import services as signing_in
from app.accounts.rules import LinkPurpose
from app.credentials import services as credentials
from app.evaluation import services as evaluation
from app.kit import clock, outbox
from app.kit.errors import Conflict
from app.kit.outbox import Message
from app.learning import services as learning
from app.operations import retention
from app.runs import services as runs
from app.trios import queries as trios
from app.web import mail
from app.web.db import reading, transaction

Handler = Callable[[Session, dict[str, Any], datetime], object]
IDLE = 1.0
"""Seconds between two looks into an empty outbox."""

log = structlog.get_logger()


def _learn(kind: str) -> Handler:
    return lambda session, payload, now: learning.on_message(session, kind, payload, now=now)


def _send_link(session: Session, payload: dict[str, Any], now: datetime) -> None:
    with suppress(Conflict):  # several are on their way already
        signing_in.send_link(
            session, email=payload["email"], target=payload["target"], purpose=LinkPurpose(payload["purpose"]), now=now
        )


HANDLERS: dict[str, tuple[Handler, ...]] = {
    "accounts.link_asked": (_send_link,),
    "runs.finished": (
        _learn("runs.finished"),
        lambda session, payload, now: evaluation.open_evaluation(session, payload["run_id"], now=now),
    ),
    "runs.newcomer": (lambda session, payload, now: runs.write_to_newcomer(session, **payload, now=now),),
    "assessment.submitted": (_learn("assessment.submitted"),),
    "companies.merged": (
        lambda session, payload, _now: runs.move_company(session, payload["from_id"], payload["to_id"]),
    ),
    "learning.completed": (lambda session, payload, now: credentials.issue(session, payload["enrolment_id"], now=now),),
}
"""Who reacts to what: the whole list."""
PRIVATE = {"values", "to", "email"}
"""What is not kept of a message that is delivered: links that sign in, and addresses."""


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
            if kind != "mail":
                handle(session, kind, payload, now=clock.now())
            message.payload = {name: value for name, value in payload.items() if name not in PRIVATE}
            outbox.settle(message, now=clock.now())
    except Exception as error:  # noqa: BLE001 (whatever went wrong, the message must come back)
        log.warning("delivery failed", kind=kind, message=message_id, error=type(error).__name__)
        with transaction() as session:
            outbox.put_back(
                session.get_one(Message, message_id), f"{type(error).__name__}: {error}"[:2000], now=clock.now()
            )
    return True


def _send(app: Flask, payload: dict[str, Any]) -> None:
    to, language = payload.get("to", ""), payload.get("language", "de")
    if payload["user_id"] is not None:  # without one, it is for somebody who has no account yet
        user = accounts.get_user(reading(), payload["user_id"])
        to, language = to or user.email, user.language
    trio_id = payload.get("trio_id")
    sender = trios.get_sender(reading(), trio_id) if trio_id is not None else trios.Sender(None, None)
    message = mail.compose(
        app, to=to, locale=language, template=payload["template"],
        values=payload.get("values", {}), at=clock.now(), sender=sender.name, reply_to=sender.reply_to,
    )  # fmt: skip
    mail.send(app, message)


def run(app: Flask, stop: threading.Event) -> None:
    """Deliver until told to stop, and once a day let go of what has been kept long enough.

    What goes wrong, such as a database that is away for a moment, is waited for.
    """
    day = None
    while not stop.is_set():
        try:
            with app.app_context():
                deliver_due(app, most=100)
                day = retention.run_once_a_day(day)
        except Exception as error:  # noqa: BLE001 (a worker that ends would end silently)
            log.warning("worker waits", error=type(error).__name__)
        stop.wait(IDLE)


def start_thread(app: Flask) -> threading.Event:
    """Run a worker beside the web process; the event stops it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(app, stop), name="worker", daemon=True).start()
    return stop
