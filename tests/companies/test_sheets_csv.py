import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies.rules.cells import Kind
from app.companies.sheets import FileKind, as_csv
from app.companies.sheets.tables import MOST_LINES
from app.kit.errors import Invalid
from tests.companies.sheet_files import as_table, csv_file, kinds, texts

LIST = [["Firma", "Ort"], ["Müller & Söhne GmbH", "Görlitz"], ["1. FC Zelle", "Żary, PL"]]
WITHOUT_POLISH = [*LIST[:2], ["1. FC Zelle – „Süd“ €", "Bautzen"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_way_in_which_a_list_is_saved(delimiter, encoding):
    table = as_table(csv_file(LIST, delimiter=delimiter, encoding=encoding))
    assert (table.kind, table.heads, texts(table), table.notes) == (FileKind.CSV, LIST[0], LIST[1:], [])


def test_windows_1252_is_recognised_and_said():
    table = as_table(csv_file(WITHOUT_POLISH, encoding="cp1252"))
    assert (table.heads, texts(table)) == (WITHOUT_POLISH[0], WITHOUT_POLISH[1:])
    assert "Windows-1252" in str(table.notes[0])


def test_latin_1_with_semicolons_a_title_gaps_and_ragged_rows():
    content = 'KMU im Netzwerk;;\r\n\r\nFirma;Ort;MA\r\n"Zeller ""Guss""\r\nWerk 2";Jena\r\n\r\n;;\r\nA;B;3;x\r\n'
    table = as_table(content.encode("latin-1"))
    assert table.head.number == 3
    assert texts(table) == [['Zeller "Guss"\r\nWerk 2', "Jena"], ["A", "B", "3", "x"]]
    assert [line.number for line in table.lines] == [4, 7]
    assert "row 3" in str(table.notes[0])


def test_the_delimiter_that_excel_writes_into_the_first_row():
    table = as_table("sep=|\r\nFirma|Ort; Straße\r\nA|B;C\r\n")
    assert (table.heads, texts(table), table.head.number) == (["Firma", "Ort; Straße"], [["A", "B;C"]], 2)


def test_names_with_commas_do_not_make_columns():
    table = as_table("Firma;Ort\nMüller, Meier, Schmidt;Jena\nA, B;Ulm\n")
    assert texts(table) == [["Müller, Meier, Schmidt", "Jena"], ["A, B", "Ulm"]]


def test_one_column_alone():
    assert texts(as_table("Firma\nA GmbH\nB GmbH\n")) == [["A GmbH"], ["B GmbH"]]


def test_without_a_known_head_the_first_wide_row_is_the_head():
    table = as_table("Titel\nfoo;bar\n1;2\n")
    assert (table.head.number, table.heads) == (2, ["foo", "bar"])


@pytest.mark.parametrize(
    "content",
    ['Firma;Ort\nA;"B\nC;D\nE;F\n', 'Firma;Ort\nA;"B'],
    ids=["rest-of-the-file", "last-row"],
)
def test_a_quotation_mark_that_is_never_closed_is_found(content):
    with pytest.raises(Invalid, match="In row 2 a quotation mark"):
        as_table(content)


def test_an_inch_is_no_open_quotation_mark():
    assert texts(as_table('Firma;Ort\nRohr 12" GmbH;Ulm\n')) == [['Rohr 12" GmbH', "Ulm"]]


def test_a_cell_of_ten_megabytes():
    with pytest.raises(Invalid, match="From row 2"):
        as_table('Firma;Ort\n"' + "x" * 10_000_000 + '";B\n')


def test_a_cell_longer_than_a_cell_can_be_is_cut_and_marked():
    table = as_table("Firma;Ort\n" + "x" * 40_000 + ";B\n")
    assert kinds(table) == [Kind.LONG, Kind.TEXT]
    assert len(table.lines[0].cells[0].text) == 200


@pytest.mark.parametrize("content", [b"", b"\r\n \n", codecs.BOM_UTF8, b";;;\n;;\n"])
def test_nothing(content):
    with pytest.raises(Invalid, match="nothing in this file"):
        as_table(content)


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)) * 20, b"Firma;Ort\nA\0B;C\n", b"\xff\xfe\x00", b"a\x81b;c\n", b"\0" * 50 + b"abc" * 20],
    ids=["all-bytes", "zero", "half-utf-16", "undefined-in-1252", "zeros-first"],
)
def test_what_is_not_text(content):
    with pytest.raises(Invalid, match="not a table of text"):
        as_table(content)


def test_a_million_empty_rows():
    assert texts(as_table("Firma;Ort\n" + "\n" * 1_000_000 + "A;B\n")) == [["A", "B"]]


def test_too_many_rows_and_too_many_columns():
    with pytest.raises(Invalid, match="more than 20000 rows"):
        as_table("Firma\n" + "A\n" * (MOST_LINES + 1))
    with pytest.raises(Invalid, match="more than 60 columns"):
        as_table("Firma" + ";x" * 60 + "\n")
    assert len(as_table("Firma" + ";" * 300 + "\nA\n").heads) == 60


safe = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip(" \t\r\n\xa0") and text.strip() and "\ufeff" not in text
)


@given(st.lists(st.tuples(safe, safe), min_size=1, max_size=8))
def test_what_was_written_comes_back_letter_by_letter(rows):
    content = csv_file([["Firma", "Ort"], *rows])
    table = as_table(content)
    assert texts(table) == [list(row) for row in rows]


@given(st.lists(safe, min_size=1, max_size=8))
def test_names_survive_the_file_of_bad_rows(names):
    table = as_table(csv_file([["Firma", "Ort"], *([name, "x"] for name in names)]))
    again = as_table(as_csv(["Firma", "Ort"], [line.cells for line in table.lines])).unquoted()
    assert texts(again) == texts(table)


@pytest.mark.parametrize("name", ["=Formel GmbH", "+49 GmbH", "-x", "@home", "\uff1dx", "'=doppelt", "''=drei"])
def test_a_name_like_a_formula_is_harmless_in_the_file_and_itself_again_afterwards(name):
    table = as_table(csv_file([["Firma", "Ort"], [name, "x"]]))
    content = as_csv(table.heads, [line.cells for line in table.lines])
    assert f"\n'{name};" in content
    assert texts(as_table(content).unquoted()) == [[name, "x"]]
