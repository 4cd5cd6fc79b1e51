from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.companies.rules.effects import (
    Change,
    Contact,
    Known,
    Site,
    changes_of,
    completed,
    contact_of,
    is_same_entry,
    keeps_checked_figures,
    known_contact,
    noted,
    site_of,
)
from app.companies.rules.importing import (
    KEPT_FOR,
    Choice,
    Decision,
    ImportFacts,
    ImportState,
    Likeness,
    RowState,
    choices_for,
    decide,
    may_confirm,
    may_go_on,
)
from app.kit.verdicts import Answer
from tests.factories import NOON


def facts(state=ImportState.CHECKED, *, until=KEPT_FOR, written=1):
    return ImportFacts(state, NOON + until, written)


@pytest.mark.parametrize(
    "given,goes_on,confirms",
    [
        (facts(), Answer.YES, Answer.YES),
        (facts(ImportState.OPEN), Answer.YES, Answer.NOT_NOW),
        (facts(ImportState.DONE), Answer.NOT_NOW, Answer.NOT_NOW),
        (facts(until=timedelta(0)), Answer.NOT_NOW, Answer.NOT_NOW),
        (facts(until=timedelta(microseconds=1)), Answer.YES, Answer.YES),
        (facts(written=0), Answer.YES, Answer.NOT_NOW),
    ],
)
def test_when_an_import_goes_on_and_when_it_can_be_confirmed(given, goes_on, confirms):
    assert may_go_on(given, now=NOON).answer is goes_on
    assert may_confirm(given, now=NOON).answer is confirms
    assert (may_confirm(given, now=NOON).reason is None) == (confirms is Answer.YES)


def test_a_list_that_is_done_never_expires():
    assert "already" in str(may_go_on(facts(ImportState.DONE, until=-KEPT_FOR), now=NOON).reason)


COMPANY = Likeness(Choice.COMPANY, 7, "Zellwerk", "Ulm", 93, "spelling")
ROW = Likeness(Choice.ROW, 3, "Zellwerk", "Ulm", 93, "spelling")
TWIN = Likeness(Choice.ROW, 3, "Zellwerk", "Ulm", 100, "same", is_exact=True)


@pytest.mark.parametrize(
    "hints,options",
    [
        ([COMPANY, ROW], [(Choice.COMPANY, 7), (Choice.ROW, 3), (Choice.OTHER, None), (Choice.LEAVE, None)]),
        ([TWIN], [(Choice.ROW, 3), (Choice.LEAVE, None)]),
    ],
)
def test_what_can_be_chosen(hints, options):
    assert choices_for(hints) == options


@pytest.mark.parametrize(
    "hints,choice,chosen,fates,decision",
    [
        ([COMPANY], None, None, {}, Decision(RowState.UNDECIDED)),
        ([COMPANY], Choice.COMPANY, 7, {}, Decision(RowState.CHANGED, company_id=7)),
        ([COMPANY], Choice.COMPANY, 8, {}, Decision(RowState.UNDECIDED)),
        ([COMPANY], Choice.OTHER, None, {}, Decision(RowState.NEW)),
        ([COMPANY], Choice.LEAVE, None, {}, Decision(RowState.LEFT)),
        ([TWIN], Choice.OTHER, None, {}, Decision(RowState.UNDECIDED)),
        ([ROW], Choice.ROW, 3, {3: RowState.NEW}, Decision(RowState.CHANGED, row=3)),
        ([ROW], Choice.ROW, 3, {3: RowState.SAME}, Decision(RowState.CHANGED, row=3)),
        ([ROW], Choice.ROW, 3, {3: RowState.LEFT}, Decision(RowState.UNDECIDED)),
        ([ROW], Choice.ROW, 3, {}, Decision(RowState.UNDECIDED)),
    ],
)
def test_what_follows_from_a_choice(hints, choice, chosen, fates, decision):
    assert decide(hints, choice, chosen, fates) == decision


def test_a_likeness_survives_being_stored():
    assert [Likeness.of(one.stored()) for one in (COMPANY, ROW, TWIN)] == [COMPANY, ROW, TWIN]


