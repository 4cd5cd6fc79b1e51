"""Reading Trios, partners and companies."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.kit.errors import NotFound
from app.kit.text import _
from app.trios.models import Company, Organisation, Partnership, Trio
from app.trios.rules import OrganisationKind


def get_trio(session: Session, trio_id: int) -> Trio:
    """The Trio, or NotFound."""
    trio = session.get(Trio, trio_id)
    if trio is None:
        raise NotFound(_("There is no such Trio."))
    return trio


def find_trio_by_slug(session: Session, slug: str) -> Trio | None:
    """The Trio with this address, or None."""
    return session.scalar(select(Trio).where(Trio.slug == slug))


def list_trios(session: Session, trio_ids: Iterable[int] | None = None) -> Sequence[Trio]:
    """All Trios by name, or those with the given ids."""
    query = select(Trio).order_by(Trio.name)
    if trio_ids is not None:
        query = query.where(Trio.id.in_(set(trio_ids)))
    return session.scalars(query).all()


def list_partners(session: Session, trio_id: int) -> Sequence[Partnership]:
    """The partnerships of a Trio with their organisations, coordinator first."""
    return session.scalars(
        select(Partnership)
        .where(Partnership.trio_id == trio_id)
        .options(selectinload(Partnership.organisation))
        .order_by(Partnership.is_coordinator.desc(), Partnership.kind, Partnership.id)
    ).all()


def list_partner_kinds(session: Session, trio_id: int, *, on: date) -> list[OrganisationKind]:
    """The kinds of partner that take part on a day."""
    query = select(Partnership.kind).where(
        Partnership.trio_id == trio_id,
        Partnership.starts_on <= on,
        or_(Partnership.ends_on.is_(None), Partnership.ends_on >= on),
    )
    return list(session.scalars(query))


def list_organisations(session: Session, ids: Iterable[int]) -> dict[int, Organisation]:
    """Organisations by id, in one query."""
    query = select(Organisation).where(Organisation.id.in_(set(ids)))
    return {organisation.id: organisation for organisation in session.scalars(query)}


def find_company(session: Session, *, name: str, city: str | None = None) -> Company | None:
    """A company by name (in any case), the one in that city first; None if there is none."""
    query = select(Company).where(Company.name_key == company_key(name)).order_by(Company.id)
    found = session.scalars(query).all()
    return next((company for company in found if city and company.city == city), found[0] if found else None)


def list_companies(session: Session, ids: Iterable[int]) -> dict[int, Company]:
    """Companies by id, in one query."""
    return {company.id: company for company in session.scalars(select(Company).where(Company.id.in_(set(ids))))}


def company_key(name: str) -> str:
    """By what two spellings of a company name are the same: letters only differ in case and spaces.

    At most 200 characters, as the column takes: folding can make a name longer ("ﬃ" becomes "ffi").
    """
    return " ".join(name.casefold().split())[:200]
