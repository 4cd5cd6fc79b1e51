"""Reading certificates, and everything that a new one says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.credentials import rules
from app.credentials.models import Certificate
from app.kit.errors import NotFound
from app.kit.text import _
from app.runs.models import Enrolment, Run


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate, the run it is from, and the Trio that answers for it."""

    certificate: Certificate
    run_id: int
    trio_id: int


def find_by_code(session: Session, typed: str, *, lock: bool = False) -> Found | None:
    """The certificate with this code, however it was typed, or None. With ``lock``, nobody else can change it."""
    code = rules.read_code(typed)
    if code is None:
        return None
    query = (
        select(Certificate, Run.id, Run.trio_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .where(Certificate.code == code)
    )
    row = session.execute(query.with_for_update(of=Certificate) if lock else query).first()
    return None if row is None else Found(*row)


def get_by_code(session: Session, typed: str, *, lock: bool = False) -> Found:
    """The certificate with this code, or NotFound."""
    found = find_by_code(session, typed, lock=lock)
    if found is None:
        raise NotFound(_("There is no certificate with this code."))
    return found


def find_for_enrolment(session: Session, enrolment_id: int) -> Certificate | None:
    """The certificate of an enrolment, or None."""
    return session.scalar(select(Certificate).where(Certificate.enrolment_id == enrolment_id))


def find_for_enrolments(session: Session, enrolment_ids: Iterable[int]) -> dict[int, Certificate]:
    """Certificates by enrolment, in one query; enrolments without one are left out."""
    query = select(Certificate).where(Certificate.enrolment_id.in_(set(enrolment_ids)))
    return {certificate.enrolment_id: certificate for certificate in session.scalars(query)}


def list_certificates_of(session: Session, user_id: int) -> Sequence[Certificate]:
    """All certificates of a person, withdrawn ones too, the latest first; one query."""
    query = select(Certificate).where(Certificate.user_id == user_id)
    return session.scalars(query.order_by(Certificate.issued_at.desc(), Certificate.id.desc())).all()
