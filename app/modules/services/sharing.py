"""Sharing a module with another Trio, and taking that back. People are never shared."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.modules import queries, rules
from app.modules.models import Module, ModuleShare
from app.trios import queries as trios


def share(session: Session, actor: Actor, code: str, *, trio_id: int, now: datetime) -> None:
    """Let another Trio hold runs of the published module and look at it. Shared already: nothing happens.

    NotFound when the actor may not see the module, or there is no such Trio; Forbidden, Conflict as the rule says.
    """
    module = _get_own(session, actor, code)
    ensure(rules.may_share(actor, module.trio_id, published=module.published_id is not None))
    trios.get_trio(session, trio_id)
    ensure(rules.may_share_with(module.trio_id, trio_id))
    if queries.find_share(session, module.id, trio_id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(ModuleShare(module_id=module.id, trio_id=trio_id, shared_at=now, shared_by=actor.user_id))
    except IntegrityError:  # the same button in another tab, in this very moment: it is shared, which is all we want
        return
    _note(session, actor, "module.shared", module, trio_id, now=now)


def unshare(session: Session, actor: Actor, code: str, *, trio_id: int, now: datetime) -> None:
    """End the sharing: no new runs. Runs that exist keep the version they pinned, and their people their lessons."""
    module = _get_own(session, actor, code)
    ensure(rules.may_share(actor, module.trio_id, published=True))
    shared = queries.find_share(session, module.id, trio_id)
    if shared is None:
        return
    shared.revoked_at, shared.revoked_by = now, actor.user_id
    session.flush()
    _note(session, actor, "module.unshared", module, trio_id, now=now)


def _get_own(session: Session, actor: Actor, code: str) -> Module:
    module = queries.get_module(session, code, lock=True)
    if not rules.may_see_drafts(actor, module.trio_id):
        raise NotFound(_("There is no such module."))
    return module


def _note(session: Session, actor: Actor, action: str, module: Module, trio_id: int, *, now: datetime) -> None:
    """Both Trios may read of it in their audit: one entry each."""
    for reader in (module.trio_id, trio_id):
        audit.record(session, actor, action, "module", module.id, trio_id=reader, new={"with_trio": trio_id}, at=now)
