"""Files that mean harm: each is refused with a sentence, in little time and memory, or is read as what it is."""

import io
import resource
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.companies.sheets.archive import MOST_DEPTH, MOST_ENTRIES, MOST_SHEET
from app.kit.errors import Invalid
from tests.companies.sheet_files import as_table, inline, raw_xlsx, sheet_xml, texts, xlsx_file, zipped

MEGA = 1024 * 1024
HEAD = f'<row r="1">{inline("A1", "Firma")}{inline("B1", "Ort")}</row>'


def resident():
    """The most memory this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def bomb(size):
    """XML that unpacks to ``size`` bytes, written a piece at a time."""
    file = io.BytesIO(raw_xlsx("x"))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/sheet1.xml"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/sheet1.xml", "w") as member:
            member.write(b"<worksheet><sheetData>")
            for _n in range(size // MEGA):
                member.write(b" " * MEGA)
    return target.getvalue()


def is_read_or_refused(content):
    """Anything else than a table or a sentence is an exception, and fails the test."""
    try:
        return bool(as_table(content).heads)
    except Invalid as refusal:
        return bool(str(refusal))


def laughs():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>{sheet_xml("<row><c><v>&a9;</v></c></row>")}'


def overlapping():
    ranges = "".join(f'<mergeCell ref="A1:B{n}"/>' for n in range(2, 100))
    return raw_xlsx(sheet_xml(f"{HEAD}<row r='2'>{inline('A2', 'x')}</row>", f"<mergeCells>{ranges}</mergeCells>"))


HOSTILE = {
    "zip-bomb": (lambda: bomb(3 * MOST_SHEET), "unpacks to far more"),
    "string-bomb": (
        lambda: raw_xlsx(
            sheet_xml(HEAD),
            more={
                "xl/sharedStrings.xml": "<sst>" + "<si><t>x</t></si>" * 700_000 + "</sst>",
                "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="sheet1.xml"/>'
                '<Relationship Id="rId2" Target="sharedStrings.xml"/></Relationships>',
            },
        ),
        "unpacks to far more",
    ),
    "too-many-cells": (lambda: raw_xlsx(sheet_xml("<row>" + "<c/>" * 5_100_000)), "unpacks to far more"),
    "entity-bomb": (lambda: raw_xlsx(laughs()), "DOCTYPE"),
    "entity-from-a-file": (
        lambda: raw_xlsx('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'),
        "DOCTYPE",
    ),
    "entity-in-content-types": (
        lambda: zipped({"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY e "x">]><Types/>'}),
        "DOCTYPE",
    ),
    "too-many-entries": (lambda: zipped({f"{n}": "" for n in range(MOST_ENTRIES + 1)}), "unpacks to far more"),
    "deep": (lambda: raw_xlsx("<a>" * (MOST_DEPTH + 1)), "damaged"),
    "not-xml": (lambda: raw_xlsx("<worksheet><sheetData><row>"), "damaged"),
    "cut-off": (lambda: xlsx_file([["Firma", "Ort"], ["A", "B"]])[:-700], "damaged"),
    "paths": (lambda: raw_xlsx(sheet_xml(HEAD), target="../../../../etc/passwd"), "damaged"),
    "missing-text": (lambda: raw_xlsx(sheet_xml('<row><c t="s"><v>9</v></c></row>')), "damaged"),
    "no-number": (lambda: raw_xlsx(sheet_xml("<row><c><v>x</v></c></row>")), "damaged"),
    "huge-number": (lambda: raw_xlsx(sheet_xml(f'<row r="{"9" * 5000}"></row>')), "damaged"),
    "wide": (lambda: raw_xlsx(sheet_xml(f"<row>{inline('XFD1', 'x')}</row>")), "60 columns"),
    "merged-over-each-other": (overlapping, "damaged"),
    "too-many-merged": (
        lambda: raw_xlsx(sheet_xml(HEAD, '<mergeCell ref="A3:B4"/>' * 20_001)),
        "unpacks to far more",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_little_time_and_memory(name):
    make, what = HOSTILE[name]
    content = make()
    started = time.process_time()
    before = resident()
    with pytest.raises(Invalid, match=what):
        as_table(content)
    assert time.process_time() - started < 5
    assert resident() - before < 100 * MEGA


def test_a_million_empty_rows_and_a_path_that_nobody_asked_for():
    rows = HEAD + "<row/>" * 1_000_000 + f'<row r="1000003">{inline("A1000003", "A")}</row>'
    table = as_table(raw_xlsx(sheet_xml(rows), more={"../../evil.txt": "x", "/etc/passwd": "x"}))
    assert (texts(table), table.lines[0].number) == ([["A"]], 1_000_003)


def test_a_cell_of_ten_megabytes():
    table = as_table(raw_xlsx(sheet_xml(f"{HEAD}<row>{inline('A2', 'x' * 10_000_000)}</row>")))
    assert len(table.lines[0].cells[0].text) == 200


def test_a_merged_range_over_the_whole_sheet():
    rows = f'{HEAD}<row r="2">{inline("A2", "A")}{inline("B2", "x")}</row><row r="3">{inline("A3", "B")}</row>'
    table = as_table(raw_xlsx(sheet_xml(rows, '<mergeCell ref="B2:XFD1048576"/>')))
    assert table.lines[1].cells[1].text == "B2:XFD1048576"


def test_compression_that_nobody_uses_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(Invalid, match="damaged"):
        as_table(file.getvalue())


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"Firma;Ort\n"]))
def test_any_bytes_are_a_table_or_refused(content, start):
    assert is_read_or_refused(start + content)


WORKING = xlsx_file([["Firma", "Ort"], ["A", "B"]])


@given(st.integers(0, len(WORKING) - 1), st.integers(0, 255))
def test_any_byte_of_a_workbook_may_be_another_one(at, byte):
    content = bytearray(WORKING)
    content[at] = byte
    assert is_read_or_refused(bytes(content))
