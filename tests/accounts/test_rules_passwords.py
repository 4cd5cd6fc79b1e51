import unicodedata

import pytest

from app.accounts.rules import passwords
from app.accounts.rules.passwords import LONGEST, SHORTEST, as_kept, may_have_password

KNOWN = frozenset({"qwertyuiop", "password", "sunshine", "manchester", "straßenbahn".casefold()})
OWN = ("Olena Bondar", "o.bondar@firma-sachsen.example")


def reason(password):
    verdict = may_have_password(password, known=KNOWN, own=OWN)
    return str(verdict.reason) if verdict.reason else None


@pytest.mark.parametrize(
    "password",
    [
        "Trockenraum-7",
        "vier Wörter ohne Sinn",
        "          x9 z4 q2",
        "correct horse battery staple",
        "🔋⚡🧪🔬⚗️🔩🪛🧲💡🧯 k9x2w7",
        "Zündwürfel Öl",
        "x" * 3 + "abcdefgh" * 8,
        "'; DROP TABLE users; --",
        "\ttab and\nline",
        "sunshine-and-rain",
        "12 Monkeys & 7 Samurai",
        "abcdefghij" * (LONGEST // 10),
    ],
    ids=ascii,
)
def test_any_characters_are_taken(password):
    assert reason(password) is None


@pytest.mark.parametrize(
    "password,told",
    [
        ("", "at least 10"),
        ("Ab1!Ab1!x", "at least 10"),
        ("abcdefghij" * (LONGEST // 10) + "x", "at most 200"),
        ("qwertyuiop", "stolen"),
        ("QWERTYuiop", "stolen"),
        ("qwertyuiop!", "stolen"),
        ("Sunshine2026", "stolen"),
        ("password123!?", "stolen"),
        ("STRASSENBAHN1", "stolen"),
        ("aaaaaaaaaaaa", "repeats"),
        ("abababababab", "repeats"),
        ("1111222233", "repeats"),
        ("OlenaBondar1", "guess your name"),
        ("bondar-olena!", "guess your name"),
        ("Lernzelle2026!", "guess your name"),
        ("batterie-zelle-7", "guess your name"),
        ("firma-sachsen-1", "guess your name"),
    ],
)  # fmt: skip
def test_what_is_short_known_or_obvious_is_not(password, told):
    assert told in (reason(password) or "")


def test_a_megabyte_of_marks_keeps_nobody_waiting(monkeypatch):
    """NFC takes a time that grows with the square of the marks on one letter: far too many are not even looked at."""
    monkeypatch.setattr(passwords, "as_kept", None)
    assert "at most 200" in (reason("a" + "\u0315\u0300" * 500) or "")


def test_the_shortest_and_the_longest():
    letters = "qz8wx7ycu6vtb5n9"
    assert reason(letters[:SHORTEST]) is None
    assert reason(letters[: SHORTEST - 1])
    assert reason((letters * 20)[:LONGEST]) is None
    assert reason((letters * 20)[: LONGEST + 1])


def test_a_long_tail_is_a_password_of_its_own():
    assert reason("sunshine4839201") is None


def test_short_names_forbid_nothing():
    assert may_have_password("Li Wu says hi", known=KNOWN, own=("Li Wu", "li@x.cn"))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_same_characters_are_the_same_password_on_every_keyboard(form):
    assert as_kept(unicodedata.normalize(form, "Zündwürfel é")) == "Zündwürfel é"
    assert as_kept("  Ab ﬁ ²  ") == "  Ab ﬁ ²  ", "nothing else is changed"
