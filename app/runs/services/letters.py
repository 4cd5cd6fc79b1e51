"""Mails about runs. The outbox gets what the letter says, never a name: that is read when the letter leaves."""

from collections.abc import Iterable
from datetime import datetime

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from app.kit import outbox
from app.kit.clock import BERLIN, local_date
from app.kit.localised import Localised
from app.runs import queries
from app.runs.models import Run

_PATTERNS = {"de": "EEEE, d. MMMM y, HH:mm 'Uhr'", "en": "EEEE, d MMMM y, HH:mm"}


def post(
    session: Session,
    run: Run,
    letter: str,
    user_ids: Iterable[int],
    *,
    once_a_day: bool = False,
    now: datetime,
    **more: str | bool,
) -> None:
    """Queue ``templates/runs/mail/<letter>.txt`` for these people; with ``once_a_day``, no second one that day.

    Its ``values``: ``title`` and ``when`` (Localised), ``place``, ``run_id``, and ``more``.
    """
    place = ", ".join(part for part in (run.place, run.city) if part)
    values = {
        "title": dict(queries.title_of(session, run)), "when": _when(run.starts_at), "place": place,
        "run_id": run.id, **more,
    }  # fmt: skip
    for user_id in user_ids:
        key = f"runs.{letter}:{run.id}:{user_id}:{local_date(now)}" if once_a_day else None
        outbox.post(
            session, "mail", at=now, key=key, user_id=user_id, template=f"runs/mail/{letter}", values=values,
            trio_id=run.trio_id,
        )  # fmt: skip


def _when(moment: datetime) -> Localised:
    """Day and time in Berlin, in every language of the interface: a payload holds JSON, not moments."""
    return {
        language: format_datetime(moment, pattern, tzinfo=BERLIN, locale=language)
        for language, pattern in _PATTERNS.items()
    }
