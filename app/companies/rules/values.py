"""What one cell means: a name, a postcode, a number of people, an amount, a code.

Texts stay as they are, letter by letter; only blanks around them go. What a spreadsheet is known to have spoilt (zeros
cut off, codes turned into dates) is mended where there is one answer only, and said; otherwise it is a problem.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.companies.rules.amounts import CUT_OFF, NEGATIVE, TOO_LARGE, Misread, Unit, read_amount, read_number
from app.companies.rules.cells import Cell, Kind
from app.companies.rules.codes import find_activity, find_region
from app.companies.rules.columns import MONEY, Field
from app.kit.text import Text, _

MOST: dict[Field, int] = {
    Field.NAME: 200, Field.CITY: 100, Field.STREET: 200, Field.WEBSITE: 200, Field.CONTACT: 120, Field.FIRST_NAME: 60,
    Field.LAST_NAME: 60, Field.FUNCTION: 120, Field.NOTE: 2000,
}  # fmt: skip
"""How many characters fit into the register."""

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_DAMAGED = re.compile("Ã[\x80-\xbf¤„–œŸ¶¼]|â‚¬|â€")
_POSTCODE = re.compile(r"(?:[A-Z]{1,3}-)?[0-9A-Z][0-9A-Z -]{2,8}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+?\d+")
_WEBSITE = re.compile(r"https?://(?:[\w-]{1,63}\.)+\w{2,63}(?::\d{1,5})?(?:[/?#][\x21-\x7e]*)?", re.IGNORECASE)
_PHONE = re.compile(r"[+\d(][\d\s()/.–-]{2,39}", re.ASCII)
_OLDEST, _NEWEST, _HEADS_MOST, _EMAIL_MOST = 1990, 2100, 10_000_000, 254
_A_DATE = _("Excel has made a date of this. Format the column as text and type the value again.")


class Wrong(Exception):
    """The cell cannot be used; the argument says why."""

    def __init__(self, what: Text) -> None:
        super().__init__(what)
        self.what = what


def read_value(cell: Cell, name: Field, unit: Unit | None, remarks: list[Text]) -> Any:
    """What the cell means for the field, ready for JSON; Wrong when it means nothing. Guesses are added to ``remarks``.

    Texts and codes are texts, years are numbers, head counts are decimal texts, amounts decimal texts in million euros.
    """
    if name in MONEY:
        return _money(cell, unit, remarks)
    reader = _READERS.get(name)
    return reader(cell, remarks) if reader is not None else _text(cell, name)


def _text(cell: Cell, name: Field) -> str:
    text = cell.text.strip()
    if cell.kind is Kind.DATE and name is not Field.NOTE:
        raise Wrong(_A_DATE)
    found = _INVISIBLE.search(text)
    if found is not None:
        code = f"{ord(found[0]):04X}"
        raise Wrong(_("There is a sign in it that nobody sees (U+%(code)s). Type the text again.", code=code))
    if "\ufffd" in text:
        raise Wrong(_("The file has lost a letter here (�). Export it again as “CSV UTF-8”, or type the text again."))
    if name is not Field.NOTE and len(text.splitlines()) > 1:
        raise Wrong(_("There is a line break in the cell. Write the text on one line."))
    if len(text) > MOST[name]:
        raise Wrong(_("This is longer than %(most)s characters.", most=MOST[name]))
    return text


def _named(name: Field) -> "Reader":
    def read(cell: Cell, remarks: list[Text]) -> str:
        text = _text(cell, name)
        if cell.kind is not Kind.TEXT:
            remarks.append(_("This cell holds a number; it is taken as the text that you see."))
        if _DAMAGED.search(text):
            remarks.append(_("Letters look damaged here. Compare with your list."))
        return text

    return read


def _heads(cell: Cell, _remarks: list[Text]) -> str:
    """People in annual work units, to two decimals: "40", "12.5"."""
    number = _number(cell)
    if number > _HEADS_MOST:
        raise Wrong(TOO_LARGE)
    return f"{number.quantize(Decimal('0.01')).normalize():f}"


def _money(cell: Cell, unit: Unit | None, remarks: list[Text]) -> str:
    _refuse_dates(cell)
    text = _plain(cell) if cell.kind is Kind.NUMBER else cell.text
    amount = read_amount(text, unit)
    if isinstance(amount, Misread):
        raise Wrong(amount.why)
    if amount.assumed:
        remarks.append(_("No unit: read as euros."))
    return str(amount.millions)


def _number(cell: Cell) -> Decimal:
    _refuse_dates(cell)
    if cell.kind is Kind.NUMBER:
        number = Decimal(cell.text)
        if number < 0:
            raise Wrong(NEGATIVE)
        return number
    found = read_number(cell.text, thousands=True)
    if isinstance(found, Misread):
        raise Wrong(found.why)
    return found


def _refuse_dates(cell: Cell) -> None:
    if cell.kind is Kind.DATE:
        raise Wrong(_("Excel has made a date of this number. Format the column as a number and type the value again."))
    if cell.kind in {Kind.PERCENT, Kind.TRUTH}:
        raise Wrong(_("A number is wanted here, not a percentage and not yes or no."))


def _plain(cell: Cell) -> str:
    """The number of a cell in a way that can be read in one way only: with all its decimals, or none."""
    number = Decimal(cell.text)
    text = f"{number:f}"
    return f"{text}0" if re.search(r"\.\d{3}$", text) else text


def _year(cell: Cell, _remarks: list[Text]) -> int:
    text = cell.text[:4] if cell.kind is Kind.DATE else cell.text.strip()
    if not re.fullmatch(r"\d{4}", text, re.ASCII) or not _OLDEST <= int(text) <= _NEWEST:
        raise Wrong(_("This is not a year. Example: 2025"))
    return int(text)


def _wz(cell: Cell, remarks: list[Text]) -> str:
    text = cell.text.strip()
    if cell.kind is Kind.DATE:
        raise Wrong(
            _("Excel has made a date of this code. Format the column as text and type the code again, like 29.32.")
        )
    typed = re.sub(r"^(?:wz|nace)\s*(?:2008)?[\s:]*", "", text, flags=re.IGNORECASE)
    if cell.kind is Kind.NUMBER and re.fullmatch(r"\d{1,2}\.\d", typed):
        raise Wrong(
            _("Excel cuts zeros at the end: is it %(code)s? Format the column as text and type the code again.",
              code=f"{typed.zfill(4)}0")
        )  # fmt: skip
    if cell.kind is Kind.NUMBER and re.fullmatch(r"\d\.\d{2}|\d{3}", typed):
        typed = f"0{typed}"
        remarks.append(_("Excel has cut the zero in front: read as %(code)s.", code=typed))
    code = find_activity(typed)
    if code is None:
        raise Wrong(
            _("There is no such class in WZ 2008. A class has four or five digits, for example 29.32 or 29.32.0.")
        )
    return code


def _nuts3(cell: Cell, _remarks: list[Text]) -> str:
    code = find_region(cell.text)
    if code is None:
        raise Wrong(_("There is no such NUTS 3 region. It has five characters, for example DED2C, or its name alone."))
    return code


def _postcode(cell: Cell, remarks: list[Text]) -> str:
    text = _text_of_code(cell)
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        text = f"0{text}"
        remarks.append(_("The zero in front was missing: read as %(code)s.", code=text))
    text = re.sub(r"^D-?\s*(?=\d{5}$)", "", text)
    if not _POSTCODE.fullmatch(text):
        raise Wrong(_("This is not a postcode. Example: 01917"))
    return text


def _phone(cell: Cell, remarks: list[Text]) -> str:
    text = _text_of_code(cell)
    if cell.kind is Kind.NUMBER:
        text = f"+{text}" if text.startswith("49") else f"0{text}"
        remarks.append(_("Excel has cut the beginning of the number: read as %(phone)s.", phone=text))
    if not _PHONE.fullmatch(text):
        raise Wrong(_("This is not a phone number. Example: 03578 123456"))
    return text


def _email(cell: Cell, _remarks: list[Text]) -> str:
    text = cell.text.strip().removeprefix("mailto:")
    if len(text) > _EMAIL_MOST or not _EMAIL.fullmatch(text):
        raise Wrong(_("This is not an e-mail address. Example: o.bondar@firma.de"))
    return text


def _website(cell: Cell, _remarks: list[Text]) -> str:
    text = cell.text.strip()
    address = text if "://" in text else f"https://{text}"
    if len(address) > MOST[Field.WEBSITE] or not _WEBSITE.fullmatch(address):
        raise Wrong(_("This is not a web address. Example: www.firma.de"))
    return address


def _text_of_code(cell: Cell) -> str:
    text = cell.text.strip()
    if cell.kind is Kind.DATE:
        raise Wrong(_A_DATE)
    if _SCIENTIFIC.fullmatch(text):
        raise Wrong(CUT_OFF)
    return text


Reader = Callable[[Cell, list[Text]], Any]

_READERS: dict[Field, Reader] = {
    **{name: _named(name) for name in (Field.NAME, Field.CITY)},
    Field.HEADCOUNT: _heads,
    Field.YEAR: _year,
    Field.WZ: _wz,
    Field.NUTS3: _nuts3,
    Field.POSTCODE: _postcode,
    Field.PHONE: _phone,
    Field.EMAIL: _email,
    Field.WEBSITE: _website,
}
