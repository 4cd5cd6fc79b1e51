"""Cleaning drawings: an allow-list of what an SVG may hold, and one text per language.

A drawing becomes part of the page (so that it follows its theme); whatever could run, load or restyle is a mistake.
"""

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.kit.text import Text, _
from app.modules.package.documents import PackagedPicture

SVG = "http://www.w3.org/2000/svg"
MOST_BYTES = 200_000
MOST_DEPTH = 30
MOST_DRAWN = 20_000
"""So many elements are drawn at most when every reference is followed: a short chain of them can ask for billions."""

ELEMENTS = frozenset(
    """
    svg g defs title desc path rect circle ellipse line polyline polygon text tspan switch marker pattern clipPath use
    """.split()  # noqa: SIM905 (reads better than fourteen quoted words)
)
ATTRIBUTES = frozenset(
    """
    id class viewBox x y x1 x2 y1 y2 cx cy r rx ry width height d points dx dy transform fill fill-opacity fill-rule
    stroke stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-opacity opacity
    text-anchor dominant-baseline font-size font-weight font-style font-family letter-spacing textLength lengthAdjust
    rotate marker-start marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient patternUnits
    patternTransform patternContentUnits clip-path clip-rule clipPathUnits preserveAspectRatio systemLanguage href lang
    role aria-hidden vector-effect paint-order visibility overflow
    """.split()  # noqa: SIM905
)
_SILENT = frozenset({"title", "desc"})
"""Hold words only: HTML reads elements in there as its own."""
_REFERRED = re.compile(r"url\(\s*#([\w-]+)\s*\)|\A#([\w-]+)\Z")
_REFERENCE = re.compile(r"url\(\s*(?!#[\w-]+\s*\))", re.IGNORECASE)
_LOCAL = re.compile(r"#[\w-]+\Z")
_DANGEROUS = re.compile(r"javascript:|data:|expression\(|@import|\\", re.IGNORECASE)
_LANGUAGE = "systemLanguage"


def clean(name: str, raw: bytes, languages: Sequence[str]) -> PackagedPicture | list[Text]:
    """The cleaned drawing per language, or everything that is wrong with it."""
    if len(raw) > MOST_BYTES:
        return [_("This drawing is larger than 200 KB.")]
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return [_("This is not a valid SVG file: %(problem)s.", problem=str(error) or type(error).__name__)]
    if _depth(root) > MOST_DEPTH:
        return [_("The drawing is nested more than %(most)s levels deep.", most=MOST_DEPTH)]
    problems = list(_problems(root))
    if problems:
        return problems
    prefix = name.removesuffix(".svg")
    drawings = {language: _drawing(root, language, prefix) for language in languages}
    return PackagedPicture(raw.decode("utf-8-sig", errors="replace"), drawings)


def _problems(root: Element) -> Iterable[Text]:
    if _local(root.tag) != "svg" or not root.get("viewBox"):
        yield _("The outermost element must be <svg> with a viewBox.")
    seen: set[str] = set()
    for element in root.iter():
        tag = _local(element.tag)
        if tag not in ELEMENTS or _namespace(element.tag) not in {SVG, ""}:
            yield _("The element <%(name)s> is not allowed in a drawing.", name=tag)
            continue
        if tag in _SILENT and len(element):
            yield _("The element <%(name)s> holds words only.", name=tag)
        for key, value in element.attrib.items():
            if _local(key) not in ATTRIBUTES:
                yield _("The attribute %(name)s is not allowed in a drawing.", name=_local(key))
            elif (
                _REFERENCE.search(value)
                or _DANGEROUS.search(value)
                or (_local(key) == "href" and not _LOCAL.match(value))
            ):
                yield _("The attribute %(name)s points outside the drawing.", name=_local(key))
        identity = element.get("id")
        if identity is not None and identity in seen:
            yield _("The id %(name)s stands in the drawing twice.", name=identity)
        seen.add(identity or "")
    yield from _overdrawn(root)


def _depth(root: Element) -> int:
    """How deep the elements are nested, found without going deep oneself; stops looking behind ``MOST_DEPTH``."""
    depth, level = 0, [root]
    while level and depth <= MOST_DEPTH:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth


def _overdrawn(root: Element) -> Iterable[Text]:
    """Whether the drawing refers to itself, or to so much so often that a browser would never end."""
    named = {element.get("id"): element for element in root.iter()}
    drawn: dict[Element, int] = {}
    open_now: set[Element] = set()

    def count(element: Element) -> int:
        if element in open_now:
            raise RecursionError
        if element not in drawn:
            open_now.add(element)
            referred = (name for value in element.attrib.values() for pair in _REFERRED.findall(value) for name in pair)
            parts = [*element, *(named[name] for name in referred if name in named)]
            drawn[element] = min(1 + sum(map(count, parts)), MOST_DRAWN + 1)
            open_now.remove(element)
        return drawn[element]

    try:
        if count(root) > MOST_DRAWN:
            yield _("The drawing repeats its parts too often. Draw at most %(most)s elements.", most=MOST_DRAWN)
    except RecursionError:
        yield _("The drawing refers to itself, or in too long a chain.")


def _drawing(root: Element, language: str, prefix: str) -> str:
    """The SVG for one language: switches resolved, ids made unique for the page, no size of its own.

    Silent for screen readers: the text alternative stands on the figure.
    """
    copy = deepcopy(root)
    _resolve(copy, language)
    for element in copy.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(key): _prefixed(_local(key), value, prefix) for key, value in element.attrib.items()}
        element.attrib.pop("lang", None)
    for key in ("width", "height", "class", "id", "role", "overflow", "transform"):
        copy.attrib.pop(key, None)
    copy.set("aria-hidden", "true")
    copy.set("focusable", "false")
    copy.tail = None
    return tostring(copy, encoding="unicode", short_empty_elements=True)


def _resolve(element: Element, language: str) -> None:
    """Put the right child in the place of every ``<switch>``."""
    for position, child in enumerate(list(element)):
        if _local(child.tag) == "switch":
            chosen = _chosen(list(child), language)
            replacement = Element("g") if chosen is None else chosen
            replacement.attrib.pop(_LANGUAGE, None)
            replacement.tail = child.tail
            element[position] = replacement
            child = replacement  # noqa: PLW2901 (go on inside what stands there now)
        _resolve(child, language)


def _chosen(children: list[Element], language: str) -> Element | None:
    """As a browser of that language would: the first child that fits, the last one if none does."""
    wanted = [language, *(["de"] if language == "de-simple" else [])]
    for code in wanted:
        for child in children:
            if code in (child.get(_LANGUAGE) or "").replace(" ", "").split(","):
                return child
    return next((child for child in children if child.get(_LANGUAGE) is None), None)


def _prefixed(key: str, value: str, prefix: str) -> str:
    if key == "id":
        return f"{prefix}-{value}"
    if key == "href":
        return f"#{prefix}-{value.removeprefix('#')}"
    return re.sub(r"url\(\s*#([\w-]+)\s*\)", rf"url(#{prefix}-\1)", value)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0].removeprefix("{")
