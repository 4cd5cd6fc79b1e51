from datetime import date, datetime

import pytest

from app.companies.rules.cells import Cell, Kind
from app.companies.sheets import FileKind, as_xlsx
from app.companies.sheets.workbook import Shape, Style, Workbook, style_of
from app.companies.sheets.worksheet import number_cell
from app.kit.errors import Invalid
from tests.companies.sheet_files import as_table, inline, kinds, opened, raw_xlsx, sheet_xml, texts, xlsx_file, zipped

HEAD = ["Firma", "PLZ", "Ort", "WZ"]


def test_texts_numbers_dates_and_errors_are_what_a_person_sees():
    def change(_book, sheet):
        sheet["C2"].number_format = "00000"
        sheet["D2"].number_format = "0.00"
        sheet["E2"].number_format = "0%"
        sheet["I2"].number_format = "#,##0.00 €"

    row = ["Müller & Söhne GmbH", 12, 1917, 29.3, 0.5, date(2026, 11, 10), True, "#REF!", 1234.5, "01917"]
    table = as_table(xlsx_file([["Firma", *"BCDEFGHIJ"], row], change))
    assert (table.kind, table.sheet) == (FileKind.XLSX, "Sheet")
    assert table.lines[0].cells == [
        Cell("Müller & Söhne GmbH"),
        Cell("12", Kind.NUMBER),
        Cell("01917", Kind.NUMBER),
        Cell("29.30", Kind.NUMBER),
        Cell("0.5", Kind.PERCENT),
        Cell("2026-11-10", Kind.DATE),
        Cell("1", Kind.TRUTH),
        Cell("#REF!", Kind.ERROR),
        Cell("1234.5", Kind.NUMBER),
        Cell("01917"),
    ]


@pytest.mark.parametrize(
    "raw,style,told",
    [
        ("1", Style(), Cell("1", Kind.NUMBER)),
        ("29.320000000000004", Style(), Cell("29.32", Kind.NUMBER)),
        ("1E-7", Style(), Cell("0.0000001", Kind.NUMBER)),
        ("1e300", Style(), Cell("1e300", Kind.ERROR)),
        ("nan", Style(), Cell("nan", Kind.ERROR)),
        ("-5", Style(), Cell("-5", Kind.NUMBER)),
        ("46336", Style(Shape.DATE), Cell("2026-11-10", Kind.DATE)),
        ("0.5", Style(Shape.DATE), Cell("0.5", Kind.NUMBER)),
        ("-700000", Style(Shape.DATE), Cell("-700000", Kind.NUMBER)),
        ("99999999", Style(Shape.DATE), Cell("99999999", Kind.NUMBER)),
    ],
)
def test_numbers(raw, style, told):
    assert number_cell(raw, style, Workbook()) == told


def test_days_since_1904():
    assert number_cell("1", Style(Shape.DATE), Workbook(since_1904=True)).text == "1904-01-02"


@pytest.mark.parametrize(
    "code,style",
    [
        ("General", Style()),
        ("00000", Style(digits=5)),
        ("0.00", Style(digits=1, decimals=2)),
        ("#,##0", Style(digits=1)),
        ("0.0%", Style(Shape.PERCENT)),
        ("dd.mm.yyyy", Style(Shape.DATE)),
        ("[$-407]d. mmmm yyyy", Style(Shape.DATE)),
        ('#,##0.00\\ "€"', Style(digits=1, decimals=2)),
        ('"D-"00000', Style(digits=5)),
        ("0.0,,", Style()),
    ],
)
def test_how_numbers_are_shown(code, style):
    assert style_of(code) == style


def test_formulas_give_their_value_or_are_marked():
    rows = f'<row r="1">{inline("A1", "Firma")}{inline("B1", "MA")}{inline("C1", "Ort")}</row>'
    rows += (
        f'<row r="2">{inline("A2", "A")}<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>X</f><v>Ulm</v></c></row>'
    )
    rows += f'<row r="3">{inline("A3", "B")}<c r="B3"><f>1+1</f></c><c r="C3" t="str"><f>X</f><v></v></c></row>'
    table = as_table(raw_xlsx(sheet_xml(rows)))
    assert texts(table) == [["A", "2", "Ulm"], ["B", ""]]
    assert kinds(table, 1) == [Kind.TEXT, Kind.UNCOMPUTED]


def test_a_merged_title_is_skipped_and_merged_cells_count_where_one_can_tell():
    def change(_book, sheet):
        for area in ("A1:D1", "C3:C4", "B5:C5", "B6:B7", "A9:A10"):
            sheet.merge_cells(area)

    rows = [
        ["KMU-Liste 2026"],
        HEAD,
        ["A", 1, "Kamenz", "29.32"],
        ["B", 2, None, "29.32"],
        ["C", "01917 Kamenz", None, "29.32"],
        ["D", 40, "Ulm", "29.32"],
        ["E", None, "Ulm", "29.32"],
        ["F", 1, "Ulm", "29.32"],
        ["G", 1, "Ulm", "29.32"],
        [None, 1, "Jena", "29.32"],
    ]
    table = as_table(xlsx_file(rows, change))
    assert (table.head.number, table.heads) == (2, HEAD)
    found = {line.number: line.cells for line in table.lines}
    assert found[4][2] == Cell("Kamenz")
    assert found[5][2] == Cell("B5:C5", Kind.MERGED)
    assert found[7][1] == Cell("B6:B7", Kind.MERGED), "a number may be the sum of both"
    assert found[10][0] == Cell("G")


