"""What a machine can hold of the interface: colours one can read, one light theme, no inline code, no missing icon."""

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from jinja2 import Environment, nodes

from app.web.icons import IconDoesNotExist, icon

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted(STATIC.glob("*.js"))
STYLE = (STATIC / "lernzelle.css").read_text(encoding="utf-8")

both = pytest.mark.parametrize("theme", ["light", "dark"])


# ---- colours

_BOTH = dict[str, str]
_TOKENS, _REST = STYLE.split("@layer base {", 1)


def _themes() -> dict[str, _BOTH]:
    """The colour tokens of the two themes."""
    themes: dict[str, _BOTH] = {"light": {}, "dark": {}}
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", _TOKENS):
        themes["light"][name], themes["dark"][name] = light, dark
    for name, colour in re.findall(r"--([\w-]+): (#\w{6});", _TOKENS):
        themes["light"][name] = themes["dark"][name] = colour
    return themes


THEMES = _themes()


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2: from 1 (no difference) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


_GROUNDS = ("paper", "surface", "sunken")
_SOFT = ("petrol-soft", "copper-soft", "good-soft", "warn-soft", "bad-soft")
TEXT = [
    *((text, ground) for text in ("ink", "ink-2", "petrol", "petrol-2", "copper") for ground in _GROUNDS),
    *((text, ground) for text in ("good", "warn", "bad") for ground in _GROUNDS),
    *((text, ground) for text in ("ink", "ink-2", "petrol", "petrol-2") for ground in _SOFT),
    *((soft.removesuffix("-soft"), soft) for soft in _SOFT if soft != "petrol-soft"),
    ("ink", "petrol-mid"),
    ("on-petrol", "petrol"),
    ("on-petrol", "petrol-2"),
    ("on-deep", "deep"),
    ("on-deep-2", "deep"),
    ("on-deep-link", "deep"),
]
GRAPHICS = [
    *((line, ground) for line in ("edge", "copper-line", "petrol", "copper") for ground in _GROUNDS),
    ("copper-line", "copper-soft"),  # the hatching of what is missing
    ("edge", "petrol-soft"),
]


@both
@pytest.mark.parametrize("text,ground", TEXT)
def test_text_can_be_read(theme, text, ground):
    colours = THEMES[theme]
    assert _contrast(colours[text], colours[ground]) >= 4.5


@both
@pytest.mark.parametrize("line,ground", GRAPHICS)
def test_controls_and_graphics_stand_out(theme, line, ground):
    colours = THEMES[theme]
    assert _contrast(colours[line], colours[ground]) >= 3


def test_certificates_can_be_read_on_their_own_paper():
    found = re.search(
        r"\.cert \{\s+--paper-ink: (#\w{6});\s+--paper-ink-2: (#\w{6});.*?background: (#\w{6});", STYLE, re.DOTALL
    )
    assert found is not None
    ink, softer, paper = found.groups()
    assert _contrast(ink, paper) >= 7
    assert _contrast(softer, paper) >= 4.5


def test_browsers_without_light_dark_get_the_whole_light_theme():
    (fallback,) = re.findall(
        r"@supports not \(color: light-dark\(#000, #fff\)\) \{\s*:root \{(.*?)\}", STYLE, re.DOTALL
    )
    given = dict(re.findall(r"--([\w-]+): (#\w{6});", fallback))
    needed = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}),", _TOKENS))
    assert given == needed


def test_colours_are_decided_among_the_tokens_only():
    """Elsewhere only paper (certificates, QR codes, print) and the shading of materials in drawings."""
    free = set(re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r"@supports not \(color.*?\}", "", _REST, flags=re.DOTALL)))
    assert free == {"#fff", "#fffefb", "#1b1d1f", "#53575b", "#dcdad4", "#c2683a", "#8b9197"}
    assert "light-dark(" not in re.sub(r"@supports.*?\{", "", re.sub(r"/\*.*?\*/", "", _REST, flags=re.DOTALL))


# ---- weight and shape of the files


