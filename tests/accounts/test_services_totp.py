"""The authenticator app: set up, used once per code, moved, removed."""

import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Passkey, RecoveryCode, Totp
from app.accounts.queries.factors import factors_of
from app.accounts.rules.factors import Factors
from app.accounts.services import totp as services
from app.kit import audit, database
from app.kit.actors import Actor
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.outbox import Message
from tests.factories import NOON, Make

STEP = timedelta(seconds=30)


def code_at(secret, moment):
    return pyotp.TOTP(secret).at(moment)


@pytest.fixture
def user(make):
    return make.user()


@pytest.fixture
def secret(session, user):
    """The secret of the app of the person, set up a minute ago."""
    return set_up(session, user)


def set_up(session, user, now=NOON - 2 * STEP):
    secret = services.begin_totp(session, user.id, now=now)
    assert services.add_totp(session, Actor(user.id), user.id, code_at(secret, now), now=now)
    session.info.pop("audit")
    return secret


def mails(session):
    return list(session.scalars(select(Message.payload["template"].as_string()).order_by(Message.id)))


def acts(session):
    audit.seal(session)
    return [(entry.action, entry.old, entry.new) for entry in session.scalars(select(audit.Entry))]


def test_a_secret_counts_once_a_code_proved_it(session, user):
    secret = services.begin_totp(session, user.id, now=NOON)
    assert services.awaited_secret(session, user.id) == secret
    assert factors_of(session, user.id).count == 0
    assert services.add_totp(session, Actor(user.id), user.id, "000000", now=NOON) is None
    codes = services.add_totp(session, Actor(user.id), user.id, code_at(secret, NOON), now=NOON)
    assert codes is not None
    assert len(set(codes)) == 10
    factors = factors_of(session, user.id)
    assert (factors.totp_since, factors.codes) == (NOON, 10)
    assert services.awaited_secret(session, user.id) is None
    assert mails(session) == ["accounts/mail/factor_added"]
    assert acts(session) == [("factor.added", {}, {"factor": "totp"})]


def test_a_secret_has_160_random_bits_and_is_new_each_time(session, user):
    first, second = (services.begin_totp(session, user.id, now=NOON) for _ in range(2))
    assert len(first) == 32
    assert first != second
    assert services.add_totp(session, Actor(user.id), user.id, code_at(first, NOON), now=NOON) is None


def test_nothing_is_proved_that_was_not_begun(session, user):
    assert services.awaited_secret(session, user.id) is None
    assert services.add_totp(session, Actor(user.id), user.id, "123456", now=NOON) is None


def test_the_same_proof_twice_changes_nothing(session, user):
    secret = services.begin_totp(session, user.id, now=NOON)
    code = code_at(secret, NOON)
    assert services.add_totp(session, Actor(user.id), user.id, code, now=NOON)
    assert services.add_totp(session, Actor(user.id), user.id, code, now=NOON) == []
    assert factors_of(session, user.id).codes == 10
    assert mails(session) == ["accounts/mail/factor_added"]


@pytest.mark.parametrize("off, right", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(session, user, off, right):
    secret = set_up(session, user, NOON - 10 * STEP)
    assert services.check_totp(session, user.id, code_at(secret, NOON + off * STEP), now=NOON) is right


def test_a_code_counts_once_with_blanks_too(session, user, secret):
    """ASVS 6.5.1."""
    code = code_at(secret, NOON)
    assert services.check_totp(session, user.id, code, now=NOON)
    for again in (code, f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}"):
        assert not services.check_totp(session, user.id, again, now=NOON + STEP)


def test_after_a_code_no_earlier_one_counts(session, user, secret):
    assert services.check_totp(session, user.id, code_at(secret, NOON + STEP), now=NOON)
    assert not services.check_totp(session, user.id, code_at(secret, NOON), now=NOON)


def test_the_code_of_the_set_up_does_not_sign_in(session, user):
    secret = set_up(session, user, NOON)
    assert not services.check_totp(session, user.id, code_at(secret, NOON), now=NOON)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "1234567", "\x00"])
def test_what_is_no_code_is_wrong(session, user, secret, code):
    assert not services.check_totp(session, user.id, code, now=NOON)


