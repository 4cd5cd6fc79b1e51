"""From the block document of a lesson to what a template shows. Whatever looks like HTML in it stays text."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from app.kit.localised import best_language, html_language
from app.modules.models import Lesson, ModuleVersion

_CITATION = re.compile(r"\[@([a-z0-9-]{1,60})(?::\s?([^\]<]{0,200}))?\]")
_TAGS = set("p h2 h3 h4 strong em ul ol li table thead tbody tr th td a br code blockquote hr".split())  # noqa: SIM905
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table"])


@lru_cache(maxsize=4096)
def markdown(text: str) -> Markup:
    """A Markdown text as safe HTML. Citations stay as they are written; ``lesson_blocks`` resolves them."""
    html = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer",
    )
    html = html.replace("<table>", '<div class="tablewrap" tabindex="0"><table>').replace("</table>", "</table></div>")
    return Markup(html)  # noqa: S704 (cleaned just above)


def lesson_sources(version: ModuleVersion, lesson: Lesson) -> list[dict[str, Any]]:
    """The sources of a lesson in the order of their numbers: ``{"number", "key", "text", "url"}``."""
    keys: list[str] = []
    for block in lesson.blocks:
        for text in block.get("text", {}).values():
            keys += [key for key, _place in _CITATION.findall(text)]
    ordered = list(dict.fromkeys([*keys, *lesson.sources]))
    known: Mapping[str, Any] = version.sources
    return [
        {"number": number, "key": key, "text": known[key]["text"], "url": known[key].get("url")}
        for number, key in enumerate((key for key in ordered if key in known), 1)
    ]


def lesson_blocks(version: ModuleVersion, lesson: Lesson, language: str) -> list[dict[str, Any]]:
    """The blocks of a lesson, ready for a template.

    Each has ``type``, ``id`` and ``lang`` (HTML language of its text). ``text`` and ``note`` have ``html``, a note its
    ``kind``; ``picture`` has ``svg``, ``alt``, ``caption``, ``credit``; ``question`` has ``kind``, ``prompt``,
    ``options`` (``[{"index", "text"}]``), ``right`` (indexes) and ``explanation``. The version must be loaded with its
    pictures.
    """
    pictures = {picture.name: picture.svg for picture in version.pictures}
    numbers = {source["key"]: source["number"] for source in lesson_sources(version, lesson)}
    return [_block(block, language, pictures, numbers) for block in lesson.blocks]


def _block(
    block: dict[str, Any], language: str, pictures: dict[str, dict[str, str]], numbers: dict[str, int]
) -> dict[str, Any]:
    plain = {"type": block["type"], "id": block["id"]}
    texts = block.get("text") or block.get("prompt") or block.get("caption") or {}
    best = best_language(texts, language) or language
    plain["lang"] = html_language(best)
    if block["type"] == "picture":
        drawings = pictures.get(block["file"], {})
        drawing = drawings.get(best_language(drawings, language) or "", "")
        return plain | {
            "svg": Markup(drawing),  # noqa: S704 (cleaned at import, app.modules.package.pictures)
            "alt": _said(block["alt"], language),
            "caption": _said(block["caption"], language),
            "credit": block["credit"],
        }
    if block["type"] == "question":
        return plain | question(block, language)
    html = _cited(markdown(block["text"][best]), numbers)
    return plain | {"html": html} | ({"kind": block["kind"]} if "kind" in block else {})


def question(block: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A question of a lesson or an item of a test in one language."""
    options: Sequence[Mapping[str, Any]] = block["options"]
    return {
        "kind": block["kind"],
        "prompt": _said(block["prompt"], language),
        "options": [{"index": index, "text": _said(option["text"], language)} for index, option in enumerate(options)],
        "right": [index for index, option in enumerate(options) if option["right"]],
        "explanation": _said(block["explanation"], language),
    }


def _said(texts: Mapping[str, str], language: str) -> str:
    best = best_language(texts, language)
    return texts[best] if best else ""


def _cited(html: Markup, numbers: dict[str, int]) -> Markup:
    """Numbers in place of citations, linked to the list of sources. The text around is escaped already."""

    def mark(match: re.Match[str]) -> str:
        number = numbers.get(match[1])
        if number is None:
            return ""
        place = f", {match[2].strip()}" if match[2] else ""
        return f'<sup class="cite"><a href="#source-{escape(match[1])}">[{number}{place}]</a></sup>'

    return Markup(re.sub(r"\s?" + _CITATION.pattern, mark, html))  # noqa: S704 (only numbers and escaped ids were put in)
