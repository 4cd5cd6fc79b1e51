"""Recovery codes: shown once, each good once."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import RecoveryCode
from app.accounts.queries.factors import factors_of
from app.accounts.services import recovery as services
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Conflict
from app.kit.outbox import Message
from tests.accounts.test_services_totp import set_up
from tests.factories import NOON


@pytest.fixture
def user(make, session):
    user = make.user()
    set_up(session, user)
    return user


@pytest.fixture
def codes(session, user):
    return services.make_codes(session, user.id, now=NOON)


def acts(session):
    audit.seal(session)
    return [(entry.action, entry.new) for entry in session.scalars(select(audit.Entry))]


def test_codes_have_80_random_bits_and_only_hashes_are_kept(session, user, codes):
    assert len(set(codes)) == 10
    assert all(re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)
    kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_a_code_works_once_however_it_is_typed(session, user, codes):
    typed = f" {codes[3].lower().replace('-', ' ').replace('o', '0').replace('i', '1').replace('b', '8')} "
    assert services.use_code(session, Actor(user.id), user.id, typed, now=NOON)
    assert not services.use_code(session, Actor(user.id), user.id, codes[3], now=NOON)
    assert services.use_code(session, Actor(user.id), user.id, codes[4], now=NOON)
    assert factors_of(session, user.id).codes == 8
    assert acts(session) == [("factor.used", {"factor": "recovery", "left": left}) for left in (9, 8)]
    last = session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert last.payload["template"] == "accounts/mail/factor_code_used"
    assert last.payload["values"]["left"] == 8


def test_a_code_of_somebody_else_does_not_work(session, make, codes):
    other = make.user()
    assert not services.use_code(session, Actor(other.id), other.id, codes[0], now=NOON)


def test_new_codes_make_the_old_ones_void(session, user, codes):
    new = services.renew_codes(session, Actor(user.id), user.id, now=NOON)
    assert not services.use_code(session, Actor(user.id), user.id, codes[0], now=NOON)
    assert services.use_code(session, Actor(user.id), user.id, new[0], now=NOON)
    assert acts(session)[0] == ("codes.renewed", {"codes": 10})
    posted = [message.payload["template"] for message in session.scalars(select(Message).order_by(Message.id))]
    assert posted[-2:] == ["accounts/mail/factor_codes", "accounts/mail/factor_code_used"]


def test_there_are_no_codes_without_a_factor(session, make):
    with pytest.raises(Conflict):
        services.renew_codes(session, Actor(make.user().id), make.user().id, now=NOON)
