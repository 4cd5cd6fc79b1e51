from sqlalchemy import select

from app.accounts.services.notices import notify
from app.kit.outbox import Message
from tests.factories import NOON


def payloads(session):
    session.flush()
    return session.scalars(select(Message.payload).order_by(Message.id)).all()


def test_a_notice_goes_to_the_person_by_number(session, make):
    user = make.user()
    notify(session, user.id, "accounts/mail/password_set", now=NOON)
    notify(session, user.id, "accounts/mail/email_new", to="new@firma.example", now=NOON, token="t")
    assert payloads(session) == [
        {"user_id": user.id, "template": "accounts/mail/password_set", "values": {}},
        {
            "user_id": user.id, "template": "accounts/mail/email_new", "values": {"token": "t"},
            "to": "new@firma.example",
        },
    ]  # fmt: skip
