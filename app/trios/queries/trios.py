"""Reading Trios."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.paging import Page, page_of
from app.kit.text import _
from app.trios import rules
from app.trios.models import Trio


def get_trio(session: Session, trio_id: int, *, lock: bool = False) -> Trio:
    """The Trio, or NotFound. With ``lock``, nobody else changes its partners meanwhile."""
    trio = session.get(Trio, trio_id, with_for_update=lock or None, populate_existing=lock)
    if trio is None:
        raise NotFound(_("There is no such Trio."))
    return trio


def find_trio_by_slug(session: Session, slug: str) -> Trio | None:
    """The Trio with this address, or None."""
    return session.scalar(select(Trio).where(Trio.slug == slug))


def get_trio_by_slug(session: Session, slug: str) -> Trio:
    """The Trio with this address, or NotFound."""
    trio = find_trio_by_slug(session, slug)
    if trio is None:
        raise NotFound(_("There is no such Trio."))
    return trio


def get_managed_trio(session: Session, actor: Actor, slug: str) -> Trio:
    """The Trio with this address that the actor manages, or NotFound: a foreign one looks like none."""
    trio = get_trio_by_slug(session, slug)
    if not rules.may_manage(actor, trio.id):
        raise NotFound(_("There is no such Trio."))
    return trio


def list_trios(session: Session, trio_ids: Iterable[int] | None = None) -> Sequence[Trio]:
    """All Trios by name, or those with the given ids."""
    query = select(Trio).order_by(Trio.name)
    if trio_ids is not None:
        query = query.where(Trio.id.in_(set(trio_ids)))
    return session.scalars(query).all()


def list_trio_page(session: Session, *, on: date, page: int = 1, size: int = 20) -> Page[Trio]:
    """The Trios by name, those that are over last."""
    query = select(Trio).order_by(Trio.ends_on < on, Trio.name, Trio.id)
    return page_of(session, query, number=page, size=size)
