"""With which other Trios a module is shared."""

from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kit import clock
from app.kit.actors import Actor
from app.kit.text import _
from app.kit.verdicts import Verdict
from app.modules import queries, rules, services
from app.modules.models import Module
from app.modules.pages import bp
from app.modules.schemas import ShareIn
from app.trios import queries as trios
from app.web.db import transaction
from app.web.forms import Form
from app.web.identity import current_actor


@dataclass(frozen=True, slots=True)
class Sharing:
    """With whom it is shared and could be, as (id, name); ``verdict``: whether the reader may change that."""

    verdict: Verdict
    held: list[tuple[int, str]]
    others: list[tuple[int, str]]


def sharing_of(session: Session, actor: Actor, module: Module) -> Sharing:
    """What the page of the module shows of it."""
    shared = [share.trio_id for share in queries.list_shares(session, module.id)]
    named = [(trio.id, trio.name) for trio in trios.list_trios(session)]
    return Sharing(
        rules.may_share(actor, module.trio_id, published=module.published_id is not None),
        [(trio_id, name) for trio_id, name in named if trio_id in shared],
        [(trio_id, name) for trio_id, name in named if trio_id not in (*shared, module.trio_id)],
    )


@bp.post("/modules/<code>/sharing")
def share(code: str) -> ResponseReturnValue:
    """Share the module with another Trio."""
    form = Form.read(ShareIn())
    with transaction() as session:
        services.share(session, current_actor(), code, trio_id=form.data.get("trio_id", 0), now=clock.now())
    flash(str(_("The module is shared. The Trio can hold runs of it now.")), "good")
    return redirect(url_for(".show", code=code, _anchor="sharing"))


@bp.post("/modules/<code>/sharing/<int:trio_id>/end")
def unshare(code: str, trio_id: int) -> ResponseReturnValue:
    """End the sharing with a Trio."""
    with transaction() as session:
        services.unshare(session, current_actor(), code, trio_id=trio_id, now=clock.now())
    flash(str(_("The module is not shared any more. Runs that exist go on.")), "good")
    return redirect(url_for(".show", code=code, _anchor="sharing"))
