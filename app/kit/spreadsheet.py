"""Cells that a spreadsheet shows as they are, and never computes."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins, full-width signs too (OWASP WSTG-INPV-21)."""


def quoted(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula.

    A text that begins with apostrophes and goes on as a formula gets one more, so that ``unquoted`` gives it back.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def unquoted(text: str) -> str:
    """What stood there before ``quoted``."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text
