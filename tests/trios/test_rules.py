from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.actors import Actor, Grant, Role
from app.kit.verdicts import Answer
from app.trios import rules
from app.trios.rules import CONSTITUTING, OrganisationKind, Period

KINDS = list(OrganisationKind)
TODAY = date(2026, 3, 2)
PARTNERS = {"science", "provider", "cluster", "chamber", "company"}


@pytest.mark.parametrize(
    "kinds", [k for n in range(8) for k in combinations(KINDS, n)], ids=lambda k: "+".join(k) or "none"
)
def test_a_trio_publishes_when_science_provider_and_cluster_take_part(kinds):
    verdict = rules.may_publish(kinds)
    missing = [kind for kind in CONSTITUTING if kind not in kinds]
    assert rules.missing_kinds(kinds) == missing
    assert verdict.answer is (Answer.NOT_NOW if missing else Answer.YES)
    if missing:
        assert all(str(rules.KIND_NAMES[kind]) in str(verdict.reason) for kind in missing)


def test_everything_has_a_name():
    assert set(rules.KIND_NAMES) == set(rules.KIND_PLURALS) == set(rules.KIND_DUTIES) == set(OrganisationKind)
    assert set(rules.KIND_WANTED) == set(CONSTITUTING)
    assert set(rules.PARTS) == set(OrganisationKind)


# ---- duties


@pytest.mark.parametrize(
    "kind,roles",
    [
        ("science", {"reviewer", "author", "trio_admin"}),
        ("provider", {"author", "trainer", "trio_admin"}),
        ("cluster", {"cluster_manager", "trio_admin"}),
        ("chamber", {"author", "trainer", "reviewer", "trio_admin"}),
        ("company", {"trainer", "trio_admin"}),
        ("agency", {"programme_office"}),
        ("funder", {"programme_office"}),
    ],
)
def test_duties_by_kind(kind, roles):
    assert {role.value for role in rules.roles_for(OrganisationKind(kind))} == roles


def test_nobody_is_given_the_platform_or_a_company_by_being_a_partner():
    given = frozenset().union(*map(rules.roles_for, OrganisationKind))
    assert not given & {Role.SITE_ADMIN, Role.HR_CONTACT}


@pytest.mark.parametrize(
    "own,parts",
    [
        ("chamber", {"chamber", "provider", "cluster"}),
        ("agency", {"agency", "cluster"}),
        ("science", {"science", "provider"}),
        ("provider", {"provider", "science"}),
        ("company", {"company", "cluster"}),
        ("cluster", {"cluster"}),
        ("funder", {"funder"}),
    ],
)
def test_as_what_an_organisation_may_take_part(own, parts):
    possible = {
        part.value for part in OrganisationKind if rules.may_take_part(OrganisationKind(own), part, Period(TODAY), [])
    }
    assert possible == parts


@pytest.mark.parametrize(
    "part,held,answer",
    [
        ("provider", {Role.AUTHOR, Role.TRIO_ADMIN}, Answer.YES),
        ("cluster", set(), Answer.YES),
        ("cluster", {Role.AUTHOR}, Answer.NOT_NOW),
        ("science", {Role.REVIEWER, Role.TRAINER}, Answer.NOT_NOW),
    ],
)
def test_a_part_must_fit_the_roles_that_are_held(part, held, answer):
    assert rules.may_play(OrganisationKind(part), held).answer is answer


# ---- times

days = st.dates(date(2024, 1, 1), date(2024, 2, 15))


@st.composite
def periods(draw):
    first = draw(days)
    length = draw(st.none() | st.integers(0, 20))
    return Period(first, None if length is None else first + timedelta(days=length))


@given(periods(), periods())
def test_two_periods_meet_when_some_day_lies_in_both(one, other):
    window = [date(2024, 1, 1) + timedelta(days=n) for n in range(80)]
    assert one.meets(other) is any(one.holds(day) and other.holds(day) for day in window)
    assert one.meets(other) is other.meets(one)


