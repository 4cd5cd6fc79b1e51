"""What a person sees of what is known about them: in plain words, with their own facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.accounts.models import Consent, ConsentText, User
from app.companies.models import Company
from app.kit.localised import Localised
from app.kit.personal import Audience
from app.modules.models import ModuleVersion
from app.privacy.queries.export import count_deeds, count_rows
from app.privacy.queries.paths import Who
from app.privacy.rules import BY_PURPOSE, Activity
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState
from app.trios.models import Trio


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept for one purpose: by table, how many rows."""

    activity: Activity
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mine:
    """All that is known about a person, by purpose; ``names`` are the Trios or companies that see something of it."""

    kept: Sequence[Kept]
    deeds: Mapping[str, int]
    names: Mapping[Audience, Sequence[str]]
    hidden_from: Sequence[str]
    """Companies the person named and that see nothing."""


@dataclass(frozen=True, slots=True)
class MyConsent:
    """A consent in the words that were shown, and the run and company it is about, where it is about one."""

    consent: Consent
    text: Localised
    run_id: int | None
    title: Localised | None
    company: str | None


def get_mine(session: Session, user: User) -> Mine:
    """What is known about the person, counted; the same few queries however much it is."""
    who = Who.of(user)
    counted = count_rows(session, who)
    kept = [Kept(activity, _of(activity, counted)) for activity in BY_PURPOSE]
    trios, shown, hidden = _names(session, user.id)
    return Mine(
        [found for found in kept if found.rows],
        count_deeds(session, who),
        {Audience.TRAINER: trios, Audience.COMPANY: shown},
        [name for name in hidden if name not in shown],
    )


def list_my_consents(session: Session, user_id: int) -> list[MyConsent]:
    """The consents of a person, those that hold first, the latest of them first; one query."""
    query = (
        select(Consent, ConsentText.text, Run.id, ModuleVersion.title, Company.name)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .outerjoin(Enrolment, and_(Consent.about_kind == "enrolment", Enrolment.id == Consent.about_id))
        .outerjoin(Run, Run.id == Enrolment.run_id)
        .outerjoin(ModuleVersion, ModuleVersion.id == Run.version_id)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .where(Consent.user_id == user_id)
        .order_by(Consent.withdrawn_at.is_not(None), Consent.given_at.desc(), Consent.id.desc())
    )
    return [MyConsent(*row) for row in session.execute(query)]


def _of(activity: Activity, counted: Mapping[str, int]) -> dict[str, int]:
    return {table.name: counted[table.name] for table in activity.tables if table.name in counted}


def _names(session: Session, user_id: int) -> tuple[list[str], list[str], list[str]]:
    """The Trios of the person's runs; the companies that see that they take part, and those that do not."""
    query = (
        select(Trio.name, Company.name, Enrolment.shares_with_employer)
        .select_from(Enrolment)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Trio, Trio.id == Run.trio_id)
        .outerjoin(Company, Company.id == Enrolment.company_id)
        .where(Enrolment.user_id == user_id, Enrolment.state != EnrolmentState.CANCELLED)
        .distinct()
    )
    rows = session.execute(query).all()
    trios = {trio for trio, _company, _shares in rows}
    shown = {company for _trio, company, shares in rows if company and shares}
    hidden = {company for _trio, company, shares in rows if company and not shares}
    return sorted(trios), sorted(shown), sorted(hidden)
