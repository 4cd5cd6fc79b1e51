"""Rows that belong to nobody."""

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.services.erasing import make_nobodies
from tests.factories import NOON


def test_nobodies_have_no_name_no_address_and_no_way_in(session):
    made = make_nobodies(session, 3, now=NOON)
    rows = session.scalars(select(User).where(User.id.in_(made))).all()
    assert len({row.key for row in rows}) == 3
    for row in rows:
        assert (row.name, row.email) == ("", f"{row.key}@erased.invalid")
        assert (row.password_hash, row.verified_at, row.seen_on, row.erased_at) == (None, None, None, NOON)
