"""The few numbers on the start page, over all Trios and all years, open to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.reporting.rules.periods import Quarter
from app.reporting.rules.withholding import FEWEST_COMPANIES


@dataclass(frozen=True, slots=True)
class Headline:
    """All that took place from ``since`` (included) until ``until`` (not included). None: withheld.

    ``runs`` with at least one participation; ``people`` and ``companies`` once each; ``smes``: how many of the
    companies are micro, small or medium.
    """

    since: datetime
    until: datetime
    runs: int
    people: int | None
    companies: int | None
    smes: int | None


def headline_span(people: Mapping[Quarter, int], *, now: datetime, smallest: int) -> tuple[Quarter, Quarter] | None:
    """The first and the last quarter that the headline covers, or None as long as there is nothing to show.

    It covers finished quarters only: so the number does not move with each single run, which would tell how many
    people were in it. And it covers only years without a quarter of 1 to ``smallest`` - 1 people over all Trios: in
    those years reports show every quarter's total of all Trios, so the headline helps nobody to work out another one.
    """
    done = {quarter: count for quarter, count in people.items() if quarter.ends_at <= now and count}
    small = {quarter.year for quarter, count in done.items() if count < smallest}
    years = sorted({quarter.year for quarter in done} - small)
    while years and any(years[0] < year < years[-1] for year in small):
        years.pop(0)
    span = sorted(quarter for quarter in done if quarter.year in years)
    if not span:
        return None
    last = max(quarter for quarter in people if quarter.year == span[-1].year and quarter.ends_at <= now)
    return span[0], last


def headline_of(
    span: tuple[Quarter, Quarter], *, runs: int, people: int, companies: int, smes: int, smallest: int
) -> Headline:
    """The headline without what is too small: fewer than ``smallest`` people, fewer than three companies of a kind."""
    rest = companies - smes
    few = 0 < companies < FEWEST_COMPANIES
    mixed = few or 0 < smes < FEWEST_COMPANIES or 0 < rest < FEWEST_COMPANIES
    return Headline(
        span[0].starts_at,
        span[1].ends_at,
        runs,
        None if 0 < people < smallest else people,
        None if few else companies,
        None if mixed else smes,
    )
