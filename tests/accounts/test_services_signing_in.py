from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import rules, services
from app.accounts.models import SignInLink, SignInSession
from app.accounts.rules import LinkPurpose
from app.kit import database
from app.kit.errors import Conflict, NotFound
from app.kit.outbox import Message
from tests.counting import statements
from tests.factories import NOON

MINUTE = timedelta(minutes=1)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def ended(session, user):
    return session.scalars(select(SignInSession.ended_at).where(SignInSession.user_id == user.id)).all()


# ---- asking


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_asking_does_the_same_for_every_address(session, make, purpose):
    make.user(email="known@firma.example", erased_at=None)
    make.user(email="erased@firma.example", erased_at=NOON)
    said = []
    for email in ("known@firma.example", "nobody@firma.example", "erased@firma.example"):
        with statements(session) as each:
            services.ask_for_link(session, email=f" {email.upper()}", target="//evil", purpose=purpose, now=NOON)
            session.flush()
        said.append(each)
    assert said[0] == said[1] == said[2]
    payloads = session.scalars(select(Message.payload).order_by(Message.id)).all()
    assert payloads[0] == {"email": "known@firma.example", "target": "/my", "purpose": purpose}
    assert count(session, SignInLink) == 0


# ---- sending and using


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


def test_a_reset_goes_on_to_a_new_password_and_is_no_sign_in_link(session, make):
    user = make.user()
    for purpose in LinkPurpose:
        services.send_link(session, email=user.email, target="/x", purpose=purpose, now=NOON)
    session.flush()
    messages = session.scalars(select(Message).order_by(Message.id)).all()
    assert [message.payload["template"] for message in messages] == ["accounts/mail/link", "accounts/mail/reset"]
    signing_in, reset = (message.payload["values"]["token"] for message in messages)
    for token, other in ((reset, LinkPurpose.SIGN_IN), (signing_in, LinkPurpose.RESET)):
        with pytest.raises(NotFound):
            services.use_link(session, token, purpose=other, now=NOON)
    assert services.use_link(session, reset, purpose=LinkPurpose.RESET, now=NOON) == (user.id, "/x")


def test_somebody_who_was_erased_gets_no_link(session, make):
    services.send_link(session, email=make.user(erased_at=NOON).email, target="/my", now=NOON)
    assert count(session, Message) == count(session, SignInLink) == 0


def test_the_first_link_proves_whose_address_it_is_and_ends_sessions_begun_without_proof(session, make, link):
    user = make.user()
    make.token(user)
    services.use_link(session, link(user), now=NOON)
    assert user.verified_at == NOON
    assert ended(session, user) == [NOON]
    make.token(user)
    services.use_link(session, link(user), now=NOON + MINUTE)
    assert user.verified_at == NOON
    assert sorted(ended(session, user), key=str) == [NOON, None]


def test_one_link_used_by_four_threads_signs_in_one(own_engine):
    with Session(own_engine) as session:
        user_id = services.join(session, name="Olena", email="olena@firma.example", language="de", now=NOON).user_id
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
