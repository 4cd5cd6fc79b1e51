"""Who did what to which object, in an order that nobody can change afterwards without it being seen.

Services ``record`` an act; the one place that commits ``seal``s what was recorded, last of all, so that the lock on the
end of the chain is held for a moment only. Every entry carries the hash of the one before. The database refuses to
change or remove entries, and ``verify`` finds what somebody changed behind its back.

No entry names a person: people appear by their ``users.key``, which erasure replaces, so that the chain stays whole
and points to nobody.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, String, event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kit.actors import Actor
from app.kit.base import Base

START = "0" * 64
"""What stands before the first entry."""


class Entry(Base):
    """One act. ``number`` counts from 1 without a gap."""

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(32), index=True)
    """The key of the person who acted; empty when the platform did so by itself."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(64))
    """The id of the object; of a person, the key."""
    trio_id: Mapped[int | None] = mapped_column(index=True)
    """The Trio it concerns: whose administrators may read the entry."""
    old: Mapped[dict[str, Any]]
    new: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Head(Base):
    """The end of the chain: one row, locked by whoever adds to it. It tells when entries are missing at the end."""

    __tablename__ = "audit_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Who:
    """A person among the values of an act; stored by key, like the actor."""

    user_id: int


@dataclass(frozen=True, slots=True)
class Act:
    """What was recorded and is not sealed yet."""

    actor_id: int | None
    action: str
    kind: str
    ref: int | str
    trio_id: int | None
    old: dict[str, Any]
    new: dict[str, Any]
    at: datetime


def record(  # noqa: PLR0913 (who, what, which, where, before, after, when: an act has that many sides)
    session: Session,
    actor: Actor,
    action: str,
    kind: str,
    ref: int | str,
    *,
    trio_id: int | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Note an act: ``record(session, actor, "role.granted", "user", user_id, new={"role": role}, at=now)``.

    ``ref`` of kind ``user`` is a user id. Values are ids, numbers, states and dates, never names, addresses or texts
    about people; a person among them is ``Who(user_id)``. Nothing is noted when old and new are given and equal.
    """
    if old is not None and old == new:
        return
    act = Act(actor.user_id, action, kind, ref, trio_id, dict(old or {}), dict(new or {}), at)
    session.info.setdefault("audit", []).append(act)


def seal(session: Session) -> None:
    """Append what was recorded to the chain. Called once, right before the commit."""
    acts: list[Act] = session.info.pop("audit", [])
    if not acts:
        return
    session.flush()
    keys = session.info.pop("audit_keys", {}) | _keys(session, acts)
    head = _lock_head(session)
    number, before = head.number, head.hash
    rows = []
    for act in acts:
        number += 1
        row = _row(act, keys, number, before)
        rows.append(row)
        before = row["hash"]
    session.execute(insert(Entry), rows)
    session.execute(update(Head).where(Head.id == 1).values(number=number, hash=before))


def keep_keys(session: Session) -> None:
    """Look up now by which keys the people of the recorded acts are called: their rows are about to go."""
    session.info["audit_keys"] = session.info.get("audit_keys", {}) | _keys(session, session.info.get("audit", []))


def forget(session: Session) -> None:
    """What was recorded did not happen: the transaction is undone."""
    for kept in ("audit", "audit_keys"):
        session.info.pop(kept, None)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries are whole, the last hash, and what is wrong first (None when all is well)."""

    entries: int
    hash: str
    problem: str | None = None


def verify(session: Session) -> Verified:
    """Walk the whole chain, in constant memory, and stop at the first entry that is changed, missing or added."""
    number, before = 0, START
    with session.scalars(select(Entry).order_by(Entry.number).execution_options(yield_per=1000)) as entries:
        for entry in entries:
            if entry.number != number + 1:
                return Verified(number, before, f"Entry {number + 1} is missing.")
            if entry.previous != before:
                return Verified(number, before, f"Entry {entry.number} does not follow the one before it.")
            if entry.hash != _hash(_facts(entry)):
                return Verified(number, before, f"Entry {entry.number} was changed.")
            number, before = entry.number, entry.hash
    head = session.get(Head, 1)
    last, last_hash = (head.number, head.hash) if head is not None else (0, START)
    if last > number:
        return Verified(number, before, f"Entries {number + 1} to {last} are missing at the end.")
    if (last, last_hash) != (number, before):
        return Verified(number, before, "The end of the chain was changed.")
    return Verified(number, before)


def has_hash(session: Session, wanted: str) -> bool:
    """Whether an entry has this hash: one noted elsewhere proves that nothing before it was replaced."""
    return session.scalar(select(Entry.number).where(Entry.hash == wanted)) is not None


def _row(act: Act, keys: dict[int, str], number: int, previous: str) -> dict[str, Any]:
    row = {
        "number": number,
        "at": act.at,
        "actor": keys[act.actor_id] if act.actor_id is not None else "",
        "action": act.action,
        "kind": act.kind,
        "ref": keys[int(act.ref)] if act.kind == "user" else str(act.ref),
        "trio_id": act.trio_id,
        "old": _plain(act.old, keys),
        "new": _plain(act.new, keys),
        "previous": previous,
    }
    return row | {"hash": _hash(row)}


def _plain(values: dict[str, Any], keys: dict[int, str]) -> dict[str, Any]:
    """The values as JSON gives them back: people by key, dates and numbers as text where JSON has none."""
    said = json.dumps(values, default=lambda value: keys[value.user_id] if isinstance(value, Who) else str(value))
    return dict(json.loads(said))


def _hash(row: dict[str, Any]) -> str:
    facts = {**row, "at": row["at"].timestamp()}
    facts.pop("hash", None)
    said = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _facts(entry: Entry) -> dict[str, Any]:
    return {column.key: getattr(entry, column.key) for column in Entry.__table__.columns}


def _keys(session: Session, acts: list[Act]) -> dict[int, str]:
    """The keys of all people in the acts, in one query."""
    wanted = {user_id for act in acts for user_id in _people(act)}
    if not wanted:
        return {}
    users = Base.metadata.tables["users"]
    return dict(session.execute(select(users.c.id, users.c.key).where(users.c.id.in_(wanted))).all())


def _people(act: Act) -> Iterator[int]:
    if act.actor_id is not None:
        yield act.actor_id
    if act.kind == "user":
        yield int(act.ref)
    for value in (*act.old.values(), *act.new.values()):
        if isinstance(value, Who):
            yield value.user_id


def _lock_head(session: Session) -> Head:
    query = select(Head).where(Head.id == 1).with_for_update().execution_options(populate_existing=True)
    if (head := session.scalar(query)) is None:
        try:
            with session.begin_nested():
                session.add(Head(id=1, number=0, hash=START))
        except IntegrityError:  # somebody else made the first entry in this very moment
            pass
        head = session.scalars(query).one()
    return head


REFUSE = {
    "sqlite": [
        f"CREATE TRIGGER audit_entries_{name} BEFORE {name.upper()} ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END"
        for name in ("update", "delete")
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit entries never change'; END $$""",
        """CREATE TRIGGER audit_entries_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()""",
    ],
}
"""What makes the database itself refuse to change entries; migrations say the same."""

for dialect, statements in REFUSE.items():
    for statement in statements:
        event.listen(Entry.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]
