"""Whose account it is when somebody comes back from a provider: stories."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import queries
from app.accounts.models import ExternalIdentity, Invitation, RoleGrant, User
from app.accounts.queries.identities import find_identity, list_identities
from app.accounts.rules.providers import Asserted, Outcome
from app.accounts.services import Joined, people, providers
from app.kit import audit
from app.kit.actors import Role
from app.kit.errors import Conflict, NotFound
from app.kit.outbox import Message
from tests.factories import NOON, as_actor

ISSUER = "https://login.example.org"
LATER = NOON + timedelta(days=1)


def asserted(subject="123", email="olena@example.org", name="Olena Bondar", **more) -> Asserted:
    return Asserted(ISSUER, subject, email, name, **more)


def come(session, who: Asserted, now=NOON):
    return providers.sign_in_with(session, who, language="en", now=now)


@pytest.fixture
def invited(session, make):
    """Somebody invited as trainer of a Trio, by its administrator."""

    def _invited(email="olena@example.org", role=Role.SITE_ADMIN, **given):
        inviter = make.user(Role.SITE_ADMIN)
        defaults = {
            "email": email, "role": role, "token_hash": f"hash {email} {role}", "invited_by": inviter.id,
            "created_at": NOON, "expires_at": NOON + timedelta(days=14), "language": "de",
        }  # fmt: skip
        invitation = Invitation(**defaults | given)
        session.add(invitation)
        session.commit()
        return invitation

    return _invited


def roles(session, user_id):
    return session.scalars(select(RoleGrant.role).where(RoleGrant.user_id == user_id)).all()


def actions(session):
    audit.seal(session)
    return session.scalars(select(audit.Entry.action).order_by(audit.Entry.number)).all()


def test_an_unknown_person_becomes_a_learner_without_any_role(session):
    arrival = come(session, asserted())
    assert arrival.outcome is Outcome.NEW
    user = session.get(User, arrival.user_id)
    assert (user.email, user.name, user.language, user.verified_at) == ("olena@example.org", "Olena Bondar", "en", NOON)
    assert roles(session, user.id) == []
    assert actions(session) == ["identity.connected"]
    assert session.scalars(select(Message)).all() == []


def test_without_a_name_the_address_lends_one(session):
    arrival = come(session, asserted(name=""))
    assert session.get(User, arrival.user_id).name == "olena"


def test_the_same_identity_comes_back_to_the_same_account_whatever_its_address_is_now(session, make):
    first = come(session, asserted())
    make.user(email="new@example.org")
    again = come(session, asserted(email="new@example.org", name="Olena Kovalenko"), now=LATER)
    assert (again.outcome, again.user_id) == (Outcome.KNOWN, first.user_id)
    user = session.get(User, first.user_id)
    assert (user.email, user.name) == ("olena@example.org", "Olena Bondar")
    assert list_identities(session, user.id)[0].used_at == LATER


def test_the_same_subject_of_another_issuer_is_somebody_else(session):
    first = come(session, asserted())
    other = come(session, Asserted("https://other.example.org", "123", "other@example.org", "Other"))
    assert other.outcome is Outcome.NEW
    assert other.user_id != first.user_id


def test_an_account_is_never_taken_over_by_its_address(session, make):
    user = make.user(Role.SITE_ADMIN, email="olena@example.org", verified_at=NOON)
    arrival = come(session, asserted())
    assert (arrival.outcome, arrival.user_id) == (Outcome.TAKEN, None)
    assert list_identities(session, user.id) == []


def test_without_a_proved_address_nothing_is_made_even_with_an_invitation(session, invited):
    invited()
    arrival = come(session, asserted(email=None))
    assert (arrival.outcome, arrival.user_id) == (Outcome.NO_ADDRESS, None)
    assert session.scalars(select(User).where(User.email == "olena@example.org")).all() == []


def test_an_invited_person_gets_what_they_were_invited_to(session, invited):
    invitation = invited()
    arrival = come(session, asserted())
    assert arrival.outcome is Outcome.INVITED
    assert roles(session, arrival.user_id) == [Role.SITE_ADMIN]
    assert session.get(User, arrival.user_id).language == "de"
    assert (invitation.accepted_at, invitation.accepted_by) == (NOON, arrival.user_id)
    assert set(actions(session)) == {"invitation.accepted", "role.granted", "identity.connected"}


def test_several_invitations_are_accepted_together(session, invited):
    invited()
    invited(role=Role.PROGRAMME_OFFICE)
    arrival = come(session, asserted())
    assert set(roles(session, arrival.user_id)) == {Role.SITE_ADMIN, Role.PROGRAMME_OFFICE}


@pytest.mark.parametrize("verified_at", [None, NOON])
def test_an_invited_address_with_an_account_is_not_taken_over(session, make, invited, verified_at):
    """Its owner follows the mail of the invitation; a provider's word does not sign anybody in to it."""
    user = make.user(email="olena@example.org", verified_at=verified_at)
    invited()
    arrival = come(session, asserted(), now=LATER)
    assert (arrival.outcome, arrival.user_id) == (Outcome.TAKEN, None)
    assert (user.verified_at, roles(session, user.id)) == (verified_at, [])


