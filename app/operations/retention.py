"""Once a day, what has been kept long enough goes: portion by portion, each in a transaction of its own."""

from collections.abc import Sequence
from datetime import date

import structlog

from app.kit import clock
from app.kit.clock import local_date
from app.privacy import queries, rules, services
from app.privacy.queries import Due
from app.web.db import reading, transaction

log = structlog.get_logger()


def due() -> Sequence[Due]:
    """What would be done now."""
    return queries.list_due(reading(), now=clock.now())


def run() -> dict[str, int]:
    """Do all that is due; by rule, how many rows that were. Stopped half-way, it goes on where it was next time."""
    now, done = clock.now(), dict[str, int]()
    for rule_id in rules.RULES:
        rows = 0
        while portion := _portion(rule_id):
            rows += portion
        if rows:
            done[rule_id] = rows
            log.info("retention", rule=rule_id, rows=rows)
    with transaction() as session:
        services.finish_day(session, local_date(now), now=clock.now())
    return done


def run_once_a_day(last: date | None) -> date:
    """Run the job unless it ran today, in this process (``last``) or in another; the day it was looked after for."""
    today = local_date(clock.now())
    if today != last:
        with transaction() as session:
            is_ours = services.begin_day(session, now=clock.now())
        if is_ours:
            run()
    return today


def _portion(rule_id: str) -> int:
    with transaction() as session:
        return services.run_chunk(session, rule_id, now=clock.now())
