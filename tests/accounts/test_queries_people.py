from datetime import timedelta

import pytest

from app.accounts import queries
from app.accounts.models import Attempt, EmailChange, RoleGrant, SignInLink, User
from app.kit.actors import Grant, Role
from app.kit.errors import NotFound
from tests.counting import statements
from tests.factories import NOON, as_actor

HOUR = timedelta(hours=1)


def test_a_person_by_number(make, session):
    user = make.user()
    assert queries.get_user(session, user.id) is user
    for missing in (None, 0, -1, user.id + 10**6):
        with pytest.raises(NotFound):
            queries.get_user(session, missing)


def test_a_person_by_address(make, session):
    user = make.user(email="olena@firma.example")
    assert queries.find_by_email(session, "olena@firma.example") is user
    assert queries.find_by_email(session, "nobody@firma.example") is None
    assert queries.find_by_email(session, "%") is None
    assert user is not None
    user.erased_at = NOON
    assert queries.find_by_email(session, "olena@firma.example") is None


def test_a_person_with_all_grants_in_two_queries(make, session):
    trio, company = make.trio(), make.company()
    user = make.user(Role.TRAINER, trio=trio)
    session.add_all(
        [
            RoleGrant(user_id=user.id, role=Role.SITE_ADMIN, granted_at=NOON),
            RoleGrant(user_id=user.id, role=Role.HR_CONTACT, company_id=company.id, granted_at=NOON),
            *(
                RoleGrant(user_id=user.id, role=Role.AUTHOR, trio_id=make.trio().id, granted_at=NOON)
                for _n in range(10)
            ),
        ]
    )
    session.commit()
    user_id, trio_id, company_id = user.id, trio.id, company.id
    session.expunge_all()
    with statements(session) as said:
        found = queries.find_with_grants(session, user_id)
        assert found is not None
        actor = queries.actor_of(found, on=NOON.date())
    assert len(said) == 2
    assert len(actor.grants) == 13
    assert {
        Grant(Role.TRAINER, trio_id),
        Grant(Role.SITE_ADMIN),
        Grant(Role.HR_CONTACT, None, company_id),
    } <= actor.grants
    assert queries.find_with_grants(session, 0) is None


def test_the_actor_of_somebody_without_a_role(make, session):
    user = make.user()
    found = queries.find_with_grants(session, user.id)
    assert found is not None
    assert queries.actor_of(found, on=NOON.date()) == as_actor(user)


@pytest.mark.parametrize("people", [0, 1, 30])
def test_names_in_one_query(make, session, people):
    users = [make.user() for _n in range(people)]
    names = {user.id: user.name for user in users}
    with statements(session) as said:
        assert queries.names_of(session, [*names, 10**6]) == names
    assert len(said) == 1


def test_tries_of_one_kind_for_one_key_since_a_moment(make, session):
    tries = (("k", "a", NOON), ("k", "a", NOON - HOUR), ("k", "a", NOON - 2 * HOUR), ("k", "b", NOON), ("l", "a", NOON))
    session.add_all([Attempt(kind=kind, key_hash=key, made_at=at) for kind, key, at in tries])
    session.flush()
    assert queries.count_attempts(session, "k", "a", since=NOON - HOUR) == 2
    assert queries.count_attempts(session, "k", "c", since=NOON - HOUR) == 0


def test_links_of_one_person(make, session):
    user, other = make.user(), make.user()
    for n, (owner, at) in enumerate(((user, NOON), (user, NOON - HOUR), (user, NOON - 2 * HOUR), (other, NOON))):
        session.add(
            SignInLink(user_id=owner.id, token_hash=str(n), target="/my", created_at=at, expires_at=at + 24 * HOUR)
        )
    session.flush()
    assert queries.count_links(session, user.id, since=NOON - HOUR) == 2
    for lock in (False, True):
        link = queries.find_link(session, "3", lock=lock)
        assert link is not None
        assert link.user_id == other.id
    assert queries.find_link(session, "4") is None


@pytest.mark.parametrize(
    "given,is_open",
    [({}, True), ({"done_at": NOON}, False), ({"expires_at": NOON}, False), ({"user_id": None}, False)],
    ids=["open", "done", "expired", "of somebody else"],
)
def test_the_open_change_of_an_address(make, session, given, is_open):
    user = make.user()
    row = {"user_id": user.id, "new_email": "new@firma.example", "old_hash": "o", "new_hash": "n", "created_at": NOON}
    change = EmailChange(**row | {"expires_at": NOON + HOUR} | {k: v or make.user().id for k, v in given.items()})
    session.add(change)
    session.flush()
    assert queries.find_open_email_change(session, user.id, now=NOON) is (change if is_open else None)
    for old, new in (("o", "x"), ("x", "n")):
        assert queries.find_email_change(session, old, new, lock=True) is change
    assert queries.find_email_change(session, "n", "o") is None


def test_demo_people_are_the_ones_with_a_password(make, session):
    make.user(is_demo=True)
    make.user(password_hash="x")
    second, first = make.user(is_demo=True, password_hash="x"), make.user(is_demo=True, password_hash="x")
    assert queries.list_demo_people(session) == sorted([first, second], key=lambda user: user.id)
    assert all(isinstance(user, User) for user in queries.list_demo_people(session))
