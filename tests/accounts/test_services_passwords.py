import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.accounts.models import SignInSession
from app.accounts.services import passwords, signing_in
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Conflict, NotFound
from app.kit.outbox import Message
from tests.accounts.conftest import PASSWORD
from tests.counting import statements
from tests.factories import NOON

REAL_HASHER, REAL_NOBODY = passwords._hasher, passwords._nobody
ADDRESSES = ["olena@firma.example", "nobody@firma.example", "link@firma.example", "erased@firma.example"]


def check(session, password=PASSWORD, email="olena@firma.example"):
    return passwords.check_password(session, email=email, password=password)


def actions(session):
    audit.seal(session)
    return session.scalars(select(audit.Entry.action).order_by(audit.Entry.number)).all()


def alive(session, user):
    query = select(SignInSession.id).where(SignInSession.user_id == user.id, SignInSession.ended_at.is_(None))
    return session.scalars(query).all()


# ---- setting


def test_a_password_is_kept_as_a_hash(session, olena):
    assert olena.password_hash.startswith("$argon2id$")
    assert PASSWORD not in olena.password_hash
    with pytest.raises(NotFound):
        passwords.set_password(session, 10**6, PASSWORD, now=NOON)


def test_choosing_the_first_and_another_one(session, make, templates):
    user = make.user()
    for password in ("Vier-Blaue-Zahnräder", "Drei-Grüne-Zahnräder"):
        passwords.change_password(session, Actor(user.id), user.id, password, now=NOON)
        assert check(session, password, user.email) == user.id
    assert templates() == ["password_set", "password_changed"]
    assert actions(session) == ["password.set", "password.changed"]


def test_a_new_password_ends_other_sessions_and_mails_under_way(session, make, olena, mails):
    for _n in range(3):
        make.token(olena)
    mine = alive(session, olena)[1]
    signing_in.send_link(session, email=olena.email, target="/my", now=NOON)
    token = mails()[0].payload["values"]["token"]
    passwords.change_password(session, Actor(olena.id), olena.id, "Vier-Blaue-Zahnräder", but=mine, now=NOON)
    assert alive(session, olena) == [mine]
    with pytest.raises(NotFound):
        signing_in.use_link(session, token, now=NOON)


@pytest.mark.parametrize("password", ["short", "1234567890", "olena-bondar-1", "qwertyuiop2026", "Olena@Firma.example"])
def test_a_weak_password_changes_nothing(session, olena, templates, password):
    with pytest.raises(Conflict):
        passwords.change_password(session, Actor(olena.id), olena.id, password, now=NOON)
    assert check(session) == olena.id
    assert templates() == actions(session) == []


def test_doing_without_a_password(session, make, olena, templates):
    make.token(olena)
    for _twice in range(2):
        passwords.remove_password(session, Actor(olena.id), olena.id, now=NOON)
        assert olena.password_hash is None
    assert check(session) is None
    assert alive(session, olena) == []
    assert templates() == ["password_removed"]
    assert actions(session) == ["password.removed"]


def test_shared_accounts_keep_their_password(session, make):
    user = make.user(is_demo=True, password_hash="x")
    for act in (
        lambda: passwords.change_password(session, Actor(user.id), user.id, "Vier-Blaue-Zahnräder", now=NOON),
        lambda: passwords.remove_password(session, Actor(user.id), user.id, now=NOON),
    ):
        with pytest.raises(Conflict, match="demo account"):
            act()
    assert user.password_hash == "x"


def test_the_shipped_list_is_in_small_letters_and_has_what_everybody_tries():
    known = passwords.known_passwords()
    assert len(known) == 30_000
    assert {"123456", "password", "qwertyuiop", "1234567890"} <= known
    assert all(password == password.casefold() for password in known)


# ---- checking


@pytest.mark.parametrize("email", ["olena@firma.example", " Olena@FIRMA.example"])
def test_the_right_password_however_the_address_is_typed(session, olena, email):
    assert check(session, email=email) == olena.id


@pytest.mark.parametrize(
    "wrong", [PASSWORD.lower(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1], "", PASSWORD + "\x00"], ids=ascii
)
def test_nothing_is_cut_and_no_letter_is_changed(session, olena, wrong):
    assert check(session, wrong) is None


def test_long_passwords_count_to_their_last_character(session, make):
    user = make.user()
    long = "Zahnrad-" * 20
    passwords.set_password(session, user.id, f"{long}x", now=NOON)
    assert check(session, f"{long}x", user.email) == user.id
    assert check(session, f"{long}y", user.email) is None
    assert check(session, f"{long}x"[:72], user.email) is None


@pytest.fixture
def verified(monkeypatch):
    """The hashes that a password was compared with."""
    hashes = []
    real = passwords._hasher

    class Hasher:
        def verify(self, stored, password):
            hashes.append(stored)
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    return hashes


@pytest.mark.parametrize("email", ADDRESSES)
def test_wrong_unknown_without_a_password_and_erased_cost_the_same_work(session, make, olena, verified, email):
    make.user(email="link@firma.example")
    make.user(email="erased@firma.example", password_hash=olena.password_hash, erased_at=NOON)
    with statements(session) as said:
        assert check(session, "wrong", email) is None
    (stored,) = verified
    assert stored.rsplit("$", 2)[0] == olena.password_hash.rsplit("$", 2)[0]
    assert len(said) == 1


def test_nobody_has_a_hash_as_strong_as_everybody():
    assert not REAL_HASHER.check_needs_rehash(REAL_NOBODY)
    assert REAL_HASHER.memory_cost * REAL_HASHER.time_cost >= 19 * 1024 * 2, "OWASP's least for Argon2id"


def test_checking_writes_nothing_so_that_nobody_waits_for_it(session, olena):
    for password in (PASSWORD, "wrong"):
        check(session, password)
        assert [*session.new, *session.dirty, *session.deleted] == []
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_weak_hash_is_renewed_when_the_password_is_known(session, olena):
    olena.password_hash = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    weak = olena.password_hash
    assert check(session) == olena.id
    passwords.renew_hash(session, olena.id, PASSWORD)
    renewed = olena.password_hash
    assert renewed != weak
    assert check(session) == olena.id
    passwords.renew_hash(session, olena.id, PASSWORD)
    assert olena.password_hash == renewed


def test_without_a_password_there_is_nothing_to_renew(session, make):
    user = make.user()
    passwords.renew_hash(session, user.id, PASSWORD)
    assert user.password_hash is None


def test_a_hash_that_is_none_signs_nobody_in(session, make):
    make.user(email="odd@firma.example", password_hash="not a hash")
    assert check(session, email="odd@firma.example") is None
