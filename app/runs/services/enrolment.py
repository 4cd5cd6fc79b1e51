"""Taking a place in a run and giving it back."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.rules.consents import Purpose
from app.accounts.services.consents import give_consent, withdraw_consent
from app.companies.services import note_enrolment
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Forbidden, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.runs import queries, rules
from app.runs.models import Enrolment, EnrolmentEvent, Run
from app.runs.rules import EnrolmentState
from app.runs.services import letters


def enrol(
    session: Session,
    actor: Actor,
    run_id: int,
    *,
    company_id: int | None = None,
    shares_with_employer: bool = False,
    language: str = "de",
    now: datetime,
) -> Enrolment:
    """Give the actor a seat in the run or, when it is full, the last place on the waiting list.

    ``language`` is the one in which the words of the consent ``shares_with_employer`` were shown. Whoever is enrolled
    already keeps the place they have. Raises NotFound, Forbidden (nobody is signed in), Conflict.
    """
    user_id = _somebody(actor)
    run = queries.get_run(session, run_id, lock=True)
    enrolment = queries.find_enrolment(session, run_id, user_id)
    if enrolment is not None and enrolment.state is not EnrolmentState.CANCELLED:
        return enrolment
    ensure(rules.why_not_enrol(run.facts, state=enrolment.state if enrolment else None, now=now))
    places = queries.count_places(session, run)
    place = rules.place_for_newcomer(seats=places.seats, taken=places.taken, waiting=places.waiting)
    enrolment = enrolment or Enrolment(run_id=run_id, user_id=user_id)
    take_place(session, enrolment, place, actor, now=now)
    set_company(session, enrolment, run, company_id, now=now)
    shares = shares_with_employer and company_id is not None
    set_sharing(session, actor, enrolment, shares=shares, language=language, now=now)
    letter = "enrolled" if place is EnrolmentState.CONFIRMED else "waiting"
    letters.post(session, run, letter, [user_id], once_a_day=True, now=now)
    return enrolment


def withdraw(session: Session, actor: Actor, run_id: int, *, now: datetime) -> None:
    """Give the actor's place back and let the people who wait move up; once more does nothing.

    Raises NotFound (no such run, never enrolled), Forbidden (nobody is signed in), Conflict (the run has begun).
    """
    user_id = _somebody(actor)
    run = queries.get_run(session, run_id, lock=True)
    enrolment = queries.find_enrolment(session, run_id, user_id)
    if enrolment is None:
        raise NotFound(_("You are not enrolled in this run."))
    if enrolment.state is EnrolmentState.CANCELLED:
        return
    ensure(rules.may_withdraw(run.facts, state=enrolment.state, now=now))
    change_state(session, enrolment, EnrolmentState.CANCELLED, actor_id=user_id, now=now)
    enrolment.waiting_since = None
    _move_up(session, run, now=now)


def share_with_employer(
    session: Session, actor: Actor, run_id: int, *, shares: bool, language: str = "de", now: datetime
) -> None:
    """Let the company of the actor's enrolment see it, or take that back: at any time, as easily as it was given.

    The consent is kept with its words, shown in ``language``. Raises NotFound where the actor has no enrolment with a
    company in this run.
    """
    enrolment = queries.find_enrolment(session, run_id, _somebody(actor))
    if enrolment is None or enrolment.company_id is None:
        raise NotFound(_("You are not enrolled in this run."))
    set_sharing(session, actor, enrolment, shares=shares, language=language, now=now)


def name_company(
    session: Session,
    actor: Actor,
    run_id: int,
    *,
    company_id: int | None,
    shares_with_employer: bool = False,
    language: str = "de",
    now: datetime,
) -> None:
    """Say for which company one takes part, where that was left open; the same once more does nothing.

    Raises NotFound (never enrolled), Forbidden (nobody is signed in), Conflict (another one is known, or it is over).
    """
    user_id = _somebody(actor)
    run = queries.get_run(session, run_id, lock=True)
    enrolment = queries.find_enrolment(session, run_id, user_id)
    if enrolment is None:
        raise NotFound(_("You are not enrolled in this run."))
    if enrolment.company_id == company_id:
        return
    ensure(rules.may_name_company(enrolment.state, enrolment.company_id))
    set_company(session, enrolment, run, company_id, now=now)
    set_sharing(session, actor, enrolment, shares=shares_with_employer, language=language, now=now)


def take_place(
    session: Session,
    enrolment: Enrolment,
    place: EnrolmentState,
    actor: Actor,
    *,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Put a new enrolment, or one that was given back, on this place. The run is locked."""
    session.add(enrolment)
    enrolment.enrolled_at = now
    enrolment.waiting_since = now if place is EnrolmentState.WAITING else None
    change_state(session, enrolment, place, actor_id=actor.user_id, reason=reason, now=now)


def change_state(
    session: Session,
    enrolment: Enrolment,
    after: EnrolmentState,
    *,
    actor_id: int | None = None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Change where an enrolment stands and keep the change in its history; ``actor_id`` None: the platform did it."""
    before, enrolment.state = enrolment.state, after
    session.flush()
    event = EnrolmentEvent(
        enrolment_id=enrolment.id, before=before, after=after, actor_id=actor_id, reason=reason, at=now
    )
    session.add(event)
    session.flush()
    audit.record(
        session, Actor(actor_id), "enrolment.changed", "enrolment", enrolment.id, at=now,
        trio_id=session.get_one(Run, enrolment.run_id).trio_id, old={"state": before}, new={"state": after},
    )  # fmt: skip


def set_company(session: Session, enrolment: Enrolment, run: Run, company_id: int | None, *, now: datetime) -> None:
    """For which company the person takes part; it then stands in the register of the run's Trio."""
    enrolment.company_id = company_id
    session.flush()
    if company_id is not None:
        note_enrolment(session, company_id, run.trio_id, now=now)


def set_sharing(
    session: Session, actor: Actor, enrolment: Enrolment, *, shares: bool, language: str, now: datetime
) -> None:
    """What the company may see, and the consent that allows it."""
    enrolment.shares_with_employer = shares
    session.flush()
    if shares:
        give_consent(
            session, actor, enrolment.user_id, Purpose.EMPLOYER,
            about_kind="enrolment", about_id=enrolment.id, language=language, now=now,
        )  # fmt: skip
    else:
        withdraw_consent(
            session, actor, enrolment.user_id, Purpose.EMPLOYER,
            about_kind="enrolment", about_id=enrolment.id, now=now,
        )  # fmt: skip


def _move_up(session: Session, run: Run, *, now: datetime) -> None:
    """Give free seats to those who wait longest. The run is locked."""
    places = queries.count_places(session, run)
    queue = {enrolment.id: enrolment for enrolment in queries.list_waiting(session, run.id)}
    for enrolment_id in rules.moving_up(seats=places.seats, taken=places.taken, queue=list(queue)):
        enrolment = queue[enrolment_id]
        enrolment.waiting_since = None
        change_state(session, enrolment, EnrolmentState.CONFIRMED, now=now)
        letters.post(session, run, "moved_up", [enrolment.user_id], now=now)


def _somebody(actor: Actor) -> int:
    if actor.user_id is None:
        raise Forbidden(_("Sign in first."))
    return actor.user_id
