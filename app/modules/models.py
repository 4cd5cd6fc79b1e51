"""Modules: a stable identity, versions that never change once released, two pointers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.base import Base
from app.modules.rules import CompletionRule, Units


class Module(Base):
    """The identity of a module (M01 …). The draft and the published version stand side by side."""

    __tablename__ = "modules"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("module_versions.id", use_alter=True, name="fk_modules_draft_id")
    )
    published_id: Mapped[int | None] = mapped_column(
        ForeignKey("module_versions.id", use_alter=True, name="fk_modules_published_id")
    )


class ModuleShare(Base):
    """Another Trio that may hold runs of the module. Ended ones stay as history."""

    __tablename__ = "module_shares"
    __table_args__ = (
        Index("uq_module_shares_held", "module_id", "trio_id", unique=True,
              sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    trio_id: Mapped[int] = mapped_column(ForeignKey("trios.id"), index=True)
    shared_at: Mapped[datetime]
    shared_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ModuleVersion(Base):
    """One version of a module, as it was imported. ``content_hash`` (SHA-256, hex) is the same for the same content."""

    __tablename__ = "module_versions"
    __table_args__ = (
        UniqueConstraint("module_id", "number"),
        CheckConstraint("dqr BETWEEN 1 AND 8", name="dqr_level"),
        CheckConstraint("min_attendance BETWEEN 0 AND 100", name="min_attendance_percent"),
        CheckConstraint("pass_mark BETWEEN 0 AND 100", name="pass_mark_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[Any]]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    audience: Mapped[dict[str, str]]
    changes: Mapped[dict[str, str]]
    dqr: Mapped[int]
    hv_level: Mapped[str | None] = mapped_column(String(2))
    ue_presence: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    ue_online: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    ue_self_study: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    ue_practice: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    workplace_hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    min_attendance: Mapped[int]
    pass_mark: Mapped[int]
    needs_lessons: Mapped[bool]
    test_draw: Mapped[int]
    requires: Mapped[list[Any]]
    licence: Mapped[str] = mapped_column(String(20))
    authors: Mapped[list[Any]]
    sources: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    module: Mapped[Module] = relationship(foreign_keys=module_id, lazy="raise")
    lessons: Mapped[list["Lesson"]] = relationship(lazy="raise", order_by="Lesson.position")
    items: Mapped[list["Item"]] = relationship(lazy="raise", order_by="Item.position")
    pictures: Mapped[list["Picture"]] = relationship(lazy="raise", order_by="Picture.name")
    competences: Mapped[list["ModuleCompetence"]] = relationship(lazy="raise")
    steps: Mapped[list["ModuleStep"]] = relationship(lazy="raise")

    @property
    def units(self) -> Units:
        """Teaching units by kind."""
        return Units(self.ue_presence, self.ue_online, self.ue_self_study, self.ue_practice, self.workplace_hours)

    @property
    def completion(self) -> CompletionRule:
        """When the module counts as completed."""
        return CompletionRule(self.min_attendance, self.pass_mark, lessons=self.needs_lessons)


class Lesson(Base):
    """One lesson. ``key`` is stable across versions; ``blocks`` is the block document of ``courses/README.md``."""

    __tablename__ = "module_lessons"
    __table_args__ = (UniqueConstraint("version_id", "key"), UniqueConstraint("version_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[dict[str, str]]
    outcome: Mapped[dict[str, str]]
    minutes: Mapped[int]
    sources: Mapped[list[Any]]
    blocks: Mapped[list[Any]]


class Item(Base):
    """One item of the final test. ``options`` is a list of ``{"right": bool, "text": {…}}``."""

    __tablename__ = "module_items"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    lesson_key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    prompt: Mapped[dict[str, str]]
    options: Mapped[list[Any]]
    explanation: Mapped[dict[str, str]]


class Picture(Base):
    """A drawing, cleaned at import, one SVG text per language."""

    __tablename__ = "module_pictures"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"))
    name: Mapped[str] = mapped_column(String(80))
    svg: Mapped[dict[str, str]]
    source: Mapped[str] = mapped_column(Text)
    """The file as it came, for export."""


class ModuleCompetence(Base):
    """A competence the module leads to, with the level 1–4 it reaches."""

    __tablename__ = "module_competences"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"), primary_key=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"), primary_key=True)
    level: Mapped[int]


class ModuleStep(Base):
    """A process step the module is about."""

    __tablename__ = "module_steps"

    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"), primary_key=True)
    step_code: Mapped[str] = mapped_column(ForeignKey("process_steps.code"), primary_key=True)
