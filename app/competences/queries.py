"""Reading the framework."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.competences.models import Competence, ProcessStep


def ids_by_code(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """The ids of competences by their codes; unknown codes are absent."""
    rows = session.execute(select(Competence.code, Competence.id).where(Competence.code.in_(set(codes))))
    return dict(rows.all())


def known_steps(session: Session, codes: Iterable[str]) -> set[str]:
    """Those of the codes that are process steps."""
    return set(session.scalars(select(ProcessStep.code).where(ProcessStep.code.in_(set(codes)))))


def list_competences(session: Session, ids: Iterable[int]) -> dict[int, Competence]:
    """Competences with their ESCO anchors by id, in two queries."""
    query = select(Competence).where(Competence.id.in_(set(ids))).options(selectinload(Competence.anchors))
    return {competence.id: competence for competence in session.scalars(query)}


def list_framework(session: Session) -> Sequence[Competence]:
    """All competences with their ESCO anchors by code, in two queries."""
    return session.scalars(select(Competence).order_by(Competence.code).options(selectinload(Competence.anchors))).all()


def list_steps(session: Session, codes: Iterable[str] | None = None) -> Sequence[ProcessStep]:
    """Process steps in the order of the chain; all of them, or those with the given codes."""
    query = select(ProcessStep).order_by(ProcessStep.code)
    if codes is not None:
        query = query.where(ProcessStep.code.in_(set(codes)))
    return session.scalars(query).all()
