"""How a Trio shows itself: texts, colour, sender, logo, legal pages."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.localised import Localised
from app.kit.verdicts import ensure
from app.trios import queries, rules
from app.trios.models import Logo, TrioLegalPage
from app.trios.rules import LegalPage
from app.trios.services.logos import read_logo


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a Trio says about itself; ``accent`` is ``#rrggbb`` or None."""

    name: str
    region: Localised
    description: Localised
    funding_notice: Localised
    accent: str | None = None
    sender_name: str | None = None
    reply_to: str | None = None


def present(session: Session, actor: Actor, trio_id: int, said: Presentation, *, now: datetime) -> None:
    """Change texts, colour and sender. Raises NotFound, Forbidden; Conflict when the colour cannot be read."""
    ensure(rules.may_manage(actor, trio_id))
    if said.accent is not None:
        ensure(rules.may_wear(said.accent))
    trio = queries.get_trio(session, trio_id, lock=True)
    wanted = {
        name: dict(value) if isinstance(value, dict) else value for name, value in asdict(said).items()
    }  # fmt: skip
    changed = [name for name, value in wanted.items() if getattr(trio, name) != value]
    if not changed:
        return
    before = trio.accent
    for name in changed:
        setattr(trio, name, wanted[name])
    session.flush()
    audit.record(
        session, actor, "brand.changed", "trio", trio_id, trio_id=trio_id, at=now,
        old={"accent": before}, new={"accent": trio.accent, "changed": changed},
    )  # fmt: skip


def set_logo(session: Session, actor: Actor, trio_id: int, uploaded: bytes, *, alt: Localised, now: datetime) -> None:
    """Show this picture as the logo. Raises NotFound, Forbidden; Invalid when it is no picture that can be shown."""
    ensure(rules.may_manage(actor, trio_id))
    drawn = read_logo(uploaded)
    queries.get_trio(session, trio_id, lock=True)
    logo = session.get(Logo, trio_id)
    before = logo.hash if logo is not None else None
    if logo is None:
        logo = Logo(trio_id=trio_id)
        session.add(logo)
    logo.png, logo.width, logo.height = drawn.png, drawn.width, drawn.height
    logo.hash = hashlib.sha256(drawn.png).hexdigest()[:16]
    logo.alt, logo.uploaded_at = dict(alt), now
    session.flush()
    audit.record(
        session, actor, "logo.set", "trio", trio_id, trio_id=trio_id, at=now,
        old={"hash": before}, new={"hash": logo.hash},
    )  # fmt: skip


def remove_logo(session: Session, actor: Actor, trio_id: int, *, now: datetime) -> None:
    """Show no logo any more; once more does nothing. Raises Forbidden."""
    ensure(rules.may_manage(actor, trio_id))
    logo = session.get(Logo, trio_id)
    if logo is None:
        return
    before = logo.hash
    session.delete(logo)
    session.flush()
    audit.record(session, actor, "logo.removed", "trio", trio_id, trio_id=trio_id, at=now, old={"hash": before})


def write_legal_page(
    session: Session, actor: Actor, trio_id: int, page: LegalPage, text: Localised, *, now: datetime
) -> None:
    """Write a legal page of the Trio; without any text there is none. Raises NotFound, Forbidden."""
    ensure(rules.may_manage(actor, trio_id))
    queries.get_trio(session, trio_id, lock=True)
    known = queries.find_legal_page(session, trio_id, page)
    kept = {language: words for language, words in text.items() if words}
    if (known.text if known is not None else {}) == kept:
        return
    if not kept and known is not None:
        session.delete(known)
    elif known is not None:
        known.text, known.changed_on = kept, local_date(now)
    else:
        session.add(TrioLegalPage(trio_id=trio_id, page=page, text=kept, changed_on=local_date(now)))
    session.flush()
    audit.record(
        session, actor, "legal_page.written", "trio", trio_id, trio_id=trio_id, at=now,
        new={"page": page, "languages": sorted(kept)},
    )  # fmt: skip
