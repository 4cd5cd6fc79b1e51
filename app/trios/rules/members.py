"""Who gives and ends which roles in a Trio, and that somebody always stays who can."""

from datetime import date

from app.accounts.rules.invitations import Offer, may_give
from app.kit.actors import Actor, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now, not_you
from app.trios.rules.partnerships import OrganisationKind, roles_for

LASTING = frozenset({Role.TRIO_ADMIN, Role.SITE_ADMIN})
"""Roles that somebody must always hold: without them nobody could appoint anybody any more."""

ROLE_ORDER = (
    Role.TRIO_ADMIN,
    Role.AUTHOR,
    Role.REVIEWER,
    Role.TRAINER,
    Role.CLUSTER_MANAGER,
)
"""The roles of a Trio as lists show them: who manages, writes, checks, teaches, recruits."""


def may_administer(actor: Actor) -> Verdict:
    """Whether the actor sees and manages all accounts."""
    return YES if actor.holds(Role.SITE_ADMIN) else not_you(_("Only administrators of the platform may do this."))


def may_administer_something(actor: Actor) -> Verdict:
    """Whether the actor administers a Trio or the platform."""
    if actor.has(Role.SITE_ADMIN) or actor.has(Role.TRIO_ADMIN):
        return YES
    return not_you(_("Only administrators of a Trio or of the platform may do this."))


def may_act_for(actor: Actor, offer: Offer, part: OrganisationKind | None) -> Verdict:
    """Whether the actor may give a role for a partner that takes part today as ``part`` (None: it does not take part).

    Nobody gives what they have no power over, and a role fits the duty of the partner (``roles_for``).
    """
    power = may_give(actor, offer)
    if not power or offer.trio_id is None:
        return power
    if part is None:
        return not_now(_("Choose a partner that takes part in the Trio today."))
    if offer.role not in roles_for(part):
        return not_now(_("This role does not belong to the duties of this partner. Choose another role or partner."))
    return YES


def may_give_to(actor: Actor, user_id: int, offer: Offer, part: OrganisationKind | None) -> Verdict:
    """Whether the actor may give the role to somebody who has an account, without asking them."""
    if not actor.holds(Role.SITE_ADMIN):
        return not_you(_("Only administrators of the platform may do this."))
    if user_id == actor.user_id:
        return not_now(_("Nobody gives a role to themselves. Ask another administrator."))
    return may_act_for(actor, offer, part)


def may_end_role(actor: Actor, user_id: int | None, offer: Offer, *, others: int) -> Verdict:
    """Whether the actor may end this role of the person. ``others`` hold the same role in the same place today.

    Everybody may give up an own role; otherwise it takes the power to give it. The last administrator stays.
    """
    if user_id != actor.user_id and not (power := may_give(actor, offer)):
        return power
    if offer.role in LASTING and others == 0:
        if offer.trio_id is not None:
            return not_now(_("This is the only administrator of the Trio. Invite another one first."))
        return not_now(_("This is the only administrator of the platform. Invite another one first."))
    return YES


def may_sign_out(actor: Actor, user_id: int, *, is_member: bool) -> Verdict:
    """Whether the actor may end all sessions of a person: of a member of the own Trio; on the platform of everybody."""
    if user_id == actor.user_id:
        return not_you(_("Own sessions end in the own account, on the page “Sessions”."))
    if actor.holds(Role.SITE_ADMIN) or is_member:
        return YES
    return not_you(_("Only the administrators of the Trio may do this."))


def holds_on(ends_on: date | None, day: date) -> bool:
    """Whether a role with this last day still holds."""
    return ends_on is None or ends_on >= day
