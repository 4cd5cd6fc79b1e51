from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies.rules.amounts import (
    AMBIGUOUS,
    CUT_OFF,
    NEGATIVE,
    NO_UNIT,
    NOT_A_NUMBER,
    TOO_LARGE,
    UNKNOWN_UNIT,
    Amount,
    Misread,
    Unit,
    read_amount,
    read_number,
    unit_in,
)


@pytest.mark.parametrize(
    "text,number",
    [
        ("12", "12"),
        (" 12,5 ", "12.5"),
        ("12.5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234 567", "1234567"),
        ("1\u202f234", "1234"),
        ("1'234", "1234"),
        ("0,125", "0.125"),
        ("12.3456", "12.3456"),
        ("007", "7"),
    ],
)
def test_numbers_in_german_and_english(text, number):
    assert read_number(text, thousands=True) == Decimal(number)
    assert read_number(text, thousands=False) == Decimal(number)


@pytest.mark.parametrize("text", ["1.234", "1,234", "999.999"])
def test_three_digits_behind_one_sign_are_thousands_or_asked_back(text):
    assert read_number(text, thousands=True) == Decimal(text.replace(".", "").replace(",", ""))
    assert read_number(text, thousands=False) == Misread(AMBIGUOUS)


@pytest.mark.parametrize(
    "text,why",
    [
        ("viele", NOT_A_NUMBER),
        ("", NOT_A_NUMBER),
        ("ca. 50", NOT_A_NUMBER),
        ("50-60", NOT_A_NUMBER),
        ("1..2", NOT_A_NUMBER),
        ("1,2,3", NOT_A_NUMBER),
        ("1.23,4.5", NOT_A_NUMBER),
        ("12.34,5", NOT_A_NUMBER),
        ("1" * 61, NOT_A_NUMBER),
        ("-5", NEGATIVE),
        ("− 5", NEGATIVE),
        ("4,935E+10", CUT_OFF),
        ("1e5", CUT_OFF),
    ],
)
def test_what_is_no_number(text, why):
    assert read_number(text, thousands=True) == Misread(why)


@given(st.decimals(0, 10**9, places=2))
def test_a_number_in_german_and_in_english_is_the_same(number):
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_number(english, thousands=True) == read_number(german, thousands=True) == number


@pytest.mark.parametrize(
    "head,unit",
    [
        ("Umsatz in T€", Unit.THOUSAND),
        ("Umsatz TEUR", Unit.THOUSAND),
        ("Turnover (EUR million)", Unit.MILLION),
        ("Umsatz [Mio. EUR]", Unit.MILLION),
        ("Umsatz (Mrd.)", Unit.BILLION),
        ("Bilanzsumme €", Unit.EURO),
        ("Umsatz", None),
    ],
)
def test_the_unit_in_the_head_of_a_column(head, unit):
    assert unit_in(head) is unit


@pytest.mark.parametrize(
    "text,unit,millions",
    [
        ("12 Mio.", None, "12.000"),
        ("12,5 Mio. €", Unit.EURO, "12.500"),
        ("€ 5m", None, "5.000"),
        ("EUR 12 million", None, "12.000"),
        ("800 T€", None, "0.800"),
        ("1.234 T€", None, "1.234"),
        ("1,2 Mrd. Euro", None, "1200.000"),
        ("1.234.567,89 €", None, "1.235"),
        ("250.000 €", None, "0.250"),
        ("1.500", Unit.THOUSAND, "1.500"),
        ("12,5", Unit.MILLION, "12.500"),
    ],
)
def test_amounts_in_million_euros(text, unit, millions):
    assert read_amount(text, unit) == Amount(Decimal(millions))


def test_an_amount_without_a_unit_is_in_euros_when_it_cannot_be_anything_else():
    assert read_amount("250000", None) == Amount(Decimal("0.250"), assumed=True)
    assert read_amount("0", None) == Amount(Decimal(0))
    assert read_amount("99999", None) == Misread(NO_UNIT)


@pytest.mark.parametrize(
    "text,why",
    [
        ("", NOT_A_NUMBER),
        ("keine Angabe", NOT_A_NUMBER),
        ("1,234 Mio.", AMBIGUOUS),
        ("12 CHF", UNKNOWN_UNIT),
        ("ca. 12 Mio.", UNKNOWN_UNIT),
        ("-3 T€", NEGATIVE),
        ("1,2E+07", CUT_OFF),
        ("9999999 Mrd. €", TOO_LARGE),
        ("1 " * 40, NOT_A_NUMBER),
        ("1.2.3 €", NOT_A_NUMBER),
    ],
)
def test_amounts_we_do_not_dare_to_take(text, why):
    assert read_amount(text, None) == Misread(why)
