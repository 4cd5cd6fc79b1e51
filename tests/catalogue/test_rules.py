"""What is found, what filters would leave, what to give up, and how far modules cover a profile."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue import rules
from app.catalogue.rules import Coverage, Dated, Entry, Facet, Sort, Wanted
from app.competences.rules import Stage
from app.modules.rules import Units
from tests.factories import NOON, both

ZERO = Decimal(0)


def entry(code: str, *, hours: int = 2, **given) -> Entry:
    usual = Entry(
        code, code.lower(), both(code), both("Summary"), ["de"], 3, None,
        Units(Decimal(hours), ZERO, ZERO, ZERO, ZERO), "lausitz", "Lausitz", [Stage.CELL], texts=[code],
    )  # fmt: skip
    return replace(usual, **given)


def dated(place: str, days: int, run_id: int = 1) -> Dated:
    return Dated(run_id, place, NOON + timedelta(days=days))


def wanted(words: str = "", sort: Sort = Sort.DATE, **chosen: set[str]) -> Wanted:
    return Wanted(words, {Facet(name): frozenset(values) for name, values in chosen.items()}, sort)


CELL = entry("CELL", languages=["de", "en"], dates=[dated("Kamenz", 9, 1), dated("online", 20, 2)])
PACK = entry("PACK", hours=1, stages=[Stage.PACK, Stage.SAFETY], dates=[dated("Görlitz", 4, 3)], trio="mulde")
PLAIN = entry("PLAIN", hours=9, languages=["de", "de-simple"])
ALL = [CELL, PACK, PLAIN]


def codes(found: list[Entry]) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    "words",
    ["prüfung", "PRÜFUNG", "pruefung", "prufung", "Pru\u0308fung", "zell", "zelle prüf", "strasse", "straße", ""],
)
def test_words_are_found_however_they_are_spelled(words):
    assert rules.finds(words, ["Prüfung der Zelle", "Fertigungsstraße"])


@pytest.mark.parametrize("words", ["kathode", "zelle kathode", "prüfungen"])
def test_all_words_must_occur(words):
    assert not rules.finds(words, ["Prüfung der Zelle"])


@pytest.mark.parametrize(
    "chosen,found",
    [
        ({}, ["CELL", "PACK", "PLAIN"]),
        ({"stage": {"pack"}}, ["PACK"]),
        ({"stage": {"pack", "cell"}}, ["CELL", "PACK", "PLAIN"]),
        ({"language": {"de-simple"}}, ["PLAIN"]),
        ({"place": {"online"}}, ["CELL"]),
        ({"place": {"Kamenz", "Görlitz"}}, ["CELL", "PACK"]),
        ({"trio": {"mulde"}, "stage": {"safety"}}, ["PACK"]),
        ({"trio": {"mulde"}, "stage": {"cell"}}, []),
        ({"place": {"Atlantis"}}, []),
    ],
)
def test_values_are_alternatives_and_facets_must_all_fit(chosen, found):
    assert sorted(codes(rules.select(ALL, wanted(**chosen), language="en"))) == found


@pytest.mark.parametrize(
    "sort,order",
    [
        (Sort.DATE, ["PACK", "CELL", "PLAIN"]),
        (Sort.DURATION, ["PACK", "CELL", "PLAIN"]),
        (Sort.TITLE, ["CELL", "PACK", "PLAIN"]),
    ],
)
def test_order(sort, order):
    assert codes(rules.select(ALL, wanted(sort=sort), language="en")) == order


def test_a_place_decides_which_date_counts():
    assert rules.next_date(CELL, wanted()) == CELL.dates[0]
    assert rules.next_date(CELL, wanted(place={"online"})) == CELL.dates[1]
    assert rules.next_date(PLAIN, wanted()) is None
    soonest = rules.select([CELL, entry("SOON", dates=[dated("online", 10)])], wanted(place={"online"}), language="en")
    assert codes(soonest) == ["SOON", "CELL"]


def test_choices_count_what_would_be_found_with_the_other_filters_as_they_are():
    counts = rules.count_choices(ALL, wanted(stage={"cell"}, language={"de-simple"}))
    assert counts[Facet.STAGE] == {"cell": 1, "pack": 0, "safety": 0}
    assert counts[Facet.LANGUAGE] == {"de": 2, "en": 1, "de-simple": 1}
    assert counts[Facet.TRIO] == {"lausitz": 1, "mulde": 0}


def test_choices_stand_in_a_sensible_order_and_chosen_ones_never_vanish():
    counts = rules.count_choices(ALL, wanted(place={"Atlantis"}))
    assert list(counts[Facet.PLACE]) == ["online", "Atlantis", "Görlitz", "Kamenz"]
    assert list(counts[Facet.STAGE]) == ["cell", "pack", "safety"]
    assert list(counts[Facet.LANGUAGE]) == ["de", "en", "de-simple"]


def test_words_count_too():
    counts = rules.count_choices(ALL, wanted("pack"))
    assert counts[Facet.STAGE] == {"cell": 0, "pack": 1, "safety": 1}


def test_the_relief_is_what_helps_most():
    relief = rules.best_relief(ALL, wanted("pack", stage={"cell"}))
    assert relief is not None
    assert (relief.facet, relief.count, relief.wanted.words) == (None, 2, "")
    relief = rules.best_relief(ALL, wanted("pack", trio={"lausitz"}))
    assert relief is not None
    assert (relief.facet, relief.count) == (None, 2)
    relief = rules.best_relief(ALL, wanted("plain", stage={"pack"}))
    assert relief is not None
    assert (relief.facet, relief.count) == (Facet.STAGE, 1)
    assert relief.wanted.of(Facet.STAGE) == frozenset()


def test_no_relief_where_one_thing_is_not_enough():
    assert rules.best_relief(ALL, wanted("laser", place={"Atlantis"})) is None
    assert rules.best_relief([], wanted()) is None


def test_taking_filters_off():
    both_places = wanted(place={"Kamenz", "online"}, stage={"cell"})
    assert both_places.without(Facet.PLACE, "online").of(Facet.PLACE) == {"Kamenz"}
    assert both_places.without(Facet.PLACE).filters == [(Facet.STAGE, "cell")]
    assert both_places.filters == [(Facet.STAGE, "cell"), (Facet.PLACE, "Kamenz"), (Facet.PLACE, "online")]


@pytest.mark.parametrize(
    "target,reached,expected",
    [
        (3, [], (Coverage.OPEN, 0)),
        (3, [0], (Coverage.OPEN, 0)),
        (3, [3], (Coverage.FULL, 3)),
        (3, [2], (Coverage.PARTLY, 2)),
        (3, [1, 4], (Coverage.FULL, 4)),
        (3, [2, 2], (Coverage.PARTLY, 2)),
        (1, [1], (Coverage.FULL, 1)),
    ],
)
def test_coverage(target, reached, expected):
    assert rules.coverage(target, reached) == expected


@given(st.sampled_from(["stage", "language", "place", "trio"]), st.data())
def test_a_choice_leads_to_as_many_courses_as_it_says(facet, data):
    """The number beside a filter is the number of hits after choosing it alone within its facet."""
    others = {"stage": {"cell", "pack"}, "language": {"de"}, "place": {"Kamenz", "Görlitz"}, "trio": {"lausitz"}}
    start = wanted(**{name: data.draw(st.sets(st.sampled_from(sorted(values)))) for name, values in others.items()})
    for value, number in rules.count_choices(ALL, start)[Facet(facet)].items():
        chosen = replace(start, chosen={**start.chosen, Facet(facet): frozenset({value})})
        assert len(rules.select(ALL, chosen, language="en")) == number
