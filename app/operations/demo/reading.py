"""Reading the files of the demo world."""

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

WORLD = Path(__file__).with_name("world")


@cache
def read(name: str) -> Any:
    """The content of ``world/<name>.yaml``, read once; nobody changes it."""
    return YAML(typ="safe", pure=True).load(WORLD / f"{name}.yaml")
