from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import queries, rules, services
from app.accounts.models import RoleGrant, SignInFailure, SignInLink, User
from app.kit import database
from app.kit.actors import Role
from app.kit.errors import Conflict, NotFound
from app.kit.outbox import Message
from tests.factories import NOON

PASSWORD = "Trockenraum-7"
MINUTE = timedelta(minutes=1)
REAL_HASHER, REAL_NOBODY = services._hasher, services._nobody


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def join(session, name="Olena Bondar", email="olena@firma.example"):
    return services.join(session, name=name, email=email, language="de", now=NOON)


# ---- joining


def test_joining_makes_an_account_without_a_password(session):
    joined = join(session, name="  Olena \n Bondar ", email=" Olena@Firma.example ")
    user = queries.get_user(session, joined.user_id)
    assert joined.is_new
    assert (user.name, user.email, user.language) == ("Olena Bondar", "olena@firma.example", "de")
    assert (user.password_hash, user.verified_at, user.created_at, user.is_demo) == (None, None, NOON, False)
    assert len(user.stamp) == 32


def test_joining_again_changes_nothing_of_the_account_that_is_there(session):
    first = join(session)
    stamp = queries.get_user(session, first.user_id).stamp
    second = join(session, name="Mallory", email="OLENA@firma.example")
    assert (second.user_id, second.is_new) == (first.user_id, False)
    user = queries.get_user(session, first.user_id)
    assert (user.name, user.stamp) == ("Olena Bondar", stamp)


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


def test_a_role_is_given_in_a_trio_for_a_company_or_everywhere(session, make):
    user, trio, company = make.user(), make.trio(), make.company()
    services.grant(session, user.id, Role.TRAINER, trio_id=trio.id)
    services.grant(session, user.id, Role.HR_CONTACT, company_id=company.id)
    services.grant(session, user.id, Role.SITE_ADMIN)
    session.flush()
    session.expire_all()
    found = queries.find_with_grants(session, user.id)
    assert found is not None
    actor = queries.actor_of(found)
    assert actor.trios_as(Role.TRAINER) == {trio.id}
    assert actor.companies_as(Role.HR_CONTACT) == {company.id}
    assert actor.holds(Role.SITE_ADMIN)


@pytest.mark.parametrize("proven", [True, False])
def test_a_role_ends_the_sessions_of_who_never_proved_the_address(session, make, proven):
    user = make.user(verified_at=NOON if proven else None)
    before = user.stamp
    services.grant(session, user.id, Role.AUTHOR)
    assert (user.stamp == before) is proven


@pytest.mark.parametrize("place", [{}, {"trio_id": True}, {"company_id": True}], ids=["everywhere", "trio", "company"])
def test_the_same_role_is_not_given_twice(session, make, place):
    made = {"trio_id": make.trio().id, "company_id": make.company().id}
    where = {name: made[name] for name in place}
    user = make.user()
    services.grant(session, user.id, Role.AUTHOR, **where)
    session.flush()
    services.grant(session, user.id, Role.AUTHOR, **where)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_role_has_one_place(session, make):
    services.grant(session, make.user().id, Role.AUTHOR, trio_id=make.trio().id, company_id=make.company().id)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


# ---- links


@pytest.fixture
def link(session, make):
    """Asks for a link and returns the token of the mail."""

    def _link(user=None, target="/runs/7", now=NOON):
        user = user or make.user()
        services.send_link(session, email=user.email, target=target, now=now)
        session.flush()
        message = session.scalars(select(Message).order_by(Message.id.desc())).first()
        return message.payload["values"]["token"]

    return _link


def test_a_link_is_posted_and_only_its_hash_is_kept(session, make, link):
    user = make.user()
    token = link(user)
    stored = session.scalars(select(SignInLink)).one()
    message = session.scalars(select(Message)).one()
    assert (stored.user_id, stored.target, stored.expires_at) == (user.id, "/runs/7", NOON + rules.LINK_LIFETIME)
    assert stored.token_hash != token
    assert len(token) >= 43
    assert message.payload == {"user_id": user.id, "template": "accounts/mail/link", "values": {"token": token}}
    assert user.email not in str(message.payload)


