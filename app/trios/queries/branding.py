"""Reading how a Trio shows itself."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.errors import NotFound
from app.kit.localised import Localised
from app.kit.text import _
from app.trios import rules
from app.trios.models import Logo, Trio, TrioLegalPage
from app.trios.rules import LegalPage


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo without its bytes."""

    hash: str
    width: int
    height: int
    alt: Localised


@dataclass(frozen=True, slots=True)
class Brand:
    """What other pages show of a Trio: plain values, fit for ``kit/trio.html``."""

    name: str
    slug: str
    funding_notice: Localised
    logo: Picture | None
    css: str
    """The style sheet with its colour; empty without one."""

    @property
    def css_hash(self) -> str:
        """What makes the address of the style sheet; empty without one."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:12] if self.css else ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a mail of the Trio comes from, and where answers go; None: the platform."""

    name: str | None
    reply_to: str | None


def get_brand(session: Session, trio_id: int) -> Brand:
    """The brand of a Trio, in one query; or NotFound."""
    return _brand(session, Trio.id == trio_id)


def get_brand_by_slug(session: Session, slug: str) -> Brand:
    """The brand of the Trio with this address, in one query; or NotFound."""
    return _brand(session, Trio.slug == slug)


def get_sender(session: Session, trio_id: int) -> Sender:
    """Whom mails of the Trio come from."""
    row = session.execute(select(Trio.sender_name, Trio.reply_to).where(Trio.id == trio_id)).one_or_none()
    return Sender(*row) if row is not None else Sender(None, None)


def get_logo_png(session: Session, slug: str, hash_: str) -> bytes:
    """The picture of the logo with this hash, or NotFound: an old address does not show a new logo."""
    query = select(Logo.png).join(Trio, Trio.id == Logo.trio_id).where(Trio.slug == slug, Logo.hash == hash_)
    png = session.scalar(query)
    if png is None:
        raise NotFound(_("There is no such picture."))
    return png


def list_legal_pages(session: Session, trio_id: int) -> Sequence[LegalPage]:
    """Which legal pages the Trio has of its own, in their order."""
    there = set(session.scalars(select(TrioLegalPage.page).where(TrioLegalPage.trio_id == trio_id)))
    return [page for page in LegalPage if page in there]


def find_legal_page(session: Session, trio_id: int, page: LegalPage) -> TrioLegalPage | None:
    """A legal page of the Trio, or None."""
    return session.get(TrioLegalPage, (trio_id, page))


def _brand(session: Session, which: object) -> Brand:
    query = (
        select(Trio.name, Trio.slug, Trio.funding_notice, Trio.accent, Logo.hash, Logo.width, Logo.height, Logo.alt)
        .outerjoin(Logo, Logo.trio_id == Trio.id)
        .where(which)  # type: ignore[arg-type] # a comparison of columns
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(_("There is no such Trio."))
    logo = Picture(row.hash, row.width, row.height, row.alt) if row.hash is not None else None
    return Brand(row.name, row.slug, row.funding_notice, logo, rules.style_sheet(row.accent))
