"""On which days old data was dealt with, and who was told that their account is about to go."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.base import Base


class RetentionDay(Base):
    """The job of one day: whoever makes the row runs it, so that two workers run it once."""

    __tablename__ = "retention_days"

    done_on: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class AccountNotice(Base):
    """The person was told that their account goes unless they come back; it counts as long as they have not."""

    __tablename__ = "account_notices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    posted_at: Mapped[datetime]
    unused_since_on: Mapped[date]
