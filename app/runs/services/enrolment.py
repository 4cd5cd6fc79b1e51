"""Taking a place in a run and giving it back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.services import join, send_link
from app.kit.actors import Actor
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.runs import queries, rules
from app.runs.models import Enrolment, EnrolmentEvent, Run
from app.runs.rules import EnrolmentState
from app.runs.services import letters


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What became of somebody who enrolled without being signed in.

    ``state`` is None where the address already had an account: then no place was taken and a sign-in link was sent.
    """

    user_id: int
    state: EnrolmentState | None


def enrol(
    session: Session,
    actor: Actor,
    run_id: int,
    *,
    company_id: int | None = None,
    shares_with_employer: bool = False,
    now: datetime,
) -> Enrolment:
    """Give the actor a seat in the run or, when it is full, the last place on the waiting list.

    Whoever is enrolled already keeps the place they have. Raises NotFound, Forbidden (nobody is signed in), Conflict.
    """
    user_id = _somebody(actor)
    run = queries.get_run(session, run_id, lock=True)
    enrolment = queries.find_enrolment(session, run_id, user_id)
    if enrolment is not None and enrolment.state is not EnrolmentState.CANCELLED:
        return enrolment
    ensure(rules.why_not_enrol(run.facts, state=enrolment.state if enrolment else None, now=now))
    places = queries.count_places(session, run)
    place = rules.place_for_newcomer(seats=places.seats, taken=places.taken, waiting=places.waiting)
    if enrolment is None:
        enrolment = Enrolment(run_id=run_id, user_id=user_id)
        session.add(enrolment)
    enrolment.company_id = company_id
    enrolment.shares_with_employer = shares_with_employer and company_id is not None
    enrolment.enrolled_at = now
    enrolment.waiting_since = now if place is EnrolmentState.WAITING else None
    change_state(session, enrolment, place, actor_id=user_id, now=now)
    letter = "enrolled" if place is EnrolmentState.CONFIRMED else "waiting"
    letters.post(
        session, run, letter, [user_id], once_a_day=True, now=now
    )  # nobody floods an address that is not theirs
    return enrolment


def enrol_newcomer(
    session: Session,
    run_id: int,
    *,
    name: str,
    email: str,
    language: str,
    company_id: int | None = None,
    shares_with_employer: bool = False,
    now: datetime,
) -> Newcomer:
    """Make an account on the way and enrol it. Raises NotFound, Conflict.

    An address that has an account already could be anybody's: its owner gets a sign-in link that leads back to the run.
    """
    queries.get_run(session, run_id, lock=True)  # before the account: a form sent twice at once makes one of it
    joined = join(session, name=name, email=email, language=language, now=now)
    if not joined.is_new:
        with suppress(Conflict):  # several links are on their way already: another one would not help
            send_link(session, email=email, target=f"/runs/{run_id}", now=now)
        return Newcomer(joined.user_id, None)
    enrolment = enrol(
        session, Actor(joined.user_id), run_id,
        company_id=company_id, shares_with_employer=shares_with_employer, now=now,
    )  # fmt: skip
    return Newcomer(joined.user_id, enrolment.state)


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


def share_with_employer(session: Session, actor: Actor, run_id: int, *, shares: bool) -> None:
    """Let the company of the actor's enrolment see it, or take that back: at any time, as easily as it was given.

    Raises NotFound where the actor has no enrolment with a company in this run.
    """
    enrolment = queries.find_enrolment(session, run_id, _somebody(actor))
    if enrolment is None or enrolment.company_id is None:
        raise NotFound(_("You are not enrolled in this run."))
    enrolment.shares_with_employer = shares
    session.flush()


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
