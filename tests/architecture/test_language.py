"""Every sentence is English in the source and has its German; templates say nothing past the catalogue."""

import re
from pathlib import Path

import pytest

from app.web import translations

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")])
CODE = sorted((ROOT / "app").rglob("*.py"))

GERMAN = re.compile(
    r"[äöüÄÖÜß„]|\b(?:und|oder|nicht|noch|kein\w*|der|die|das|ein\w*|du|Sie|dein\w*|Ihr\w*|mit|für|auf|bei|ist|sind|Kurs\w*)\b"
)

NAMES = {
    "Deutsch",  # languages are offered in themselves, marked with lang
    "Einfache Sprache",
    "Lernzelle",
}


def test_every_sentence_has_its_german():
    assert [f"{name}:{line}: {message.id}" for name, line, message in translations.missing()] == []


def test_no_german_is_left_that_nothing_says():
    assert translations.unused() == []


def plain(template: str) -> str:
    """What a template says by itself: without comments, expressions, statements, tags and what is marked with lang."""
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", template, flags=re.DOTALL)
    text = re.sub(r"""<(\w+)[^>]*\slang=.*?</\1>""", " ", text, flags=re.DOTALL)
    spoken = re.findall(r"""\s(?:alt|title|placeholder|aria-label|label|summary)=["']([^"'<>]*)["']""", text)
    rest = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", text)  # macros hold attributes outside of a tag
    return " ".join([rest, *spoken])


def words(template: str) -> list[str]:
    text = plain(template)
    for known in NAMES:
        text = text.replace(known, " ")
    return re.findall(r"[^\W\d_]{3,}", re.sub(r"&[#\w]+;", " ", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_say_nothing_past_the_catalogue(path):
    """Neither German nor English: a word in a template would be the same in every language."""
    assert words(path.read_text(encoding="utf-8")) == []


STRING = re.compile(r"""(?:_|gettext|ngettext|pgettext|n_)\(\s*(?:"staff",\s*)?"((?:[^"\\]|\\.)*)\"""")


@pytest.mark.parametrize("path", [*TEMPLATES, *CODE], ids=lambda path: str(path.relative_to(ROOT)))
def test_sentences_are_english_in_the_source(path):
    said = STRING.findall(path.read_text(encoding="utf-8"))
    assert [sentence for sentence in said if GERMAN.search(sentence)] == []
