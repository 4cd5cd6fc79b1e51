"""Passwords that are hashed quickly: how strong the real hashes are is not what most tests are about."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts.services import passwords
from app.kit.outbox import Message, State
from app.operations import worker
from tests.factories import NOON

PASSWORD = "Trockenraum-7"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_nobody", quick.hash("nobody"))
    monkeypatch.setattr(passwords, "_hasher", quick)


@pytest.fixture
def olena(make, session):
    """Somebody with a password."""
    user = make.user(name="Olena Bondar", email="olena@firma.example", verified_at=NOON)
    passwords.set_password(session, user.id, PASSWORD, now=NOON)
    session.commit()
    return user


@pytest.fixture
def mails(session):
    """What the platform wrote, oldest first, after a worker did all that comes before."""

    def _mails():
        for message in session.scalars(select(Message).where(Message.kind == "accounts.link_asked")).all():
            if message.state is State.READY:
                worker.handle(session, message.kind, message.payload, now=NOON)
                message.state = State.DONE
        session.commit()
        return session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id)).all()

    return _mails


@pytest.fixture
def templates(mails):
    """The names of the mails that were posted."""
    return lambda: [message.payload["template"].removeprefix("accounts/mail/") for message in mails()]
