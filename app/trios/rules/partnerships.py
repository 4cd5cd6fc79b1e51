"""Kinds of partners, what each may do, when a Trio is constituted, and how partnerships begin and end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kit.actors import Actor, Role
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now, not_you


class OrganisationKind(StrEnum):
    """What an organisation is, and as what it takes part in a Trio."""

    SCIENCE = "science"
    PROVIDER = "provider"
    CLUSTER = "cluster"
    COMPANY = "company"
    CHAMBER = "chamber"
    AGENCY = "agency"
    FUNDER = "funder"


KIND_NAMES: dict[OrganisationKind, Text] = {
    OrganisationKind.SCIENCE: _("scientific institution"),
    OrganisationKind.PROVIDER: _("education provider"),
    OrganisationKind.CLUSTER: _("innovation cluster"),
    OrganisationKind.COMPANY: _("company"),
    OrganisationKind.CHAMBER: _("chamber"),
    OrganisationKind.AGENCY: _("project management agency"),
    OrganisationKind.FUNDER: _("funder"),
}

KIND_PLURALS: dict[OrganisationKind, Text] = {
    OrganisationKind.SCIENCE: _("Science"),
    OrganisationKind.PROVIDER: _("Education providers"),
    OrganisationKind.CLUSTER: _("Clusters"),
    OrganisationKind.COMPANY: _("Companies"),
    OrganisationKind.CHAMBER: _("Chambers"),
    OrganisationKind.AGENCY: _("Project management agency"),
    OrganisationKind.FUNDER: _("Funder"),
}

KIND_DUTIES: dict[OrganisationKind, Text] = {
    OrganisationKind.SCIENCE: _("Reviews and releases courses, and writes some."),
    OrganisationKind.PROVIDER: _("Writes courses and holds them."),
    OrganisationKind.CLUSTER: _("Knows the companies, wins participants, reports."),
    OrganisationKind.COMPANY: _("Lends trainers for the practice."),
    OrganisationKind.CHAMBER: _("Writes, holds and reviews courses."),
    OrganisationKind.AGENCY: _("Reads numbers, never anything about a person."),
    OrganisationKind.FUNDER: _("Reads numbers, never anything about a person."),
}

KIND_WANTED: dict[OrganisationKind, Text] = {
    OrganisationKind.SCIENCE: _("a scientific institution, which reviews"),
    OrganisationKind.PROVIDER: _("an education provider, which writes and holds courses"),
    OrganisationKind.CLUSTER: _("an innovation cluster, which wins participants"),
}
"""What a Trio that is not constituted lacks, in words that say why it matters."""

CONSTITUTING = (OrganisationKind.SCIENCE, OrganisationKind.PROVIDER, OrganisationKind.CLUSTER)
"""A Trio is constituted while at least one partner of each of these kinds takes part (directive of 8 July 2021)."""

_PARTNERS = frozenset({*CONSTITUTING, OrganisationKind.COMPANY, OrganisationKind.CHAMBER})

PARTS: dict[OrganisationKind, frozenset[OrganisationKind]] = {
    OrganisationKind.SCIENCE: frozenset({OrganisationKind.SCIENCE, OrganisationKind.PROVIDER}),
    OrganisationKind.PROVIDER: frozenset({OrganisationKind.PROVIDER, OrganisationKind.SCIENCE}),
    OrganisationKind.CLUSTER: frozenset({OrganisationKind.CLUSTER}),
    OrganisationKind.COMPANY: frozenset({OrganisationKind.COMPANY, OrganisationKind.CLUSTER}),
    OrganisationKind.CHAMBER: frozenset(
        {OrganisationKind.CHAMBER, OrganisationKind.PROVIDER, OrganisationKind.CLUSTER}
    ),
    OrganisationKind.AGENCY: frozenset({OrganisationKind.AGENCY, OrganisationKind.CLUSTER}),
    OrganisationKind.FUNDER: frozenset({OrganisationKind.FUNDER}),
}
"""As what an organisation of a kind may take part.

* Chambers: the call lets institutions of chambers and guilds be education providers or part of the cluster.
* Agencies: a state agency runs the cluster in one funded Trio, and coordinates it.
* Science and providers: universities with a department of further training take part as providers, institutes of
  vocational research as science.
