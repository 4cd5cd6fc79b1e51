"""Units, the completion rule, who may see drafts, and who may release."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.kit.actors import Actor, Role
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now, not_you


@dataclass(frozen=True, slots=True)
class Units:
    """Teaching units of 45 minutes by kind; hours at the employer have 60 minutes and are kept apart."""

    presence: Decimal
    online: Decimal
    self_study: Decimal
    practice: Decimal
    workplace_hours: Decimal

    @property
    def total(self) -> Decimal:
        """All teaching units; hours at the employer are none."""
        return self.presence + self.online + self.self_study + self.practice


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """When somebody has completed the module: per cent of attendance and test, and whether lessons are needed."""

    attendance: int
    test: int
    lessons: bool


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What the rules need to know of a draft: its Trio, who imported it, and whether it exists."""

    trio_id: int
    exists: bool
    imported_by: int | None = None


def may_author_anywhere(actor: Actor) -> Verdict:
    """Whether the actor writes modules in some Trio at all."""
    if actor.has(Role.AUTHOR) or actor.has(Role.TRIO_ADMIN) or actor.has(Role.SITE_ADMIN):
        return YES
    return not_you(_("Only authors of a Trio bring in course packages."))


def may_author(actor: Actor, trio_id: int) -> Verdict:
    """Whether the actor may bring in a new draft for this Trio."""
    if any(actor.holds(role, trio_id=trio_id) for role in (Role.AUTHOR, Role.TRIO_ADMIN, Role.SITE_ADMIN)):
        return YES
    return not_you(_("Only authors of this Trio bring in its modules."))


def may_see_drafts(actor: Actor, trio_id: int) -> Verdict:
    """Whether the actor sees what is not published yet: authors, reviewers and administrators of the Trio."""
    roles = (Role.AUTHOR, Role.REVIEWER, Role.TRAINER, Role.TRIO_ADMIN, Role.SITE_ADMIN)
    if any(actor.holds(role, trio_id=trio_id) for role in roles):
        return YES
    return not_you(_("Only members of the Trio see its drafts."))


def may_release(actor: Actor, draft: VersionFacts, *, trio: Verdict) -> Verdict:
    """Whether the actor may release the draft: a reviewer who did not bring it in; the Trio must be complete."""
    if not (actor.holds(Role.REVIEWER, trio_id=draft.trio_id) or actor.holds(Role.SITE_ADMIN)):
        return not_you(_("The scientific partner of the Trio releases modules."))
    if not draft.exists:
        return not_now(_("There is no draft to release."))
    if draft.imported_by is not None and draft.imported_by == actor.user_id:
        return not_now(_("You brought this draft in yourself. Somebody else must check and release it."))
    return trio


def may_share(actor: Actor, trio_id: int, *, published: bool) -> Verdict:
    """Whether the actor may share a module of this Trio with another one: its administrators, once it is published."""
    if not any(actor.holds(role, trio_id=trio_id) for role in (Role.TRIO_ADMIN, Role.SITE_ADMIN)):
        return not_you(_("Administrators of the Trio share its modules."))
    return YES if published else not_now(_("Only what is published can be shared."))


def may_share_with(owner_id: int, trio_id: int) -> Verdict:
    """Whether a module can be shared with this Trio: with every other one."""
    return not_now(_("The module belongs to this Trio already.")) if owner_id == trio_id else YES


def may_see_published(actor: Actor, trio_ids: Iterable[int]) -> Verdict:
    """Whether the actor sees the published version with its answers, as a member of one of these Trios."""
    if any(may_see_drafts(actor, trio_id) for trio_id in trio_ids):
        return YES
    return not_you(_("Only members of the Trio see its drafts."))


def completion_in_words(rule: CompletionRule) -> list[Text]:
    """The rule as a person reads it, one condition a line."""
    conditions = []
    if rule.attendance:
        conditions.append(_("present for at least %(percent)s percent of the time", percent=rule.attendance))
    if rule.lessons:
        conditions.append(_("all lessons worked through"))
    if rule.test:
        conditions.append(_("final test with at least %(percent)s percent of the points", percent=rule.test))
    return conditions


@dataclass(frozen=True, slots=True)
class Change:
    """One lesson or test item that a new version adds, changes or removes; ``kind`` is the word for it."""

    kind: str
    key: str


def changes_between(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """What differs between two versions, given the fingerprint of each part by its key; in the new one's order."""
    found = [
        Change("added" if key not in before else "changed", key)
        for key, fingerprint in after.items()
        if before.get(key) != fingerprint
    ]
    return found + [Change("removed", key) for key in before if key not in after]
