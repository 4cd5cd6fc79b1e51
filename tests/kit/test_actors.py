import pytest

from app.kit.actors import ANYONE, Actor, Grant, Role

EVERYWHERE = Grant(Role.AUTHOR)
IN_TRIO = Grant(Role.AUTHOR, 7)
FOR_COMPANY = Grant(Role.AUTHOR, None, 7)


@pytest.mark.parametrize(
    "grant,trio_id,holds",
    [
        (EVERYWHERE, None, True),
        (EVERYWHERE, 7, True),
        (IN_TRIO, 7, True),
        (IN_TRIO, 8, False),
        (IN_TRIO, None, False),
        (FOR_COMPANY, 7, False),
        (FOR_COMPANY, None, False),
    ],
)
def test_a_role_holds_where_it_was_given(grant, trio_id, holds):
    assert Actor(1, frozenset({grant})).holds(Role.AUTHOR, trio_id=trio_id) is holds
    assert not Actor(1, frozenset({grant})).holds(Role.TRAINER, trio_id=trio_id)


def test_places_of_a_role():
    grants = {IN_TRIO, Grant(Role.AUTHOR, 8), EVERYWHERE, Grant(Role.TRAINER, 9), Grant(Role.HR_CONTACT, None, 3)}
    actor = Actor(1, frozenset(grants))
    assert actor.trios_as(Role.AUTHOR) == {7, 8}
    assert actor.companies_as(Role.HR_CONTACT) == {3}
    assert actor.companies_as(Role.AUTHOR) == frozenset()
    assert actor.has(Role.TRAINER)
    assert not actor.has(Role.SITE_ADMIN)


def test_nobody_holds_nothing():
    assert ANYONE.user_id is None
    assert not any(ANYONE.has(role) or ANYONE.holds(role, trio_id=1) for role in Role)
