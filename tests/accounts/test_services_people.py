from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.accounts.models import RoleGrant, SignInSession, User
from app.kit import audit, database
from app.kit.actors import Actor, Role
from app.kit.errors import NotFound
from tests.factories import NOON

PLATFORM = Actor(None)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def join(session, name="Olena Bondar", email="olena@firma.example"):
    return services.join(session, name=name, email=email, language="de", now=NOON)


def entries(session):
    audit.seal(session)
    return session.scalars(select(audit.Entry).order_by(audit.Entry.number)).all()


# ---- joining


def test_joining_makes_an_account_without_a_password(session):
    joined = join(session, name="  Olena \n Bondar ", email=" Olena@Firma.example ")
    user = queries.get_user(session, joined.user_id)
    assert joined.is_new
    assert (user.name, user.email, user.language) == ("Olena Bondar", "olena@firma.example", "de")
    assert (user.password_hash, user.verified_at, user.created_at, user.is_demo) == (None, None, NOON, False)
    assert len(user.key) == 32


def test_joining_again_changes_nothing_of_the_account_that_is_there(session):
    first = join(session)
    key = queries.get_user(session, first.user_id).key
    second = join(session, name="Mallory", email="OLENA@firma.example")
    assert (second.user_id, second.is_new) == (first.user_id, False)
    user = queries.get_user(session, first.user_id)
    assert (user.name, user.key) == ("Olena Bondar", key)


def test_joining_twice_in_the_same_moment_makes_one_account(own_engine):
    start = Barrier(4)

    def join_at_once(_n):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            joined = join(session)
            session.commit()
            return joined

    with ThreadPoolExecutor(4) as threads:
        joined = list(threads.map(join_at_once, range(4)))
    assert len({each.user_id for each in joined}) == 1
    assert [each.is_new for each in joined].count(True) == 1


def test_an_address_taken_between_looking_and_writing_is_found(session, make, monkeypatch):
    known = make.user(email="olena@firma.example")
    real = queries.find_by_email
    looks = iter([None])
    monkeypatch.setattr(queries, "find_by_email", lambda *given: next(looks, real(*given)))
    assert join(session) == services.Joined(known.id, is_new=False)


def test_an_account_that_cannot_be_made_for_another_reason_says_so(session, make, monkeypatch):
    make.user(email="olena@firma.example")
    monkeypatch.setattr(queries, "find_by_email", lambda *_given: None)
    with pytest.raises(IntegrityError):
        join(session)


# ---- roles


def grant(session, user, role, actor=PLATFORM, **where):
    return services.grant(session, actor, user.id, role, **where, now=NOON)


def test_a_role_is_given_in_a_trio_for_a_company_or_everywhere(session, make):
    user, trio, company = make.user(), make.trio(), make.company()
    grant(session, user, Role.TRAINER, trio_id=trio.id)
    grant(session, user, Role.HR_CONTACT, company_id=company.id)
    grant(session, user, Role.SITE_ADMIN)
    session.flush()
    session.expire_all()
    found = queries.find_with_grants(session, user.id)
    assert found is not None
    actor = queries.actor_of(found, on=NOON.date())
    assert actor.trios_as(Role.TRAINER) == {trio.id}
    assert actor.companies_as(Role.HR_CONTACT) == {company.id}
    assert actor.holds(Role.SITE_ADMIN)


def test_a_role_says_who_gave_it_when_and_for_whom_they_act(session, make):
    giver, user, trio = make.actor(Role.SITE_ADMIN), make.user(), make.trio()
    partner = make.organisation()
    given = grant(session, user, Role.AUTHOR, giver, trio_id=trio.id, organisation_id=partner.id)
    assert (given.granted_by, given.granted_at, given.organisation_id) == (giver.user_id, NOON, partner.id)
    (entry,) = entries(session)
    assert (entry.action, entry.ref, entry.trio_id) == ("role.granted", user.key, trio.id)
    assert entry.new == {"role": "author", "company_id": None, "organisation_id": partner.id}


def test_whoever_may_see_more_signs_in_anew(session, make):
    user = make.user()
    make.token(user)
    grant(session, user, Role.AUTHOR)
    assert session.scalars(select(SignInSession.ended_at)).all() == [NOON]


@pytest.mark.parametrize("place", [{}, {"trio_id": True}, {"company_id": True}], ids=["everywhere", "trio", "company"])
def test_a_role_that_is_held_already_stays_as_it_is(session, make, place):
    made = {"trio_id": make.trio().id, "company_id": make.company().id}
    where = {name: made[name] for name in place}
    user = make.user()
    first = grant(session, user, Role.AUTHOR, **where)
    session.flush()
    make.token(user)
    assert grant(session, user, Role.AUTHOR, **where) is first
    assert session.scalars(select(SignInSession.ended_at)).all() == [None]
    session.add(RoleGrant(user_id=user.id, role=Role.AUTHOR, granted_at=NOON, **where))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_role_has_one_place(session, make):
    places = {"trio_id": make.trio().id, "company_id": make.company().id}
    with pytest.raises(IntegrityError):
        grant(session, make.user(), Role.AUTHOR, **places)
    session.rollback()


def test_a_role_that_ends_stays_as_history_and_can_be_given_again(session, make):
    giver, user, trio = make.actor(Role.SITE_ADMIN), make.user(), make.trio()
    given = grant(session, user, Role.AUTHOR, trio_id=trio.id)
    session.flush()
    for _twice in range(2):
        services.revoke(session, giver, given, now=NOON)
    assert (given.revoked_at, given.revoked_by) == (NOON, giver.user_id)
    session.flush()
    assert grant(session, user, Role.AUTHOR, trio_id=trio.id) is not given
    assert [entry.action for entry in entries(session)] == ["role.granted", "role.revoked", "role.granted"]


def test_a_role_may_have_a_last_day_after_which_it_is_given_anew(session, make):
    user, trio = make.user(), make.trio()
    given = grant(session, user, Role.AUTHOR, trio_id=trio.id)
    session.flush()
    services.limit(session, PLATFORM, given, ends_on=NOON.date(), now=NOON)
    assert grant(session, user, Role.AUTHOR, trio_id=trio.id) is given, "its last day is today"
    services.limit(session, PLATFORM, given, ends_on=NOON.date() - timedelta(days=1), now=NOON)
    again = grant(session, user, Role.AUTHOR, trio_id=trio.id)
    assert (given.revoked_at, again.ends_on) == (NOON, None)
    said = [(entry.action, entry.new.get("ends_on")) for entry in entries(session)]
    assert said == [
        ("role.granted", None), ("role.limited", "2026-03-02"), ("role.limited", "2026-03-01"), ("role.revoked", None),
        ("role.granted", None),
    ]  # fmt: skip


def test_a_role_for_nobody(session):
    with pytest.raises(NotFound):
        services.grant(session, PLATFORM, 10**6, Role.AUTHOR, now=NOON)


# ---- details


def test_name_and_language_are_changed(session, make):
    user = make.user()
    services.change_details(session, user.id, name=" Olena\r\nBcc: Bondar ", language="en")
    assert (user.name, user.language) == ("Olena Bcc: Bondar", "en")
    with pytest.raises(NotFound):
        services.change_details(session, 10**6, name="x", language="de")


def test_an_address_is_unique_and_in_lower_case(session, make):
    make.user(email="olena@firma.example")
    for email in ("olena@firma.example", "Upper@firma.example"):
        session.add(User(email=email, name="x", key=email, created_at=NOON))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    assert count(session, RoleGrant) == 0
