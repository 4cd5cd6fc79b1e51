"""Whoever typed a stranger's address before its owner came keeps no way into the account."""

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation, SignInSession
from app.accounts.queries.factors import factors_of
from app.accounts.rules.factors import Factors
from app.accounts.rules.invitations import INVITATION_LIFETIME
from app.accounts.services import digest, invitations, passwords, send_link, use_link
from app.kit import audit
from app.kit.actors import Role
from app.kit.outbox import Message
from tests.accounts.test_services_totp import set_up
from tests.factories import NOON

PASSWORD = "Trockenraum-7"


def planted(session, make, **given):
    """An account that nobody proved, with a password, an app and codes of whoever made it."""
    user = make.user(email="victim@firma.example", **given)
    passwords.set_password(session, user.id, PASSWORD, now=NOON)
    if not user.is_demo:
        set_up(session, user)
    make.token(user)
    session.commit()
    return user


def by_link(session, user, make):
    send_link(session, email=user.email, target="/my", now=NOON)
    session.flush()
    token = session.scalars(select(Message).order_by(Message.id.desc())).first().payload["values"]["token"]
    use_link(session, token, now=NOON)


def by_invitation(session, user, make):
    admin = make.user(Role.SITE_ADMIN)
    invitation = Invitation(
        email=user.email, role=Role.SITE_ADMIN, token_hash=digest("invitation", "known"), invited_by=admin.id,
        created_at=NOON, expires_at=NOON + INVITATION_LIFETIME,
    )  # fmt: skip
    session.add(invitation)
    session.flush()
    invitations.accept_by_link(session, "known", now=NOON)


@pytest.mark.parametrize("prove", [by_link, by_invitation])
def test_the_first_proof_ends_what_a_stranger_began(session, make, prove):
    user = planted(session, make)
    assert factors_of(session, user.id).count == 1
    prove(session, user, make)
    assert (user.verified_at, user.password_hash) == (NOON, None)
    assert factors_of(session, user.id) == Factors()
    assert passwords.check_password(session, email=user.email, password=PASSWORD) is None
    assert set(session.scalars(select(SignInSession.ended_at).where(SignInSession.user_id == user.id))) == {NOON}
    audit.seal(session)
    (entry,) = session.scalars(select(audit.Entry).where(audit.Entry.action == "factors.reset"))
    assert (entry.ref, entry.old["password"], entry.old["totp"]) == (user.key, True, True)


@pytest.mark.parametrize("prove", [by_link, by_invitation])
def test_who_proved_it_before_keeps_everything(session, make, prove):
    user = planted(session, make, verified_at=NOON)
    prove(session, user, make)
    assert passwords.check_password(session, email=user.email, password=PASSWORD) == user.id
    assert factors_of(session, user.id).count == 1


def test_a_demo_account_keeps_its_published_password(session, make):
    user = planted(session, make, is_demo=True)
    by_link(session, user, make)
    assert passwords.check_password(session, email=user.email, password=PASSWORD) == user.id


def test_where_nothing_was_planted_nothing_is_noted(session, make):
    user = make.user()
    by_link(session, user, make)
    audit.seal(session)
    assert (user.verified_at, session.scalars(select(audit.Entry)).all()) == (NOON, [])
