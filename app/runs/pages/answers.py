"""What was answered to somebody who enrolled without being signed in, kept in the signed cookie of their own browser.

An address in the URL would stand in histories and logs. After a quarter of an hour the page forgets it: the next one
at the same tablet need not read it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import flask

from app.runs.rules import EnrolmentState

KEPT = timedelta(minutes=15)
_NAME = "enrolled"


@dataclass(frozen=True, slots=True)
class Answered:
    """To which address the mail goes, and which place was told."""

    email: str
    is_waiting: bool


def keep(run_id: int, email: str, place: EnrolmentState, *, now: datetime) -> None:
    """Keep the answer for the page that follows."""
    is_waiting = place is EnrolmentState.WAITING
    flask.session[_NAME] = {"run": run_id, "email": email, "waiting": is_waiting, "at": now.timestamp()}


def find(run_id: int, *, now: datetime) -> Answered | None:
    """What this browser was answered about the run lately, or None. An old answer is forgotten."""
    kept = flask.session.get(_NAME)
    if kept is None:
        return None
    if now.timestamp() - kept["at"] >= KEPT.total_seconds():
        del flask.session[_NAME]
        return None
    return Answered(kept["email"], kept["waiting"]) if kept["run"] == run_id else None
