"""Names of the German NUTS 3 regions (districts and cities)."""

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def region_names() -> dict[str, str]:
    """Name by NUTS 3 code, from ``nuts3.txt`` (which names its source)."""
    lines = Path(__file__).with_name("nuts3.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))


def region_name(code: str) -> str:
    """The name of a region; the code itself where it is not a German one; empty where the region is unknown."""
    return region_names().get(code, code)
