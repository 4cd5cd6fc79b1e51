"""Who may be erased, and what has to be settled first."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kit.actors import Actor, Role
from app.kit.text import _, n_
from app.kit.verdicts import YES, Verdict, not_now, not_you


@dataclass(frozen=True, slots=True)
class Ties:
    """What others still need a person for: Trios (by name) that they alone administer, the platform, coming runs."""

    trios: Sequence[str] = ()
    is_last_site_admin: bool = False
    runs_to_teach: int = 0


def may_erase(actor: Actor, user_id: int, ties: Ties) -> Verdict:
    """Whether the actor may erase this person: themselves, or an administrator of the platform for them.

    The first reason counts.
    """
    if actor.user_id != user_id and not actor.holds(Role.SITE_ADMIN):
        return not_you(_("People erase their own account only."))
    if ties.is_last_site_admin:
        return not_now(
            _("This is the last administrator of the platform. Somebody else has to become administrator first.")
        )
    if ties.trios:
        return not_now(
            _(
                "This is the last administrator of %(trios)s. Somebody else has to become administrator first.",
                trios=", ".join(ties.trios),
            )
        )
    if ties.runs_to_teach:
        return not_now(
            n_(
                "%(number)s run that is still to come has this person as its trainer. "
                "Somebody else has to take it over first.",
                "%(number)s runs that are still to come have this person as their trainer. "
                "Somebody else has to take them over first.",
                ties.runs_to_teach,
            )
        )
    return YES
