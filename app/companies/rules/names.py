"""When two names of companies are spelt the same, and by which keys similar ones are found."""

import re
import unicodedata
from functools import lru_cache

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "a", "ł": "l"})

LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        "gmbh ggmbh mbh ag kg ohg gbr eg ev ek ug kgaa se co cokg gmbhcokg partg partgmbb inc ltd llc plc sa sas sarl "
        "srl spa bv nv oy ab as aps sro sp zoo spzoo kft haftungsbeschraenkt und u and the der die das",
    )
)
"""Words that say what kind of company it is, and little words between: they never tell two companies apart."""

SHORT = 8
"""Up to so many letters a name is short: then also each form with one letter left out is a key."""
_EDGE, _LONG = 4, 9
_MOST_SOUNDS = 4


def name_key(name: str) -> str:
    """By what two spellings of a company name are the same: letters only differ in case and spaces.

    At most 200 characters, as the column takes: folding can make a name longer ("ﬃ" becomes "ffi").
    """
    return " ".join(name.casefold().split())[:200]


def words(name: str) -> list[str]:
    """The words of a name that tell it from others, folded: "Müller & Söhne GmbH & Co. KG" gives mueller, soehne.

    A name of nothing but such words keeps them all, and one without any letter keeps its signs.
    """
    folded = _folded(name)
    every = re.findall(r"[^\W_]+", re.sub(r"(?<=\b\w)\.\s*(?=\w\b)", "", folded))
    telling = [word for word in every if word not in LEGAL_FORMS]
    return telling or every or folded.split()


@lru_cache(maxsize=8192)  # a list is compared with itself: each name many times
def name_stem(name: str) -> str:
    """The words that tell, as one: what is compared, letter by letter."""
    return " ".join(words(name))[:200]


def search_keys(name: str) -> frozenset[str]:
    """Keys of which a name that differs by one slip shares at least one.

    The first and the last letters of the name, how its words sound, and for short names all forms with one letter
    left out (two words with one slip between them have such a form in common).
    """
    joined = "".join(words(name))[:60]
    keys = {f"p{joined[:_EDGE]}", f"s{joined[-_EDGE:]}"}
    keys |= {f"k{code}" for code in map(sound, words(name)[:_MOST_SOUNDS]) if len(code) > 2}
    if len(joined) <= SHORT:
        keys |= {f"d{joined}"} | {f"d{joined[:at]}{joined[at + 1 :]}" for at in range(len(joined))}
    return frozenset(keys)


def close_keys(name: str) -> frozenset[str]:
    """Keys that hardly any two names share but those of one company: for finding pairs among all companies.

    A long beginning, a long end, both edges together, how all words sound in any order, and for short names all forms
    with one letter left out. Capital letters in front, so that they are no ``search_keys``.
    """
    told = words(name)
    joined = "".join(told)[:60]
    if len(joined) <= SHORT:
        return frozenset({f"D{joined}"} | {f"D{joined[:at]}{joined[at + 1 :]}" for at in range(len(joined))})
    sounds = "".join(sorted(map(sound, told)))[:23]
    return frozenset({f"P{joined[:_LONG]}", f"S{joined[-_LONG:]}", f"E{joined[:_EDGE]}{joined[-_EDGE:]}", f"W{sounds}"})


def sound(word: str) -> str:
    """How a German word sounds, as digits (Kölner Phonetik, Postel 1969): Meyer, Maier and Mayr are 67."""
    letters = re.sub(r"[^a-z]", "", word.replace("ph", "f"))
    codes = "".join(_sound_at(letters, at) for at in range(len(letters)))
    short = re.sub(r"(.)\1+", r"\1", codes)
    return (short[:1] + short[1:].replace("0", ""))[:20]


_SOUNDS = {
    **dict.fromkeys("aeijouy", "0"),
    "h": "",
    "b": "1",
    "p": "1",
    "d": "2",
    "t": "2",
    **dict.fromkeys("fvw", "3"),
    **dict.fromkeys("gkq", "4"),
    "l": "5",
    "m": "6",
    "n": "6",
    "r": "7",
    "s": "8",
    "z": "8",
}


def _sound_at(letters: str, at: int) -> str:
    letter, before, after = letters[at], letters[at - 1 : at] if at else "", letters[at + 1 : at + 2]
    if letter in "dt" and after and after in "csz":
        return "8"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        hard = "ahkloqrux" if not at else "ahkoqux"
        return "4" if after and after in hard and not (before and before in "sz") else "8"
    return _SOUNDS[letter]


def _folded(name: str) -> str:
    small = unicodedata.normalize("NFKC", name).casefold().translate(_UMLAUTS)
    return "".join(sign for sign in unicodedata.normalize("NFD", small) if not unicodedata.combining(sign))