def test_style_sheet_is_light():
    assert len(brotli.compress(STYLE.encode())) <= 12 * 1024


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_short_and_make_no_code_from_text(path):
    script = path.read_text(encoding="utf-8")
    assert script.count("\n") <= 100
    assert not re.search(r"\beval\(|new Function|innerHTML\s*=[^=]|document\.write|\.style\b", script)


def test_no_side_is_called_left_or_right():
    """Logical properties, so that a language written from right to left needs no second style sheet."""
    assert re.findall(r"[\w-]*\b(?:left|right)\s*:|text-align: (?:left|right)|float: (?:left|right)", STYLE) == []


def test_every_custom_property_is_defined():
    """What comes from an element's own style, or from the style sheet of a Trio, is not defined here."""
    given = {"gut", "min", "brand", "brand-on"}
    assert set(re.findall(r"var\(--([\w-]+)[,)]", STYLE)) - set(re.findall(r"--([\w-]+):", STYLE)) <= given


# ---- templates


def _markup(path: Path) -> str:
    """The HTML of a template without what Jinja does."""
    source = path.read_text(encoding="utf-8")
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)


template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))


@template
def test_templates_hold_no_inline_style_and_no_inline_script(path):
    markup = _markup(path)
    assert not re.findall(r"\sstyle\s*=", markup)
    assert not re.findall(r"\son[a-z]+\s*=", markup)
    assert not re.findall(r"<style|<script(?![^>]*\ssrc=)|javascript:", markup)


def test_the_language_of_templates_is_parsed_with_all_their_tags():
    assert TEMPLATES
    assert all(_tree(path) for path in TEMPLATES)


def _tree(path: Path) -> nodes.Template:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    return environment.parse(path.read_text(encoding="utf-8"))


_ICON_AT = {"icon": 0, "draw": 0, "chip": 1, "notice": 1}
"""At which place these functions and macros take the name of an icon."""

_ICON_IN = {"facts": 0, "pairs": 0, "faces": 2, "segments": 2}
"""At which place the tuples that these macros take have it."""


def _icons(path: Path) -> Iterator[str]:
    for call in _tree(path).find_all(nodes.Call):
        name = getattr(call.node, "name", "")
        if name in _ICON_AT:
            yield from _words(call.args[_ICON_AT[name] : _ICON_AT[name] + 1])
        if name in _ICON_IN:
            for entry in call.find_all(nodes.Tuple):
                yield from _words(entry.items[_ICON_IN[name] : _ICON_IN[name] + 1])
        yield from _words([keyword.value for keyword in call.kwargs if keyword.key == "icon"])


def _words(expressions: list[nodes.Expr]) -> Iterator[str]:
    """The texts an expression can become, as far as they stand there."""
    for expression in expressions:
        if isinstance(expression, nodes.CondExpr):
            yield from _words([each for each in (expression.expr1, expression.expr2) if each is not None])
        elif isinstance(expression, nodes.Const) and expression.value:
            yield str(expression.value)


@template
def test_every_icon_exists(path):
    missing = []
    for name in _icons(path):
        try:
            icon(name)
        except IconDoesNotExist:
            missing.append(name)
    assert missing == []


@template
def test_every_static_file_exists(path):
    source = path.read_text(encoding="utf-8")
    named = re.findall(r"""url_for\(\s*["']static["'],\s*filename=["']([^"'~]+)["']\)""", source)
    named += [f"{name}.js" for name in re.findall(r"""\bscript\(["']([\w-]+)["']\)""", source)]
    assert [name for name in named if not (STATIC / name).is_file()] == []


# ---- icons


def test_an_icon_is_silent_and_takes_classes():
    drawing = icon("clock", "big")
    assert 'class="i big"' in drawing
    assert 'aria-hidden="true"' in drawing
    assert 'width="24"' in drawing, "its size where there is no style sheet"
    assert "\n" not in drawing


def test_an_icon_that_does_not_exist_is_a_slip_of_the_author():
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")
