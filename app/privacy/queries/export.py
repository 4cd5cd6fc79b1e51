"""Every row that the database holds about a person, table by table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.kit.personal import Path, Table
from app.privacy.queries.paths import Who, is_about, sql_table, was_done_by
from app.privacy.rules import TABLES

AT_ONCE = 200
"""Rows that are read at once: the whole is never in memory."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the person did to a thing that is not theirs: its number, as what, and when."""

    ref: str
    column: str
    at: datetime | None


def list_rows(session: Session, table: Table, who: Who) -> Iterator[dict[str, Any]]:
    """The rows about the person, whole; what is secret says only whether it is there. One query, read in portions."""
    found = sql_table(table.name)
    shown = [_shown(table, column) for column in found.columns]
    query = select(*shown).where(is_about(table, who)).order_by(*found.primary_key.columns)
    with session.execute(query.execution_options(yield_per=AT_ONCE)) as rows:  # closed, too, when a reader leaves
        yield from (dict(row._mapping) for row in rows)  # noqa: SLF001 (SQLAlchemy's own way)


def list_deeds(session: Session, table: Table, who: Who) -> Iterator[Deed]:
    """What the person did in the table, without the things they did it to. One query for each column that tells."""
    found = sql_table(table.name)
    keys = list(found.primary_key.columns)
    for said, at in table.acting.items():
        query = select(*keys, found.c[at].label("at")).where(was_done_by(table, said, who)).order_by(*keys)
        with session.execute(query.execution_options(yield_per=AT_ONCE)) as rows:
            for row in rows:
                yield Deed("-".join(str(part) for part in row[:-1]), Path.parse(said).column, row.at)


def count_rows(session: Session, who: Who) -> Mapping[str, int]:
    """By table: how many rows are about the person; one query for all tables, those without any left out."""
    counts = [
        select(literal(table.name).label("name"), func.count().label("rows"))
        .select_from(sql_table(table.name))
        .where(is_about(table, who))
        for table in TABLES.values()
        if table.subject
    ]
    return {name: rows for name, rows in session.execute(union_all(*counts)) if rows}


def count_deeds(session: Session, who: Who) -> Mapping[str, int]:
    """By table: how often the person did something there that is not about them; one query for all tables."""
    counts = [
        select(literal(table.name).label("name"), func.count().label("rows"))
        .select_from(sql_table(table.name))
        .where(was_done_by(table, said, who))
        for table in TABLES.values()
        for said in table.acting
    ]
    sums: dict[str, int] = {}
    for name, rows in session.execute(union_all(*counts)):
        if rows:
            sums[name] = sums.get(name, 0) + rows
    return sums


def _shown(table: Table, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if table.column(str(column.key)).is_secret:
        return column.is_not(None).label(str(column.key))
    return column
