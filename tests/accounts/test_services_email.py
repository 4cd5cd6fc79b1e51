from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import rules, services
from app.accounts.models import EmailChange, SignInSession
from app.accounts.rules.limits import LIMITS, Kind
from app.accounts.services import email as changes
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Conflict, NotFound, TooMany
from app.kit.outbox import Message
from tests.counting import statements
from tests.factories import NOON

HOUR = timedelta(hours=1)


def ask(session, user, email="new@firma.example", now=NOON):
    changes.ask_for_email(session, Actor(user.id), user.id, email, now=now)
    session.flush()


@pytest.fixture
def posted(session):
    """The mails of the newest change: to the old and to the new mailbox."""

    def _posted():
        messages = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id)).all()
        return [message.payload for message in messages][-2:]

    return _posted


@pytest.fixture
def tokens(posted):
    return lambda: [payload["values"]["token"] for payload in posted()]


def actions(session):
    audit.seal(session)
    return session.scalars(select(audit.Entry.action).order_by(audit.Entry.number)).all()


def test_both_mailboxes_are_asked_and_nothing_changes_yet(session, olena, posted):
    ask(session, olena, " New@Firma.example ")
    old, new = posted()
    assert (old["user_id"], old["template"], old.get("to")) == (olena.id, "accounts/mail/email_old", None)
    assert old["values"]["new_email"] == "new@firma.example"
    assert (new["user_id"], new["template"], new["to"]) == (olena.id, "accounts/mail/email_new", "new@firma.example")
    assert old["values"]["token"] != new["values"]["token"]
    assert olena.email == "olena@firma.example"
    row = session.scalars(select(EmailChange)).one()
    assert {row.old_hash, row.new_hash}.isdisjoint({old["values"]["token"], new["values"]["token"]})
    assert row.expires_at == NOON + rules.EMAIL_CHANGE_LIFETIME


@pytest.mark.parametrize("first", [0, 1], ids=["old first", "new first"])
def test_the_new_address_counts_when_both_said_yes(session, make, olena, tokens, posted, first):
    for _n in range(2):
        make.token(olena)
    mine = session.scalars(select(SignInSession.id).order_by(SignInSession.id)).first()
    services.send_link(session, email=olena.email, target="/my", now=NOON)
    session.flush()
    link = posted()[-1]["values"]["token"]
    ask(session, olena)
    both = tokens()
    for _twice in range(2):
        assert changes.confirm_email(session, both[first], but=mine, now=NOON) is False
        assert olena.email == "olena@firma.example"
    for _twice in range(2):
        assert changes.confirm_email(session, both[1 - first], but=mine, now=NOON) is True
    session.flush()
    assert olena.email == "new@firma.example"
    alive = session.scalars(select(SignInSession.id).where(SignInSession.ended_at.is_(None))).all()
    assert alive == [mine]
    with pytest.raises(NotFound):
        services.use_link(session, link, now=NOON)
    assert [payload["to"] for payload in posted()] == ["olena@firma.example", "new@firma.example"]
    assert {payload["template"] for payload in posted()} == {"accounts/mail/email_changed"}
    assert actions(session) == ["email_change.asked", "email.changed"]
    assert not any("@" in str(entry.new) + str(entry.old) for entry in session.scalars(select(audit.Entry)))


def test_an_address_that_is_taken_looks_the_same_from_here(session, make, olena, posted):
    owner = make.user(email="taken@firma.example")
    ask(session, olena, "first@firma.example")
    with statements(session) as free:
        ask(session, olena, "new@firma.example")
    with statements(session) as taken:
        ask(session, olena, "taken@firma.example")
    assert free == taken
    old, new = posted()
    assert old["template"] == "accounts/mail/email_old"
    assert (new["user_id"], new["template"]) == (owner.id, "accounts/mail/email_taken")
    assert changes.confirm_email(session, old["values"]["token"], now=NOON) is False
    with pytest.raises(NotFound):
        changes.confirm_email(session, new["values"]["token"], now=NOON)
    assert (olena.email, owner.email) == ("olena@firma.example", "taken@firma.example")


def test_an_address_taken_in_between_is_a_dead_link(session, make, olena, tokens):
    ask(session, olena)
    old, new = tokens()
    changes.confirm_email(session, old, now=NOON)
    make.user(email="new@firma.example")
    with pytest.raises(NotFound, match="does not work any more"):
        changes.confirm_email(session, new, now=NOON)
    session.rollback()
    assert olena.email == "olena@firma.example"


def test_links_that_are_wrong_late_or_given_up_look_the_same(session, olena, tokens):
    ask(session, olena)
    old, new = tokens()
    told = []
    for token in ("", "x", old[:-1], f"{new}x", old.swapcase()):
        with pytest.raises(NotFound) as refused:
            changes.confirm_email(session, token, now=NOON)
        told.append(str(refused.value))
    with pytest.raises(NotFound) as late:
        changes.confirm_email(session, old, now=NOON + rules.EMAIL_CHANGE_LIFETIME)
    changes.confirm_email(session, old, now=NOON)
    for _twice in range(2):
        changes.give_up_email(session, Actor(olena.id), olena.id, now=NOON)
    for token in (old, new):
        with pytest.raises(NotFound) as given_up:
            changes.confirm_email(session, token, now=NOON)
        told.append(str(given_up.value))
    assert {*told, str(late.value)} == {str(changes.DEAD)}
    assert olena.email == "olena@firma.example"
    assert actions(session) == ["email_change.asked", "email_change.withdrawn"]


def test_an_old_and_a_new_link_are_not_the_same_kind(session, olena, tokens):
    """Two yeses of one mailbox are one."""
    ask(session, olena)
    old, _new = tokens()
    for _n in range(3):
        assert changes.confirm_email(session, old, now=NOON) is False
    assert olena.email == "olena@firma.example"


def test_another_wish_ends_the_one_before(session, olena, tokens):
    ask(session, olena)
    before = tokens()
    ask(session, olena, "newer@firma.example")
    for token in before:
        with pytest.raises(NotFound):
            changes.confirm_email(session, token, now=NOON)
    assert [changes.confirm_email(session, token, now=NOON) for token in tokens()] == [False, True]
    assert olena.email == "newer@firma.example"


def test_the_own_address_is_no_change(session, olena):
    with pytest.raises(Conflict, match="already"):
        ask(session, olena, "OLENA@firma.example")


def test_nobody_writes_to_strangers_without_end(session, olena):
    for n in range(LIMITS[Kind.EMAIL_CHANGE].most):
        ask(session, olena, f"new{n}@firma.example")
    with pytest.raises(TooMany):
        ask(session, olena)
    ask(session, olena, now=NOON + HOUR + timedelta(seconds=1))


def test_shared_accounts_keep_their_address(session, make):
    with pytest.raises(Conflict, match="demo account"):
        ask(session, make.user(is_demo=True))
