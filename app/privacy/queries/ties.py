"""What others still need a person for."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant
from app.kit.actors import Role
from app.kit.clock import local_date
from app.privacy.rules import Ties
from app.runs.models import Run
from app.runs.rules import RunState
from app.trios.models import Trio


def get_ties(session: Session, user_id: int, *, now: datetime, lock: bool = False) -> Ties:
    """What has to be settled before the person may go. With ``lock``, no other administrator can go meanwhile."""
    today = local_date(now)
    trios = (
        select(Trio.id, Trio.name)
        .join(RoleGrant, RoleGrant.trio_id == Trio.id)
        .where(_held(Role.TRIO_ADMIN, today), RoleGrant.user_id == user_id, Trio.ends_on >= today)
    )
    names = dict(session.execute(trios.order_by(Trio.name)).all())
    if lock:  # appointing and leaving lock the Trio first: so does this
        session.scalars(select(Trio.id).where(Trio.id.in_(names)).order_by(Trio.id).with_for_update()).all()
    beside_me = {
        trio_id
        for trio_id, admin in _admins(session, _held(Role.TRIO_ADMIN, today) & RoleGrant.trio_id.in_(names), lock=lock)
        if admin != user_id
    }
    site = {admin for _nowhere, admin in _admins(session, _held(Role.SITE_ADMIN, today), lock=lock)}
    return Ties(
        trios=[name for trio_id, name in names.items() if trio_id not in beside_me],
        is_last_site_admin=site == {user_id},
        runs_to_teach=_count_runs_to_teach(session, user_id, now=now),
    )


def _held(role: Role, today: date) -> ColumnElement[bool]:
    lasts = or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today)
    return (RoleGrant.role == role) & RoleGrant.revoked_at.is_(None) & lasts


def _admins(session: Session, which: ColumnElement[bool], *, lock: bool) -> list[tuple[int | None, int]]:
    query = select(RoleGrant.trio_id, RoleGrant.user_id).where(which).order_by(RoleGrant.id)
    return [(row[0], row[1]) for row in session.execute(query.with_for_update() if lock else query)]


def _count_runs_to_teach(session: Session, user_id: int, *, now: datetime) -> int:
    coming = (Run.state.in_((RunState.PLANNED, RunState.PUBLISHED)), Run.ends_at > now)
    return session.scalar(select(func.count()).where(Run.trainer_id == user_id, *coming)) or 0
