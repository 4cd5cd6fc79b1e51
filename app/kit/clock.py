"""The time, read at the edge and handed inwards, so that rules and tests never wait for it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The calendar day of a moment where the Trios work."""
    return moment.astimezone(BERLIN).date()