@pytest.mark.parametrize(
    "city,known,same",
    [
        ("Ulm", "Ulm", True),
        ("ULM", "Ulm", True),
        ("Frankfurt/Oder", "Frankfurt (Oder)", True),
        ("Ulm", "Jena", False),
        ("", "", True),
        ("Ulm", "", False),
        ("", "Ulm", False),
    ],
)
def test_one_name_is_one_company_in_one_place_only(city, known, same):
    assert is_same_entry("zellwerk", city, "zellwerk", known) is same
    assert not is_same_entry("zellwerk", city, "zellwerke", known)


def known(**given: Any):
    defaults: dict[str, Any] = {"city": "Ulm", "is_registered": True}
    return Known(7, "Zellwerk", **defaults | given)


def test_nothing_changes_by_what_is_known_or_empty():
    mine = known(
        nuts3="DE144", wz="29.32", website="https://x.de", note="gut",
        figures={2025: (Decimal(40), Decimal("1.5"), None)},
        contacts=[Contact("Pat", "", "p@x.de", "1")], sites=[Site("Weg 1", "89073", "Ulm")],
    )  # fmt: skip
    values = {
        "name": "Zellwerk", "city": "Ulm", "nuts3": "DE144", "wz": "29.32", "website": "https://x.de", "note": "gut",
        "headcount": "40", "turnover": "1.500", "year": 2025, "contact": "Pat", "email": "P@x.de", "phone": "1",
        "street": "Weg 1", "postcode": "89073",
    }  # fmt: skip
    assert changes_of(values, mine) == [Change("contact_entry", "Pat, p@x.de, 1", "Pat, P@x.de, 1")]
    assert changes_of(values | {"email": "p@x.de"}, mine) == []
    assert changes_of({"name": "Zellwerk"}, mine) == []


def test_what_changes_is_told_as_old_and_new():
    mine = known(city="", nuts3="DE145", is_registered=False, note="alt", figures={2025: (Decimal(40), None, None)})
    values = {
        "name": "Zellwerk", "city": "Ulm", "nuts3": "DE144", "wz": "29.32", "note": "neu", "headcount": "42.5",
        "balance": "3.000", "year": 2025, "contact": "Pat", "phone": "1", "street": "Weg 1",
    }  # fmt: skip
    assert changes_of(values, mine) == [
        Change("registered", "", ""),
        Change("nuts3", "DE145", "DE144"),
        Change("wz", "", "29.32"),
        Change("city", "", "Ulm"),
        Change("note", "alt", "alt\nneu"),
        Change("headcount", "40", "42.5"),
        Change("balance", "", "3.000"),
        Change("contact_entry", "", "Pat, 1"),
        Change("site", "", "Weg 1, Ulm"),
    ]
    assert noted("", "neu") == "neu"


def test_figures_that_were_checked_stay():
    mine = known(figures={2025: (Decimal(40), None, None)}, checked_years={2025})
    assert changes_of({"headcount": "41", "year": 2025}, mine) == []
    assert keeps_checked_figures({"headcount": "41", "year": 2025}, mine)
    assert not keeps_checked_figures({"headcount": "40", "year": 2025}, mine)
    assert not keeps_checked_figures({"headcount": "41", "year": 2024}, mine)
    assert not keeps_checked_figures({}, mine)


@pytest.mark.parametrize(
    "contact,at",
    [
        (Contact("Pat", email="PAT@x.de"), 1),
        (Contact("Pat"), 0),
        (Contact("Pat", email="neu@x.de"), 0),
        (Contact("Kim", email="neu@x.de"), None),
        (Contact("Kim"), 2),
        (Contact("Toni"), None),
    ],
)
def test_which_contact_is_meant(contact, at):
    others = [Contact("Pat"), Contact("Pat", email="pat@x.de"), Contact("Kim", email="kim@x.de")]
    assert known_contact(contact, others) == at


def test_a_contact_is_completed_never_emptied():
    old = Contact("Pat", "Leitung", "", "1")
    assert completed(Contact("Pat", "", "p@x.de", ""), old) == Contact("Pat", "Leitung", "p@x.de", "1")
    assert contact_of({"name": "x"}) is None
    assert site_of({"city": "Ulm"}) is None
    assert site_of({"postcode": "1"}) == Site("", "1", "")
