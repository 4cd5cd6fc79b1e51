"""Who may look at how personal data is dealt with."""

from app.kit.actors import Actor, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_you


def may_see_record(actor: Actor) -> Verdict:
    """Whether the actor may see the record of processing and the due list: administrators of the platform."""
    if actor.holds(Role.SITE_ADMIN):
        return YES
    return not_you(_("Only administrators of the platform see this."))
