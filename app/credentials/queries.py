"""Reading certificates, and everything that a new one says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant
from app.credentials import rules
from app.credentials.models import Certificate
from app.kit.errors import NotFound
from app.kit.text import _
from app.modules.models import ModuleVersion
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


def list_naming(
    session: Session, user_id: int, name: str, *, after: int = 0, most: int = 500
) -> Sequence[Certificate]:  # fmt: skip
    """Certificates with a number above ``after`` that bear the person's name: as holder, as trainer or as reviewer.

    Who taught or released it when it was issued is known by name only: it is looked for where the person teaches or
    has released the version today, and in the Trios in which they hold or held a role.
    """
    trios = select(RoleGrant.trio_id).where(RoleGrant.user_id == user_id, RoleGrant.trio_id.is_not(None))
    theirs = or_(Run.trainer_id == user_id, ModuleVersion.released_by == user_id, Run.trio_id.in_(trios))
    says = [Certificate.frozen[who].as_string() == name for who in ("trainer", "reviewer")]
    query = (
        select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(ModuleVersion, ModuleVersion.id == Run.version_id)
        .where(Certificate.id > after, or_(Certificate.user_id == user_id, and_(theirs, or_(*says))))
    )
    return session.scalars(query.order_by(Certificate.id).limit(most)).all()
