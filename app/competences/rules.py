"""The words of the framework: stages of the value chain, levels, and what an entry of the framework says."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.kit.localised import Localised
from app.kit.text import Text, _


class Stage(StrEnum):
    """The part of the value chain that a process step belongs to, for browsing; in the order of the chain."""

    MATERIAL = "material"
    ELECTRODE = "electrode"
    CELL = "cell"
    FORMATION = "formation"
    PACK = "pack"
    LOGISTICS = "logistics"
    SAFETY = "safety"
    MAINTENANCE = "maintenance"
    RECYCLING = "recycling"


STAGE_NAMES: dict[Stage, Text] = {
    Stage.MATERIAL: _("materials"),
    Stage.ELECTRODE: _("electrodes"),
    Stage.CELL: _("cells"),
    Stage.FORMATION: _("formation and testing"),
    Stage.PACK: _("modules and packs"),
    Stage.LOGISTICS: _("storage and transport"),
    Stage.SAFETY: _("safety"),
    Stage.MAINTENANCE: _("maintenance and automation"),
    Stage.RECYCLING: _("second life and recycling"),
}

LEVELS: dict[int, Text] = {
    0: _("no knowledge yet"),
    1: _("knows about it"),
    2: _("applies it under guidance"),
    3: _("applies it independently"),
    4: _("teaches and improves it"),
}
"""The scale of target and reached levels, 0 to 4."""


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A process step as the framework lists it: code (P01 … P19, X01 … X08), name, stage."""

    code: str
    name: Localised
    stage: Stage


@dataclass(frozen=True, slots=True)
class CompetenceEntry:
    """A competence area as the framework lists it: code (C01 … C14), name, and the ESCO skills it is anchored to.

    ``anchors`` are pairs of ESCO URI and label. ESCO knows no concept for much of cell production: there may be none.
    """

    code: str
    name: Localised
    anchors: Sequence[tuple[str, Localised]]
