"""Certificates. ``frozen`` holds all that the paper says, so that later changes elsewhere do not change it."""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.credentials.rules import Frozen, Paper, grouped
from app.kit.base import Base
from app.kit.localised import Localised


class Certificate(Base):
    """One certificate of one enrolment; the code has 99 random bits and is all that verification needs."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    frozen: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revocation_reason: Mapped[str | None] = mapped_column(String(200))

    @property
    def says(self) -> Frozen:
        """All that the paper says."""
        return cast("Frozen", self.frozen)

    @property
    def paper(self) -> Paper:
        """Which kind of paper it is."""
        return Paper(self.says["kind"])

    @property
    def title(self) -> Localised:
        """The module's title."""
        return self.says["module"]["title"]

    @property
    def shown_code(self) -> str:
        """The code in groups of four, as people read it and as it stands in the address."""
        return grouped(self.code)

    @property
    def issued_on(self) -> date:
        """The day of issue."""
        return date.fromisoformat(self.says["issued_on"])

    @property
    def starts_on(self) -> date:
        """The first day of the run."""
        return date.fromisoformat(self.says["run"]["starts_on"])

    @property
    def ends_on(self) -> date:
        """The last day of the run."""
        return date.fromisoformat(self.says["run"]["ends_on"])

    @property
    def is_valid(self) -> bool:
        """Whether it still counts."""
        return self.revoked_at is None
