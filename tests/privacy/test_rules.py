"""Periods, who may be erased, who may look."""

from datetime import UTC, date, datetime

import pytest

from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.privacy.rules import RULES, Act, Period, Ties, ends_of, may_erase, may_see_record, trios_ended_before
from app.privacy.rules import unused_before as last_visit

SITE_ADMIN = Actor(1, frozenset({Grant(Role.SITE_ADMIN)}))


def at(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "period,moment,before",
    [
        (Period(days=30), at(2026, 3, 2), at(2026, 1, 31)),
        (Period(months=1), at(2026, 3, 31), at(2026, 2, 28)),
        (Period(months=6), at(2026, 3, 2), at(2025, 9, 2)),
        (Period(months=3), at(2026, 1, 15), at(2025, 10, 15)),
        (Period(years=4), at(2028, 2, 29), at(2024, 2, 29)),
        (Period(years=1), at(2028, 2, 29), at(2027, 2, 28)),
        (Period(years=5, months=6), at(2036, 7, 1), at(2031, 1, 1)),
        (Period(), at(2026, 3, 2), at(2026, 3, 2)),
    ],
)
def test_a_period_counts_back_by_the_calendar(period, moment, before):
    assert period.before(moment) == before


@pytest.mark.parametrize(
    "period,words",
    [
        (Period(days=1), "1 day"),
        (Period(days=30), "30 days"),
        (Period(months=6), "6 months"),
        (Period(years=1), "1 year"),
    ],
)
def test_a_period_speaks(period, words):
    assert str(period) == period.__html__() == words


def test_a_rule_without_a_date_has_nothing_due():
    assert ends_of("audit", now=at(2026, 3, 2)) is None
    assert ends_of("links", now=at(2026, 3, 2)) == at(2026, 1, 31)


def test_every_rule_that_acts_says_when_or_acts_at_once():
    assert {rule.id for rule in RULES.values() if rule.period is None} == {"addresses", "partners", "content", "audit"}
    assert all(rule.act is Act.NOTHING for rule in RULES.values() if rule.period is None and rule.id != "addresses")


def test_the_proof_is_kept_for_five_years_after_it_was_due():
    """A Trio that ends on 31 December 2029 hands in its proof by 30 June 2030: until 30 June 2035."""
    assert trios_ended_before(today=date(2035, 6, 30)) <= date(2029, 12, 31)
    assert trios_ended_before(today=date(2035, 7, 1)) > date(2029, 12, 31)


def test_the_notice_comes_thirty_days_before():
    assert last_visit(today=date(2029, 3, 2), notice=False) == date(2026, 3, 2)
    assert last_visit(today=date(2029, 1, 31), notice=True) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "ties,reason",
    [
        (Ties(), None),
        (Ties(is_last_site_admin=True, trios=["Nord"]), "This is the last administrator of the platform"),
        (Ties(trios=["Nord", "Süd"], runs_to_teach=1), "This is the last administrator of Nord, Süd"),
        (Ties(runs_to_teach=1), "1 run that is still to come"),
        (Ties(runs_to_teach=3), "3 runs that are still to come"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_whoever_is_needed_stays_and_the_first_reason_counts(ties, reason):
    for actor in (Actor(7), SITE_ADMIN):
        verdict = may_erase(actor, 7, ties)
        assert verdict.answer is (Answer.NOT_NOW if reason else Answer.YES)
        assert str(verdict.reason or "").startswith(reason or "")


@pytest.mark.parametrize("actor", [ANYONE, Actor(8), Actor(8, frozenset({Grant(Role.TRIO_ADMIN, 1)}))], ids=str)
def test_nobody_erases_somebody_else(actor):
    assert may_erase(actor, 7, Ties()).answer is Answer.NOT_YOU


@pytest.mark.parametrize("role", Role)
def test_only_administrators_of_the_platform_see_the_record(role):
    assert bool(may_see_record(Actor(1, frozenset({Grant(role)})))) is (role is Role.SITE_ADMIN)
    assert not may_see_record(Actor(1, frozenset({Grant(Role.SITE_ADMIN, 3)})))
