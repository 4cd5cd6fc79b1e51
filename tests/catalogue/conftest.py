"""A small catalogue to look at."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.competences.models import Competence
from app.modules.models import Module, ModuleCompetence, ModuleStep
from app.profiles.models import Profile, ProfileCompetence, ProfileStep
from app.runs.models import Run
from app.runs.rules import RunFormat
from app.trios.models import Trio
from tests.factories import NOON, Make, both


@dataclass
class Shelf:
    """Two courses, their runs, a profile that asks for what one of them teaches and for more."""

    trio: Trio
    cells: Module
    packs: Module
    run: Run
    online: Run
    profile: Profile
    taught: Competence
    missing: Competence


@pytest.fixture
def shelf(make: Make) -> Shelf:
    """Fill it."""
    trio = make.trio(slug="lausitz", name="Trio Lausitz")
    step, pack = make.step(stage="cell", name=both("Stacking")), make.step(stage="pack", name=both("Packing"))
    taught, half, missing = (make.competence(name=both(name)) for name in ("Cells", "Measuring", "Recycling"))
    cells = make.module(trio=trio, title=both("Cell basics"), languages=["de", "en", "de-simple"])
    packs = make.module(
        trio=trio, title=both("Packs"), summary=both("Für die Prüfung"), requires=[cells.code, "M99"], hv_level="1E"
    )
    run = make.run(cells, city="Kamenz", starts_at=NOON + timedelta(days=10))
    online = make.run(cells, city="", format=RunFormat.ONLINE, starts_at=NOON + timedelta(days=20), language="en")
    profile = make.profile(trio=trio, title=both("Cell worker"))
    make.session.add_all(
        [
            ModuleStep(version_id=cells.published_id, step_code=step.code),
            ModuleStep(version_id=packs.published_id, step_code=pack.code),
            ModuleCompetence(version_id=cells.published_id, competence_id=taught.id, level=2),
            ModuleCompetence(version_id=packs.published_id, competence_id=half.id, level=1),
            ProfileCompetence(version_id=profile.published_id, competence_id=taught.id, level=2),
            ProfileCompetence(version_id=profile.published_id, competence_id=half.id, level=3),
            ProfileCompetence(version_id=profile.published_id, competence_id=missing.id, level=1),
            ProfileStep(version_id=profile.published_id, step_code=step.code),
        ]
    )
    make.session.commit()
    return Shelf(trio, cells, packs, run, online, profile, taught, missing)
