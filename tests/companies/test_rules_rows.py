import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies.rules.amounts import Unit
from app.companies.rules.cells import Cell, Kind, cell_at, is_blank, letter, packed, shortened, unpacked
from app.companies.rules.columns import Field, columns_of
from app.companies.rules.rows import Assumptions, Finding, read_row
from app.kit.text import Text

ASSUMED = Assumptions(2025)


def read(assumed=ASSUMED, heads=None, **cells):
    """The row with these cells, by field; texts or cells."""
    given = {Field(name): cell if isinstance(cell, Cell) else Cell(cell) for name, cell in cells.items()}
    given = {Field.NAME: Cell("Zellwerk")} | given
    columns = columns_of(heads or [str(name) for name in given], {name: n for n, name in enumerate(given)})
    return read_row(list(given.values()), columns, assumed)


def problem(**cells):
    """What is wrong with this one cell."""
    row = read(**cells)
    assert [name for name in row.values if name in cells] == []
    (found,) = row.problems
    return str(found.what)


@pytest.mark.parametrize(
    "name",
    [
        "Müller & Söhne GmbH",
        "1. FC Zelle",
        "=Formel GmbH",
        "  \t innen  doppelt ",
        "d'Arc",
        "NULL",
        "Çelik A.Ş.",
        "x" * 200,
    ],
)
def test_names_stay_letter_by_letter(name):
    row = read(name=name)
    assert row.values == {"name": name.strip()}
    assert (row.problems, row.remarks) == ([], [])


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cn", "Co"]), min_size=1, max_size=60
    )
)
def test_any_name_is_kept_as_it_is(name):
    row = read(name=name)
    assert row.problems or row.values["name"] == name.strip()


@pytest.mark.parametrize(
    "name,what",
    [
        ("", "missing"),
        ("   ", "missing"),
        ("x" * 201, "200 characters"),
        ("A\nB", "line break"),
        ("A\u2028B", "line break"),
        ("A\u202eB", r"U\+202E"),
        ("A\x00B", r"U\+0000"),
        ("M�ller", "lost a letter"),
        (Cell("2026-11-10", Kind.DATE), "made a date"),
        (Cell("#REF!", Kind.ERROR), "shows an error"),
        (Cell("", Kind.UNCOMPUTED), "formula without a value"),
        (Cell("A3:A5", Kind.MERGED), "merged range"),
        (Cell("xxx", Kind.LONG), "32,767"),
    ],
)
def test_names_that_cannot_be_taken(name, what):
    assert re.search(what, problem(name=name))


def test_what_is_odd_about_a_name_is_said():
    assert "holds a number" in str(read(name=Cell("1860", Kind.NUMBER)).remarks[0].what)
    assert "damaged" in str(read(city="MÃ¼nchen").remarks[0].what)
    assert read(city="MÃ¼nchen").values["city"] == "MÃ¼nchen"


@pytest.mark.parametrize(
    "field,cell,value,remark",
    [
        ("headcount", "40", "40", None),
        ("headcount", "1.234", "1234", None),
        ("headcount", "12,5", "12.5", None),
        ("headcount", Cell("12.345", Kind.NUMBER), "12.34", None),
        ("headcount", Cell("100", Kind.NUMBER), "100", None),
        ("turnover", "12 Mio. €", "12.000", None),
        ("turnover", "250000", "0.250", "read as euros"),
        ("turnover", Cell("1234567.125", Kind.NUMBER), "1.235", "read as euros"),
        ("wz", "29.32", "29.32", None),
        ("wz", "WZ 2008: 29.32.0", "29.32.0", None),
        ("wz", Cell("29.32", Kind.NUMBER), "29.32", None),
        ("wz", Cell("2932", Kind.NUMBER), "29.32", None),
        ("wz", Cell("1.11", Kind.NUMBER), "01.11", "read as 01.11"),
        ("wz", Cell("111", Kind.NUMBER), "01.11", "read as 0111"),
        ("nuts3", "ded2c", "DED2C", None),
        ("postcode", "01917", "01917", None),
        ("postcode", "D-01917", "01917", None),
        ("postcode", "PL-59-900", "PL-59-900", None),
        ("postcode", Cell("1917", Kind.NUMBER), "01917", "read as 01917"),
        ("postcode", "1917", "01917", "read as 01917"),
        ("phone", "+49 (3578) 12-34", "+49 (3578) 12-34", None),
        ("phone", Cell("3578123456", Kind.NUMBER), "03578123456", "read as 03578123456"),
        ("phone", Cell("493578123456", Kind.NUMBER), "+493578123456", r"read as \+493578123456"),
        ("email", "mailto:o.bondar@firma.de", "o.bondar@firma.de", None),
        ("website", "www.firma.de", "https://www.firma.de", None),
        ("website", "http://firma.de/x", "http://firma.de/x", None),
        ("year", "2024", 2024, None),
        ("year", Cell("2024-12-31", Kind.DATE), 2024, None),
        ("note", "Zeile 1\nZeile 2", "Zeile 1\nZeile 2", None),
        ("note", Cell("2024-12-31", Kind.DATE), "2024-12-31", None),
    ],
)
def test_values(field, cell, value, remark):
    row = read(**{field: cell, "contact": "Pat"})
    assert (row.values[field], row.problems) == (value, [])
    said = " ".join(str(one.what) for one in row.remarks)
    assert re.search(remark, said) if remark else said == ""


