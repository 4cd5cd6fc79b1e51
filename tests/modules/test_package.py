"""Course packages: the real ones are sound; each kind of mistake is found, with file, line and what to do."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.modules import package
from app.modules.package import Broken
from app.modules.package.__main__ import main
from app.modules.package.files import Files

COURSES = Path(__file__).parents[2] / "courses"

MODULE = """\
format: 1
module: M99
slug: probe
languages: [de, en]
title: {de: Probe, en: Probe}
summary: {de: Kurz., en: Short.}
description: {de: Lang., en: Long.}
audience: {de: Alle., en: All.}
competences: [{area: C01, level: 2}]
process_steps: [P08]
requires: []
dqr: 3
units: {presence: 2, online: 0, self_study: 1.5, practice: 0, workplace_hours: 0}
completion: {attendance: 80, test: 70, lessons: true}
licence: CC-BY-4.0
authors: [Redaktion]
changes: {de: Neu., en: New.}
sources:
  norm: {text: Eine Norm}
"""

LESSON = """\
lesson: eins
minutes: 6
title: {de: Eins, en: One}
outcome: {de: Du nennst eins., en: You name one.}
sources: [norm]
blocks:
  - text: anfang
    de: |
      Ein **Satz** [@norm].
    en: |
      A **sentence** [@norm].
  - picture: bild
    file: zelle.svg
    alt: {de: Eine Zelle, en: A cell}
    caption: {de: Eine Zelle., en: A cell.}
    credit: Redaktion
  - question: frage
    kind: single
    prompt: {de: Ja?, en: Yes?}
    options:
      - {right: true, de: Ja, en: 'Yes'}
      - {de: Nein, en: 'No'}
    explanation: {de: Darum., en: Because.}
"""

TEST = """\
items:
  - item: erste
    lesson: eins
    kind: multiple
    prompt: {de: Was?, en: What?}
    options:
      - {right: true, de: A, en: A}
      - {right: true, de: B, en: B}
      - {de: C, en: C}
    explanation: {de: Darum., en: Because.}
"""

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
<defs><clipPath id="c"><rect width="5" height="5"/></clipPath></defs>
<g clip-path="url(#c)"><switch><text systemLanguage="en">Cell</text><text>Zelle</text></switch></g></svg>
"""


def files(**changed: str) -> Files:
    """A sound package, with some files changed; a name is written with ``_`` for ``/``."""
    made = {"module.yaml": MODULE, "lessons/01-eins.yaml": LESSON, "test.yaml": TEST, "pictures/zelle.svg": SVG}
    return {name: text.encode() for name, text in (made | changed).items()}


def mistakes(given: Files, name: str | None = None) -> list[str]:
    """What is wrong with a package, as the author reads it."""
    with pytest.raises(Broken) as caught:
        package.read(given, name=name)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in COURSES.glob("*/module.yaml")))
def test_every_course_package_is_sound(folder):
    content = package.read(package.from_folder(COURSES / folder), name=folder)
    assert 4 <= len(content.lessons) <= 8
    assert len(content.items) >= 10
    assert {"de", "en"} <= set(content.module["languages"])
    for lesson in content.lessons:
        assert 5 <= lesson["minutes"] <= 8
        assert any(block["type"] == "question" for block in lesson["blocks"])
        cited = [text for block in lesson["blocks"] for text in block.get("text", {}).values() if "[@" in text]
        assert lesson["sources"] or cited


def test_four_packages_and_one_of_them_in_plain_german():
    contents = [package.read(package.from_folder(path.parent)) for path in COURSES.glob("*/module.yaml")]
    assert sorted(content.module["module"] for content in contents) == ["M01", "M02", "M06", "M12"]
    assert any("de-simple" in content.module["languages"] for content in contents)


def test_the_same_content_has_the_same_hash_and_a_changed_word_another_one():
    assert package.read(files()).content_hash == package.read(files()).content_hash
    changed = files(**{"test.yaml": TEST.replace("Darum.", "Deshalb.")})
    assert package.read(changed).content_hash != package.read(files()).content_hash


def test_a_drawing_speaks_the_language_and_its_ids_are_its_own():
    picture = package.read(files()).pictures["zelle.svg"]
    assert "Cell" in picture.svg["en"]
    assert "Zelle" not in picture.svg["en"]
    assert "Zelle" in picture.svg["de"]
    assert 'id="zelle-c"' in picture.svg["de"]
    assert "url(#zelle-c)" in picture.svg["de"]


