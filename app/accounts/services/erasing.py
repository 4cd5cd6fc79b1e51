"""Rows that take the place of people who go: without name, address and a way in."""

import secrets
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import User


def make_nobodies(session: Session, how_many: int, *, now: datetime) -> list[int]:
    """Rows that belong to nobody; their ids.

    Counts stay true by them: whoever was one person stays one. Nobody can sign in as one.
    """
    rows = []
    for _number in range(how_many):
        key = secrets.token_hex(16)
        rows.append(
            {
                "key": key, "email": f"{key}@erased.invalid", "name": "",
                "created_at": now, "erased_at": now,
            }
        )  # fmt: skip
    made = session.scalars(insert(User).returning(User.id), rows)
    return list(made)
