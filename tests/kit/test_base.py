from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.accounts.models import RoleGrant, User
from app.kit.actors import Role
from app.kit.base import Base, Moment
from tests.factories import NOON

SUMMER_IN_BERLIN = timezone(timedelta(hours=2))


def test_a_moment_comes_back_aware_and_in_utc(make, session):
    user = make.user(created_at=datetime(2026, 7, 1, 14, 0, tzinfo=SUMMER_IN_BERLIN))
    session.expire_all()
    assert user.created_at == datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert user.created_at.tzinfo is UTC
    assert user.verified_at is None


def test_moments_compare_in_the_database_whatever_zone_they_were_given_in(make, session):
    user = make.user(created_at=datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    same = datetime(2026, 7, 1, 14, 0, tzinfo=SUMMER_IN_BERLIN)
    assert session.scalar(select(User.id).where(User.created_at == same)) == user.id


def test_nothing_stays_nothing(engine):
    assert Moment().process_bind_param(None, engine.dialect) is None
    assert Moment().process_result_value(None, engine.dialect) is None


def test_an_enum_is_stored_as_its_value_and_nothing_else_gets_in(make, session):
    user = make.user(Role.TRIO_ADMIN, trio=make.trio())
    stored = session.scalar(text("SELECT role FROM role_grants WHERE user_id = :id"), {"id": user.id})
    assert stored == "trio_admin"
    session.add(RoleGrant(user_id=user.id, role="emperor", granted_at=NOON))
    with pytest.raises(StatementError):
        session.flush()
    session.rollback()


def test_a_foreign_key_holds_on_both_databases(session):
    session.add(RoleGrant(user_id=2**30, role=Role.AUTHOR, granted_at=NOON))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_every_constraint_has_a_name_so_that_migrations_can_change_it():
    nameless = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in [*table.constraints, *table.indexes]
        if not getattr(constraint, "name", None)
    ]
    assert nameless == []
