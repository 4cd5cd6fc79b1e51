from datetime import UTC, date, datetime

import pytest

from app.kit import clock


def test_now_is_aware_and_utc():
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    "moment,day",
    [
        (datetime(2026, 1, 1, 22, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 0, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
    ids=["before midnight", "winter", "summer"],
)
def test_the_calendar_day_is_the_one_in_berlin(moment, day):
    assert clock.local_date(moment) == day
