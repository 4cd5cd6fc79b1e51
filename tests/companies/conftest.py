"""Who keeps a register, and what stands in it."""

from decimal import Decimal
from typing import Any

from app.companies.rules import CompanyFigures, Relation, YearFigures
from app.kit.actors import Actor, Role
from app.trios.models import Trio
from tests.factories import Make


def keeper(make: Make, role: Role = Role.CLUSTER_MANAGER) -> tuple[Trio, Actor]:
    """A Trio, and somebody who keeps its register."""
    trio = make.trio()
    return trio, make.actor(role, trio=trio)


def figures(year: int, heads: int | str | None, **given: Any) -> YearFigures:
    """The figures of an independent company."""
    own = CompanyFigures(
        None if heads is None else Decimal(heads), given.pop("turnover", None), given.pop("balance", None)
    )
    return YearFigures(year, own, **{"relation": Relation.AUTONOMOUS} | given)