def test_an_unknown_address_gets_nothing_and_nobody_can_tell(session):
    services.send_link(session, email="nobody@firma.example", target="/my", now=NOON)
    assert count(session, Message) == count(session, SignInLink) == 0


def test_a_target_elsewhere_is_not_kept(session, make, link):
    link(target="//evil.example")
    assert session.scalars(select(SignInLink.target)).one() == "/my"


def test_after_five_links_in_an_hour_there_is_a_pause(session, make, link):
    user = make.user()
    for _n in range(rules.LINKS_ALLOWED):
        link(user)
    with pytest.raises(Conflict, match="spam folder"):
        link(user)
    link(make.user())
    link(user, now=NOON + 61 * MINUTE)


def test_a_link_signs_in_once(session, make, link):
    user = make.user()
    token = link(user)
    assert services.use_link(session, token, now=NOON) == (user.id, "/runs/7")
    with pytest.raises(NotFound) as used:
        services.use_link(session, token, now=NOON)
    assert str(used.value) == "This link does not work any more. Ask for a new one."


@pytest.mark.parametrize(
    "break_it",
    [lambda _t: "", lambda t: t[:-1], lambda t: f"{t}x", str.swapcase, lambda _t: "\x00"],
    ids=["empty", "truncated", "longer", "other case", "zero byte"],
)
def test_a_link_that_is_not_quite_right_looks_like_a_used_one(session, link, break_it):
    token = link()
    with pytest.raises(NotFound, match="does not work any more"):
        services.use_link(session, break_it(token), now=NOON)
    services.use_link(session, token, now=NOON)


def test_a_link_expires(session, link):
    token = link()
    with pytest.raises(NotFound, match="does not work any more"):
        services.use_link(session, token, now=NOON + rules.LINK_LIFETIME)
    services.use_link(session, token, now=NOON + rules.LINK_LIFETIME - MINUTE)


def test_the_first_link_proves_whose_address_it_is_and_ends_sessions_begun_without_proof(session, make, link):
    user = make.user()
    before = user.stamp
    services.use_link(session, link(user), now=NOON)
    assert user.verified_at == NOON
    proven = user.stamp
    assert proven != before
    services.use_link(session, link(user), now=NOON + MINUTE)
    assert (user.verified_at, user.stamp) == (NOON, proven)


def test_one_link_used_by_four_threads_signs_in_one(own_engine):
    with Session(own_engine) as session:
        user_id = join(session).user_id
        services.send_link(session, email="olena@firma.example", target="/my", now=NOON)
        session.flush()
        token = session.scalars(select(Message)).one().payload["values"]["token"]
        session.commit()
    start = Barrier(4)

    def use(_n):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            try:
                found, _target = services.use_link(session, token, now=NOON)
            except NotFound:
                return None
            session.commit()
            return found

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(use, range(4)), key=str) == [user_id, None, None, None]


# ---- passwords


@pytest.fixture
def with_password(session, make):
    user = make.user(email="olena@firma.example")
    services.set_password(session, user.id, PASSWORD)
    session.flush()
    return user


def attempt(session, password=PASSWORD, email="olena@firma.example", now=NOON):
    user_id = services.check_password(session, email=email, password=password, now=now)
    services.note_attempt(session, user_id, email=email, password=password, now=now)
    session.flush()
    return user_id


def test_a_password_is_kept_as_a_hash_and_ends_other_sessions(session, make):
    user = make.user()
    before = user.stamp
    services.set_password(session, user.id, PASSWORD)
    assert user.password_hash.startswith("$argon2id$")
    assert user.stamp != before
    with pytest.raises(NotFound):
        services.set_password(session, 10**6, PASSWORD)


def test_the_right_password_signs_in_however_the_address_is_typed(session, with_password):
    assert attempt(session) == with_password.id
    assert attempt(session, email=" Olena@FIRMA.example") == with_password.id


@pytest.fixture
def verified(monkeypatch):
    """The hashes that a password was compared with."""
    hashes = []
    real = services._hasher

    class Hasher:
        def verify(self, stored, password):
            hashes.append(stored)
            return real.verify(stored, password)

    monkeypatch.setattr(services, "_hasher", Hasher())
    return hashes


