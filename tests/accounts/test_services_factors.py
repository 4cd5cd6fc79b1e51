"""Proving oneself by a code, with its limit; and starting anew when everything is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import SignInSession
from app.accounts.queries.factors import factors_of
from app.accounts.rules.factors import Factors
from app.accounts.services import factors as services
from app.accounts.services import recovery
from app.kit import audit
from app.kit.actors import Actor, Role
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.outbox import Message
from tests.accounts.authenticator import SoftwarePasskey
from tests.accounts.test_services_passkeys import add
from tests.accounts.test_services_totp import code_at, set_up
from tests.factories import NOON, as_actor


@pytest.fixture
def user(make):
    return make.user()


def tries(session, user, codes, **more):
    return [services.prove(session, Actor(user.id), code, **{"now": NOON} | more) for code in codes]


def test_a_code_of_the_app_or_of_the_paper_proves_it(session, user):
    secret = set_up(session, user)
    code = recovery.make_codes(session, user.id, now=NOON)[0]
    assert tries(session, user, ["000000", code_at(secret, NOON), code, code, "ABCD-EFGH-IJKL-MNOP"]) == [
        False, True, True, False, False,
    ]  # fmt: skip


def test_before_a_dangerous_act_no_recovery_code_is_spent(session, user):
    set_up(session, user)
    code = recovery.make_codes(session, user.id, now=NOON)[0]
    assert tries(session, user, [code], recovery=False) == [False]
    assert factors_of(session, user.id).codes == 10


@pytest.mark.parametrize("wrong", ["000000", "ABCD-EFGH-IJKL-MNOP"])
def test_after_five_wrong_codes_not_even_the_right_one_counts(session, user, wrong):
    secret = set_up(session, user)
    assert not any(tries(session, user, [wrong] * 5))
    with pytest.raises(Conflict, match="too many"):
        tries(session, user, [code_at(secret, NOON)])
    later = NOON + timedelta(minutes=16)
    assert tries(session, user, [code_at(secret, later)], now=later) == [True]


def test_a_right_code_makes_good_for_wrong_ones(session, user):
    secret = set_up(session, user)
    for step in range(3):
        now = NOON + timedelta(seconds=30 * step)
        assert tries(session, user, ["000000"] * 4 + [code_at(secret, now)], now=now)[-1]


def test_nobody_is_nobody(session):
    with pytest.raises(NotFound):
        services.prove(session, Actor(None), "123456", now=NOON)


def test_the_administration_takes_away_what_was_lost(session, make):
    trio = make.trio()
    lead, trainer = make.user(Role.TRIO_ADMIN, trio=trio), make.user(Role.TRAINER, trio=trio)
    set_up(session, trainer)
    add(session, trainer, SoftwarePasskey())
    make.token(trainer)
    session.info.pop("audit", None)
    services.reset_factors(session, as_actor(lead), trainer.id, now=NOON)
    assert factors_of(session, trainer.id) == Factors()
    open_ones = select(func.count()).where(SignInSession.user_id == trainer.id, SignInSession.ended_at.is_(None))
    assert session.scalar(open_ones) == 0
    audit.seal(session)
    entry = session.scalars(select(audit.Entry)).one()
    assert (entry.action, entry.actor, entry.ref, entry.trio_id) == ("factors.reset", lead.key, trainer.key, trio.id)
    assert entry.old == {"totp": True, "passkeys": 1, "codes": 10}
    last = session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert (last.payload["template"], last.payload["user_id"]) == ("accounts/mail/factor_reset", trainer.id)


def test_a_site_administrator_resets_for_anybody(session, make):
    admin, learner = make.user(Role.SITE_ADMIN), make.user()
    set_up(session, learner)
    services.reset_factors(session, as_actor(admin), learner.id, now=NOON)
    audit.seal(session)
    assert session.scalars(select(audit.Entry.trio_id)).all() == [None]
    assert factors_of(session, learner.id).count == 0


def test_nobody_else_resets(session, make):
    lead, stranger = make.user(Role.TRIO_ADMIN, trio=make.trio()), make.user(Role.TRAINER, trio=make.trio())
    for actor, user_id in ((as_actor(lead), stranger.id), (as_actor(lead), lead.id), (as_actor(stranger), lead.id)):
        with pytest.raises(Forbidden):
            services.reset_factors(session, actor, user_id, now=NOON)
    with pytest.raises(NotFound):
        services.reset_factors(session, as_actor(lead), 10**6, now=NOON)
