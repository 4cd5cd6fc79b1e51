"""Taking a place without being signed in: the same for every address, whether it has an account or not.

Nobody proves here whose address it is. So the one who fills in the form learns nothing about it, is not signed in, and
changes nothing of an account that was there before; all else stands in the mail to that address.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.rules import clean_email
from app.accounts.rules.limits import Kind
from app.accounts.services import join, limits, make_link
from app.companies.services import register_company
from app.kit import outbox
from app.kit.actors import ANYONE
from app.kit.errors import Conflict, TooMany
from app.kit.verdicts import ensure
from app.runs import queries, rules
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState
from app.runs.services import letters
from app.runs.services.enrolment import set_company, set_sharing, take_place

BY_FORM = "by_form"
"""The reason in the history of a place that somebody took who was not signed in."""


def enrol_newcomer(
    session: Session,
    run_id: int,
    *,
    name: str,
    email: str,
    language: str,
    company: str = "",
    shares_with_employer: bool = False,
    now: datetime,
) -> EnrolmentState:
    """Give the address a place, with a new account where it has none, and write to it. Raises NotFound, Conflict.

    What comes back is the place that the run has to give at this moment, and so nothing that the run's page does not
    show: whoever is enrolled already, or for whom the form was sent too often, keeps what they have and reads the
    truth in the mail. ``company`` (a name) and ``shares_with_employer`` count for a new account alone.
    """
    run = queries.get_run(session, run_id, lock=True)  # before the account: a form sent twice at once makes one of it
    ensure(rules.why_not_enrol(run.facts, state=None, now=now))
    places = queries.count_places(session, run)
    place = rules.place_for_newcomer(seats=places.seats, taken=places.taken, waiting=places.waiting)
    try:
        limits.take(session, Kind.NEWCOMER_ADDRESS, clean_email(email), now=now)
    except TooMany:
        return place
    company_id = register_company(session, name=company) if company.strip() else None  # as much work for every address
    joined = join(session, name=name, email=email, language=language, now=now)
    enrolment = queries.find_enrolment(session, run_id, joined.user_id)
    had_place = enrolment is not None and enrolment.state is not EnrolmentState.CANCELLED
    if enrolment is None or not had_place:
        enrolment = enrolment or _enrolment_of(session, run, joined.user_id)
        take_place(session, enrolment, place, ANYONE, reason=BY_FORM, now=now)
        set_company(session, enrolment, run, company_id if joined.is_new else enrolment.company_id, now=now)
        shares = joined.is_new and shares_with_employer and company_id is not None
        set_sharing(session, ANYONE, enrolment, shares=shares, language=language, now=now)
    elif rules.is_double_tap(enrolment.enrolled_at, now=now):
        return enrolment.state
    outbox.post(
        session, "runs.newcomer", at=now, enrolment_id=enrolment.id, had_place=had_place, is_known=not joined.is_new
    )
    return place


def write_to_newcomer(session: Session, enrolment_id: int, *, had_place: bool, is_known: bool, now: datetime) -> None:
    """Write to the address of a form: where the place stands, a link that signs in, and how to give it back.

    The worker does this, so that the answer to the form takes no longer for one address than for another. When several
    links are on their way already, a new place is told without one, and one that was there before not again.
    """
    enrolment = queries.get_enrolment(session, enrolment_id)
    if enrolment.state is EnrolmentState.CANCELLED:
        return  # given back meanwhile
    run = queries.get_run(session, enrolment.run_id)
    try:
        token = make_link(session, enrolment.user_id, target=f"/runs/{run.id}", now=now)
    except Conflict:
        if had_place:
            return
        token = ""
    letters.post(
        session, run, "place_kept" if had_place else "place_taken", [enrolment.user_id], now=now,
        token=token, is_waiting=enrolment.state is EnrolmentState.WAITING, is_known=is_known,
    )  # fmt: skip


def _enrolment_of(session: Session, run: Run, user_id: int) -> Enrolment:
    """A new enrolment; whoever enrolled before comes from the company they named last."""
    known = queries.find_company_choice(session, user_id)
    return Enrolment(run_id=run.id, user_id=user_id, company_id=known.company_id if known else None)
