"""Making, using and revoking API tokens."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import ApiToken
from app.accounts.queries.tokens import find_token, list_tokens
from app.accounts.rules.tokens import MOST_ALIVE, Scope, is_well_formed
from app.accounts.services import api_tokens, digest
from app.kit import audit
from app.kit.actors import Role
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.outbox import Message
from tests.factories import NOON, as_actor

LATER = NOON + timedelta(days=1)


@pytest.fixture
def actor(make):
    return as_actor(make.user(verified_at=NOON))


def made(session, actor, name="Report", **given):
    wanted: dict[str, Any] = {"scopes": [Scope.REPORTS_READ], "days": 30, "now": NOON} | given
    return api_tokens.make_token(session, actor, name=name, **wanted)


def test_a_token_is_shown_once_and_kept_as_a_hash(session, actor):
    token = made(session, actor, scopes=[Scope.RUNS_READ, Scope.ENROLMENTS_WRITE, Scope.RUNS_READ])
    assert is_well_formed(token.text)
    assert token.text not in repr(token)
    row = session.get(ApiToken, token.id)
    assert row.token_hash == digest("api token", token.text)
    assert row.scopes == ["enrolments:write", "runs:read"]
    assert row.expires_at == NOON + timedelta(days=30)
    assert token.text.startswith(row.hint)
    assert token.text not in {str(getattr(row, column.key)) for column in ApiToken.__table__.columns}


def test_making_one_is_in_the_chain_and_told_by_mail(session, actor):
    token = made(session, actor)
    audit.seal(session)
    entry = session.scalars(select(audit.Entry)).one()
    assert (entry.action, entry.kind, entry.ref) == ("token.created", "token", str(token.id))
    assert entry.new["scopes"] == ["reports:read"]
    assert "Report" not in str(entry.new)
    mail = session.scalars(select(Message)).one()
    assert mail.payload["template"] == "accounts/mail/token_created"
    assert token.text not in str(mail.payload)


def test_the_same_form_sent_twice_makes_one_token(session, actor):
    made(session, actor)
    with pytest.raises(Invalid, match="of this name already"):
        made(session, actor)
    assert len(list_tokens(session, actor.user_id, now=NOON)) == 1


def test_a_name_is_free_again_after_its_token(session, actor):
    first = made(session, actor)
    api_tokens.revoke_token(session, actor, first.id, now=NOON)
    second = made(session, actor)
    assert made(session, actor, now=NOON + timedelta(days=30)).id != second.id


def test_names_are_everybodys_own(session, make, actor):
    other = as_actor(make.user(verified_at=NOON))
    made(session, other)
    made(session, actor)
    assert [token.name for token in list_tokens(session, other.user_id, now=NOON)] == ["Report"]


def test_nobody_has_more_than_twenty_that_work(session, actor):
    for number in range(MOST_ALIVE):
        made(session, actor, name=f"No. {number}")
    with pytest.raises(Conflict, match="Revoke one"):
        made(session, actor, name="One more")
    assert not api_tokens.may_make(session, actor, now=NOON)
    api_tokens.revoke_token(session, actor, list_tokens(session, actor.user_id, now=NOON)[0].id, now=NOON)
    assert made(session, actor, name="One more")


@pytest.mark.parametrize("given", [{"verified_at": None}, {"verified_at": NOON, "is_demo": True}])
def test_without_a_proved_address_of_ones_own_there_is_no_token(session, make, given):
    with pytest.raises(Conflict):
        made(session, as_actor(make.user(**given)))


def test_revoking_is_noted_once_and_only_for_ones_own(session, make, actor):
    token = made(session, actor)
    with pytest.raises(NotFound):
        api_tokens.revoke_token(session, make.actor(Role.SITE_ADMIN), token.id, now=LATER)
    with pytest.raises(NotFound):
        api_tokens.revoke_token(session, actor, 999_999, now=LATER)
    api_tokens.revoke_token(session, actor, token.id, now=LATER)
    api_tokens.revoke_token(session, actor, token.id, now=LATER + timedelta(days=1))
    assert session.get(ApiToken, token.id).revoked_at == LATER
    audit.seal(session)
    actions = session.scalars(select(audit.Entry.action).order_by(audit.Entry.number)).all()
    assert actions == ["token.created", "token.revoked"]


def test_use_is_noted_by_the_hour_and_never_backwards(session, actor):
    token = made(session, actor)
    seen = []
    for minutes in (1, 59, 61, 0):
        api_tokens.note_token_use(session, token.text, now=NOON + timedelta(minutes=minutes))
        session.expire_all()
        seen.append(session.get(ApiToken, token.id).used_at)
    assert seen == [NOON, NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=1)]


def test_a_token_is_found_by_its_hash_unless_the_person_is_erased(session, make, actor):
    token = made(session, actor)
    found = find_token(session, digest("api token", token.text))
    assert found is not None
    assert (found.user.id, found.has_second_factor) == (actor.user_id, False)
    assert find_token(session, digest("session", token.text)) is None
    found.user.erased_at = NOON
    session.flush()
    assert find_token(session, digest("api token", token.text)) is None
