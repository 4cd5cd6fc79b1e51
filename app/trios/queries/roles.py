"""Reading who else holds the roles that somebody must hold, and what that means for ending one."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant
from app.accounts.rules.invitations import Offer
from app.kit.actors import Actor
from app.kit.verdicts import Verdict
from app.trios.rules.members import LASTING, may_end_role


def holds(on: date) -> ColumnElement[bool]:
    """The condition that a grant holds on a day."""
    return and_(RoleGrant.revoked_at.is_(None), or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on))


def count_others(session: Session, offer: Offer, user_id: int, *, on: date) -> int:
    """How many other people hold the same role in the same place on a day."""
    query = select(func.count(RoleGrant.user_id.distinct())).where(
        RoleGrant.role == offer.role, RoleGrant.user_id != user_id, holds(on),
        RoleGrant.trio_id.is_not_distinct_from(offer.trio_id),
        RoleGrant.company_id.is_not_distinct_from(offer.company_id),
    )  # fmt: skip
    return session.scalar(query) or 0


def list_end_verdicts(
    session: Session, actor: Actor, user_id: int | None, roles: Iterable[tuple[int, Offer]], *, on: date
) -> dict[int, Verdict]:
    """Whether the actor may end each of these roles of one person, by grant; one query, however many there are."""
    roles = list(roles)
    trio_ids = {offer.trio_id for _grant_id, offer in roles if offer.trio_id is not None}
    query = (
        select(RoleGrant.role, RoleGrant.trio_id, func.count(RoleGrant.user_id.distinct()))
        .where(
            RoleGrant.role.in_(LASTING), RoleGrant.user_id != user_id, holds(on),
            or_(RoleGrant.trio_id.is_(None), RoleGrant.trio_id.in_(trio_ids)),
        )
        .group_by(RoleGrant.role, RoleGrant.trio_id)
    )  # fmt: skip
    others = {(role, trio_id): count for role, trio_id, count in session.execute(query)}
    return {
        grant_id: may_end_role(actor, user_id, offer, others=others.get((offer.role, offer.trio_id), 0))
        for grant_id, offer in roles
    }
