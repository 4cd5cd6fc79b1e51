"""Who may offer whom which role, what each role allows, and how long an offer stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.kit import clock
from app.kit.actors import Actor, Role
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now, not_you

INVITATION_LIFETIME = timedelta(days=14)
"""Long enough for a holiday, short enough for a forgotten mailbox."""
SAME_SUBMISSION = timedelta(minutes=1)
"""The same offer by the same person within this time is the same form, sent twice."""

TRIO_ROLES = (Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.CLUSTER_MANAGER, Role.TRIO_ADMIN)
"""Held in one Trio, for one of its partners."""
PLATFORM_ROLES = (Role.PROGRAMME_OFFICE, Role.SITE_ADMIN)
"""Held everywhere."""

ROLE_NAMES: dict[Role, Text] = {
    Role.AUTHOR: _("Author"),
    Role.TRAINER: _("Trainer"),
    Role.REVIEWER: _("Reviewer"),
    Role.CLUSTER_MANAGER: _("Cluster manager"),
    Role.HR_CONTACT: _("HR contact"),
    Role.TRIO_ADMIN: _("Trio administrator"),
    Role.PROGRAMME_OFFICE: _("Programme office"),
    Role.SITE_ADMIN: _("Platform administrator"),
}

ROLE_ALLOWS: dict[Role, Text] = {
    Role.AUTHOR: _("Write and change the courses of the Trio, and hand them in for review."),
    Role.TRAINER: _("Plan the runs of the Trio, see who takes part, and keep the attendance lists."),
    Role.REVIEWER: _("Check the courses of the Trio and release them."),
    Role.CLUSTER_MANAGER: _("Keep the register of companies, invite their HR contacts, and read the reports."),
    Role.HR_CONTACT: _("See who of the company takes part, as far as they agreed. Never a result."),
    Role.TRIO_ADMIN: _("Manage the Trio: its partners, its people, its appearance, and its reports."),
    Role.PROGRAMME_OFFICE: _("Read the numbers of all Trios. Never anything about a person."),
    Role.SITE_ADMIN: _("Manage the platform: all Trios, organisations, people and administrators."),
}
"""What the invited person reads before they accept; one sentence without a subject, so that it fits everywhere."""


class InvitationState(StrEnum):
    """How an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


STATE_NAMES: dict[InvitationState, Text] = {
    InvitationState.OPEN: _("open"),
    InvitationState.ACCEPTED: _("accepted"),
    InvitationState.REVOKED: _("taken back"),
    InvitationState.EXPIRED: _("expired"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A role and where it is held: in a Trio for one of its partners, for a company, or (all None) everywhere."""

    role: Role
    trio_id: int | None = None
    company_id: int | None = None
    organisation_id: int | None = None


def state_of(
    *, expires_at: datetime, accepted_at: datetime | None, revoked_at: datetime | None, now: datetime
) -> InvitationState:
    """How an invitation stands at a moment; it is over with the very second it expires."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.OPEN if now < expires_at else InvitationState.EXPIRED


def last_full_day(expires_at: datetime) -> date:
    """The last calendar day on which an invitation can be accepted until midnight, where the Trios work."""
    return clock.local_date(expires_at - timedelta(days=1))


def fits(offer: Offer) -> bool:
    """Whether the role is held in such a place at all."""
    if offer.role in TRIO_ROLES:
        return offer.trio_id is not None and offer.company_id is None
    if offer.role is Role.HR_CONTACT:
        return offer.company_id is not None and offer.trio_id is None
    return offer.trio_id is None and offer.company_id is None and offer.organisation_id is None


def may_give(actor: Actor, offer: Offer, *, companies: Collection[int] = ()) -> Verdict:
    """Whether the actor may give this role there: nobody gives what they have no power over.

    ``companies`` are those in the registers of the Trios whose clusters the actor manages. Administrators of the
    platform give every role; those of a Trio the roles of their own Trio; cluster managers make HR contacts.
    """
    if not fits(offer):
        return not_now(_("This role is not held in such a place."))
    if actor.holds(Role.SITE_ADMIN):
        return YES
    if offer.trio_id is not None and offer.trio_id in actor.trios_as(Role.TRIO_ADMIN):
        return YES
    if offer.company_id is not None and actor.has(Role.CLUSTER_MANAGER) and offer.company_id in companies:
        return YES
    return not_you(_("Only those who have power over this role can give or end it."))


def why_not_offer(email: str, *, is_own: bool, holds: bool, is_open: bool) -> Text | None:
    """Why an address cannot be offered the role, or None.

    ``is_own``: it is the inviter's; ``holds``: its person has the role; ``is_open``: it was offered already. The last
    two only where the inviter sees the people who hold it anyway.
    """
    if is_own:
        return _("%(email)s is your own address: nobody gives a role to themselves.", email=email)
    if holds:
        return _("%(email)s holds this role already.", email=email)
    if is_open:
        return _("%(email)s has an open invitation to this role. You can send it again.", email=email)
    return None
