"""Long texts that Trios write themselves: headings, lists and paragraphs, and nothing that a browser would act on."""

import re
from dataclasses import dataclass

_HEADING = re.compile(r"#{1,4}\s+(.*)")
_POINT = re.compile(r"[-*•]\s+(.*)")


@dataclass(frozen=True, slots=True)
class Part:
    """``kind`` is ``heading``, ``list`` or ``paragraph``; ``lines`` are plain text for a template to escape."""

    kind: str
    lines: tuple[str, ...]


def parts_of(text: str) -> list[Part]:
    """The parts of a text: ``# heading``, ``- point``, and paragraphs with a blank line between them."""
    parts: list[Part] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        for line in lines:
            kind, said = _read(line)
            if parts and kind != "heading" and parts[-1].kind == kind and line is not lines[0]:
                parts[-1] = Part(kind, (*parts[-1].lines, said))
            else:
                parts.append(Part(kind, (said,)))
    return parts


def _read(line: str) -> tuple[str, str]:
    heading, point = _HEADING.fullmatch(line), _POINT.fullmatch(line)
    if heading is not None:
        return "heading", heading[1]
    return ("list", point[1]) if point is not None else ("paragraph", line)