@pytest.mark.parametrize(
    "field,cell,what",
    [
        ("headcount", "viele", "not a number"),
        ("headcount", Cell("-3", Kind.NUMBER), "negative"),
        ("headcount", Cell("0.4", Kind.PERCENT), "percentage"),
        ("headcount", Cell("1", Kind.TRUTH), "yes or no"),
        ("headcount", Cell("2026-05-12", Kind.DATE), "date of this number"),
        ("headcount", "99999999", "too large"),
        ("turnover", "12", "Euros, thousands or millions"),
        ("turnover", Cell("12", Kind.NUMBER), "Euros, thousands or millions"),
        ("turnover", Cell("2026-05-12", Kind.DATE), "date of this number"),
        ("balance", "12 Taler", "do not know this unit"),
        ("wz", "99.99", "no such class"),
        ("wz", "29.3", "no such class"),
        ("wz", Cell("29.3", Kind.NUMBER), "no such class|is it 29.30"),
        ("wz", Cell("2026-11-10", Kind.DATE), "date of this code"),
        ("nuts3", "DED2", "NUTS 3"),
        ("postcode", "xx!", "not a postcode"),
        ("postcode", Cell("2026-11-10", Kind.DATE), "made a date"),
        ("phone", "4,935E+10", "shortened"),
        ("phone", "ruf mich an", "not a phone number"),
        ("email", "kein@", "not an e-mail address"),
        ("email", "a@b.de, c@d.de", "not an e-mail address"),
        ("website", "javascript:alert(1)", "not a web address"),
        ("website", "https://a b.de", "not a web address"),
        ("year", "gestern", "not a year"),
        ("year", "1850", "not a year"),
    ],
)
def test_what_is_wrong_with_a_cell(field, cell, what):
    assert re.search(what, problem(**{field: cell}))


def test_all_that_is_wrong_is_said_at_once_with_column_and_value():
    row = read(name="", postcode="xx!", headcount="viele", city="Ulm")
    told = [(one.column, one.value) for one in row.problems]
    assert sorted(told) == [(0, ""), (1, "xx!"), (2, "viele")]
    assert row.values["city"] == "Ulm"


def test_the_year_is_the_rows_or_the_heads_or_the_one_assumed():
    assert read(headcount="40").values["year"] == 2025
    assert read(headcount="40", year="2023").values["year"] == 2023
    heads = ["name", "Mitarbeiter 2022", "Umsatz 2024"]
    assert read(heads=heads, headcount="40", turnover="5 Mio.").values["year"] == 2024
    assert "year" not in read(city="Ulm").values


def test_units_of_the_head_and_of_the_whole_file():
    assert read(heads=["name", "Umsatz T€"], turnover="1500").values["turnover"] == "1.500"
    assert read(Assumptions(2025, Unit.MILLION), turnover="1,5").values["turnover"] == "1.500"


def test_a_contact_of_two_columns_or_without_a_name():
    assert read(first_name="Petra", last_name="Müller").values["contact"] == "Petra Müller"
    assert read(contact="Dr. Müller", last_name="Müller").values["contact"] == "Dr. Müller"
    row = read(email="post@firma.de")
    assert row.values["contact"] == "Zellwerk"
    assert "without a name" in str(row.remarks[0].what)


def test_a_row_shorter_than_the_head():
    columns = columns_of(["Firma", "Ort"], {Field.NAME: 0, Field.CITY: 1})
    assert read_row([Cell("A")], columns, ASSUMED).values == {"name": "A"}


def test_findings_and_cells_survive_being_stored():
    finding = Finding(3, "x", Text("Row %(row)s", parameters={"row": 7}))
    assert Finding.of(finding.stored()) == finding
    assert str(Finding.of(finding.stored()).what) == "Row 7"
    cells = [Cell("A"), Cell(""), Cell("1", Kind.NUMBER), Cell("", Kind.UNCOMPUTED), Cell(""), Cell("")]
    assert unpacked(packed(cells)) == cells[:4]
    assert packed([Cell("")]) == []


def test_how_cells_are_called_and_shown():
    assert [letter(n) for n in (0, 25, 26, 59, 701, 702)] == ["A", "Z", "AA", "BH", "ZZ", "AAA"]
    assert shortened("a\n b") == "a b"
    assert shortened("x" * 61) == "x" * 59 + "…"
    assert len(shortened("x " * 10_000)) == 60
    assert cell_at([], 3) == cell_at([Cell("x")], None) == Cell("")
    assert [is_blank(Cell(" ")), is_blank(Cell("A1:B2", Kind.MERGED)), is_blank(Cell("", Kind.UNCOMPUTED))] == [1, 1, 0]
