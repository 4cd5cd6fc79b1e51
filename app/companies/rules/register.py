"""Who keeps the register of a Trio, and what may be done with a company in it."""

from dataclasses import dataclass
from enum import StrEnum

from app.kit.actors import Actor, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now, not_you

KEEPERS = (Role.CLUSTER_MANAGER, Role.TRIO_ADMIN)


class Origin(StrEnum):
    """How a company came into the register of a Trio."""

    ADDED = "added"
    IMPORTED = "imported"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """What the rule of merging must know of two companies."""

    is_same: bool
    is_merged: bool
    both_registered: bool
    stands_elsewhere: bool = False
    """One of them stands in the register of a Trio that the actor does not keep: merging would change it there, too."""


def registers_kept_by(actor: Actor) -> frozenset[int] | None:
    """The Trios whose registers the actor keeps; None: all of them."""
    if actor.holds(Role.SITE_ADMIN):
        return None
    return frozenset[int]().union(*(actor.trios_as(role) for role in KEEPERS))


def may_keep_registers(actor: Actor) -> Verdict:
    """Whether the actor keeps the register of any Trio at all."""
    kept = registers_kept_by(actor)
    if kept is None or kept:
        return YES
    return not_you(_("Only cluster managers and Trio administrators keep the register of companies."))


def may_keep_register(actor: Actor, trio_id: int) -> Verdict:
    """Whether the actor reads and keeps the register of this Trio."""
    kept = registers_kept_by(actor)
    if kept is None or trio_id in kept:
        return YES
    return not_you(_("Only cluster managers and Trio administrators keep the register of companies."))


def may_merge(facts: MergeFacts) -> Verdict:
    """Whether two companies can be made one: both stand in the register of whoever does it, and in nobody else's.

    Otherwise one cluster could take the people and notes of a company from another one.
    """
    if facts.is_same:
        return not_now(_("This is the same entry twice."))
    if facts.is_merged:
        return not_now(_("One of the two was merged already. Open the list again."))
    if not facts.both_registered:
        return not_now(_("Both companies must stand in your register before you merge them."))
    if facts.stands_elsewhere:
        return not_now(
            _("One of the two stands in the register of another Trio, too. Ask the administration of the platform.")
        )
    return YES


def may_drop(*, has_enrolments: bool) -> Verdict:
    """Whether a company can be taken out of the register: not while people of it are enrolled in runs of the Trio."""
    if has_enrolments:
        return not_now(_("People of this company take part in your runs. So it stays in the register."))
    return YES
