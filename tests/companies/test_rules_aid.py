from datetime import date
from decimal import Decimal

import pytest

from app.companies import rules
from app.companies.rules import AidKind

MINIMIS = AidKind.DE_MINIMIS


def standing(*aids, on=date(2026, 3, 2)):
    return rules.aid_standing([(kind, day, Decimal(amount)) for kind, day, amount in aids], on=on)


def test_three_years_up_to_the_day_count():
    """Regulation (EU) 2023/2831, Article 3(2): 300,000 EUR over any period of three years."""
    found = standing(
        (MINIMIS, date(2023, 3, 2), 90_000),
        (MINIMIS, date(2023, 3, 3), 100_000),
        (MINIMIS, date(2026, 3, 2), 50_000),
        (MINIMIS, date(2026, 3, 3), 70_000),
        (AidKind.GBER, date(2025, 1, 1), 1_000_000),
        (AidKind.OTHER, date(2025, 1, 1), 1_000_000),
    )
    assert (found.granted, found.left, found.since) == (150_000, 150_000, date(2023, 3, 2))
    assert not found.is_exceeded


def test_nothing_is_left_below_nothing():
    found = standing((MINIMIS, date(2025, 1, 1), "300000.01"))
    assert (found.left, found.is_exceeded) == (0, True)


def test_just_up_to_the_ceiling_is_allowed():
    assert not standing((MINIMIS, date(2025, 1, 1), 300_000)).is_exceeded


@pytest.mark.parametrize(
    "day,ceiling", [(date(2010, 1, 1), 200_000), (date(2023, 12, 31), 200_000), (date(2024, 1, 1), 300_000)]
)
def test_the_ceiling_of_a_day(day, ceiling):
    assert standing(on=day).ceiling.amount == ceiling


def test_three_years_before_the_29th_of_february():
    assert standing(on=date(2028, 2, 29)).since == date(2025, 2, 28)