def test_there_is_no_code_without_an_app(session, user):
    assert not services.check_totp(session, user.id, "123456", now=NOON)
    secret = services.begin_totp(session, user.id, now=NOON)
    assert not services.check_totp(session, user.id, code_at(secret, NOON), now=NOON)


def test_the_old_phone_counts_until_the_new_one_is_proved(session, user, secret):
    new = services.begin_totp(session, user.id, now=NOON)
    assert services.check_totp(session, user.id, code_at(secret, NOON), now=NOON)
    assert not services.check_totp(session, user.id, code_at(new, NOON + STEP), now=NOON + STEP)
    later = NOON + 2 * STEP
    assert services.add_totp(session, Actor(user.id), user.id, code_at(new, later), now=later) == []
    assert not services.check_totp(session, user.id, code_at(secret, later + STEP), now=later + STEP)
    assert services.check_totp(session, user.id, code_at(new, later + STEP), now=later + STEP)


def test_halfway_nobody_adds_a_second_app_to_the_one_that_is_there(session, user, secret):
    """A password alone would get past the second factor otherwise."""
    with pytest.raises(Forbidden):
        services.begin_totp(session, user.id, is_pending=True, now=NOON)
    new = services.begin_totp(session, user.id, now=NOON)
    with pytest.raises(Forbidden):
        services.add_totp(session, Actor(user.id), user.id, code_at(new, NOON), is_pending=True, now=NOON)
    assert services.check_totp(session, user.id, code_at(secret, NOON), now=NOON)


def test_a_demo_account_gets_none(session, make):
    with pytest.raises(Conflict):
        services.begin_totp(session, make.user(is_demo=True).id, now=NOON)


def test_with_the_last_factor_the_recovery_codes_go(session, user, secret):
    services.remove_totp(session, Actor(user.id), user.id, needs_one=False, now=NOON)
    session.flush()
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert session.scalar(select(func.count()).select_from(Totp)) == 0
    assert mails(session)[-1] == "accounts/mail/factor_removed"
    assert acts(session) == [("factor.removed", {"factor": "totp"}, {})]
    services.remove_totp(session, Actor(user.id), user.id, needs_one=False, now=NOON)
    assert len(mails(session)) == 2


def test_beside_a_passkey_the_app_goes_and_the_codes_stay(session, user, secret):
    session.add(
        Passkey(
            user_id=user.id,
            credential_id="AAAA",
            public_key=b"x",
            sign_count=0,
            transports=[],
            name="Phone",
            created_at=NOON,
        )
    )
    session.flush()
    services.remove_totp(session, Actor(user.id), user.id, needs_one=True, now=NOON)
    session.flush()
    assert factors_of(session, user.id) == Factors(None, 1, 10)


def test_nobody_has_no_app(session):
    with pytest.raises(NotFound):
        services.begin_totp(session, 10**6, now=NOON)


def test_staff_keep_their_last_factor(session, user, secret):
    with pytest.raises(Conflict, match="Add another one first"):
        services.remove_totp(session, Actor(user.id), user.id, needs_one=True, now=NOON)


def test_what_the_app_reads_names_the_platform_and_the_account():
    address = services.address_for_app("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", account="o.bondar@firma.example")
    parsed = pyotp.parse_uri(address)
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.issuer, parsed.name) == (
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "Lernzelle",
        "o.bondar@firma.example",
    )
    assert (parsed.digits, parsed.interval) == (6, 30)


def test_of_two_who_send_the_same_code_at_once_one_gets_in(own_engine):
    with Session(own_engine) as session:
        user_id = Make(session).user().id
        secret = services.begin_totp(session, user_id, now=NOON)
        services.add_totp(session, Actor(user_id), user_id, code_at(secret, NOON), now=NOON)
        session.commit()
    later, start, got = NOON + 3 * STEP, threading.Barrier(2), []

    def try_it():
        with Session(own_engine) as mine:
            start.wait()
            database.begin_writing(mine)
            got.append(services.check_totp(mine, user_id, code_at(secret, later), now=later))
            mine.commit()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, True]
