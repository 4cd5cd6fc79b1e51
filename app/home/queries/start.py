"""What the public start page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.catalogue import queries as catalogue
from app.competences.rules import Stage
from app.kit.clock import local_date
from app.reporting import queries as reporting
from app.reporting.rules import Headline
from app.runs import queries as runs
from app.runs import rules as run_rules
from app.runs.queries import Offer
from app.runs.rules import Standing

DATES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Front:
    """How many courses there are by stage and in all; the next dates with what each offers; what took place so far."""

    stages: Mapping[Stage, int]
    courses: int
    dates: Sequence[tuple[Offer, Standing]]
    headline: Headline | None

    @property
    def counted_until(self) -> date | None:
        """The last day that the headline counts, where there is one."""
        return local_date(self.headline.until - timedelta(seconds=1)) if self.headline else None


def get_front(session: Session, *, least: int, now: datetime) -> Front:
    """What the start page shows; at most eight queries. No group of fewer than ``least`` people is in the headline."""
    coming = runs.list_upcoming(session, now=now, size=DATES_SHOWN)
    dates = [(offer, run_rules.standing(offer.run.facts, offer.places, now=now)) for offer in coming.items]
    took_place = reporting.headline(session, now, smallest=least)
    return Front(catalogue.count_by_stage(session), catalogue.count_modules(session), dates, took_place)
