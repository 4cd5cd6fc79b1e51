"""Reading the framework."""

from sqlalchemy.orm import Session

from app.competences import queries
from app.competences.services import load_framework
from tests.competences.test_services import AREA, STEP


def test_codes_that_are_not_there_are_left_out(session: Session):
    load_framework(session, [STEP], [AREA])
    assert set(queries.ids_by_code(session, ["C01", "C99"])) == {"C01"}
    assert queries.known_steps(session, ["P01", "P99"]) == {"P01"}


def test_steps_and_competences_by_what_is_asked_for(session: Session):
    load_framework(session, [STEP], [AREA])
    assert [step.code for step in queries.list_steps(session, ["P01", "P99"])] == ["P01"]
    assert queries.list_steps(session, []) == []
    (competence_id,) = queries.ids_by_code(session, ["C01"]).values()
    found = queries.list_competences(session, [competence_id, competence_id + 1])
    assert [anchor.esco_uri for anchor in found[competence_id].anchors] == ["uri:1", "uri:2"]
