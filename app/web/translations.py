"""The German catalogue: one readable ``.po`` file per capability, compiled into one ``.mo`` at set-up.

``python -m app.web.translations`` compiles; ``--check`` also fails when a sentence of the code or a template has no
German; ``--missing`` prints the missing ones as ``.po`` entries, ready to be filled in.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "app" / "translations" / "de" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "n_": (1, 2),
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = {
    "app": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
OPTIONS = {"**.html": {"newstyle_gettext": "true"}, "**.txt": {"newstyle_gettext": "true"}}


def sentences() -> Iterator[tuple[str, int, Message]]:
    """Every sentence of the code and the templates: file, line and message."""
    for folder, methods in METHODS.items():
        found = extract_from_dir(ROOT / folder, methods, OPTIONS, keywords=KEYWORDS)
        for name, line, ids, _comments, context in found:
            yield f"{folder}/{name}", line, Message(ids, context=context)


def catalogue() -> Catalog:
    """All ``.po`` files in one; the same sentence may stand in two files only with the same German."""
    merged = Catalog(locale="de")
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="de", abort_invalid=True):
                if not message.id or not message.string or message.fuzzy:
                    continue
                known = merged.get(message.id, message.context)
                if known is not None and known.string != message.string:
                    raise ValueError(f"{path.name}: two translations of {message.id!r}")
                merged.add(message.id, message.string, context=message.context, flags=message.flags)
    return merged


def compile_all() -> Path:
    """Write ``messages.mo`` and return where."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / "messages.mo"
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        write_mo(file, catalogue())
    part.replace(target)
    return target


def missing() -> list[tuple[str, int, Message]]:
    """The sentences without German, or with a German that lacks a parameter."""
    german = catalogue()
    gaps = []
    for name, line, message in sentences():
        known = german.get(message.id, message.context)
        lacks_plural = known is not None and isinstance(message.id, tuple) and not isinstance(known.id, tuple)
        if known is None or lacks_plural or not all(_texts(known.string)) or list(known.check()):
            gaps.append((name, line, message))
    return gaps


def unused() -> list[str]:
    """Translated sentences that nothing says any more."""
    said = {(message.id, message.context) for _name, _line, message in sentences()}
    keys = {(one[0] if isinstance(one, tuple) else one, context) for one, context in said}
    return [
        str(message.id)
        for message in catalogue()
        if message.id
        and ((message.id[0] if isinstance(message.id, tuple) else message.id), message.context) not in keys
    ]


def _texts(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, list | tuple) else (str(string),)


def main(arguments: list[str]) -> int:
    """Compile; with ``--check`` or ``--missing`` look for gaps."""
    compile_all()
    gaps = missing() if arguments else []
    if "--missing" in arguments:
        rest = Catalog(locale="de")
        for name, line, message in gaps:
            rest.add(message.id, locations=[(name, line)], context=message.context)
        write_po(sys.stdout.buffer, rest, omit_header=True, width=0)
        return 0
    for name, line, message in gaps:
        print(f"{name}:{line}: no German for {message.id!r}")
    if gaps:
        print(f"{len(gaps)} sentences without German: add them to app/translations/de/LC_MESSAGES/*.po")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
