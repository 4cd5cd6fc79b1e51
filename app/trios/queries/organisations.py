"""Reading the register of organisations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.kit.errors import NotFound
from app.kit.paging import Page, page_of
from app.kit.text import _
from app.trios import rules
from app.trios.models import Organisation, Partnership, Trio
from app.trios.rules import OrganisationKind

MOST_HINTS = 5


@dataclass(frozen=True, slots=True)
class Alike:
    """An organisation that may be the one meant."""

    id: int
    name: str
    city: str
    kind: OrganisationKind
    same_place: bool
    points: float


def get_organisation(session: Session, organisation_id: int) -> Organisation:
    """The organisation, or NotFound."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(_("There is no such organisation."))
    return organisation


def list_organisations(session: Session, ids: Iterable[int]) -> dict[int, Organisation]:
    """Organisations by id, in one query."""
    query = select(Organisation).where(Organisation.id.in_(set(ids)))
    return {organisation.id: organisation for organisation in session.scalars(query)}


def list_register(
    session: Session, *, words: str = "", kind: OrganisationKind | None = None, page: int = 1, size: int = 20
) -> Page[Organisation]:
    """The register by name; every one of the words stands in the name or the city."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    for word in words.split()[:8]:
        query = query.where(
            or_(Organisation.name.icontains(word, autoescape=True), Organisation.city.icontains(word, autoescape=True))
        )
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    return page_of(session, query, number=page, size=size)


def list_alike(session: Session, *, name: str, city: str, but: int | None = None) -> Sequence[Alike]:
    """Organisations whose names are so alike that it may be the same one: same place first, then the most alike.

    Streams the register once, names only: a slip may be anywhere in a name, so no index would do.
    """
    wanted, place = rules.folded(name), rules.folded(city)
    query = select(Organisation.id, Organisation.name, Organisation.city, Organisation.kind)
    if but is not None:
        query = query.where(Organisation.id != but)
    rows = session.execute(query.order_by(Organisation.id).execution_options(yield_per=500))
    found = (
        Alike(*row, same_place=rules.folded(row.city) == place, points=rules.likeness(wanted, rules.folded(row.name)))
        for row in rows
    )
    alike = (one for one in found if rules.are_alike(one.points, same_place=one.same_place))
    return nsmallest(MOST_HINTS, alike, key=lambda one: (not one.same_place, -one.points, one.id))


def find_same_organisation(session: Session, *, name: str, city: str) -> Organisation | None:
    """The organisation of exactly this name in this city, or None."""
    return session.scalar(select(Organisation).where(Organisation.name == name, Organisation.city == city))


def find_by_ror(session: Session, ror: str) -> Organisation | None:
    """The organisation with this ROR, or None."""
    return session.scalar(select(Organisation).where(Organisation.ror == ror))


def list_parts(session: Session, organisation_id: int) -> Sequence[tuple[Partnership, str, str]]:
    """Where the organisation takes or took part: the partnership, the Trio's name and address; newest first."""
    query = (
        select(Partnership, Trio.name, Trio.slug)
        .join(Trio, Trio.id == Partnership.trio_id)
        .where(Partnership.organisation_id == organisation_id)
        .order_by(Partnership.starts_on.desc(), Partnership.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def list_trio_ids_of(session: Session, organisation_id: int, *, on: date) -> frozenset[int]:
    """The Trios in which the organisation takes part on a day or will later."""
    query = select(Partnership.trio_id).where(
        Partnership.organisation_id == organisation_id, or_(Partnership.ends_on.is_(None), Partnership.ends_on >= on)
    )
    return frozenset(session.scalars(query))
