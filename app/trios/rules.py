"""Kinds of partners, when a Trio is constituted, and the size class of a company."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now


class OrganisationKind(StrEnum):
    """What an organisation is."""

    SCIENCE = "science"
    PROVIDER = "provider"
    CLUSTER = "cluster"
    CHAMBER = "chamber"
    AGENCY = "agency"
    FUNDER = "funder"


class SizeClass(StrEnum):
    """EU size class (2003/361/EC, Annex, Article 2); UNCHECKED where the figures are missing."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNCHECKED = "unchecked"


class SizeBasis(StrEnum):
    """Where the size class comes from."""

    SELF_DECLARED = "self_declared"
    CHECKED = "checked"
    ESTIMATED = "estimated"


SME = frozenset({SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM})

SIZE_NAMES: dict[SizeClass, Text] = {
    SizeClass.MICRO: _("micro (under 10)"),
    SizeClass.SMALL: _("small (10 to 49)"),
    SizeClass.MEDIUM: _("medium (50 to 249)"),
    SizeClass.LARGE: _("large (250 and more)"),
    SizeClass.UNCHECKED: _("not checked"),
}

KIND_NAMES: dict[OrganisationKind, Text] = {
    OrganisationKind.SCIENCE: _("scientific institution"),
    OrganisationKind.PROVIDER: _("education provider"),
    OrganisationKind.CLUSTER: _("innovation cluster"),
    OrganisationKind.CHAMBER: _("chamber"),
    OrganisationKind.AGENCY: _("project management agency"),
    OrganisationKind.FUNDER: _("funder"),
}

CONSTITUTING = (OrganisationKind.SCIENCE, OrganisationKind.PROVIDER, OrganisationKind.CLUSTER)
"""A Trio is constituted while at least one partner of each of these kinds takes part (directive of 8 July 2021)."""

_CEILINGS = (
    (SizeClass.MICRO, 10, Decimal(2), Decimal(2)),
    (SizeClass.SMALL, 50, Decimal(10), Decimal(10)),
    (SizeClass.MEDIUM, 250, Decimal(50), Decimal(43)),
)


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """Head count in annual work units; turnover and balance sheet total in million EUR, of the whole group."""

    headcount: int | None
    turnover: Decimal | None = None
    balance: Decimal | None = None


def size_class(figures: CompanyFigures) -> SizeClass:
    """The class by head count AND (turnover OR balance sheet total); by head count alone where no money is known.

    Source: Recommendation 2003/361/EC, Annex, Article 2.
    """
    if figures.headcount is None:
        return SizeClass.UNCHECKED
    for name, heads, turnover, balance in _CEILINGS:
        money = [
            value <= ceiling
            for value, ceiling in ((figures.turnover, turnover), (figures.balance, balance))
            if value is not None
        ]
        if figures.headcount < heads and (not money or any(money)):
            return name
    return SizeClass.LARGE


def missing_kinds(kinds: Collection[OrganisationKind]) -> list[OrganisationKind]:
    """Which kinds of partner a Trio still lacks."""
    return [kind for kind in CONSTITUTING if kind not in kinds]


def may_publish(kinds: Collection[OrganisationKind]) -> Verdict:
    """Whether a Trio of these partners may publish; a Trio that is not constituted can only draft."""
    missing = missing_kinds(kinds)
    if missing:
        names = ", ".join(str(KIND_NAMES[kind]) for kind in missing)
        return not_now(_("The Trio can publish as soon as it is complete. Still missing: %(names)s.", names=names))
    return YES
