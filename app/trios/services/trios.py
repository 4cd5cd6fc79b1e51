"""Making Trios."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Invalid
from app.kit.localised import Localised
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.trios import queries, rules
from app.trios.models import Partnership, Trio
from app.trios.rules import OrganisationKind


@dataclass(frozen=True, slots=True)
class Plan:
    """A Trio to be, with its first coordinator."""

    name: str
    slug: str
    region: Localised
    description: Localised
    funding_notice: Localised
    starts_on: date
    ends_on: date
    coordinator_id: int
    coordinator_kind: OrganisationKind


def faults_of_plan(session: Session, plan: Plan) -> dict[str, Text]:
    """What is wrong with a plan, by field."""
    faults: dict[str, Text] = {}
    slug = rules.slug_fault(plan.slug)
    if slug is None and queries.find_trio_by_slug(session, plan.slug) is not None:
        slug = _("Another Trio has this address.")
    if slug is not None:
        faults["slug"] = slug
    if plan.ends_on < plan.starts_on:
        faults["ends_on"] = _("The last day lies before the first one.")
    coordinator = queries.list_organisations(session, [plan.coordinator_id]).get(plan.coordinator_id)
    if coordinator is None:
        return faults | {"coordinator_id": _("Choose an organisation of the register.")}
    kind, period = plan.coordinator_kind, rules.Period(plan.starts_on)
    for verdict in (
        rules.may_take_part(coordinator.kind, kind, period, []), rules.may_coordinate(kind, period, on=plan.starts_on)
    ):  # fmt: skip
        if not verdict and verdict.reason is not None:
            faults.setdefault("coordinator_kind", verdict.reason)
    return faults


def is_founded(session: Session, plan: Plan) -> bool:
    """Whether there is exactly this Trio already: the same form was sent twice."""
    same = queries.find_trio_by_slug(session, plan.slug)
    return same is not None and _is_of(session, same, plan)


def found_trio(session: Session, actor: Actor, plan: Plan, *, now: datetime) -> Trio:
    """Make a Trio with its coordinator; the same plan once more gives what it made. Raises Forbidden, Invalid."""
    ensure(rules.may_found(actor))
    same = queries.find_trio_by_slug(session, plan.slug)
    if same is not None and _is_of(session, same, plan):
        return same
    _refuse(faults_of_plan(session, plan))
    trio = Trio(
        name=plan.name, slug=plan.slug, region=dict(plan.region), description=dict(plan.description),
        funding_notice=dict(plan.funding_notice), starts_on=plan.starts_on, ends_on=plan.ends_on,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(trio)
    except IntegrityError:  # somebody else took the address in this very moment
        _refuse(faults_of_plan(session, plan))
        raise
    partnership = Partnership(
        trio_id=trio.id, organisation_id=plan.coordinator_id, kind=plan.coordinator_kind, is_coordinator=True,
        starts_on=plan.starts_on,
    )  # fmt: skip
    session.add(partnership)
    session.flush()
    audit.record(
        session, actor, "trio.founded", "trio", trio.id, trio_id=trio.id, at=now,
        new={"slug": plan.slug, "starts_on": plan.starts_on, "ends_on": plan.ends_on,
             "coordinator_id": plan.coordinator_id, "coordinator_kind": plan.coordinator_kind},
    )  # fmt: skip
    return trio


def _is_of(session: Session, trio: Trio, plan: Plan) -> bool:
    coordinator = queries.find_coordinator(session, trio.id)
    whose = coordinator.organisation_id if coordinator is not None else None
    return (trio.name, trio.starts_on, trio.ends_on, whose) == (
        plan.name, plan.starts_on, plan.ends_on, plan.coordinator_id
    )  # fmt: skip


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise Invalid(_("This Trio cannot be made yet."), [str(fault) for fault in faults.values()])
