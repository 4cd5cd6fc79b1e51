"""The tables of ``trios``."""

from app.trios.models.branding import Logo, TrioLegalPage
from app.trios.models.trios import Organisation, Partnership, Trio

__all__ = ["Logo", "Organisation", "Partnership", "Trio", "TrioLegalPage"]
