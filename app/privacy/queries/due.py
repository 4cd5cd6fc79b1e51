"""What has been kept long enough: what the retention job would do now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.credentials.models import Certificate
from app.kit.clock import local_date
from app.kit.outbox import Message, State
from app.kit.personal import Table
from app.privacy.models import RetentionDay
from app.privacy.queries import unused
from app.privacy.queries.paths import belongs_to, sql_table
from app.privacy.rules import RULES, TABLES, Rule, ends_of, trios_ended_before, unused_before
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState
from app.trios.models import Trio

NOT_SEATED = (EnrolmentState.WAITING, EnrolmentState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would deal with now: in which table, how many rows, and before when they ended."""

    rule: Rule
    table: str
    rows: int
    before: date


def list_due(session: Session, *, now: datetime) -> Sequence[Due]:
    """The whole due list, rule by rule, with those that have nothing due; one count for each table of a rule."""
    return [
        Due(rule, table, session.scalar(select(func.count()).select_from(query.subquery())) or 0, before)
        for rule in RULES.values()
        for table, query, before in due_of(rule.id, now=now)
    ]


def due_of(rule_id: str, *, now: datetime) -> Iterator[tuple[str, Select[Any], date]]:
    """By table of a rule: the query of what is due, and before which day it ended."""
    today = local_date(now)
    if rule_id == "account":
        yield "users", unused.to_erase(now=now), unused_before(today=today, notice=False)
    elif rule_id == "proof":
        yield "enrolments", _proved(today=today), trios_ended_before(today=today)
    elif rule_id == "addresses":
        yield "outbox_messages", with_addresses(), today
    elif (before := ends_of(rule_id, now=now)) is not None:
        if rule_id == "seats":
            yield "enrolments", not_seated(before=before), local_date(before)
        for table in tables_of(rule_id):
            if table.ends:
                yield (
                    table.name,
                    select(*sql_table(table.name).primary_key).where(has_ended(table, before)),
                    (local_date(before)),
                )
            elif (condition := belongs_to(table, of_runs_before(before))) is not None:
                yield table.name, select(*sql_table(table.name).primary_key).where(condition), local_date(before)


def tables_of(rule_id: str) -> list[Table]:
    """The tables that a rule is about."""
    return [table for table in TABLES.values() if table.retention == rule_id]


def has_ended(table: Table, before: datetime) -> ColumnElement[bool]:
    """Whether the first moment (or day) of ``ends`` that is set lies before ``before``."""
    found, conditions = sql_table(table.name), []
    unset: list[ColumnElement[bool]] = []
    for name in table.ends:
        column = found.c[name]
        limit = local_date(before) if isinstance(column.type, Date) else before
        conditions.append(and_(*unset, column < limit))
        unset.append(column.is_(None))
    stays = [found.c[table.unless].is_(None)] if table.unless else []
    return and_(or_(*conditions), *stays)


def of_runs_before(before: datetime) -> Select[Any]:
    """The enrolments of runs that ended before."""
    return select(Enrolment.id).join(Run, Run.id == Enrolment.run_id).where(Run.ends_at < before)


def not_seated(*, before: datetime) -> Select[Any]:
    """The enrolments of people who waited in vain or gave their place back, in runs that ended before."""
    has_paper = exists().where(Certificate.enrolment_id == Enrolment.id)
    return of_runs_before(before).where(Enrolment.state.in_(NOT_SEATED), ~has_paper)


def runs_proved(*, today: date) -> Select[Any]:
    """The runs of Trios whose final proof was handed in so long ago that people's names need not be kept."""
    ended = Trio.ends_on < trios_ended_before(today=today)
    return select(Run.id).join(Trio, Trio.id == Run.trio_id).where(ended)


def people_proved(*, today: date) -> Select[Any]:
    """The people who still have a name in such runs."""
    users = sql_table("users")
    return (
        select(Enrolment.user_id)
        .join(users, users.c.id == Enrolment.user_id)
        .where(users.c.erased_at.is_(None), Enrolment.run_id.in_(runs_proved(today=today)))
        .distinct()
    )


def with_addresses() -> Select[Any]:
    """Delivered mails in which an address was left behind."""
    return select(Message.id).where(Message.state == State.DONE, Message.payload["to"].as_string().is_not(None))


def find_last_day(session: Session) -> RetentionDay | None:
    """The latest day on which the job ran, or None."""
    return session.scalar(select(RetentionDay).order_by(RetentionDay.done_on.desc()).limit(1))


def _proved(*, today: date) -> Select[Any]:
    users = sql_table("users")
    return (
        select(Enrolment.id)
        .join(users, users.c.id == Enrolment.user_id)
        .where(users.c.erased_at.is_(None), Enrolment.run_id.in_(runs_proved(today=today)))
    )