def test_a_merged_cell_whose_first_row_is_empty_means_nothing():
    def change(_book, sheet):
        sheet.merge_cells("B2:B4")

    table = as_table(xlsx_file([["Firma", "Ort"], ["A", None], ["B", None], ["C", None]], change))
    assert texts(table) == [["A"], ["B"], ["C"]]


def test_hidden_rows_and_columns_are_read_and_said():
    def change(_book, sheet):
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    table = as_table(xlsx_file([["Firma", "Ort"], ["A", "x"], ["B", "y"]], change))
    assert texts(table) == [["A", "x"], ["B", "y"]]
    assert {"hidden rows (1)" in str(note) for note in table.notes} == {True, False}
    assert any("hidden columns" in str(note) for note in table.notes)


def two_sheets(book, _sheet):
    book.create_sheet("Firmen").append(["Firma", "Ort"])
    book["Firmen"].append(["A", "Ulm"])
    hidden = book.create_sheet("Alt")
    hidden.append(["Firma", "Ort"])
    hidden.sheet_state = "hidden"


def test_the_sheet_with_a_known_head_is_taken_or_the_one_that_is_named():
    content = xlsx_file([["Notizen"]], two_sheets)
    table = as_table(content)
    assert (table.sheet, texts(table)) == ("Firmen", [["A", "Ulm"]])
    assert "Not read: Sheet, Alt" in str(table.notes[0])
    assert as_table(content, " alt ").sheet == "Alt"
    with pytest.raises(Invalid, match=r"no sheet “Neu” in the file\. It has: Sheet, Firmen, Alt"):
        as_table(content, "Neu")


def test_without_a_known_head_the_first_sheet_with_anything_in_it():
    def change(book, _sheet):
        book.create_sheet("Zwei").append(["foo", "bar"])

    assert as_table(xlsx_file([], change)).sheet == "Zwei"
    with pytest.raises(Invalid, match="nothing in this file"):
        as_table(xlsx_file([]))


def test_rich_text_without_what_helps_to_pronounce_it_and_signs_xml_has_none_for():
    strings = "<sst><si><r><t>Müller </t></r><r><t>GmbH</t></r><rPh><t>x</t></rPh></si><si><t>A_x000D_B</t></si></sst>"
    rels = (
        '<Relationships><Relationship Id="rId1" Target="sheet1.xml"/>'
        '<Relationship Id="rId2" Target="/xl/sharedStrings.xml"/>'
        '<Relationship Id="rId3" TargetMode="External" Target="http://x"/></Relationships>'
    )
    rows = f"<row>{inline('A1', 'Firma')}{inline('B1', 'Ort')}</row>"
    rows += '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"></c></row>'
    rows += '<row><c t="inlineStr"><is><t>C</t><rPh><t>y</t></rPh></is></c><c t="d"><v>2026-01-02T00:00</v></c></row>'
    content = raw_xlsx(sheet_xml(rows), more={"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": rels})
    table = as_table(content)
    assert texts(table) == [["Müller GmbH", "A\rB"], ["C", "2026-01-02"]]


def test_what_is_written_is_what_was_read():
    cells = [
        Cell("=Formel GmbH"), Cell("1917", Kind.NUMBER), Cell("01917", Kind.NUMBER), Cell("29.30", Kind.NUMBER),
        Cell("2026-11-10", Kind.DATE), Cell("0.5", Kind.PERCENT), Cell(""), Cell("=1+1; Zeile 3"),
    ]  # fmt: skip
    content = as_xlsx(["Firma", *"BCDEFGH"], [cells], note="Oben", marked=[7])
    sheet = opened(content)
    assert [cell.value for cell in sheet[1]][:1] == ["Oben"]
    values = [cell.value for cell in sheet[3]]
    assert values == ["=Formel GmbH", 1917, "01917", "29.30", datetime(2026, 11, 10), 0.5, None, "=1+1; Zeile 3"]  # noqa: DTZ001
    assert {cell.data_type for cell in sheet[3]} <= {"s", "n", "d"}, "no formula"
    assert as_table(content).lines[0].cells[:2] == cells[:2]


@pytest.mark.parametrize(
    "content,what",
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"{\\rtf1 x", "RTF"),
        (b"\n<html><table>", "web page"),
        (b"PK\x05\x06" + b"\0" * 18, "ZIP file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "LibreOffice"),
        (zipped({"liste.csv": "Firma;Ort"}), "ZIP file"),
        (zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), "Word document"),
        (zipped({"[Content_Types].xml": "<Types/>"}), "not a spreadsheet"),
        (raw_xlsx("", kind="application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "XLSB"),
    ],
    ids=["pdf", "rtf", "html", "empty-zip", "xls", "encrypted", "ods", "zip", "docx", "pptx", "xlsb"],
)
def test_one_clear_sentence_for_every_other_kind_of_file(content, what):
    with pytest.raises(Invalid, match=what):
        as_table(content)
