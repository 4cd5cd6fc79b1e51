"""The register of organisations: who may write in it, and which entries may mean the same organisation."""

import re
import unicodedata
from collections.abc import Collection

from rapidfuzz import fuzz

from app.kit.actors import Actor, Role
from app.kit.text import _
from app.kit.verdicts import YES, Verdict, not_you

ALIKE_HERE, ALIKE_ELSEWHERE = 84, 90
"""From how many points of 100 two names count as alike: in the same place, in different ones."""

ROR = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
"""The last part of an address at ror.org (Crockford base 32 and a check number)."""
NUTS3 = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")

_FORMS = re.compile(r"\b(ggmbh|gmbh|mbh|ag|se|kg|ohg|gbr|ug|eg|ev|e v|e g|kdoer|co|und|and|der|die|das|fuer|for|of)\b")
_SHORT = {
    "tu": "technische universitaet",
    "th": "technische hochschule",
    "uni": "universitaet",
    "hs": "hochschule",
    "fh": "fachhochschule",
    "ihk": "industrie handelskammer",
    "hwk": "handwerkskammer",
    "khs": "kreishandwerkerschaft",
}
"""Words that people write short as often as not."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "&": " "})


def folded(name: str) -> str:
    """A name as it is compared: small letters, no legal form, no signs, no abbreviations."""
    small = unicodedata.normalize("NFC", name).lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFD", small)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(r"\W+", " ", letters)
    return " ".join(_SHORT.get(word, word) for word in _FORMS.sub(" ", words).split())


def likeness(name: str, other: str) -> float:
    """How alike two folded names are, from 0 to 100; the order of words does not count, typing slips count little."""
    if not name or not other:
        return 0.0
    whole = max(fuzz.token_sort_ratio(name, other), fuzz.ratio(name.replace(" ", ""), other.replace(" ", "")))
    shared = set(name.split()) & set(other.split())
    return max(whole, fuzz.token_set_ratio(name, other) - 5) if len(shared) > 1 else whole


def are_alike(points: float, *, same_place: bool) -> bool:
    """Whether a name is so alike that a person should look."""
    return points >= (ALIKE_HERE if same_place else ALIKE_ELSEWHERE)


def may_add_organisation(actor: Actor) -> Verdict:
    """Whether the actor adds to the register: administrators of the platform, and of a Trio with a new partner."""
    if actor.has(Role.SITE_ADMIN) or actor.has(Role.TRIO_ADMIN):
        return YES
    return not_you(_("Only administrators may do this."))


def may_change_organisation(actor: Actor, trio_ids: Collection[int]) -> Verdict:
    """Whether the actor may change an organisation that takes part in these Trios.

    The administrators of a Trio keep what is theirs alone up to date; what several Trios share needs the platform's.
    """
    if actor.holds(Role.SITE_ADMIN):
        return YES
    if trio_ids and all(actor.holds(Role.TRIO_ADMIN, trio_id=trio_id) for trio_id in trio_ids):
        return YES
    return not_you(_("Several Trios share this organisation: only administrators of the platform may change it."))
