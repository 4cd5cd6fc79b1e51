"""Counting tries: what may be tried only so often is counted before it is tried, and given back when it was right.

Counting first means that a hundred tries sent at the same moment are counted like a hundred sent one by one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Attempt
from app.accounts.rules.limits import LIMITS, LONGEST, Kind, may_try
from app.accounts.rules.signing_in import clean_email
from app.accounts.services.tokens import digest
from app.kit.errors import TooMany
from app.kit.verdicts import Verdict

_AT_ONCE = 500
"""Old tries removed with each new one, at most."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess that counts as wrong until it proves right."""

    kind: Kind
    email: str
    attempts: tuple[int, ...]


def allow(session: Session, kind: Kind, key: str, *, now: datetime) -> Verdict:
    """Whether one more is fine for an account (clean address), or a place in the network (``client_key()``)."""
    since = now - LIMITS[kind].window
    return may_try(kind, queries.count_attempts(session, kind, digest(kind, key), since=since))


def note(session: Session, kind: Kind, key: str, *, now: datetime) -> None:
    """Remember one try; those that no limit looks back to are forgotten."""
    _note(session, [(kind, key)], now=now)


def take(session: Session, kind: Kind, key: str, *, now: datetime) -> None:
    """Count one more, or raise TooMany. Whoever comes at the same moment is counted one after the other."""
    _take(session, [(kind, key)], now=now)


def begin_guess(session: Session, kind: Kind, *, email: str, client: str, now: datetime) -> Guess:
    """Count a password or a code that is about to be checked for an account, whether there is one or not.

    ``client`` is the place it comes from; empty when that is not counted. TooMany when there were too many.
    """
    address = clean_email(email)
    wanted = [(kind, address), (Kind.GUESS, address)] + ([(Kind.GUESS_CLIENT, client)] if client else [])
    return Guess(kind, address, tuple(_take(session, wanted, now=now)))


def was_right(session: Session, guess: Guess) -> None:
    """The guess was none: give it back, and forget the wrong ones of its kind before it."""
    wrong = (Attempt.kind == guess.kind) & (Attempt.key_hash == digest(guess.kind, guess.email))
    session.execute(delete(Attempt).where(or_(Attempt.id.in_(guess.attempts), wrong)))


def _take(session: Session, wanted: Sequence[tuple[Kind, str]], *, now: datetime) -> list[int]:
    for kind, key in wanted:
        _queue(session, digest(kind, key))
    for kind, key in wanted:
        verdict = allow(session, kind, key, now=now)
        if not verdict:
            raise TooMany(verdict.reason)
    return _note(session, wanted, now=now)


def _note(session: Session, wanted: Iterable[tuple[Kind, str]], *, now: datetime) -> list[int]:
    stale = select(Attempt.id).where(Attempt.made_at < now - LONGEST).limit(_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(Attempt).where(Attempt.id.in_(stale)), execution_options={"synchronize_session": False})
    made = [Attempt(kind=kind, key_hash=digest(kind, key), made_at=now) for kind, key in wanted]
    session.add_all(made)
    session.flush()
    return [attempt.id for attempt in made]


def _queue(session: Session, key_hash: str) -> None:
    """Let nobody else count the same until this transaction ends; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(key_hash[:15], 16))))
