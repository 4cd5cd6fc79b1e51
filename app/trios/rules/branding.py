"""How a Trio may show itself: address, colour, logo, legal pages."""

import colorsys
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, not_now

RESERVED = frozenset({"new"})
"""Addresses that are pages of the platform."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEX = re.compile(r"#[0-9a-f]{6}")

TEXT_CONTRAST = 4.5
"""WCAG 2.2, criterion 1.4.3: text against its background."""
SHAPE_CONTRAST = 3.0
"""WCAG 2.2, criterion 1.4.11: what is not text against what lies beside it."""

WHITE, PAPER = "#ffffff", "#f6f5f2"
DARK_SURFACE, DARK_TEXT = "#1c1f22", "#08212a"
"""What the light and the dark theme put the colour on; the tokens of the style sheet."""

MOST_LOGO_BYTES = 2 * 1024 * 1024
MOST_LOGO_PIXELS = 16_000_000
LEAST_LOGO_SIDE = 32
LOGO_SIDE = 640
"""The longest side of a stored logo, in pixels."""


class LegalPage(StrEnum):
    """A legal page that a Trio may have of its own."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"


LEGAL_NAMES: dict[LegalPage, Text] = {
    LegalPage.IMPRINT: _("Imprint"),
    LegalPage.PRIVACY: _("Privacy"),
    LegalPage.ACCESSIBILITY: _("Accessibility"),
}


@dataclass(frozen=True, slots=True)
class Colours:
    """A colour of a Trio in both themes, each with the colour of text on it; all ``#rrggbb``."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def slug_fault(slug: str) -> Text | None:
    """What is wrong with the end of a Trio's address, or None."""
    if not SLUG.fullmatch(slug) or not 2 <= len(slug) <= 60:
        return _("2 to 60 small letters, digits and single hyphens between them. Example: lausitz")
    if slug in RESERVED:
        return _("This address belongs to the platform. Choose another one.")
    return None


def read_colour(typed: str) -> str | None:
    """A typed colour as ``#rrggbb``, or None when it is none."""
    value = typed.strip().lower()
    value = value if value.startswith("#") else f"#{value}"
    return value if _HEX.fullmatch(value) else None


def contrast(one: str, other: str) -> float:
    """How well two colours stand apart, from 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def may_wear(colour: str) -> Verdict:
    """Whether white text can be read on the colour, and its shapes seen on the page."""
    if _passes_light(colour):
        return YES
    return not_now(
        _(
            "White text on %(colour)s has a contrast of %(ratio)s : 1, and needs 4.5 : 1. The nearest colour that "
            "passes is %(nearest)s.",
            colour=colour,
            ratio=f"{contrast(colour, WHITE):.1f}",
            nearest=nearest(colour),
        )
    )


def nearest(colour: str) -> str:
    """The colour itself, or the lightest of its hue below it that passes."""
    return colour if _passes_light(colour) else _moved(colour, passes=_passes_light, to=0.0)


def colours_of(colour: str) -> Colours:
    """The colour in both themes; the dark one is the same hue, as light as it needs to be there."""
    dark = colour if _passes_dark(colour) else _moved(colour, passes=_passes_dark, to=1.0)
    return Colours(colour, WHITE, dark, DARK_TEXT)


def style_sheet(accent: str | None) -> str:
    """The style sheet that makes a page wear the colour; empty without one, or when it is no colour.

    It sets two custom properties and nothing else. Browsers that do not know ``light-dark`` get the light pair.
    """
    colour = read_colour(accent or "")
    if colour is None:
        return ""
    told = colours_of(colour)
    return (
        f":root{{--brand:{told.light};--brand-on:{told.on_light}}}\n"
        f"@supports (color:light-dark(#000,#fff)){{:root{{--brand:light-dark({told.light},{told.dark});"
        f"--brand-on:light-dark({told.on_light},{told.on_dark})}}}}\n"
    )


def _passes_light(colour: str) -> bool:
    return contrast(colour, WHITE) >= TEXT_CONTRAST and contrast(colour, PAPER) >= SHAPE_CONTRAST


def _passes_dark(colour: str) -> bool:
    return contrast(colour, DARK_SURFACE) >= TEXT_CONTRAST and contrast(colour, DARK_TEXT) >= TEXT_CONTRAST


def _moved(colour: str, *, passes: Callable[[str], bool], to: float) -> str:
    """The colour with as little more (``to`` 1) or less (0) lightness as it takes to pass."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    failing, passing = lightness, to
    for _step in range(12):  # finer than the steps of eight bits
        middle = (failing + passing) / 2
        if passes(_written(hue, middle, saturation)):
            passing = middle
        else:
            failing = middle
    return _written(hue, passing, saturation)


def _written(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))


def _luminance(colour: str) -> float:
    return sum(share * _linear(value) for share, value in zip((0.2126, 0.7152, 0.0722), _parts(colour), strict=True))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
