"""Bad input gets an answer in the reader's language, from forms and from JSON alike."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from app.kit.text import translator
from app.web.schemas import EmailAddress, OneLine, PageArguments, Texts, Whole, between, length, one_of


class Everything(Schema):
    name = fields.String(validate=length(2, 5))
    seats = Whole(validate=between(1, 20))
    share = fields.Float(validate=between(0, 1))
    role = fields.String(validate=one_of("author", "trainer"))
    email = EmailAddress()
    day = fields.Date()
    time = fields.Time()
    title = Texts()
    needed = fields.String(required=True)


def wrong(**given):
    with pytest.raises(ValidationError) as caught:
        Everything().load({"needed": "x"} | given)
    (messages,) = caught.value.messages_dict.values()
    return " ".join(str(message) for message in (messages if isinstance(messages, list) else [messages]))


@pytest.mark.parametrize(
    "field,value,told",
    [
        ("name", "x", "Between 2 and 5 characters."),
        ("name", "xxxxxx", "Between 2 and 5 characters."),
        ("name", 7, "This is not a text."),
        ("name", None, "This is missing."),
        ("seats", 0, "Between 1 and 20."),
        ("seats", 21, "Between 1 and 20."),
        ("seats", "zwölf", "This is not a whole number."),
        ("seats", 2.5, "This is not a whole number."),
        ("seats", True, "This is not a whole number."),
        ("seats", float("nan"), "This is not a whole number."),
        ("seats", float("inf"), "This is not a whole number."),
        ("seats", [1], "This is not a whole number."),
        ("seats", "9" * 5000, "This is not a whole number."),
        ("seats", 2**31, "This number is too large."),
        ("seats", -(2**31), "This number is too large."),
        ("seats", str(2**63), "This number is too large."),
        ("role", "site_admin", "Choose one of the values offered."),
        ("day", "31.02.2027", "This is not a date. Example: 12.01.2027"),
        ("day", "2027-02-31", "This is not a date. Example: 12.01.2027"),
        ("time", "25:00", "This is not a time of day. Example: 14:30"),
    ],
)
def test_what_is_wrong_is_said_in_words(field, value, told):
    assert wrong(**{field: value}) == told


class Number(Schema):
    n = Whole()


@pytest.mark.parametrize("value", [2, 2.0, "2", " 2 "], ids=repr)
def test_a_whole_number(value):
    assert Number().load({"n": value}) == {"n": 2}


@pytest.mark.parametrize("value", [2**31 - 1, 1 - 2**31, 0])
def test_as_large_as_a_column_holds(value):
    assert Number().load({"n": value}) == {"n": value}


@given(st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.none(), st.lists(st.integers())))
def test_no_value_breaks_a_whole_number(value):
    with suppress(ValidationError):
        assert abs(Number().load({"n": value})["n"]) < 2**31


def test_what_is_missing():
    assert {name: str(told) for name, told in Everything().validate({}).items()} == {"needed": "This is missing."}


@pytest.mark.parametrize(
    "address",
    [
        "olena",
        "olena@",
        "@firma.de",
        "olena bondar@firma.de",
        "olena@firma.de\nBcc: all@firma.de",
        "olena@firma.de\r\nBcc: all@firma.de",
        "olena@firma.de\n",
        "olena@fir\x00ma.de",
        "olena@firma.de, all@firma.de",
        "<olena@firma.de>",
        f"{'x' * 250}@firma.de",
        "olena@@firma.de",
    ],
)
def test_no_address_that_could_be_more_than_one_gets_into_a_mail(address):
    assert wrong(email=address).startswith("This is not an e-mail address.")


@pytest.mark.parametrize("address", ["o.bondar@firma.de", "o+kurs@firma.example", "o@xn--mller-kva.de"])
def test_an_address(address):
    assert Everything().load({"needed": "x", "email": address})["email"] == address


@pytest.mark.parametrize("address", ["olena@müller.de", "ölena@firma.de", "o\u200blena@firma.de"], ids=ascii)
def test_an_address_is_ascii(address):
    assert wrong(email=address).startswith("This is not an e-mail address.")


@pytest.mark.parametrize(
    "typed,kept",
    [
        ("  Olena \n Bondar\t", "Olena Bondar"),
        ("Olena\u202eradnoB", "OlenaradnoB"),
        ("O\x00le\x1bna\ufeff", "Olena"),
        ("Ole\ud800na", "Olena"),
        ("Nowák-Ørsted", "Nowák-Ørsted"),
        (" \u200b ", ""),
    ],
    ids=ascii,
)
def test_a_line_holds_only_what_one_sees(typed, kept):
    assert Line().load({"text": typed}) == {"text": kept}


class Line(Schema):
    text = OneLine()


def test_messages_are_said_in_the_language_of_the_moment():
    token = translator.set(lambda *_sentence: "Auf Deutsch.")
    try:
        assert (
            wrong(name="x") == wrong(seats=0) == wrong(role="y") == wrong(email="z") == wrong(day="?") == "Auf Deutsch."
        )
    finally:
        translator.reset(token)


@pytest.mark.parametrize("given,page", [({}, (1, 20)), ({"page": "3", "page_size": "100"}, (3, 100))])
def test_page_arguments(given, page):
    assert tuple(PageArguments().load(given).values()) == page


@pytest.mark.parametrize("given", [{"page": 0}, {"page": "x"}, {"page": 10**9}, {"page_size": 0}, {"page_size": 101}])
def test_page_arguments_that_are_none(given):
    with pytest.raises(ValidationError):
        PageArguments().load(given)


def test_texts_in_several_languages():
    assert Everything().load({"needed": "x", "title": {"de": "Zelle"}})["title"] == {"de": "Zelle"}
    with pytest.raises(ValidationError):
        Everything().load({"needed": "x", "title": {"de": 7}})
