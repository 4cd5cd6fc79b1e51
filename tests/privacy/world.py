"""One row in every table of the database, made from the schema and the register alone: no table can be forgotten."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Enum, Integer, LargeBinary, Numeric, Table, insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.kit.base import Base, Moment
from app.kit.personal import Erasure, Path
from app.privacy.rules import TABLES
from tests.factories import NOON, both

DAY = timedelta(days=1)
LONG_AGO = NOON - 200 * DAY
NOT_MADE = {"users", "audit_heads", "companies_kept_apart"}
"""The people are there before, the chain of acts has one end only, and a pair wants two companies."""

number = count(1)


def fill(session: Session, subject: User, actor: User) -> dict[str, tuple[Any, ...]]:
    """A row in every table, about ``subject`` where it is about a person, done by ``actor``; the keys by table."""
    made: dict[str, tuple[Any, ...]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in NOT_MADE:
            continue
        values = {
            column.name: value
            for column in table.columns
            if (value := _value(table, column, subject, made)) is not None
        }  # fmt: skip
        values |= _people(table, subject, actor) | _fitting(table.name, subject, actor)
        key = session.connection().execute(insert(table).values(values)).inserted_primary_key
        assert key is not None
        made[table.name] = tuple(key)
    session.commit()
    return made


def _value(table: Table, column: Any, subject: User, made: dict[str, tuple[Any, ...]]) -> Any:
    if column.foreign_keys:
        (foreign,) = column.foreign_keys
        parent = made.get(foreign.column.table.name)
        return parent[0] if parent else None
    if column.primary_key and isinstance(column.type, Integer):
        return next(number) + 1000
    if column.primary_key and isinstance(column.type, Date):
        return date(2020, 1, 1) + next(number) * DAY
    return _of_type(table, column, subject)


def _of_type(table: Table, column: Any, subject: User) -> Any:
    kind = column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    simple = {Moment: LONG_AGO, Date: date(2026, 1, 1), Boolean: False, JSON: {}, LargeBinary: b"x"}
    for known, value in simple.items():
        if isinstance(kind, known):
            return value
    if isinstance(kind, Numeric | Integer):
        return Decimal(1) if isinstance(kind, Numeric) else 1
    return _text(table, column, subject)


def _text(table: Table, column: Any, subject: User) -> str:
    """A text of its own; one that says the person's name where it goes with the person."""
    known = TABLES.get(table.name)
    goes = known and known.subject and column.name in known.columns and (
        known.erasure is Erasure.DELETE or known.column(column.name).emptied
    )  # fmt: skip
    text = f"{next(number)}x"
    length = column.type.length or 100
    if goes and length >= 60:
        return f"{text} {subject.name}"
    return text[-length:] if length < len(text) else text


def _people(table: Table, subject: User, actor: User) -> dict[str, Any]:
    """Whom the row is about, and who did something to it, by the paths of the register."""
    known = TABLES.get(table.name)
    if known is None:
        return {}
    values: dict[str, Any] = {}
    for path in map(Path.parse, known.subject):
        if not path.hops:
            leads_to = getattr(subject, path.leads_to)
            values[path.column] = {**values.get(path.column, {}), path.key: leads_to} if path.key else leads_to
    for path in map(Path.parse, known.acting):
        values[path.column] = getattr(actor, path.leads_to)
    return values


def _fitting(name: str, subject: User, actor: User) -> dict[str, Any]:
    """What the constraints of a table ask for."""
    later = {"run_sessions": "ends_at", "run_evaluations": "closes_at", "runs": "enrolment_closes"}
    own: dict[str, dict[str, Any]] = {
        "role_grants": {"company_id": None},
        "invitations": {"company_id": None},
        "email_changes": {"new_email": f"new.{subject.email}"},
        "consents": {"about_kind": "enrolment", "about_id": 1, "withdrawn_at": None},
        "certificates": {"frozen": frozen(subject.name, trainer=actor.name)},
        "enrolments": {"waiting_since": None, "shares_with_employer": True},
        "attempts": {"drawn": [{"item": "item-1", "order": [0, 1]}]},
        "module_versions": {"title": both("Cell basics"), "authors": ["Editors"]},
        "consent_texts": {"number": next(number), "text": both("May they see?")},
    }
    values = own.get(name, {})
    return values | ({later[name]: LONG_AGO + DAY} if name in later else {})


def frozen(person: str, *, trainer: str | None = None) -> dict[str, Any]:
    """What a certificate says of these people."""
    return {
        "kind": "attendance", "person": person, "trainer": trainer, "reviewer": None, "provider": "Provider",
        "trio": "Trio", "module": {"code": "M1", "version": 1, "title": both("Cell basics")}, "outcomes": [],
        "units": {"presence": 1, "online": 0, "self_study": 0, "practice": 0, "total": 1, "workplace_hours": 0},
        "dqr": 3, "hv_level": None, "rule": {"attendance": 80, "test": 0, "lessons": False},
        "run": {"starts_on": "2026-01-01", "ends_on": "2026-01-02", "city": "Kamenz", "format": "presence"},
        "met": {"attendance": 90, "test": False, "lessons": False}, "funding_notice": both("Funded"),
        "issued_on": "2026-01-03",
    }  # fmt: skip
