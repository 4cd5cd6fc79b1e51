"""Mails that tell a person what happened to their account, so that they notice what was not them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kit import outbox


def notify(
    session: Session, user_id: int, template: str, *, to: str | None = None, now: datetime, **values: Any
) -> None:
    """Post a mail (``accounts/mail/…``) to the person, or to another address; the template shows ``values``."""
    more = {"to": to} if to is not None else {}
    outbox.post(session, "mail", at=now, user_id=user_id, template=template, values=values, **more)
