"""Reading who takes part in a Trio, and who acts for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import RoleGrant
from app.kit.actors import Role
from app.kit.errors import NotFound
from app.kit.text import _
from app.trios.models import Partnership
from app.trios.rules import OrganisationKind


@dataclass(frozen=True, slots=True)
class Administrators:
    """Whether people administer a Trio for one of its partners, and whether anybody else does beyond a day."""

    of_partner: bool
    others: bool


def takes_part(on: date) -> ColumnElement[bool]:
    """The condition that a partnership holds on a day."""
    return (Partnership.starts_on <= on) & or_(Partnership.ends_on.is_(None), Partnership.ends_on >= on)


def list_partners(session: Session, trio_id: int) -> Sequence[Partnership]:
    """The partnerships of a Trio, past ones too, with their organisations; coordinator first."""
    return session.scalars(
        select(Partnership)
        .where(Partnership.trio_id == trio_id)
        .options(selectinload(Partnership.organisation))
        .order_by(Partnership.is_coordinator.desc(), Partnership.kind, Partnership.id)
    ).all()


def list_partner_kinds(session: Session, trio_id: int, *, on: date) -> list[OrganisationKind]:
    """The kinds of partner that take part on a day."""
    return list(session.scalars(select(Partnership.kind).where(Partnership.trio_id == trio_id, takes_part(on))))


def list_kinds_by_trio(session: Session, trio_ids: Iterable[int], *, on: date) -> dict[int, list[OrganisationKind]]:
    """The kinds of partner that take part on a day, by Trio, in one query; also for Trios without any."""
    kinds: dict[int, list[OrganisationKind]] = {trio_id: [] for trio_id in sorted(trio_ids)}
    query = select(Partnership.trio_id, Partnership.kind).where(Partnership.trio_id.in_(kinds), takes_part(on))
    for trio_id, kind in session.execute(query):
        kinds[trio_id].append(kind)
    return kinds


def get_partnership(session: Session, trio_id: int, partnership_id: int) -> Partnership:
    """A partnership of the Trio with its organisation, or NotFound."""
    query = (
        select(Partnership)
        .where(Partnership.id == partnership_id, Partnership.trio_id == trio_id)
        .options(selectinload(Partnership.organisation))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such partner in this Trio."))
    return found


def list_times(session: Session, trio_id: int, organisation_id: int) -> Sequence[Partnership]:
    """All partnerships of one organisation in the Trio, the oldest first."""
    query = select(Partnership).where(Partnership.trio_id == trio_id, Partnership.organisation_id == organisation_id)
    return session.scalars(query.order_by(Partnership.starts_on)).all()


def find_coordinator(session: Session, trio_id: int) -> Partnership | None:
    """The partnership that coordinates the Trio, or None."""
    return session.scalar(select(Partnership).where(Partnership.trio_id == trio_id, Partnership.is_coordinator))


def list_roles_of_partner(session: Session, trio_id: int, organisation_id: int, *, on: date) -> Sequence[RoleGrant]:
    """The roles held for the partner on a day or later, in the order they were given."""
    query = select(RoleGrant).where(
        RoleGrant.trio_id == trio_id, RoleGrant.organisation_id == organisation_id, _held_on(on)
    )
    return session.scalars(query.order_by(RoleGrant.id)).all()


def read_administrators(
    session: Session, trio_id: int, organisation_id: int, *, on: date, last: date
) -> Administrators:
    """Who administers the Trio on a day; others count when their role goes on beyond ``last``."""
    query = select(RoleGrant.organisation_id, RoleGrant.ends_on).where(
        RoleGrant.trio_id == trio_id, RoleGrant.role == Role.TRIO_ADMIN, _held_on(on)
    )
    rows = session.execute(query).all()
    return Administrators(
        of_partner=any(row.organisation_id == organisation_id for row in rows),
        others=any(
            row.organisation_id != organisation_id and (row.ends_on is None or row.ends_on > last) for row in rows
        ),
    )


def count_people(session: Session, trio_id: int, *, on: date) -> int:
    """How many people hold a role in the Trio on a day."""
    query = select(func.count(RoleGrant.user_id.distinct())).where(RoleGrant.trio_id == trio_id, _held_on(on))
    return session.scalar(query) or 0


def _held_on(on: date) -> ColumnElement[bool]:
    return RoleGrant.revoked_at.is_(None) & or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on)
