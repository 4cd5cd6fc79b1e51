"""YAML 1.2 with the line of every value, so that a mistake can be shown where it is."""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.kit.text import _
from app.modules.package.documents import Mistake

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content as plain values, and the line (from 1) on which each value stands."""

    file: str
    content: Any
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int | None:
        """The line of the value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def parse(file: str, raw: bytes) -> Document | Mistake:
    """Read one file; a mistake in its YAML is returned, not raised."""
    loader = YAML(typ="rt", pure=True)
    loader.allow_duplicate_keys = False
    try:
        content = loader.load(raw.decode("utf-8-sig"))
        lines: dict[Path, int] = {(): 1}
        return Document(file, _plain(content, (), lines), lines)
    except UnicodeDecodeError:
        return Mistake(file, None, _("This file is not UTF-8. Save it as UTF-8."))
    except (YAMLError, ValueError, RecursionError) as error:
        return _mistake(file, error)


def _mistake(file: str, error: Exception) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else None
    if isinstance(error, DuplicateKeyError):
        return Mistake(file, line, _("This key stands here twice. Remove one."))
    if isinstance(error, MarkedYAMLError):
        problem = " ".join(str(error.problem or error.context or "").split())
        return Mistake(file, line, _("YAML mistake: %(problem)s. Check indents, colons and quotes.", problem=problem))
    return Mistake(file, line, _("This file is not valid YAML."))


def _plain(value: Any, path: Path, lines: dict[Path, int]) -> Any:
    """Copy to plain Python values, noting lines on the way."""
    if isinstance(value, CommentedMap):
        result = {}
        for key, inner in value.items():
            name = str(key)
            lines[(*path, name)] = value.lc.key(key)[0] + 1
            result[name] = _plain(inner, (*path, name), lines)
        return result
    if isinstance(value, CommentedSeq):
        copied = []
        for index, inner in enumerate(value):
            lines[(*path, index)] = value.lc.item(index)[0] + 1
            copied.append(_plain(inner, (*path, index), lines))
        return copied
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)
