"""The sessions of a run as an iCalendar file (RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from app.runs.models import RunSession
from app.runs.queries import Offer
from app.runs.rules import RunState

LINE_BYTES = 75
_CONTROLS = dict.fromkeys(code for code in (*range(32), 127) if chr(code) != "\n")


def file(offer: Offer, sessions: Sequence[RunSession], *, title: str, url: str, host: str, now: datetime) -> str:
    """The file, one event per session; times are UTC.

    The UID of a session stays the same for ever, so that a calendar which reads the file again changes its entry
    instead of adding one; a cancelled run sends a higher SEQUENCE and says that it is cancelled.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Lernzelle//{host}//DE", "METHOD:PUBLISH"]
    for number, session in enumerate(sessions, start=1):
        counted = f" ({number}/{len(sessions)})" if len(sessions) > 1 else ""
        lines += _event(offer, session, title=f"{title}{counted}", url=url, host=host, now=now)
    lines.append("END:VCALENDAR")
    return "".join(f"{line}\r\n" for whole in lines for line in _folded(whole))


def _event(offer: Offer, session: RunSession, *, title: str, url: str, host: str, now: datetime) -> Iterator[str]:
    cancelled = offer.run.state is RunState.CANCELLED
    place = ", ".join(part for part in (offer.provider, offer.run.place, offer.run.city) if part)
    yield "BEGIN:VEVENT"
    yield f"UID:run-session-{session.id}@{host}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(session.starts_at)}"
    yield f"DTEND:{_utc(session.ends_at)}"
    yield f"SEQUENCE:{1 if cancelled else 0}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{_escaped(title)}"
    yield f"LOCATION:{_escaped(place)}"
    yield f"URL:{url}"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Text as RFC 5545, section 3.3.11 wants it; a line break of any kind must not begin a line of the file."""
    text = "\n".join(text.splitlines()).translate(_CONTROLS)
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 bytes, never within a character; a piece that goes on begins with a space."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece
