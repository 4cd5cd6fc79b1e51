"""Doing what the register says: the one place that deletes and changes rows of other capabilities.

Which rows, and what becomes of them, their owners declare (``personal.py``); nothing here knows a table by name but the
places in runs, by which the retention job goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.kit.base import Base
from app.kit.personal import Erasure, Path, Table
from app.privacy.queries.paths import Who, belongs_to, is_about, sql_table
from app.privacy.rules import TABLES


def tables_upwards() -> Iterator[Table]:
    """The tables that know people, those first that refer to others: in this order rows can go."""
    for found in reversed(Base.metadata.sorted_tables):
        if found.name in TABLES:
            yield TABLES[found.name]


def forget_rows(session: Session, table: Table, who: Who, nobody: int) -> None:
    """Do to the rows about the person what erasure does, and let what they did to other rows be done by nobody."""
    _treat(session, table, is_about(table, who))
    if table.erasure is not Erasure.DELETE:
        for column in holding_ids(table.subject):
            _hand_over(session, table, column, {who.id: nobody})
    for column in holding_ids(table.acting):
        _hand_over(session, table, column, {who.id: nobody})


def forget_places(session: Session, table: Table, nobodies: Mapping[int, int], run_ids: Select[Any]) -> None:
    """The same for what belongs to places in some runs, for many people at once: by id, who takes their place."""
    enrolments = sql_table("enrolments")
    places = select(enrolments.c.id).where(enrolments.c.run_id.in_(run_ids))
    of_all = belongs_to(table, places.where(enrolments.c.user_id.in_(list(nobodies))))
    of_one = belongs_to(table, places.where(enrolments.c.user_id == bindparam("person")))
    if of_all is not None:
        _treat(session, table, of_all)
        for column in holding_ids(table.acting):
            _hand_over(session, table, column, nobodies, of_one)
        return
    found = sql_table(table.name)
    if table.retention == "proof" and "run_id" in found.c:
        in_runs = found.c.run_id.in_(run_ids)
        _treat(session, table, in_runs & found.c.user_id.in_(list(nobodies)))
        _hand_over(session, table, "user_id", nobodies, in_runs)


def drop_places(session: Session, enrolment_ids: Sequence[int]) -> None:
    """Delete places in runs with all that belongs to them."""
    enrolments = sql_table("enrolments")
    chosen = enrolments.c.id.in_(enrolment_ids)
    for table in tables_upwards():
        belonging = belongs_to(table, select(enrolments.c.id).where(chosen))
        if belonging is not None:
            session.execute(delete(sql_table(table.name)).where(belonging))
    session.execute(delete(enrolments).where(chosen))


def drop_rows(session: Session, table: Table, due: Select[Any], *, most: int) -> int:
    """Delete at most so many of the rows that are due (the query gives their primary keys); how many went."""
    found = sql_table(table.name)
    keys = list(found.primary_key.columns)
    chosen = session.execute(due.order_by(*keys).limit(most)).all()
    if not chosen:
        return 0
    if len(keys) == 1:
        which: ColumnElement[bool] = keys[0].in_([row[0] for row in chosen])
        return _count(session.execute(delete(found).where(which)))
    named: list[Any] = [bindparam(f"key_{column.name}") for column in keys]
    which = keys[0] == named[0]
    for column, parameter in zip(keys[1:], named[1:], strict=True):
        which &= column == parameter
    rows = [{parameter.key: value for parameter, value in zip(named, row, strict=True)} for row in chosen]
    session.connection().execute(delete(found).where(which), rows)
    return len(rows)


def holding_ids(paths: Iterator[str] | Sequence[str] | Mapping[str, str]) -> list[str]:
    """The columns among these paths that hold the id of a person themselves."""
    parsed = [Path.parse(said) for said in paths]
    return [path.column for path in parsed if not path.hops and path.key is None and path.leads_to == "id"]


def _treat(session: Session, table: Table, which: ColumnElement[bool]) -> None:
    """Delete the rows, or empty the columns that do not outlive their person."""
    found = sql_table(table.name)
    if table.erasure is Erasure.DELETE:
        session.execute(delete(found).where(which))
        return
    columns = {name: table.column(name).emptied for name in table.columns}
    values = {name: emptied.value for name, emptied in columns.items() if emptied is not None}
    if values:
        session.execute(update(found).where(which).values(values))


def _hand_over(
    session: Session,
    table: Table,
    column: str,
    nobodies: Mapping[int, int],
    which: ColumnElement[bool] | None = None,
) -> None:
    found = sql_table(table.name)
    statement = update(found).where(found.c[column] == bindparam("person"))
    if which is not None:
        statement = statement.where(which)
    rows = [{"person": person, "nobody": nobody} for person, nobody in nobodies.items()]
    session.connection().execute(statement.values({column: bindparam("nobody")}), rows)


def _count(result: Any) -> int:
    rows: int = result.rowcount
    return rows
