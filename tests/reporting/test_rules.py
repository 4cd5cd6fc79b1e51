"""Periods, access, reports and the headline."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.actors import ANYONE, Actor, Grant, Role
from app.reporting import rules
from app.reporting.rules import (
    ALL,
    FIGURES,
    Activity,
    Companies,
    Counts,
    Group,
    Quarter,
)

SMALLEST = 5


# ---- periods


@pytest.mark.parametrize(
    "moment, quarter",
    [
        (datetime(2026, 1, 1, tzinfo=UTC), Quarter(2026, 1)),
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), Quarter(2025, 4)),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), Quarter(2026, 1)),  # midnight in Berlin, winter
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), Quarter(2026, 2)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), Quarter(2026, 3)),  # midnight in Berlin, summer
    ],
)
def test_the_quarter_of_a_moment(moment, quarter):
    assert Quarter.of(moment) == quarter


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis adds the zone)
def test_a_moment_lies_within_its_quarter(moment):
    quarter = Quarter.of(moment)
    assert quarter.starts_at <= moment < quarter.ends_at
    assert quarter.ends_at == quarter.next.starts_at
    assert quarter < quarter.next


def test_quarters_that_have_begun():
    may = datetime(2026, 5, 4, tzinfo=UTC)
    assert rules.quarters_begun(2026, now=may) == (Quarter(2026, 1), Quarter(2026, 2))
    assert len(rules.quarters_begun(2025, now=may)) == 4
    assert rules.quarters_begun(2027, now=may) == ()


def test_quarters_between():
    first, last = datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 5, 4, tzinfo=UTC)
    assert rules.quarters_between(first, last) == (Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 2))
    assert rules.quarters_between(last, last) == (Quarter(2026, 2),)


# ---- access


@pytest.mark.parametrize(
    "grants, trios",
    [
        ([Grant(Role.CLUSTER_MANAGER, 1)], {1}),
        ([Grant(Role.TRIO_ADMIN, 1), Grant(Role.CLUSTER_MANAGER, 2)], {1, 2}),
        ([Grant(Role.PROGRAMME_OFFICE)], None),
        ([Grant(Role.SITE_ADMIN), Grant(Role.TRIO_ADMIN, 1)], None),
    ],
)
def test_who_reads_reports_of_which_trios(grants, trios):
    actor = Actor(1, frozenset(grants))
    assert rules.may_read_reports(actor)
    assert rules.trios_reported_to(actor) == trios


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.HR_CONTACT])
def test_others_read_none(role):
    assert not rules.may_read_reports(Actor(1, frozenset({Grant(role, 1)})))
    assert not rules.may_read_reports(ANYONE)


# ---- reports


def test_the_share_of_smes():
    assert rules.sme_share(2, 1) == 67
    assert rules.sme_share(0, 0) is None


def counts(activity, **more):
    return Counts((1, 2), activity, **more)


def one_trio(period_counts):
    return {(scope, period): had for period, had in period_counts.items() for scope in (ALL, 7)}


def test_a_report_of_nothing():
    report = rules.report_of(counts({}), scope=7, year=2026, smallest=SMALLEST)
    assert (report.total.runs, report.total.people, report.total.sme_share, report.held) == (0, 0, None, 0)
    assert report.total.completion_rate is None
    assert [line.period for line in report.lines] == [1, 2]
    assert report.cells == 7 * 3 + 6 * 3 + 0


def test_a_report_has_no_withheld_number():
    had = {1: Activity(1, 4, 4, 4, 4, 0), 2: Activity(3, 30, 28, 20, 20, 10), 0: Activity(4, 34, 32, 24, 24, 10)}
    report = rules.report_of(counts(one_trio(had)), scope=7, year=2026, smallest=SMALLEST)
    first = report.lines[0]
    assert (first.runs, first.people, first.participations, first.completions) == (1, None, None, None)
    assert {"people", "participations", "completions"} <= first.withheld <= set(FIGURES)
    assert report.held > 0
    assert report.total.runs == 4


def test_the_share_is_withheld_with_the_companies_it_is_of():
    had = {1: Activity(2, 20, 20, 20, 20, 0), 2: Activity(), 0: Activity(2, 20, 20, 20, 20, 0)}
    firms = {
        (scope, period, kind): Companies(number, people)
        for scope in (ALL, 7)
        for period in (0, 1)
        for kind, number, people in (("sme", 6, 14), ("large", 1, 6))
    }
    report = rules.report_of(counts(one_trio(had), companies=firms), scope=7, year=2026, smallest=SMALLEST)
    assert (report.total.sme_share, report.total.companies, report.total.smes) == (None, 7, 6) or (
        "sme_share" in report.total.withheld
    )
    assert report.lines[1].sme_share is None
    assert "sme_share" not in report.lines[1].withheld


def test_a_pending_quarter_shows_nothing_and_the_year_counts_without_it():
    had = {1: Activity(3, 30, 28, 20, 20, 10), 0: Activity(3, 30, 28, 20, 20, 10)}
    found = Counts((1,), one_trio(had))
    report = rules.report_of(found, scope=7, year=2026, smallest=SMALLEST, pending=2)
    assert report.lines[1].withheld == set(FIGURES)
    assert report.sizes[0].values[1] is None
    assert report.total.participations == 30
    assert report.total.completion_rate == 67


@pytest.mark.parametrize("people, pending", [(0, None), (1, Quarter(2026, 2)), (4, Quarter(2026, 2)), (5, None)])
def test_when_a_running_quarter_is_pending(people, pending):
    assert rules.pending_quarter(people, Quarter(2026, 2), smallest=SMALLEST) == pending


def test_regions_by_name_without_those_nobody_came_from():
    had = {1: Activity(9, 90, 90, 90, 90, 0), 2: Activity(), 0: Activity(9, 90, 90, 90, 90, 0)}
    big = Group(45, 9, 9)
    regions = {(scope, code): big for scope in (ALL, 7) for code in ("DED2C", "DE11D")}
    report = rules.report_of(counts(one_trio(had), regions=regions), scope=7, year=2026, smallest=SMALLEST)
    assert [(line.key, line.name, line.values) for line in report.regions] == [
        ("DED2C", "Bautzen", (45,)),
        ("DE11D", "Ostalbkreis", (45,)),
    ]


def test_region_names():
    assert rules.region_name("DE300") == "Berlin"
    assert rules.region_name("PL514") == "PL514"
    assert rules.region_name("") == ""


# ---- headline

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def quarters(**people):
    """``q2025_4=30`` → {Quarter(2025, 4): 30}."""
    return {Quarter(int(name[1:5]), int(name[-1])): count for name, count in people.items()}


@pytest.mark.parametrize(
    "people, span",
    [
        ({}, None),
        ({"q2026_2": 30}, None),  # still running
        ({"q2026_1": 30, "q2026_2": 3}, ("2026_1", "2026_1")),
        ({"q2025_3": 9, "q2025_4": 0, "q2026_1": 0, "q2026_2": 0}, ("2025_3", "2025_4")),
        ({"q2025_3": 9, "q2025_4": 9, "q2026_1": 8, "q2026_2": 0}, ("2025_3", "2026_1")),
        ({"q2025_3": 9, "q2025_4": 9, "q2026_1": 3, "q2026_2": 0}, ("2025_3", "2025_4")),
        ({"q2024_4": 3, "q2025_1": 9, "q2026_1": 9, "q2026_2": 9}, ("2025_1", "2026_1")),
        ({"q2023_1": 9, "q2024_4": 3, "q2025_1": 9, "q2026_1": 9}, ("2025_1", "2026_1")),
        ({"q2025_1": 9, "q2025_2": 4, "q2025_3": 9}, None),
    ],
)
def test_which_quarters_the_headline_covers(people, span):
    found = rules.headline_span(quarters(**people), now=NOW, smallest=SMALLEST)
    expected = span and tuple(Quarter(int(name[:4]), int(name[-1])) for name in span)
    assert found == expected


@pytest.mark.parametrize(
    "companies, smes, shown",
    [
        (9, 6, (9, 6)),
        (9, 9, (9, 9)),
        (9, 0, (9, 0)),
        (9, 8, (9, None)),
        (9, 2, (9, None)),
        (2, 0, (None, None)),
        (0, 0, (0, 0)),
    ],
)
def test_few_companies_are_not_in_the_headline(companies, smes, shown):
    span = (Quarter(2025, 1), Quarter(2025, 4))
    found = rules.headline_of(span, runs=3, people=30, companies=companies, smes=smes, smallest=SMALLEST)
    assert (found.companies, found.smes) == shown
    assert found.until - found.since == timedelta(days=365)


def test_few_people_are_not_in_the_headline():
    span = (Quarter(2025, 1), Quarter(2025, 4))
    assert rules.headline_of(span, runs=1, people=4, companies=0, smes=0, smallest=SMALLEST).people is None
