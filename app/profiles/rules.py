"""What a profile says, what is wrong with it, and who may publish it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.kit.actors import Actor, Role
from app.kit.localised import Localised
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_you

_KLDB = re.compile(r"\d{4}[1-4]")
_ISCO = re.compile(r"\d{4}")
_ESCO = re.compile(r"http://data\.europa\.eu/esco/occupation/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Content:
    """What one version of a profile says. ``tasks`` is a Markdown list; ``competences``: target levels 1–4 by code.

    ``dqr`` and ``eqf`` are orientations. ``kldb``: five digits of KldB 2010; ``isco``: four digits of ISCO-08. The two
    and the ESCO occupation are stored side by side, for they can differ.
    """

    title: Localised
    summary: Localised
    tasks: Localised
    entry: Localised
    changes: Localised
    dqr: int
    eqf: int
    kldb: str
    isco: str
    esco_uri: str
    esco_label: str
    competences: Mapping[str, int]
    steps: Sequence[str]


def may_publish_profile(actor: Actor, trio_id: int, *, trio: Verdict) -> Verdict:
    """Whether the actor may publish a profile of the Trio: its reviewer, when the Trio itself may publish."""
    if not (actor.holds(Role.REVIEWER, trio_id=trio_id) or actor.holds(Role.SITE_ADMIN)):
        return not_you(_("The scientific partner of the Trio publishes profiles."))
    return YES if trio else trio


def faults_of(content: Content) -> list[Text]:
    """Everything that is wrong with a profile, whatever the framework holds; empty when it is fine."""
    return list(_faults(content))


def _faults(content: Content) -> Iterator[Text]:
    if not content.title or not all(content.title.values()):
        yield _("The profile needs a title.")
    if not (1 <= content.dqr <= 8 and 1 <= content.eqf <= 8):
        yield _("The levels of DQR and EQF go from 1 to 8.")
    if not _KLDB.fullmatch(content.kldb):
        yield _("A code of KldB 2010 has five digits, the last one from 1 to 4.")
    if not _ISCO.fullmatch(content.isco):
        yield _("A code of ISCO-08 has four digits.")
    if not _ESCO.fullmatch(content.esco_uri):
        yield _("The address of an ESCO occupation looks like http://data.europa.eu/esco/occupation/ and an id.")
    if not content.competences:
        yield _("A profile needs at least one competence.")
    if not all(1 <= level <= 4 for level in content.competences.values()):
        yield _("Target levels go from 1 to 4.")
