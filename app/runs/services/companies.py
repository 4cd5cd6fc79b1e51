"""What becomes of enrolments when two entries turn out to be one company."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.runs.models import Enrolment


def move_company(session: Session, from_id: int, to_id: int) -> None:
    """Let the enrolments of one company be those of another. Once more moves nothing.

    What people let their employer see stays as they said it: it is the same employer under its other name.
    """
    session.execute(update(Enrolment).where(Enrolment.company_id == from_id).values(company_id=to_id))
