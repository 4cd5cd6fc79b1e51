"""Reports for those who may read them, and the headline for everybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.kit.verdicts import ensure
from app.modules.models import Module, ModuleVersion
from app.reporting import rules
from app.reporting.queries import counts
from app.reporting.rules import ALL, Headline, Quarter, Report
from app.runs.models import Enrolment, Run
from app.trios.models import Organisation, Trio
from app.trios.queries import list_trios

SMALLEST = 5
"""Below how many people a group is withheld where the face does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Which reports an actor can choose from, and which one is meant. ``trio`` is None for all Trios together."""

    trio: Trio | None
    year: int
    trios: Sequence[Trio]
    years: Sequence[int]
    with_sum: bool

    @property
    def scope(self) -> int:
        """The scope of the report."""
        return ALL if self.trio is None else self.trio.id


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that counts, with its participations; None: withheld."""

    participations: int | None
    run_id: int
    title: Localised
    module_code: str
    starts_at: datetime
    ends_at: datetime
    provider: str
    trio: str


def get_frame(
    session: Session, actor: Actor, *, trio: str | None = None, year: int | None = None, now: datetime
) -> Frame:
    """The report meant by a Trio's slug and a year; without them all Trios, or the actor's first one, and this year.

    Forbidden for who reads no reports; NotFound for a Trio that is not the actor's and for a year without reports.
    """
    ensure(rules.may_read_reports(actor))
    allowed = rules.trios_reported_to(actor)
    trios = list_trios(session, allowed)
    chosen = next((one for one in trios if one.slug == trio), None)
    if chosen is None and (trio or (allowed is not None and not trios)):
        raise NotFound(_("There is no such Trio."))
    if chosen is None and allowed is not None:
        chosen = trios[0]
    this_year = local_date(now).year
    first_year = min([this_year, *(one.starts_on.year for one in trios)])
    years = range(this_year, first_year - 1, -1)
    if year is not None and year not in years:
        raise NotFound(_("There is no report for this year."))
    return Frame(chosen, year or this_year, trios, years, with_sum=allowed is None)


def get_report(session: Session, frame: Frame, *, now: datetime, smallest: int = SMALLEST) -> Report:
    """The report of a frame as of now; at most five queries. Withheld numbers are not in it."""
    pending, counted = _quarters(session, frame.year, now=now, smallest=smallest)
    found = rules.Counts(tuple(quarter.number for quarter in counted))
    if counted:
        found = rules.Counts(
            found.quarters,
            counts.count_activity(session, counted),
            counts.count_companies(session, counted),
            counts.count_sizes(session, counted),
            counts.count_regions(session, counted),
        )
    number = pending.number if pending else None
    return rules.report_of(found, scope=frame.scope, year=frame.year, smallest=smallest, pending=number)


def list_runs(
    session: Session, frame: Frame, quarter: int, *, now: datetime, smallest: int = SMALLEST
) -> list[RunLine]:
    """The runs behind a quarter of a report, by the day they ended; NotFound if the quarter has not begun."""
    pending, counted = _quarters(session, frame.year, now=now, smallest=smallest)
    if pending is not None and pending.number == quarter:
        return []
    meant = next((one for one in counted if one.number == quarter), None)
    if meant is None:
        raise NotFound(_("This quarter has not begun yet."))
    found = rules.Counts(
        tuple(one.number for one in counted),
        counts.count_activity(session, counted),
        sizes=counts.count_sizes(session, counted),
        regions=counts.count_regions(session, counted),
    )
    held = rules.withheld_figures(found, smallest=smallest).participations
    sums = {scope for scope, period, group in held if (period, group) == (quarter, rules.TOTAL)}
    return _run_lines(session, frame, meant, sums=sums, smallest=smallest)


def headline(session: Session, now: datetime, *, smallest: int = SMALLEST) -> Headline | None:
    """The numbers of the start page over all Trios; None as long as there is nothing to show. At most three queries."""
    first = session.scalar(select(func.min(Run.ends_at)).where(Run.ends_at <= now))
    if first is None:
        return None
    people = counts.count_people_by_quarter(session, rules.quarters_between(first, now))
    span = rules.headline_span(people, now=now, smallest=smallest)
    if span is None:
        return None
    runs, heads, companies, smes = counts.count_all(session, since=span[0].starts_at, until=span[1].ends_at)
    return rules.headline_of(span, runs=runs, people=heads, companies=companies, smes=smes, smallest=smallest)


def _quarters(
    session: Session, year: int, *, now: datetime, smallest: int
) -> tuple[Quarter | None, tuple[Quarter, ...]]:
    """The quarter that does not count yet, and those that do."""
    begun = rules.quarters_begun(year, now=now)
    if not begun or begun[-1].ends_at <= now:
        return None, begun
    people = counts.count_people(session, since=begun[-1].starts_at, until=begun[-1].ends_at)
    pending = rules.pending_quarter(people, begun[-1], smallest=smallest)
    return pending, tuple(quarter for quarter in begun if quarter != pending)


def _run_lines(
    session: Session, frame: Frame, quarter: Quarter, *, sums: Collection[object], smallest: int
) -> list[RunLine]:
    """The runs of a quarter; ``sums``: the Trios whose participations in it are withheld. One query."""
    query = (
        select(
            Run.trio_id, func.count(Enrolment.id), Run.id, ModuleVersion.title, Module.code, Run.starts_at, Run.ends_at,
            Organisation.name, Trio.name,
        )
        .join(Enrolment, Enrolment.run_id == Run.id)
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .join(Module, Module.id == Run.module_id)
        .join(Organisation, Organisation.id == Run.provider_id)
        .join(Trio, Trio.id == Run.trio_id)
        .where(counts.counted(quarter.starts_at, quarter.ends_at))
        .group_by(Run.id, ModuleVersion.id, Module.id, Organisation.id, Trio.id)
        .order_by(Run.ends_at, Run.id)
    )  # fmt: skip
    if frame.trio is not None:
        query = query.where(Run.trio_id == frame.trio.id)
    rows = session.execute(query).all()
    people: dict[int, dict[int, int]] = {}
    for trio_id, heads, run_id, *_rest in rows:
        people.setdefault(trio_id, {})[run_id] = heads
    held = {
        run_id
        for trio_id, runs in people.items()
        for run_id in rules.withheld_runs(runs, sum_withheld=trio_id in sums, smallest=smallest)
    }
    return [RunLine(None if row[2] in held else row[1], *row[2:]) for row in rows]
