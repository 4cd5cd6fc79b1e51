"""The retention job: what has been kept long enough goes, a portion in each transaction; it can begin anew any time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from babel.dates import format_date
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.services.consents import end_consents
from app.accounts.services.erasing import make_nobodies
from app.kit import audit, outbox
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.clock import local_date
from app.kit.localised import Localised
from app.kit.outbox import Message
from app.privacy.models import AccountNotice, RetentionDay
from app.privacy.queries import due, unused
from app.privacy.rules import CHUNK, NOTICE_DAYS, TABLES, ends_of
from app.privacy.services import acting
from app.privacy.services.erasing import erase_person
from app.runs.models import Enrolment

PLATFORM = Actor(None, frozenset({Grant(Role.SITE_ADMIN)}))
"""Who erases accounts that nobody uses: no person."""

GIVEN_UP = timedelta(hours=6)
"""A job that has not finished by then has died: another worker takes the day up."""

ACCOUNTS = 10
"""Accounts that are erased in one transaction: each of them takes some dozens of statements."""


def begin_day(session: Session, *, now: datetime) -> bool:
    """Whether the caller is to run today's job: nobody has begun it, or whoever did died over it."""
    today = local_date(now)
    taken_up = update(RetentionDay).where(
        RetentionDay.done_on == today, RetentionDay.finished_at.is_(None), RetentionDay.started_at < now - GIVEN_UP
    )
    if session.execute(taken_up.values(started_at=now)).rowcount:  # type: ignore[attr-defined] # an update has one
        return True
    try:
        with session.begin_nested():
            session.add(RetentionDay(done_on=today, started_at=now))
    except IntegrityError:  # somebody else has begun it, perhaps in this very moment
        return False
    return True


def finish_day(session: Session, day: date, *, now: datetime) -> None:
    """The job of this day has done all there was to do."""
    session.execute(update(RetentionDay).where(RetentionDay.done_on == day).values(finished_at=now))


def run_chunk(session: Session, rule_id: str, *, now: datetime) -> int:
    """Do a portion of what one rule wants done now, ``CHUNK`` rows or people at most; how many, 0 when done."""
    for table, rows in _portions(session, rule_id, now=now):
        if rows:
            done = {"rule": rule_id, "rows": rows}
            audit.record(session, ANYONE, "retention.done", "table", table, new=done, at=now)
            return rows
    return 0


def _portions(session: Session, rule_id: str, *, now: datetime) -> Iterator[tuple[str, int]]:
    """By table: how many rows were dealt with. The caller stops at the first that had some: one portion, one call."""
    before = ends_of(rule_id, now=now)
    if rule_id == "account":
        yield "account_notices", _tell(session, now=now)
        yield "users", _erase(session, now=now)
    elif rule_id == "proof":
        yield "enrolments", _pseudonymise(session, now=now)
    elif rule_id == "addresses":
        yield "outbox_messages", _clean_addresses(session)
    elif before is not None:
        if rule_id == "seats":
            yield "enrolments", _drop_places(session, before, now=now)
        for table, query, _day in due.due_of(rule_id, now=now):
            if table != "enrolments":
                yield table, acting.drop_rows(session, TABLES[table], query, most=CHUNK)


def _drop_places(session: Session, before: datetime, *, now: datetime) -> int:
    places = session.scalars(due.not_seated(before=before).order_by(Enrolment.id).limit(CHUNK)).all()
    if places:
        end_consents(session, about_kind="enrolment", about_ids=places, now=now)
        acting.drop_places(session, places)
        session.expire_all()
    return len(places)


def _tell(session: Session, *, now: datetime) -> int:
    """Write to those whose account will go; whoever came back since an earlier notice is told anew another time."""
    session.execute(delete(AccountNotice).where(unused.came_back()).execution_options(synchronize_session=False))
    chosen = session.scalars(unused.to_tell(now=now).order_by(User.id).limit(CHUNK)).all()
    day = _in_words(local_date(now) + timedelta(days=NOTICE_DAYS))
    for user in session.scalars(select(User).where(User.id.in_(chosen)).order_by(User.id)):
        last = user.seen_on or local_date(user.created_at)
        session.add(AccountNotice(user_id=user.id, posted_at=now, unused_since_on=last))
        outbox.post(session, "mail", at=now, user_id=user.id, template="privacy/mail/unused", values={"day": day})
    session.flush()
    return len(chosen)


def _in_words(day: date) -> Localised:
    """A day in every language of the interface: a payload holds JSON, not days."""
    return {language: format_date(day, "long", locale=language) for language in ("de", "en")}


def _erase(session: Session, *, now: datetime) -> int:
    chosen = session.scalars(unused.to_erase(now=now).order_by(User.id).limit(ACCOUNTS)).all()
    for user_id in chosen:
        erase_person(session, PLATFORM, user_id, now=now)
    return len(chosen)


def _pseudonymise(session: Session, *, now: datetime) -> int:
    """The places of a portion of people go over to rows without a name; their accounts stay."""
    today = local_date(now)
    people = session.scalars(due.people_proved(today=today).order_by(Enrolment.user_id).limit(CHUNK)).all()
    if not people:
        return 0
    nobodies = dict(zip(people, make_nobodies(session, len(people), now=now), strict=True))
    runs = due.runs_proved(today=today)
    places = select(Enrolment.id).where(Enrolment.user_id.in_(people), Enrolment.run_id.in_(runs))
    rows = len(session.scalars(places).all())
    end_consents(session, about_kind="enrolment", about_ids=places, now=now)
    for table in acting.tables_upwards():
        acting.forget_places(session, table, nobodies, runs)
    session.expire_all()
    return rows


def _clean_addresses(session: Session) -> int:
    chosen = session.scalars(due.with_addresses().order_by(Message.id).limit(CHUNK)).all()
    for message in session.scalars(select(Message).where(Message.id.in_(chosen))):
        message.payload = {name: value for name, value in message.payload.items() if name != "to"}
    session.flush()
    return len(chosen)
