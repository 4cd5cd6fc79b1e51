"""Messages and work to do, written in the same transaction as the change that causes them.

A worker delivers them later (``app.operations``). A message is delivered at least once: it is claimed with a lease,
comes back when the lease ends without success, is tried again with growing pauses and put aside as dead in the end.
Every kind must be harmless when it is delivered twice.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Select, String, Text, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kit.base import Base

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8


class State(StrEnum):
    """Where a message stands."""

    READY = "ready"
    DONE = "done"
    DEAD = "dead"


class Message(Base):
    """One thing to do after the commit; ``key`` makes it unique where the same one must not be posted twice."""

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[State] = mapped_column(default=State.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


def post(session: Session, kind: str, *, at: datetime, key: str | None = None, **payload: Any) -> None:
    """Queue a message; with a ``key`` that was posted before, nothing happens."""
    message = Message(kind=kind, key=key, payload=payload, posted_at=at, due_at=at)
    if key is None:
        session.add(message)
        return
    if session.scalar(select(Message.id).where(Message.key == key)) is not None:
        return
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:  # somebody else posted it in this very moment: it is in the outbox, which is all we want
        return


def is_anything_due(session: Session, *, now: datetime) -> bool:
    """Whether there is something to claim; a look that takes no lock."""
    return session.scalar(_due(now).with_only_columns(Message.id)) is not None


def claim(session: Session, *, now: datetime) -> Message | None:
    """Take the next due message for ``LEASE``; two workers never get the same one.

    One whose workers all died over it, so that nobody could put it back, is put aside instead.
    """
    while (message := session.scalar(_due(now).with_for_update(skip_locked=True))) is not None:
        if message.attempts < MOST_ATTEMPTS:
            break
        message.state, message.failure = State.DEAD, message.failure or "Every worker that took it ended."
        session.flush()
    if message is not None:
        message.leased_until = now + LEASE
        message.attempts += 1
    return message


def count_waiting(session: Session, *, before: datetime) -> int:
    """How many messages were due before a moment and are not delivered yet."""
    query = select(func.count()).where(Message.state == State.READY, Message.due_at < before)
    return session.scalar(query) or 0


def count_dead(session: Session) -> int:
    """How many messages were put aside after too many tries."""
    return session.scalar(select(func.count()).where(Message.state == State.DEAD)) or 0


def _due(now: datetime) -> Select[Message]:
    free = or_(Message.leased_until.is_(None), Message.leased_until <= now)
    return (
        select(Message)
        .where(Message.state == State.READY, Message.due_at <= now, free)
        .order_by(Message.due_at, Message.id)
        .limit(1)
    )


def settle(message: Message, *, now: datetime) -> None:
    """The message is delivered."""
    message.state, message.done_at, message.leased_until, message.failure = State.DONE, now, None, None


def put_back(message: Message, failure: str, *, now: datetime) -> None:
    """Delivery failed: try again later, or put it aside after ``MOST_ATTEMPTS``. What is done meanwhile stays done."""
    if message.state is not State.READY:
        return
    message.failure, message.leased_until = failure.replace("\x00", ""), None
    if message.attempts >= MOST_ATTEMPTS:
        message.state = State.DEAD
    else:
        message.due_at = now + timedelta(seconds=2**message.attempts)