BROKEN = {
    "yaml": ("test.yaml", "items: [\n", ["test.yaml:2: YAML mistake: "]),
    "tabs": ("module.yaml", MODULE.replace("dqr: 3", "\tdqr: 3"), ["module.yaml:12: YAML mistake: "]),
    "duplicate key": ("module.yaml", MODULE + "dqr: 4\n", ["module.yaml:20: This key stands here twice. Remove one."]),
    "unknown field": (
        "module.yaml",
        MODULE + "titel: x\n",
        ["module.yaml:20: Unknown field `titel`. Did you mean `title`?"],
    ),
    "missing field": ("module.yaml", MODULE.replace("dqr: 3\n", ""), ["module.yaml:1: `dqr`: This is missing."]),
    "half unit": (
        "module.yaml",
        MODULE.replace("self_study: 1.5", "self_study: 1.3"),
        ["module.yaml:13: `self_study`: A number from 0 to 400 in steps of 0.5."],
    ),
    "boolean as number": (
        "module.yaml",
        MODULE.replace("dqr: 3", "dqr: true"),
        ["module.yaml:12: `dqr`: A number from 1 to 8 in steps of 1."],
    ),
    "missing language": (
        "lessons/01-eins.yaml",
        LESSON.replace(", en: One", ""),
        ["lessons/01-eins.yaml:3: `title`: The text in en is missing."],
    ),
    "foreign language": (
        "lessons/01-eins.yaml",
        LESSON.replace("en: One", "en: One, de-simple: Eins"),
        ["lessons/01-eins.yaml:3: `title`: de-simple is not among the languages of the module."],
    ),
    "html": (
        "lessons/01-eins.yaml",
        LESSON.replace("Ein **Satz**", "Ein <b>Satz</b>"),
        ["lessons/01-eins.yaml:7: `blocks`: The text in de holds HTML. Use Markdown."],
    ),
    "missing picture": (
        "lessons/01-eins.yaml",
        LESSON.replace("zelle.svg", "zelle2.svg"),
        [
            "lessons/01-eins.yaml:13: There is no file pictures/zelle2.svg. Add it or correct the name.",
            "pictures/zelle.svg: No lesson uses this drawing. Use it or remove the file.",
        ],
    ),
    "unknown source": (
        "lessons/01-eins.yaml",
        LESSON.replace("A **sentence** [@norm]", "A **sentence** [@norn]"),
        ["lessons/01-eins.yaml:7: `sources` in module.yaml has no norn. Add it there."],
    ),
    "no right answer": (
        "lessons/01-eins.yaml",
        LESSON.replace("right: true, ", ""),
        ["lessons/01-eins.yaml:20: `options`: `single` needs exactly one option with `right: true`."],
    ),
    "unknown block": (
        "lessons/01-eins.yaml",
        LESSON.replace("- text: anfang", "- film: anfang"),
        ["lessons/01-eins.yaml:7: A block begins with its kind: text, picture, note, question."],
    ),
    "bad id": (
        "lessons/01-eins.yaml",
        LESSON.replace("lesson: eins", "lesson: Eins Zwei"),
        ["lessons/01-eins.yaml:1: `lesson`: An id has only small letters a–z, digits and hyphens, at most 60."],
    ),
    "two items, one id": (
        "test.yaml",
        TEST + TEST.removeprefix("items:\n"),
        ["test.yaml:11: The id erste is taken already (test.yaml:2). Choose another one."],
    ),
    "unknown lesson": (
        "test.yaml",
        TEST.replace("lesson: eins", "lesson: zwei"),
        ["test.yaml:3: There is no lesson zwei. Lessons are: eins."],
    ),
    "list instead of mapping": ("test.yaml", "- a\n", ["test.yaml:1: "]),
    "languages": (
        "module.yaml",
        MODULE.replace("[de, en]", "[klingon]"),
        ["module.yaml:4: `languages` lists some of: de, en, de-simple."],
    ),
    "script": (
        "pictures/zelle.svg",
        SVG.replace("<defs>", "<script>alert(1)</script><defs>"),
        ["pictures/zelle.svg: The element <script> is not allowed in a drawing."],
    ),
    "handler": (
        "pictures/zelle.svg",
        SVG.replace("<defs>", '<rect onload="x"/><defs>'),
        ["pictures/zelle.svg: The attribute onload is not allowed in a drawing."],
    ),
    "outside reference": (
        "pictures/zelle.svg",
        SVG.replace("<defs>", '<use href="https://x.example/a.svg#b"/><defs>'),
        ["pictures/zelle.svg: The attribute href points outside the drawing."],
    ),
    "url in fill": (
        "pictures/zelle.svg",
        SVG.replace("<defs>", '<rect fill="url(http://x.example)"/><defs>'),
        ["pictures/zelle.svg: The attribute fill points outside the drawing."],
    ),
    "entity": (
        "pictures/zelle.svg",
        '<!DOCTYPE a [<!ENTITY b "c">]><svg/>',
        ["pictures/zelle.svg: This is not a valid SVG file"],
    ),
    "stray file": ("notes.txt", "x", ["notes.txt: This file has no place in a package."]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_mistake_is_shown_where_it_is(case):
    name, text, wanted = BROKEN[case]
    found = mistakes(files(**{name: text}))
    assert len(found) == len(wanted), found
    for one, beginning in zip(found, wanted, strict=True):
        assert one.startswith(beginning)


def test_all_mistakes_are_reported_at_once():
    found = mistakes(
        files(
            **{
                "test.yaml": TEST.replace("kind: multiple", "kind: many"),
                "module.yaml": MODULE.replace("dqr: 3", "dqr: 9"),
            }
        )
    )
    assert [line.split(":")[0] for line in found] == ["module.yaml", "test.yaml"]


def test_a_file_that_is_not_utf8_and_missing_files():
    given_files = files()
    del given_files["test.yaml"]
    given_files["lessons/01-eins.yaml"] = "größe".encode("latin-1")
    assert mistakes(given_files) == [
        "lessons/01-eins.yaml: This file is not UTF-8. Save it as UTF-8.",
        "test.yaml: This file is missing.",
    ]
    assert mistakes({}) == [
        "lessons/: There is no lesson. A lesson is a file like lessons/01-aufbau.yaml.",
        "module.yaml: This file is missing.",
    ]


def test_the_folder_has_the_name_of_the_module():
    assert mistakes(files(), name="other") == [
        "module.yaml: `slug` is probe, but the folder is other. Make them the same."
    ]


def zipped(entries: dict[str, bytes]) -> io.BytesIO:
    """A ZIP file with these entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("prefix", ["", "probe/", "a/b/"])
def test_a_zip_file_holds_the_package_in_whatever_folder(prefix):
    entries = {prefix + name: content for name, content in files().items()} | {
        "__MACOSX/x": b"",
        prefix + "README.md": b"",
    }
    assert package.read(package.from_zip(zipped(entries))).module["module"] == "M99"


@pytest.mark.parametrize(
    "stream, says",
    [
        (io.BytesIO(b"not a zip"), "not a ZIP file"),
        (zipped({"../module.yaml": b""}), "outside the package"),
        (zipped({"/etc/module.yaml": b""}), "outside the package"),
        (zipped({"a/module.yaml": b"", "b/module.yaml": b""}), "exactly one file module.yaml"),
        (zipped({"module.yaml": b"0" * 21_000_000}), "larger than 20 MB"),
        (zipped({f"{n}.yaml": b"" for n in range(301)}), "more than 300 files"),
        (zipped({f"{n}.yaml": b"" for n in range(601)}), "more than 300 files"),
    ],
)
def test_a_hostile_zip_file_is_refused(stream, says):
    with pytest.raises(Broken, match="Nothing was imported") as caught:
        package.from_zip(stream)
    assert says in str(caught.value.mistakes[0])


def test_an_encrypted_zip_file_is_refused():
    stream = zipped({"module.yaml": b"x"})
    raw = bytearray(stream.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + offset] |= 1
    with pytest.raises(Broken):
        package.from_zip(io.BytesIO(bytes(raw)))


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(LESSON) - 1), junk=st.text(max_size=5), cut=st.integers(0, 8))
def test_whatever_is_typed_into_a_lesson_is_read_or_refused_with_a_place(at, junk, cut):
    spoiled = LESSON[:at] + junk + LESSON[at + cut :]
    try:
        package.read(files(**{"lessons/01-eins.yaml": spoiled}))
        found = None
    except Broken as broken:
        found = broken.mistakes
    assert found is None or all(mistake.file and str(mistake.what) for mistake in found)
    assert found != []


def test_the_command_line_prints_mistakes_and_counts(tmp_path, capsys):
    for name, content in files().items():
        path = tmp_path / "probe" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert main([str(tmp_path / "probe")]) == 0
    assert "1 lessons" in capsys.readouterr().out
    (tmp_path / "probe" / "test.yaml").unlink()
    assert main([str(tmp_path / "probe")]) == 1
    assert "test.yaml: This file is missing." in capsys.readouterr().out
    assert main([str(tmp_path)]) == 1