* Companies: a cluster without a legal form of its own is run by a company that carries it.
"""

_ROLES: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.SCIENCE: frozenset({Role.REVIEWER, Role.AUTHOR}),
    OrganisationKind.PROVIDER: frozenset({Role.AUTHOR, Role.TRAINER}),
    OrganisationKind.CLUSTER: frozenset({Role.CLUSTER_MANAGER}),
    OrganisationKind.CHAMBER: frozenset({Role.AUTHOR, Role.TRAINER, Role.REVIEWER}),
    OrganisationKind.COMPANY: frozenset({Role.TRAINER}),
    OrganisationKind.AGENCY: frozenset({Role.PROGRAMME_OFFICE}),
    OrganisationKind.FUNDER: frozenset({Role.PROGRAMME_OFFICE}),
}


def roles_for(kind: OrganisationKind) -> frozenset[Role]:
    """The roles that people may hold for a partner which takes part as this kind.

    The directive gives the duties, and whoever does one must not be the one who checks it:

    * science reviews what providers write, and writes itself (then another partner's reviewer releases it);
    * providers write courses and hold them;
    * the cluster knows the companies: it recruits, and reports;
    * chambers write and hold courses as providers do, and check them as examining bodies;
    * companies lend trainers for the practice at their machines, and see nobody else's people;
    * agency and funder see numbers, never a person, and run nothing.

    Any partner that does part of the work may administer the Trio: coordinators are of every kind.
    """
    return _ROLES[kind] | ({Role.TRIO_ADMIN} if kind in _PARTNERS else frozenset())


def missing_kinds(kinds: Collection[OrganisationKind]) -> list[OrganisationKind]:
    """Which kinds of partner a Trio still lacks."""
    return [kind for kind in CONSTITUTING if kind not in kinds]


def may_publish(kinds: Collection[OrganisationKind]) -> Verdict:
    """Whether a Trio of these partners may publish; a Trio that is not constituted can only draft."""
    missing = missing_kinds(kinds)
    if missing:
        names = ", ".join(str(KIND_NAMES[kind]) for kind in missing)
        return not_now(_("The Trio can publish as soon as it is complete. Still missing: %(names)s.", names=names))
    return YES


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included; without a last day it goes on."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def meets(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        mine, theirs = self.ends_on or date.max, other.ends_on or date.max
        return self.starts_on <= theirs and other.starts_on <= mine


def may_manage(actor: Actor, trio_id: int) -> Verdict:
    """Whether the actor manages this Trio: its own administrators, and those of the platform."""
    if actor.holds(Role.TRIO_ADMIN, trio_id=trio_id) or actor.holds(Role.SITE_ADMIN):
        return YES
    return not_you(_("Only the administrators of the Trio may do this."))


def may_found(actor: Actor) -> Verdict:
    """Whether the actor makes Trios and keeps the register of organisations."""
    return YES if actor.holds(Role.SITE_ADMIN) else not_you(_("Only administrators of the platform may do this."))


def may_take_part(own: OrganisationKind, part: OrganisationKind, period: Period, others: Collection[Period]) -> Verdict:
    """Whether an organisation of this kind may take part as ``part``; ``others``: its other times in the same Trio."""
    if part not in PARTS[own]:
        return not_now(
            _(
                "A partner of the kind “%(own)s” cannot take part as “%(part)s”.",
                own=KIND_NAMES[own],
                part=KIND_NAMES[part],
            )
        )
    if period.ends_on is not None and period.ends_on < period.starts_on:
        return not_now(_("The last day lies before the first one."))
    if any(period.meets(other) for other in others):
        return not_now(_("This organisation takes part at that time already. End that first, or change it."))
    return YES


def may_coordinate(part: OrganisationKind, period: Period, *, on: date) -> Verdict:
    """Whether this partner may coordinate the Trio on a day."""
    if not period.holds(on):
        return not_now(_("Only a partner that takes part today can coordinate the Trio."))
    if part not in _PARTNERS:
        return not_now(_("An agency or a funder does not coordinate a Trio."))
    return YES


def may_end(
    *, is_coordinator: bool, holds_administrators: bool, others_administrate: bool, last: date, period: Period
) -> Verdict:
    """Whether a partnership may end with the day ``last``.

    ``holds_administrators``: people administer the Trio for this partner; ``others_administrate``: somebody else does.
    """
    if period.ends_on is not None and period.ends_on <= last:
        return not_now(_("This partnership has ended, or ends earlier already."))
    if last < period.starts_on:
        return not_now(_("The last day lies before the first one."))
    if is_coordinator:
        return not_now(_("This partner coordinates the Trio. Let another one coordinate first."))
    if holds_administrators and not others_administrate:
        return not_now(
            _("The only administrators of the Trio act for this partner. Invite one of another partner first.")
        )
    return YES


def may_play(part: OrganisationKind, held: Collection[Role]) -> Verdict:
    """Whether a partner may take part as ``part`` while people hold these roles for it."""
    if set(held) <= roles_for(part):
        return YES
    return not_now(
        _(
            "People act for this partner in roles that “%(part)s” does not have. End these roles first.",
            part=KIND_NAMES[part],
        )
    )


def may_keep(period: Period, *, on: date) -> Verdict:
    """Whether a partner whose last day is fixed may stay after all."""
    if period.ends_on is None:
        return not_now(_("This partnership has no last day."))
    if period.ends_on < on:
        return not_now(_("This partnership is over. Add the partner anew, and both times stand side by side."))
    return YES
