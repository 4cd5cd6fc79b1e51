"""Which passwords are taken (NIST SP 800-63B-4, 3.1.1.2): long enough, not known, not made of what everybody knows.

There are no rules about capitals, digits and signs: they make passwords hard to remember and easy to foresee.
"""

import re
import unicodedata
from collections.abc import Container, Iterable

from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_now

SHORTEST = 10
"""One length for everybody: it can be said in one sentence and stays right when somebody gets a role. NIST asks for 8
where a second factor guards the account as well, which staff have; 10 keeps guessing out where there is none."""
LONGEST = 200
"""Longer ones are refused, never cut: a sentence fits, and hashing stays quick."""
_NEVER = 4 * LONGEST
"""So many code points are too many, whatever they are put together to. They are not even looked at: the time that NFC
takes grows with the square of the marks on one letter, and a megabyte of them would keep everybody waiting."""

_CONTEXT = ("lernzelle", "batterie", "battery", "zelle", "trio", "passwort", "password", "kennwort")
_LEAST_OF_ITS_OWN = 6
_DIFFERENT = 5
_TAIL = re.compile(r"[\d!?.]{1,6}\Z")


def as_kept(password: str) -> str:
    """The password as it is hashed: the same characters, however a keyboard puts them together (Unicode NFC)."""
    return unicodedata.normalize("NFC", password)


def may_have_password(password: str, *, known: Container[str], own: Iterable[str]) -> Verdict:
    """Whether a new password is taken: ``known`` are stolen ones in small letters, ``own`` is name and mail address."""
    if len(password) > _NEVER or len(as_kept(password)) > LONGEST:
        return not_now(_("Choose at most %(most)s characters.", most=LONGEST))
    if len(as_kept(password)) < SHORTEST:
        return not_now(_("Choose at least %(least)s characters. A short sentence is fine.", least=SHORTEST))
    folded = as_kept(password).casefold()
    if folded in known or _TAIL.sub("", folded) in known:
        return not_now(_("This password stands on lists of stolen passwords. Choose another one."))
    if len(set(folded)) < _DIFFERENT:
        return not_now(_("This repeats a few characters. Choose something more varied."))
    if _rest(folded, own) < _LEAST_OF_ITS_OWN:
        return not_now(_("Others guess your name, your address and words like “battery” first. Add something else."))
    return YES


def _rest(folded: str, own: Iterable[str]) -> int:
    """How many characters are left when what everybody knows is taken out."""
    words = {word for text in own for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2}
    for word in sorted(words | set(_CONTEXT), key=len, reverse=True):
        folded = folded.replace(word, "")
    return len("".join(folded.split()))