@pytest.mark.parametrize("given", [{"expires_at": NOON}, {"revoked_at": NOON}, {"accepted_at": NOON}])
def test_an_invitation_that_is_over_gives_nothing(session, invited, given):
    invited(**given)
    arrival = come(session, asserted(), now=NOON)
    assert arrival.outcome is Outcome.NEW
    assert roles(session, arrival.user_id) == []


def test_an_inviter_who_lost_the_power_gives_nothing(session, make, invited):
    invited(invited_by=make.user().id)
    assert roles(session, come(session, asserted()).user_id) == []


def test_nobody_accepts_an_invitation_of_their_own(session, make, invited):
    user = make.user(Role.SITE_ADMIN, email="olena@example.org")
    invited(role=Role.PROGRAMME_OFFICE, invited_by=user.id)
    assert come(session, asserted()).outcome is Outcome.TAKEN
    assert roles(session, user.id) == [Role.SITE_ADMIN]


def test_an_account_made_in_this_very_moment_is_not_taken_over(session, make, monkeypatch):
    user = make.user(email="olena@example.org")
    monkeypatch.setattr(queries, "find_by_email", lambda *_: None)
    monkeypatch.setattr(people, "join", lambda *_, **_more: Joined(user.id, is_new=False))
    assert come(session, asserted()).outcome is Outcome.TAKEN


# ---- connecting


def test_who_connects_gets_in_by_it_from_then_on(session, make):
    user = make.user(verified_at=NOON)
    who = asserted(email="private@example.net")
    outcome = providers.connect(session, as_actor(user), who, provider="Uni", now=NOON)
    assert outcome is Outcome.CONNECTED
    assert come(session, who).user_id == user.id
    assert actions(session) == ["identity.connected"]
    mail = session.scalars(select(Message)).one()
    assert (mail.payload["user_id"], mail.payload["values"]["provider"]) == (user.id, "Uni")


def test_connecting_twice_is_harmless(session, make):
    actor = as_actor(make.user(verified_at=NOON))
    for _again in range(2):
        assert providers.connect(session, actor, asserted(), provider="Uni", now=NOON) is Outcome.CONNECTED
    assert len(list_identities(session, actor.user_id)) == len(session.scalars(select(Message)).all()) == 1


def test_an_identity_belongs_to_one_account(session, make):
    first, second = (as_actor(make.user(verified_at=NOON)) for _ in range(2))
    providers.connect(session, first, asserted(), provider="Uni", now=NOON)
    assert providers.connect(session, second, asserted(), provider="Uni", now=NOON) is Outcome.BELONGS_TO_ANOTHER
    assert come(session, asserted()).user_id == first.user_id


def test_nobody_connects_before_the_address_is_proved(session, make):
    """Else whoever enrolled with a stranger's address would keep a way in after the stranger has come."""
    with pytest.raises(Conflict, match="sign in with it once"):
        providers.connect(session, as_actor(make.user()), asserted(), provider="Uni", now=NOON)
    assert session.scalars(select(ExternalIdentity)).all() == []


def test_two_answers_at_the_same_moment_make_one_identity(session, make, monkeypatch):
    first, second = make.user(verified_at=NOON), make.user(verified_at=NOON)
    real, asked = find_identity, []

    def late(*given):
        asked.append(given)
        if len(asked) == 1:
            session.add(ExternalIdentity(user_id=first.id, issuer=ISSUER, subject="123", created_at=NOON))
            session.flush()
            return None
        return real(*given)

    monkeypatch.setattr(providers, "find_identity", late)
    assert providers.connect(session, as_actor(second), asserted(), provider="Uni", now=NOON) is (
        Outcome.BELONGS_TO_ANOTHER
    )


def test_what_the_database_refuses_for_another_reason_is_no_race(session, make, monkeypatch):
    user = make.user(verified_at=NOON)
    session.add(ExternalIdentity(user_id=user.id, issuer=ISSUER, subject="123", created_at=NOON))
    session.commit()
    monkeypatch.setattr(providers, "find_identity", lambda *_: None)
    with pytest.raises(IntegrityError):
        providers.connect(session, as_actor(user), asserted(), provider="Uni", now=NOON)


def test_disconnecting_ends_it_and_only_ones_own(session, make):
    actor, other = as_actor(make.user(verified_at=NOON)), make.actor(Role.SITE_ADMIN)
    providers.connect(session, actor, asserted(), provider="Uni", now=NOON)
    identity = list_identities(session, actor.user_id)[0]
    for stranger, identity_id in ((other, identity.id), (actor, 999_999)):
        with pytest.raises(NotFound):
            providers.disconnect(session, stranger, identity_id, now=NOON)
    providers.disconnect(session, actor, identity.id, now=NOON)
    session.flush()
    assert list_identities(session, actor.user_id) == []
    assert actions(session) == ["identity.connected", "identity.disconnected"]
    assert come(session, asserted(email=None)).outcome is Outcome.NO_ADDRESS
