"""Numbers as people write them: 1.234,5 and 1,234.5, 12 Mio. €, 800 T€.

What a single point or comma before exactly three digits means is decided by what is counted:

* people and whole euros, also in thousands: it separates thousands (nobody writes heads or euros with three decimals);
* millions and more: it is left open and asked back, for "1,234 Mio." is read both ways.

An amount without a unit is in euros from 100,000 on; below that no company's turnover is so small, so somebody meant
thousands or millions, and only they know which. The unit may stand in the cell, in the head of the column, or be chosen
for the whole file.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.kit.text import Text, _


class Unit(StrEnum):
    """In what an amount of money is counted."""

    EURO = "euro"
    THOUSAND = "thousand"
    MILLION = "million"
    BILLION = "billion"


UNIT_NAMES: dict[Unit, Text] = {
    Unit.EURO: _("euros"),
    Unit.THOUSAND: _("thousand euros (T€)"),
    Unit.MILLION: _("million euros"),
    Unit.BILLION: _("billion euros"),
}

IN_MILLIONS = {
    Unit.EURO: Decimal("1e-6"),
    Unit.THOUSAND: Decimal("1e-3"),
    Unit.MILLION: Decimal(1),
    Unit.BILLION: Decimal(1000),
}

SURELY_EURO = 100_000

_UNITS = (
    (Unit.BILLION, r"mrd|milliarden?|bn|billions?"),
    (Unit.MILLION, r"mio|mill|millionen|million|millions|m€|meur|mn|m"),
    (Unit.THOUSAND, r"t€|teur|tsd|tausend|k€|keur|k|thousand"),
)
_CURRENCY = r"€|eur|euros?"
_MOST_CHARACTERS = 60
_AMOUNT = re.compile(r"(?P<before>[^\d−–-]*)(?P<number>[−–-]?\s*[\d.,'’\s]*\d)(?P<behind>.*)")
_DIGITS = re.compile(r"[\d.,'’\s]*\d[\d.,'’\s]*")
_GROUPING = re.compile(r"(?<=\d)['’\s](?=\d{3}(?!\d))")
_THREE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")

NOT_A_NUMBER = _("This is not a number. Write digits alone, for example 1234 or 12,5.")
CUT_OFF = _("Excel has shortened this number. Format the column as text and type the value again.")
AMBIGUOUS = _("This can be read in two ways. Write it without a thousands separator, for example 1234 or 1,23.")
NEGATIVE = _("This number may not be negative.")
NO_UNIT = _("Euros, thousands or millions? Write for example 12 Mio. €, or choose the unit under “Assign columns”.")
UNKNOWN_UNIT = _("We do not know this unit. Write for example 12 Mio. € or 800 T€.")
TOO_LARGE = _("This number is too large to be true.")


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a text is no number that we dare to take."""

    why: Text


def read_number(text: str, *, thousands: bool) -> Decimal | Misread:
    """A number that is not negative; ``thousands``: "1.234" and "1,234" are 1234, otherwise they are asked back."""
    text = text.strip()
    if _SCIENTIFIC.fullmatch(text[:_MOST_CHARACTERS]):
        return Misread(CUT_OFF)
    unsigned = text.removeprefix("-").removeprefix("−").removeprefix("–").strip()
    if len(text) > _MOST_CHARACTERS or not _DIGITS.fullmatch(unsigned):
        return Misread(NOT_A_NUMBER)
    if unsigned != text:
        return Misread(NEGATIVE)
    bare = _GROUPING.sub("", text)
    if _THREE.fullmatch(bare):
        return Decimal(re.sub(r"\D", "", bare)) if thousands else Misread(AMBIGUOUS)
    plain = _without_groups(bare)
    try:
        return Decimal(plain)
    except InvalidOperation:
        return Misread(NOT_A_NUMBER)


def _without_groups(bare: str) -> str:
    """With a point for decimals and nothing between thousands; as it was where the signs contradict each other."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        decimal = max(".", ",", key=bare.rfind)
        group = "," if decimal == "." else "."
        whole, _mark, rest = bare.rpartition(decimal)
        fits = re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+", whole) and rest.isdecimal()
        return f"{whole.replace(group, '')}.{rest}" if fits else bare
    sign = "." if points else ","
    if points + commas > 1:
        return bare.replace(sign, "") if re.fullmatch(rf"\d{{1,3}}(?:\{sign}\d{{3}})+", bare) else bare
    return bare.replace(",", ".")


def unit_in(words: str) -> Unit | None:
    """The unit that the head of a column names: "Umsatz in T€", "Turnover (EUR million)"."""
    known = re.findall(r"t€|k€|m€|€|[a-zäöüß]+", words.casefold())
    for unit, pattern in _UNITS:
        if any(re.fullmatch(pattern, word) for word in known):
            return unit
    return Unit.EURO if any(re.fullmatch(_CURRENCY, word) for word in known) else None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in million euros, to three decimals; ``assumed``: nobody said that it is in euros."""

    millions: Decimal
    assumed: bool = False


def read_amount(text: str, unit: Unit | None) -> Amount | Misread:
    """An amount of money; ``unit`` holds where the text itself names none."""
    text = text.strip()
    if _SCIENTIFIC.fullmatch(text):
        return Misread(CUT_OFF)
    found = _AMOUNT.fullmatch(text) if len(text) <= _MOST_CHARACTERS else None
    if found is None:
        return Misread(NOT_A_NUMBER)
    words = f"{found['before']} {found['behind']}".strip()
    named = unit_in(words) if words else None
    if words and (named is None or not _only_units(words)):
        return Misread(UNKNOWN_UNIT)
    unit = named or unit
    number = read_number(found["number"], thousands=unit in {None, Unit.EURO, Unit.THOUSAND})
    if isinstance(number, Misread):
        return number
    if unit is None and 0 < number < SURELY_EURO:
        return Misread(NO_UNIT)
    return _in_millions(number, unit)


def _in_millions(number: Decimal, unit: Unit | None) -> Amount | Misread:
    millions = number * IN_MILLIONS[unit or Unit.EURO]
    if millions >= 10**9:
        return Misread(TOO_LARGE)
    return Amount(millions.quantize(Decimal("0.001")), assumed=unit is None and number > 0)


def _only_units(words: str) -> bool:
    known = "|".join(pattern for _unit, pattern in _UNITS)
    return re.fullmatch(rf"(?:(?:{known}|{_CURRENCY}|in)\.?\s*)+", words.casefold()) is not None
