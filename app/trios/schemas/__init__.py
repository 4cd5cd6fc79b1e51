"""What people enter about Trios, partners and organisations."""

from app.trios.schemas.branding import LegalIn, LogoIn, PresentationIn
from app.trios.schemas.organisations import OrganisationIn, RegisterArguments
from app.trios.schemas.partnerships import EndIn, PartIn
from app.trios.schemas.trios import TrioIn

__all__ = [
    "EndIn",
    "LegalIn",
    "LogoIn",
    "OrganisationIn",
    "PartIn",
    "PresentationIn",
    "RegisterArguments",
    "TrioIn",
]