def test_times_of_one_partner_do_not_overlap():
    first = Period(date(2025, 1, 1), date(2025, 12, 31))

    def answer(*period):
        kind = OrganisationKind.PROVIDER
        return rules.may_take_part(kind, kind, Period(*period), [first]).answer

    assert answer(date(2026, 1, 1)) is Answer.YES
    assert answer(date(2024, 1, 1), date(2024, 12, 31)) is Answer.YES
    assert answer(date(2025, 12, 31)) is Answer.NOT_NOW
    assert answer(date(2024, 1, 1)) is Answer.NOT_NOW
    assert answer(date(2026, 2, 1), date(2026, 1, 1)) is Answer.NOT_NOW


# ---- who may


def actor(*grants):
    return Actor(1, frozenset(grants))


MINE, FOREIGN = Grant(Role.TRIO_ADMIN, 7), Grant(Role.TRIO_ADMIN, 8)
SITE = Grant(Role.SITE_ADMIN)


@pytest.mark.parametrize(
    "grants,manages,founds,adds",
    [
        ((), False, False, False),
        ((Grant(Role.AUTHOR, 7),), False, False, False),
        ((MINE,), True, False, True),
        ((FOREIGN,), False, False, True),
        ((SITE,), True, True, True),
        ((Grant(Role.PROGRAMME_OFFICE),), False, False, False),
    ],
)
def test_who_manages_founds_and_adds(grants, manages, founds, adds):
    who = actor(*grants)
    assert rules.may_manage(who, 7).answer is (Answer.YES if manages else Answer.NOT_YOU)
    assert rules.may_found(who).answer is (Answer.YES if founds else Answer.NOT_YOU)
    assert rules.may_add_organisation(who).answer is (Answer.YES if adds else Answer.NOT_YOU)


@pytest.mark.parametrize(
    "grants,trio_ids,may",
    [
        ((SITE,), {7, 8}, True),
        ((SITE,), set(), True),
        ((MINE,), {7}, True),
        ((MINE,), {7, 8}, False),
        ((MINE, FOREIGN), {7, 8}, True),
        ((MINE,), set(), False),
        ((Grant(Role.AUTHOR, 7),), {7}, False),
    ],
)
def test_what_several_trios_share_is_changed_by_the_platform_only(grants, trio_ids, may):
    verdict = rules.may_change_organisation(actor(*grants), trio_ids)
    assert verdict.answer is (Answer.YES if may else Answer.NOT_YOU)


# ---- coordinating and leaving


@pytest.mark.parametrize(
    "part,period,may",
    [
        ("cluster", Period(TODAY), True),
        ("science", Period(TODAY, TODAY), True),
        ("company", Period(date(2025, 1, 1)), True),
        ("science", Period(TODAY + timedelta(days=1)), False),
        ("science", Period(date(2025, 1, 1), TODAY - timedelta(days=1)), False),
        ("agency", Period(TODAY), False),
        ("funder", Period(TODAY), False),
    ],
)
def test_who_may_coordinate(part, period, may):
    verdict = rules.may_coordinate(OrganisationKind(part), period, on=TODAY)
    assert verdict.answer is (Answer.YES if may else Answer.NOT_NOW)


FACTS = {
    "is_coordinator": False,
    "holds_administrators": False,
    "others_administrate": False,
    "last": TODAY,
    "period": Period(date(2025, 1, 1)),
}


@pytest.mark.parametrize(
    "facts,says",
    [
        ({}, None),
        ({"holds_administrators": True, "others_administrate": True}, None),
        ({"period": Period(date(2025, 1, 1), TODAY + timedelta(days=30))}, None),
        ({"is_coordinator": True}, "coordinates the Trio"),
        ({"holds_administrators": True}, "Invite one of another partner first"),
        ({"last": date(2024, 12, 31)}, "before the first one"),
        ({"period": Period(date(2025, 1, 1), TODAY)}, "has ended"),
        ({"period": Period(date(2025, 1, 1), date(2025, 6, 1))}, "has ended"),
    ],
)
def test_who_may_leave(facts, says):
    verdict = rules.may_end(**FACTS | facts)
    assert verdict.answer is (Answer.YES if says is None else Answer.NOT_NOW)
    assert says is None or says in str(verdict.reason)


@pytest.mark.parametrize(
    "ends_on,may", [(None, False), (TODAY, True), (TODAY + timedelta(days=1), True), (TODAY - timedelta(days=1), False)]
)
def test_who_may_stay_after_all(ends_on, may):
    assert bool(rules.may_keep(Period(date(2025, 1, 1), ends_on), on=TODAY)) is may
