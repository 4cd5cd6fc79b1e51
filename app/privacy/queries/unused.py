"""Accounts that nobody has used for long."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from app.accounts.models import RoleGrant, User
from app.kit.actors import Role
from app.kit.clock import BERLIN, local_date
from app.privacy.models import AccountNotice
from app.privacy.rules import NOTICE_DAYS, unused_before
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState, RunState

_ADMINISTRATORS = (Role.TRIO_ADMIN, Role.SITE_ADMIN)


def to_tell(*, now: datetime) -> Select[Any]:
    """Who is to be told that their account goes: nobody needs it, and they were not told since their last visit."""
    told = exists().where(AccountNotice.user_id == User.id)
    return _unused(unused_before(today=local_date(now), notice=True), now=now).where(~told)


def to_erase(*, now: datetime) -> Select[Any]:
    """Whose account goes: they were told long enough ago, and have not come back."""
    told = exists().where(
        AccountNotice.user_id == User.id, AccountNotice.posted_at <= now - timedelta(days=NOTICE_DAYS)
    )
    return _unused(unused_before(today=local_date(now), notice=False), now=now).where(told)


def came_back() -> ColumnElement[bool]:
    """Whether the person of a notice has been here since."""
    return exists().where(User.id == AccountNotice.user_id, User.seen_on > AccountNotice.unused_since_on)


def _unused(day: date, *, now: datetime) -> Select[Any]:
    """People last here before the day whom nobody waits for: no run to come, no Trio or platform to administer."""
    moment = datetime.combine(day, time(), tzinfo=BERLIN)
    unseen = or_(User.seen_on < day, and_(User.seen_on.is_(None), User.created_at < moment))
    has_place = exists().where(
        Enrolment.user_id == User.id, Enrolment.state.in_((EnrolmentState.CONFIRMED, EnrolmentState.WAITING)),
        Run.id == Enrolment.run_id, Run.ends_at > now,
    )  # fmt: skip
    teaches = exists().where(
        Run.trainer_id == User.id, Run.state.in_((RunState.PLANNED, RunState.PUBLISHED)), Run.ends_at > now
    )
    administers = exists().where(
        RoleGrant.user_id == User.id, RoleGrant.role.in_(_ADMINISTRATORS), RoleGrant.revoked_at.is_(None)
    )
    return select(User.id).where(unseen, User.erased_at.is_(None), ~has_place, ~teaches, ~administers)
