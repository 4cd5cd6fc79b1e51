"""Process steps, competences and their ESCO anchors."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.base import Base


class ProcessStep(Base):
    """One step of the value chain (P…) or a cross-cutting field (X…)."""

    __tablename__ = "process_steps"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[dict[str, str]]
    stage: Mapped[str] = mapped_column(String(20))
    """The part of the chain it belongs to, for browsing: electrode, cell, formation, pack …"""


class Competence(Base):
    """A competence area (C…)."""

    __tablename__ = "competences"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[dict[str, str]]
    anchors: Mapped[list["CompetenceAnchor"]] = relationship(lazy="raise", order_by="CompetenceAnchor.id")


class CompetenceAnchor(Base):
    """A link from a competence to an ESCO skill; its label is kept, in the languages in which ESCO has one."""

    __tablename__ = "competence_anchors"
    __table_args__ = (UniqueConstraint("competence_id", "esco_uri"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"), index=True)
    esco_uri: Mapped[str] = mapped_column(String(100))
    label: Mapped[dict[str, str]]
