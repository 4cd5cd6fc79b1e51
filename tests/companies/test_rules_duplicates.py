import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies import rules
from app.companies.rules import Alike, Candidate


def alike(name, city, other, other_city):
    return rules.likeness(name, city, Candidate(1, other, other_city))


@pytest.mark.parametrize(
    "name,city,other,other_city,why,score",
    [
        ("Zellwerk GmbH", "Kamenz", "zellwerk  gmbh", "Kamenz", Alike.SAME, 100),
        ("Zellwerk AG", "Kamenz", "Zellwerk GmbH", "Kamenz", Alike.LEGAL_FORM, 98),
        ("Müller & Söhne", "", "MUELLER UND SOEHNE KG", "Ulm", Alike.LEGAL_FORM, 98),
        ("Zell-Werk", "Kamenz", "Zellwerk", "Kamenz", Alike.LEGAL_FORM, 98),
        ("Presswerk Lindwiz", "", "Presswerk Lindwitz GmbH", "Hoyerswerda", Alike.SPELLING, 97),
        ("Lindwitz Presswerk", "", "Presswerk Lindwitz GmbH", "", Alike.SPELLING, 97),
        ("Presswerk Lindwitz", "", "Presswerk Lindwitz Werkzeugbau GmbH", "", Alike.PART, 92),
        ("Zellwerk", "Kamenz", "Zellwerk", "Zwickau", Alike.SAME, 85),
    ],
)
def test_what_looks_like_one_company(name, city, other, other_city, why, score):
    hint = alike(name, city, other, other_city)
    assert hint is not None
    assert (hint.why, hint.score) == (why, score)


@pytest.mark.parametrize(
    "name,city,other,other_city",
    [
        ("Zellwerk", "Kamenz", "Presswerk", "Kamenz"),
        ("Presswerk Lindwiz", "Ulm", "Presswerk Lindner GmbH", "Kamenz"),
        ("AB Bau", "Ulm", "CD Bau", "Ulm"),
    ],
)
def test_what_is_another_company(name, city, other, other_city):
    assert alike(name, city, other, other_city) is None


@pytest.mark.parametrize(
    "one,other", [("Frankfurt (Oder)", "frankfurt/Oder"), ("Görlitz", "Goerlitz"), ("Hoyerswerda", "Hoyersweda")]
)
def test_one_place_in_several_spellings(one, other):
    hint = alike("Zellwerk", one, "Zellwerk", other)
    assert hint is not None
    assert hint.is_same_place


def test_the_most_alike_first_and_not_too_many():
    others = [Candidate(number, f"Zellwerk{'k' * number}", "") for number in range(9, 0, -1)]
    found = rules.rank("Zellwerk", "", others)
    assert [hint.company.company_id for hint in found] == [1, 2, 3][: len(found)]
    assert len(rules.rank("Zellwerk", "", [Candidate(number, "Zellwerk", "") for number in range(9)])) == 5


@given(st.text(min_size=1, max_size=60), st.text(max_size=40))
def test_everything_looks_like_itself(name, city):
    hint = alike(name, city, name, city)
    assert hint is not None
    assert hint.score == 100


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_looking_alike_goes_both_ways(one, other):
    there, back = alike(one, "", other, ""), alike(other, "", one, "")
    assert (there and there.score) == (back and back.score)
