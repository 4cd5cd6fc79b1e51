"""Loading the framework: twice is once, changes come through, nothing that is used goes away."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.competences import queries
from app.competences.models import Competence, CompetenceAnchor, ProcessStep
from app.competences.rules import CompetenceEntry, Stage, StepEntry
from app.competences.services import load_framework
from tests.conftest import rows

STEP = StepEntry("P01", {"de": "Eingang", "en": "Entry"}, Stage.MATERIAL)
AREA = CompetenceEntry(
    "C01", {"de": "Grundlagen", "en": "Basics"}, [("uri:1", {"en": "one"}), ("uri:2", {"en": "two"})]
)


@pytest.fixture
def anchors(session: Session):
    def _anchors() -> list[tuple[str, dict[str, str]]]:
        session.expire_all()
        (competence,) = queries.list_framework(session)
        return [(anchor.esco_uri, anchor.label) for anchor in competence.anchors]

    return _anchors


def test_a_new_framework_is_loaded(session, anchors):
    assert load_framework(session, [STEP], [AREA]) == 2
    (step,) = queries.list_steps(session)
    assert (step.code, step.name, step.stage) == ("P01", {"de": "Eingang", "en": "Entry"}, "material")
    assert anchors() == AREA.anchors


def test_loading_again_changes_nothing(session, anchors):
    load_framework(session, [STEP], [AREA])
    assert load_framework(session, [STEP], [AREA]) == 0
    assert anchors() == AREA.anchors
    assert (rows(session, ProcessStep), rows(session, Competence), rows(session, CompetenceAnchor)) == (1, 1, 2)


def test_changes_come_through_and_ids_stay(session, anchors):
    load_framework(session, [STEP], [AREA])
    ids = queries.ids_by_code(session, ["C01"])
    step, area = (
        replace(STEP, stage=Stage.CELL),
        replace(AREA, anchors=[("uri:2", {"en": "2"}), ("uri:3", {"en": "3"})]),
    )
    assert load_framework(session, [step], [area]) == 2
    assert queries.list_steps(session)[0].stage == "cell"
    assert anchors() == [("uri:2", {"en": "2"}), ("uri:3", {"en": "3"})]
    assert queries.ids_by_code(session, ["C01"]) == ids


def test_a_new_name_alone_is_a_change(session, anchors):
    load_framework(session, [STEP], [AREA])
    assert load_framework(session, [], [replace(AREA, name={"de": "Neu"})]) == 1
    assert queries.list_framework(session)[0].name == {"de": "Neu"}
    assert anchors() == AREA.anchors


def test_what_is_no_longer_listed_stays(session):
    load_framework(session, [STEP], [AREA])
    assert load_framework(session, [], []) == 0
    assert (rows(session, ProcessStep), rows(session, Competence)) == (1, 1)
