"""What a course package says, as plain values; and what is wrong with one that cannot be read."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from app.kit.errors import Invalid
from app.kit.text import Text, _, n_


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a package: in which file, on which line (None: the file as a whole), and what to do."""

    file: str
    line: int | None
    what: Text

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}"


class Broken(Invalid):
    """The package has mistakes and is refused whole."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        reason = n_("The package has %(number)s mistake. Nothing was imported.",
                    "The package has %(number)s mistakes. Nothing was imported.", len(mistakes))  # fmt: skip
        super().__init__(reason, [str(mistake) for mistake in mistakes])
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class PackagedPicture:
    """A drawing: the file as it came, and the cleaned SVG per language."""

    source: str
    svg: dict[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """A whole package. ``module``, ``lessons`` and ``items`` have the keys of ``courses/README.md``.

    In lessons, a block is ``{"type", "id", …}``; texts of blocks and options are under ``"text"`` by language.
    """

    module: dict[str, Any]
    lessons: list[dict[str, Any]]
    items: list[dict[str, Any]]
    draw: int
    pictures: dict[str, PackagedPicture]

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over all content; the same for the same content, however the files are laid out."""
        content = asdict(self)
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()

    def summary(self) -> str:
        """One line for the command line."""
        return str(
            _(
                "%(module)s in %(languages)s: %(lessons)s lessons, %(items)s test items, %(pictures)s drawings",
                module=self.module["module"],
                languages=", ".join(self.module["languages"]),
                lessons=len(self.lessons),
                items=len(self.items),
                pictures=len(self.pictures),
            )
        )
