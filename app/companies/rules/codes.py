"""Economic activities (WZ 2008, which is NACE Rev. 2) and regions (NUTS 3) with their names, as data files say them."""

import csv
import re
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.kit.localised import Localised

_DATA = Path(__file__).parents[1] / "data"


class WzVersion(StrEnum):
    """Which edition of the classification a code is from. Of WZ 2025 only the form of a code can be checked yet."""

    WZ2008 = "wz2008"
    WZ2025 = "wz2025"


@cache
def activities() -> dict[str, Localised]:
    """All classes of WZ 2008 (four digits, ``29.32``) with their names in German and English."""
    return {row["code"]: {"de": row["de"], "en": row["en"]} for row in _read("wz2008.csv")}


@cache
def regions() -> dict[str, str]:
    """All NUTS 3 regions of Germany (``DED2C``) with their names."""
    return {row["code"]: row["name"] for row in _read("nuts3.csv")}


def find_activity(typed: str, version: WzVersion = WzVersion.WZ2008) -> str | None:
    """The code as it is written officially, or None if there is none: ``2932``, ``C 29.32`` and ``29.32.0`` are known.

    A subclass of five digits is taken where its class of four digits exists.
    """
    digits = re.sub(r"[\s.]", "", re.sub(r"^\s*[A-Ua-u]\s*(?=\d)", "", typed.split(" – ", maxsplit=1)[0]))
    if re.fullmatch(r"\d{4,5}", digits, re.ASCII) is None:
        return None
    code = f"{digits[:2]}.{digits[2:4]}"
    if version is WzVersion.WZ2008 and code not in activities():
        return None
    return f"{code}.{digits[4]}" if len(digits) == 5 else code


def activity_name(code: str | None) -> Localised:
    """The name of the class a code belongs to; empty where it is not known."""
    return activities().get((code or "")[:5], {})


def find_region(typed: str) -> str | None:
    """The code of a region, typed as a code (in any case) or by its name, or None if there is none, or several."""
    code = typed.split(" – ", maxsplit=1)[0].strip().upper()
    if code in regions():
        return code
    called = typed.strip().casefold()
    found = [known for known, name in regions().items() if name.casefold() == called]
    return found[0] if len(found) == 1 else None


def region_name(code: str | None) -> str:
    """The name of a region; the code itself where it is not known."""
    return regions().get(code or "", code or "")


def _read(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
