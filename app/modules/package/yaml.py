"""YAML 1.2 with the line of every value, so that a mistake can be shown where it is.

Only the plain part of YAML: no anchors, aliases, tags and merge keys. A package needs none of them, and a few lines of
aliases can stand for gigabytes.
"""

import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode

from app.kit.text import _
from app.modules.package.documents import Mistake

Path = tuple[str | int, ...]

MOST_BYTES = 100_000
MOST_DEPTH = 12
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What no text holds, and what databases, calendars and mails stumble over."""


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


class _Plain(Composer):
    """Refuses the parts of YAML that no package needs, before anything is made of them."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        merges = isinstance(parent, MappingNode) and index is None and getattr(event, "value", None) == "<<"
        if event.anchor is not None or getattr(event, "ctag", None) is not None or merges:
            problem = "anchors (&), aliases (*), tags (!) and merge keys (<<) are not used in packages"
            raise ComposerError(None, None, problem, event.start_mark)
        return super().compose_node(parent, index)


class _Unprintable(ValueError):
    """A text holds a character that cannot be shown; the argument is the line."""


def parse(file: str, raw: bytes) -> Document | Mistake:
    """Read one file; a mistake in its YAML is returned, not raised."""
    if len(raw) > MOST_BYTES:
        return Mistake(file, None, _("This file is larger than %(most)s KB.", most=MOST_BYTES // 1000))
    loader = YAML(typ="rt", pure=True)
    loader.allow_duplicate_keys, loader.max_depth, loader.Composer = False, MOST_DEPTH, _Plain
    try:
        content = loader.load(raw.decode("utf-8-sig"))
        lines: dict[Path, int] = {(): 1}
        return Document(file, _plain(content, (), lines), lines)
    except UnicodeDecodeError:
        return Mistake(file, None, _("This file is not UTF-8. Save it as UTF-8."))
    except _Unprintable as error:
        return Mistake(file, error.args[0], _("This text holds a character that cannot be shown. Write it again."))
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
            line = value.lc.key(key)[0] + 1
            name = _printable(str(key), line)
            lines[(*path, name)] = line
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
    return _printable(str(value), lines[path])


def _printable(text: str, line: int) -> str:
    if _UNPRINTABLE.search(text):
        raise _Unprintable(line)
    return text
