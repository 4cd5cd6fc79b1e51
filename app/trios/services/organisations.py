"""Keeping the register of organisations."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import Invalid
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.trios import queries, rules
from app.trios.models import Organisation
from app.trios.rules import OrganisationKind


@dataclass(frozen=True, slots=True)
class Details:
    """What the register says about an organisation; None where it is not known."""

    kind: OrganisationKind
    name: str
    city: str
    nuts3: str | None = None
    website: str | None = None
    ror: str | None = None
    register_number: str | None = None
    phone: str | None = None
    email: str | None = None


def faults_of_details(session: Session, details: Details, *, but: int | None = None) -> dict[str, Text]:
    """What stands in the way of an entry, by field: the register has the same organisation already."""
    same = queries.find_same_organisation(session, name=details.name, city=details.city)
    if same is not None and same.id != but:
        return {"name": _("The register has this organisation already.")}
    if details.ror is not None:
        known = queries.find_by_ror(session, details.ror)
        if known is not None and known.id != but:
            return {"ror": _("This is the ROR of %(name)s.", name=known.name)}
    return {}


def add_organisation(session: Session, actor: Actor, details: Details, *, now: datetime) -> Organisation:
    """Put an organisation into the register; the very same one once more gives the one that is there.

    Raises Forbidden, Invalid. Whether a similar one is there is for a person to decide: ``queries.list_alike``.
    """
    ensure(rules.may_add_organisation(actor))
    same = queries.find_same_organisation(session, name=details.name, city=details.city)
    if same is not None and _details(same) == details:
        return same
    _refuse(faults_of_details(session, details))
    organisation = Organisation(**asdict(details))
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError:  # somebody else added it in this very moment
        _refuse(faults_of_details(session, details))
        raise
    audit.record(
        session, actor, "organisation.added", "organisation", organisation.id, new={"kind": details.kind}, at=now
    )
    return organisation


def change_organisation(
    session: Session, actor: Actor, organisation_id: int, details: Details, *, now: datetime
) -> None:
    """Correct what the register says. Its kind may change; what it does in its Trios stays as agreed there.

    Raises NotFound, Forbidden, Invalid.
    """
    organisation = queries.get_organisation(session, organisation_id)
    trio_ids = queries.list_trio_ids_of(session, organisation_id, on=local_date(now))
    ensure(rules.may_change_organisation(actor, trio_ids))
    _refuse(faults_of_details(session, details, but=organisation_id))
    before = _details(organisation)
    changed = [name for name, value in asdict(details).items() if getattr(before, name) != value]
    for name in changed:
        setattr(organisation, name, getattr(details, name))
    session.flush()
    if changed:
        audit.record(
            session, actor, "organisation.changed", "organisation", organisation_id, at=now,
            old={"kind": before.kind}, new={"kind": details.kind, "changed": changed},
        )  # fmt: skip


def _details(organisation: Organisation) -> Details:
    return Details(**{name: getattr(organisation, name) for name in Details.__dataclass_fields__})


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise Invalid(_("This cannot be kept yet."), [str(fault) for fault in faults.values()])
