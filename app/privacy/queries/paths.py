"""From a register's path to the condition in SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy import Table as SqlTable

from app.accounts.models import User
from app.kit.base import Base
from app.kit.personal import Path, Table

_PLACE = ("enrolments", "user_id")


@dataclass(frozen=True, slots=True)
class Who:
    """A person by all that rows know them by."""

    id: int
    key: str
    email: str

    @classmethod
    def of(cls, user: User) -> "Who":
        """The person of an account."""
        return cls(user.id, user.key, user.email)


def sql_table(name: str) -> SqlTable:
    """The table of this name, as the database has it."""
    return Base.metadata.tables[name]


def is_about(table: Table, who: Who) -> ColumnElement[bool]:
    """Whether a row is about the person."""
    return or_(false(), *(_holds(table.name, Path.parse(said), who) for said in table.subject))


def was_done_by(table: Table, said: str, who: Who) -> ColumnElement[bool]:
    """Whether the person did what this column (or path) of ``acting`` tells."""
    return _holds(table.name, Path.parse(said), who)


def belongs_to(table: Table, enrolment_ids: Select[Any]) -> ColumnElement[bool] | None:
    """Whether a row belongs to one of these enrolments; None for a table whose rows belong to none."""
    for path in map(Path.parse, table.subject):
        if path.hops and path.hops[-1] == _PLACE:
            return _along(table.name, path.column, path.hops[:-1], enrolment_ids)
    return None


def _holds(name: str, path: Path, who: Who) -> ColumnElement[bool]:
    if path.hops:
        *between, (last, column) = path.hops
        those = select(_primary(last)).where(sql_table(last).c[column] == who.id)
        return _along(name, path.column, tuple(between), those)
    value: Any = sql_table(name).c[path.column]
    if path.key is not None:
        value = value[path.key].as_integer() if path.leads_to == "id" else value[path.key].as_string()
    found: ColumnElement[bool] = value == getattr(who, path.leads_to)
    return found


def _along(
    name: str, column: str, between: tuple[tuple[str, str], ...], those: Select[Any]
) -> ColumnElement[bool]:  # fmt: skip
    """``column`` leads over the tables ``between`` to one of ``those``."""
    for table, foreign in reversed(between):
        those = select(_primary(table)).where(sql_table(table).c[foreign].in_(those))
    return sql_table(name).c[column].in_(those)


def _primary(name: str) -> ColumnElement[Any]:
    (key,) = sql_table(name).primary_key.columns
    return key
