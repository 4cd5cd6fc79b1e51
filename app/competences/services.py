"""Loading the framework."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.competences import queries
from app.competences.models import Competence, CompetenceAnchor, ProcessStep
from app.competences.rules import CompetenceEntry, StepEntry


def load_framework(session: Session, steps: Sequence[StepEntry], competences: Sequence[CompetenceEntry]) -> int:
    """Bring process steps and competences to what the entries say; returns how many were new or changed.

    Loading the same entries again changes nothing. What is no longer listed stays: profiles and modules refer to it.
    """
    known_steps = {step.code: step for step in queries.list_steps(session)}
    known = {competence.code: competence for competence in queries.list_framework(session)}
    changed = sum(_load_step(session, entry, known_steps.get(entry.code)) for entry in steps)
    changed += sum(_load_competence(session, entry, known.get(entry.code)) for entry in competences)
    session.flush()
    return changed


def _load_step(session: Session, entry: StepEntry, step: ProcessStep | None) -> bool:
    if step is None:
        session.add(ProcessStep(code=entry.code, name=dict(entry.name), stage=entry.stage.value))
        return True
    if (step.name, step.stage) == (dict(entry.name), entry.stage.value):
        return False
    step.name, step.stage = dict(entry.name), entry.stage.value
    return True


def _load_competence(session: Session, entry: CompetenceEntry, competence: Competence | None) -> bool:
    anchors = [(uri, dict(label)) for uri, label in entry.anchors]
    if competence is None:
        competence = Competence(code=entry.code, name=dict(entry.name), anchors=[])
        session.add(competence)
    elif competence.name == dict(entry.name) and [(a.esco_uri, a.label) for a in competence.anchors] == anchors:
        return False
    competence.name = dict(entry.name)
    for anchor in competence.anchors:
        session.delete(anchor)
    session.flush()  # the old anchors go before the new ones come: an ESCO URI stands once per competence
    competence_id = competence.id
    session.add_all(CompetenceAnchor(competence_id=competence_id, esco_uri=uri, label=label) for uri, label in anchors)
    session.flush()
    session.expire(competence, ["anchors"])
    return True
