"""The overview of a Trio for its administrators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.verdicts import Verdict
from app.trios import queries, rules
from app.trios.models import Partnership, Trio
from app.trios.pages import bp
from app.web.db import reading
from app.web.identity import current_actor


@dataclass(frozen=True, slots=True)
class Partners:
    """The partners of a Trio by time."""

    now: list[Partnership]
    later: list[Partnership]
    past: list[Partnership]


@bp.get("/trios/<slug>/manage")
def manage(slug: str) -> ResponseReturnValue:
    """Whether the Trio is complete, who takes part, and the ways to everything about it."""
    session, today = reading(), clock.local_date(clock.now())
    trio = managed(slug)
    partners = sorted_by_time(queries.list_partners(session, trio.id), today)
    missing = rules.missing_kinds([one.kind for one in partners.now])
    return render_template(
        "trios/manage.html",
        trio=trio,
        brand=queries.get_brand(session, trio.id),
        partners=partners,
        missing=missing,
        leaving=sorted((one for one in partners.now if one.ends_on is not None), key=lambda one: one.ends_on or today),
        coordinators={one.id: may_coordinate(one, today) for one in partners.now if not one.is_coordinator},
        people=queries.count_people(session, trio.id, on=today),
        names=rules,
    )


def managed(slug: str) -> Trio:
    """The Trio of the address, if the reader manages it; NotFound otherwise."""
    return queries.get_managed_trio(reading(), current_actor(), slug)


def may_coordinate(partnership: Partnership, today: date) -> Verdict:
    """Whether this partner may coordinate from now on."""
    return rules.may_coordinate(partnership.kind, partnership.period, on=today)


def sorted_by_time(partnerships: Iterable[Partnership], today: date) -> Partners:
    """Who takes part now, who will, and who did."""
    found = Partners([], [], [])
    for one in partnerships:
        period = one.period
        times = found.now if period.holds(today) else found.later if period.starts_on > today else found.past
        times.append(one)
    return found
