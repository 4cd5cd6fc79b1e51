"""Reading the audit chain: who may, which entries, and the names of the people in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.kit.actors import Actor, Role
from app.kit.audit import Entry
from app.kit.clock import BERLIN
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_you

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of one Trio, by or about a person (mail address), of one kind of act or object, of some days."""

    trio_id: int | None = None
    person: str = ""
    action: str = ""
    kind: str = ""
    ref: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Some entries, newest first, the names of the people in them by key, and where the next page begins."""

    entries: Sequence[Entry]
    names: dict[str, str]
    next_before: int | None


def may_read(actor: Actor) -> Verdict:
    """Site administrators read everything, Trio administrators what concerns their Trios."""
    if reads_all(actor) or trios_read(actor):
        return YES
    return not_you(_("The audit is for administrators."))


def reads_all(actor: Actor) -> bool:
    """Whether the actor reads the entries of every Trio and those of none."""
    return actor.holds(Role.SITE_ADMIN)


def trios_read(actor: Actor) -> frozenset[int]:
    """The Trios whose entries the actor reads as their administrator."""
    return actor.trios_as(Role.TRIO_ADMIN)


def find_entries(session: Session, actor: Actor, wanted: Wanted, *, before: int | None = None) -> Shown:
    """One page of what the actor may read; two queries, however long the chain is."""
    query = _query(session, actor, wanted).order_by(Entry.number.desc())
    if before is not None:
        query = query.where(Entry.number < before)
    found = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    entries = found[:PAGE_SIZE]
    return Shown(entries, names_in(session, entries), entries[-1].number if len(found) > PAGE_SIZE else None)


def stream_entries(session: Session, actor: Actor, wanted: Wanted) -> Iterator[Entry]:
    """All that the actor may read of it, oldest first, a thousand at a time."""
    query = _query(session, actor, wanted).order_by(Entry.number).execution_options(yield_per=1000)
    with session.scalars(query) as entries:  # closed, too, when a reader leaves in the middle of the file
        yield from entries


def names_in(session: Session, entries: Iterable[Entry]) -> dict[str, str]:
    """The names of the people in the entries, by key. Nobody has the key of somebody who was erased."""
    keys = {key for entry in entries for key in _keys(entry)}
    if not keys:
        return {}
    return dict(session.execute(select(User.key, User.name).where(User.key.in_(keys))).all())


def _keys(entry: Entry) -> Iterator[str]:
    if entry.actor:
        yield entry.actor
    if entry.kind == "user":
        yield entry.ref
    yield from (value for value in (*entry.old.values(), *entry.new.values()) if isinstance(value, str))


def _query(session: Session, actor: Actor, wanted: Wanted) -> Select[Entry]:
    query = select(Entry)
    if not reads_all(actor):
        query = query.where(Entry.trio_id.in_(trios_read(actor)))
    if wanted.trio_id is not None:
        query = query.where(Entry.trio_id == wanted.trio_id)
    if wanted.person:
        key = session.scalar(select(User.key).where(User.email == wanted.person.strip().lower())) or "nobody"
        query = query.where((Entry.actor == key) | ((Entry.kind == "user") & (Entry.ref == key)))
    if wanted.action:
        query = query.where(Entry.action == wanted.action)
    if wanted.kind:
        query = query.where(Entry.kind == wanted.kind)
    if wanted.ref:
        query = query.where(Entry.ref == wanted.ref)
    if wanted.since is not None:
        query = query.where(Entry.at >= _midnight(wanted.since))
    if wanted.until is not None:
        query = query.where(Entry.at < _midnight(wanted.until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)
