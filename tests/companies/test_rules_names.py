import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.companies.rules.names import name_stem, search_keys, sound, words

letters = st.text("abcdefghiklmnoprstuwzäöüß", min_size=3, max_size=24)


@pytest.mark.parametrize(
    "name,told",
    [
        ("Müller & Söhne GmbH & Co. KG", ["mueller", "soehne"]),
        ("MUELLER UND SOEHNE G.m.b.H.", ["mueller", "soehne"]),
        ("1. FC Zelle e. V.", ["1", "fc", "zelle"]),
        ("Zellwerk (Haftungsbeschränkt) UG", ["zellwerk"]),
        ("Łódź Cells Sp. z o.o.", ["lodz", "cells", "z"]),
        ("Citroën", ["citroen"]),
        ("SE", ["se"]),
        ("!!", ["!!"]),
        ("\N{MATHEMATICAL BOLD SCRIPT CAPITAL Z}ellwerk", ["zellwerk"]),
    ],
)
def test_the_words_that_tell(name, told):
    assert words(name)[: len(told)] == told


def test_the_legal_form_tells_nothing():
    assert name_stem("Zellwerk GmbH") == name_stem("Zellwerk AG") == name_stem("zellwerk")


@pytest.mark.parametrize("same", [("meyer", "maier", "mayr"), ("photo", "foto"), ("schmidt", "schmitt")])
def test_what_sounds_the_same(same):
    assert len({sound(word) for word in same}) == 1


@pytest.mark.parametrize(
    "word,code",
    [
        ("mueller", "657"),
        ("breschnew", "17863"),
        ("wikipedia", "3412"),
        ("xaver", "4837"),
        ("axt", "0482"),
        ("cxz", "48"),
        ("schach", "84"),
    ],
)
def test_known_codes(word, code):
    """Examples of the published rules, and the odd letters c and x."""
    assert sound(word) == code


@st.composite
def slips(draw):
    """A name, and the name with one letter lost, doubled, changed or swapped with the next one."""
    name = draw(letters)
    at = draw(st.integers(0, len(name) - 1))
    letter = draw(st.sampled_from("aeinrstz"))
    return name, draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            ]
        )
    )


@given(slips())
def test_a_name_with_one_slip_shares_a_key(pair):
    name, slip = pair
    assume(not {"ß", "ä", "ö", "ü"} & set(name + slip))  # one letter that is two when it is folded
    assume(words(name) == [name] and words(slip) == [slip])
    assert search_keys(name) & search_keys(slip)


@given(st.text(min_size=1, max_size=200))
def test_whatever_is_typed_has_few_short_keys(name):
    keys = search_keys(name)
    assert 1 <= len(keys) <= 20
    assert max(map(len, keys)) <= 24