@pytest.mark.parametrize("email", ["olena@firma.example", "nobody@firma.example", "link@firma.example"])
def test_wrong_unknown_and_without_a_password_cost_the_same_work(session, make, with_password, verified, email):
    make.user(email="link@firma.example")
    assert services.check_password(session, email=email, password="wrong", now=NOON) is None
    (stored,) = verified
    assert stored.rsplit("$", 2)[0] == with_password.password_hash.rsplit("$", 2)[0]


def test_nobody_has_a_hash_as_strong_as_everybody():
    assert not REAL_HASHER.check_needs_rehash(REAL_NOBODY)
    assert REAL_HASHER.memory_cost * REAL_HASHER.time_cost >= 19 * 1024 * 2, "OWASP's least for Argon2id"


def test_checking_writes_nothing_so_that_nobody_waits_for_it(session, with_password):
    for password in (PASSWORD, "wrong"):
        services.check_password(session, email="olena@firma.example", password=password, now=NOON)
        assert not session.new
        assert not session.dirty
        assert not session.deleted
    assert count(session, SignInFailure) == 0


@pytest.mark.parametrize("email", ["olena@firma.example", "nobody@firma.example"])
def test_after_five_wrong_passwords_even_the_right_one_waits(session, with_password, verified, email):
    for _n in range(rules.FAILURES_ALLOWED):
        services.note_attempt(session, None, email=email, password="x", now=NOON)
    session.flush()
    with pytest.raises(Conflict, match="Wait 15 minutes"):
        services.check_password(session, email=email, password=PASSWORD, now=NOON)
    assert verified == []
    with pytest.raises(Conflict):
        services.check_password(session, email=email.upper(), password=PASSWORD, now=NOON + 15 * MINUTE)
    services.check_password(session, email=email, password=PASSWORD, now=NOON + 15 * MINUTE + timedelta(seconds=1))


def test_other_addresses_and_the_link_still_work(session, make, with_password, link):
    for _n in range(rules.FAILURES_ALLOWED):
        attempt(session, "wrong")
    other = make.user()
    services.set_password(session, other.id, PASSWORD)
    session.flush()
    assert attempt(session, email=other.email) == other.id
    assert services.use_link(session, link(with_password), now=NOON)[0] == with_password.id


def test_the_right_password_makes_the_wrong_ones_forgotten(session, with_password):
    for _n in range(rules.FAILURES_ALLOWED - 1):
        attempt(session, "wrong")
    attempt(session, "wrong", email="other@firma.example")
    assert attempt(session) == with_password.id
    assert count(session, SignInFailure) == 1
    for _n in range(rules.FAILURES_ALLOWED - 1):
        attempt(session, "wrong")
    assert attempt(session) == with_password.id


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_old_failures_do_not_pile_up(session, with_password, password):
    for n in range(20):
        services.note_attempt(session, None, email=f"{n}@firma.example", password="x", now=NOON)
    session.flush()
    attempt(session, password, now=NOON + 16 * MINUTE)
    assert count(session, SignInFailure) == (1 if password == "wrong" else 0)


def test_a_failure_names_nobody(session):
    attempt(session, "wrong", email="nobody@firma.example")
    assert "nobody" not in session.scalars(select(SignInFailure.email_hash)).one()


def test_a_weak_hash_is_renewed_when_the_password_is_known(session, with_password):
    with_password.password_hash = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    weak = with_password.password_hash
    session.flush()
    assert attempt(session, "wrong") is None
    assert with_password.password_hash == weak
    assert attempt(session) == with_password.id
    assert with_password.password_hash != weak
    assert attempt(session) == with_password.id


def test_a_hash_that_is_none_signs_nobody_in(session, make):
    make.user(email="odd@firma.example", password_hash="not a hash")
    assert attempt(session, email="odd@firma.example") is None


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
        session.add(User(email=email, name="x", stamp="x", created_at=NOON))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
    assert count(session, RoleGrant) == 0
