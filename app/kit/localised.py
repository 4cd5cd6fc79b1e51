"""Texts that people author in several languages: ``{"de": "…", "en": "…", "de-simple": "…"}`` (BCP 47)."""

from collections.abc import Mapping

Localised = Mapping[str, str]

LANGUAGES = ("de", "en", "de-simple")
"""The languages content may have; ``de-simple`` is Einfache Sprache."""

_BEST_OTHER = {"de-simple": ("de", "en"), "de": ("de-simple", "en"), "en": ("de", "de-simple")}


def best_language(texts: Localised, language: str) -> str | None:
    """The language in which a reader of ``language`` gets the text: their own or the best other one; None if empty."""
    for candidate in (language, *_BEST_OTHER.get(language, ("de", "en"))):
        if texts.get(candidate):
            return candidate
    return next((code for code, text in texts.items() if text), None)


def pick(texts: Localised, language: str) -> str:
    """The text in the reader's language, or in the best other one; empty if there is none."""
    best = best_language(texts, language)
    return texts[best] if best else ""


def html_language(code: str) -> str:
    """The value for the HTML ``lang`` attribute: ``de-simple`` is German for a screen reader."""
    return "de" if code == "de-simple" else code
