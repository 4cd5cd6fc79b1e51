"""Profiles: a stable identity, versions that never change once released, two pointers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.base import Base


class Profile(Base):
    """The identity of a profile (T01 …)."""

    __tablename__ = "profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("profile_versions.id", use_alter=True, name="fk_profiles_draft_id")
    )
    published_id: Mapped[int | None] = mapped_column(
        ForeignKey("profile_versions.id", use_alter=True, name="fk_profiles_published_id")
    )


class ProfileVersion(Base):
    """One version: texts, level wording, anchors. ``dqr`` is an orientation, never an official assignment."""

    __tablename__ = "profile_versions"
    __table_args__ = (
        UniqueConstraint("profile_id", "number"),
        CheckConstraint("dqr BETWEEN 1 AND 8", name="dqr_level"),
        CheckConstraint("eqf BETWEEN 1 AND 8", name="eqf_level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"))
    number: Mapped[int]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    tasks: Mapped[dict[str, str]]
    """Markdown list of what the person does."""
    entry: Mapped[dict[str, str]]
    """Entry requirements."""
    changes: Mapped[dict[str, str]]
    dqr: Mapped[int]
    eqf: Mapped[int]
    kldb: Mapped[str] = mapped_column(String(5))
    isco: Mapped[str] = mapped_column(String(4))
    esco_uri: Mapped[str] = mapped_column(String(100))
    esco_label: Mapped[str] = mapped_column(String(200))
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    profile: Mapped[Profile] = relationship(foreign_keys=profile_id, lazy="raise")
    competences: Mapped[list["ProfileCompetence"]] = relationship(lazy="raise")
    steps: Mapped[list["ProfileStep"]] = relationship(lazy="raise")


class ProfileCompetence(Base):
    """A competence the profile asks for, with its target level 1–4."""

    __tablename__ = "profile_competences"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("profile_versions.id"), primary_key=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"), primary_key=True)
    level: Mapped[int]


class ProfileStep(Base):
    """A process step in which the person works."""

    __tablename__ = "profile_steps"

    version_id: Mapped[int] = mapped_column(ForeignKey("profile_versions.id"), primary_key=True)
    step_code: Mapped[str] = mapped_column(ForeignKey("process_steps.code"), primary_key=True)
