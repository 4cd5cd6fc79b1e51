"""Who reads reports, and of which Trios."""

from app.kit.actors import Actor, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_you

READERS = (Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.PROGRAMME_OFFICE, Role.SITE_ADMIN)


def may_read_reports(actor: Actor) -> Verdict:
    """Whether the actor reads the reports of some Trio at all."""
    if any(actor.has(role) for role in READERS):
        return YES
    return not_you(_("Only cluster managers, administrators and the programme office read reports."))


def trios_reported_to(actor: Actor) -> frozenset[int] | None:
    """The Trios whose reports the actor reads; None: all of them and their sum."""
    if any(actor.holds(role) for role in READERS):
        return None
    return frozenset().union(*(actor.trios_as(role) for role in READERS))
