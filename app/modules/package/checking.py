"""Reading a package: file by file, then what the files say about each other. All mistakes are gathered."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from marshmallow import Schema, ValidationError

from app.kit.localised import LANGUAGES
from app.kit.text import Text, _
from app.modules.package import schemas
from app.modules.package.documents import Broken, Mistake, Package, PackagedPicture
from app.modules.package.files import Files
from app.modules.package.pictures import clean
from app.modules.package.yaml import Document, Path, parse

CITATION = re.compile(r"\[@([a-z0-9-]{1,60})(?::[^\]]{0,200})?\]")
MOST_MISTAKES = 100
"""So many are explained per file: whoever has more has misunderstood something, and explaining takes its time."""
_LESSON = re.compile(r"lessons/\d\d-[a-z0-9-]+\.yaml\Z")
_PICTURE = re.compile(r"pictures/[a-z0-9-]+\.svg\Z")


def read(files: Files, *, name: str | None = None) -> Package:
    """The package in these files; ``name`` is its folder's name, if it has one. Broken with every mistake otherwise."""
    reader = _Reader(files, name)
    package = reader.read()
    if reader.mistakes or package is None:
        raise Broken(sorted(reader.mistakes, key=lambda mistake: (mistake.file, mistake.line or 0)))
    return package


class _Reader:
    def __init__(self, files: Files, name: str | None) -> None:
        self.files, self.name = files, name
        self.mistakes: list[Mistake] = []
        self.documents: dict[str, Document] = {}

    def read(self) -> Package | None:
        self._check_names()
        languages = self._languages()
        if languages is None:
            return None
        token = schemas.languages.set(languages)
        try:
            loaded = self._load("module.yaml", schemas.ModuleIn())
            read = [self._lesson(name) for name in sorted(self.files) if _LESSON.match(name)]
            lessons = [lesson for lesson in read if lesson is not None]
            test = self._load("test.yaml", schemas.TestIn()) if self._has("test.yaml") else None
            pictures = self._pictures()
            if self.mistakes or loaded is None or test is None:
                return None
            self._check_together(loaded[1], lessons, test, pictures)
        finally:
            schemas.languages.reset(token)
        items = [{**item, "key": item.pop("item")} for item in test[1]["items"]]
        draw = min(test[1]["draw"] or len(items), len(items))
        return Package(loaded[1], [lesson for _doc, lesson in lessons], items, draw, pictures)

    def _check_names(self) -> None:
        for name in self.files:
            if name not in {"module.yaml", "test.yaml"} and not _LESSON.match(name) and not _PICTURE.match(name):
                self._wrong(name, None, _("This file has no place in a package. See courses/README.md for the names."))
        if not any(map(_LESSON.match, self.files)):
            self._wrong("lessons/", None, _("There is no lesson. A lesson is a file like lessons/01-aufbau.yaml."))

    def _languages(self) -> tuple[str, ...] | None:
        """The languages that ``module.yaml`` names: all other texts depend on them."""
        document = self._parsed("module.yaml") if self._has("module.yaml") else None
        if document is None:
            return None
        listed = document.content.get("languages") if isinstance(document.content, dict) else None
        if not isinstance(listed, list) or not listed or any(code not in LANGUAGES for code in listed):
            wanted = ", ".join(LANGUAGES)
            self._wrong(
                "module.yaml",
                document.line_of(("languages",)),
                _("`languages` lists some of: %(wanted)s.", wanted=wanted),
            )
            return None
        return tuple(dict.fromkeys(listed))

    def _lesson(self, name: str) -> tuple[Document, dict[str, Any]] | None:
        loaded = self._load(name, schemas.LessonIn())
        if loaded is None:
            return None
        document, lesson = loaded
        blocks = []
        for index, raw in enumerate(lesson["blocks"]):
            kind = next((kind for kind in schemas.BLOCKS if isinstance(raw, dict) and kind in raw), None)
            if kind is None:
                kinds = ", ".join(schemas.BLOCKS)
                self._wrong(
                    name,
                    document.line_of(("blocks", index)),
                    _("A block begins with its kind: %(kinds)s.", kinds=kinds),
                )
                continue
            block = self._validate(document, schemas.BLOCKS[kind](), raw, ("blocks", index))
            if block is not None:
                words = block.pop("words", None)
                rest = {"type": kind, "id": block.pop(kind), **block}
                blocks.append(rest | ({"text": words} if words is not None else {}))
        return document, {**lesson, "key": lesson["lesson"], "blocks": blocks}

    def _pictures(self) -> dict[str, PackagedPicture]:
        pictures = {}
        for path in sorted(filter(_PICTURE.match, self.files)):
            name = PurePosixPath(path).name
            picture = clean(name, self.files[path], schemas.languages.get())
            if isinstance(picture, PackagedPicture):
                pictures[name] = picture
            else:
                for problem in dict.fromkeys(picture):
                    self._wrong(path, None, problem)
        return pictures

    def _check_together(
        self,
        module: dict[str, Any],
        lessons: list[tuple[Document, dict[str, Any]]],
        test: tuple[Document, dict[str, Any]],
        pictures: dict[str, PackagedPicture],
    ) -> None:
        """What no file can know alone: unique ids, sources, pictures, lessons that items name."""
        if self.name is not None and module["slug"] != self.name:
            self._wrong(
                "module.yaml",
                None,
                _(
                    "`slug` is %(slug)s, but the folder is %(name)s. Make them the same.",
                    slug=module["slug"],
                    name=self.name,
                ),
            )
        self._unique([(document, ("lesson",), lesson["key"]) for document, lesson in lessons])
        used: set[str] = set()
        for document, lesson in lessons:
            self._unique([(document, ("blocks", n), block["id"]) for n, block in enumerate(lesson["blocks"])])
            for n, block in enumerate(lesson["blocks"]):
                self._check_block(document, ("blocks", n), block, module["sources"], pictures)
                used.add(block.get("file", ""))
            for source in lesson["sources"]:
                self._known(document, ("sources",), source, module["sources"])
        for name in set(pictures) - used:
            self._wrong(f"pictures/{name}", None, _("No lesson uses this drawing. Use it or remove the file."))
        document, content = test
        keys = [lesson["key"] for _document, lesson in lessons]
        self._unique([(document, ("items", n), item["item"]) for n, item in enumerate(content["items"])])
        for n, item in enumerate(content["items"]):
            if item["lesson"] not in keys:
                self._wrong(
                    document.file,
                    document.line_of(("items", n, "lesson")),
                    _(
                        "There is no lesson %(name)s. Lessons are: %(known)s.",
                        name=item["lesson"],
                        known=", ".join(keys),
                    ),
                )

    def _check_block(
        self,
        document: Document,
        path: Path,
        block: dict[str, Any],
        sources: dict[str, Any],
        pictures: dict[str, PackagedPicture],
    ) -> None:
        if block["type"] == "picture" and block["file"] not in pictures:
            self._wrong(
                document.file,
                document.line_of((*path, "file")),
                _("There is no file pictures/%(name)s. Add it or correct the name.", name=block["file"]),
            )
        for text in block.get("text", {}).values():
            for source in CITATION.findall(text):
                self._known(document, path, source, sources)

    def _known(self, document: Document, path: Path, source: str, sources: dict[str, Any]) -> None:
        if source not in sources:
            self._wrong(
                document.file,
                document.line_of(path),
                _("`sources` in module.yaml has no %(name)s. Add it there.", name=source),
            )

    def _unique(self, ids: list[tuple[Document, Path, str]]) -> None:
        seen: dict[str, str] = {}
        for document, path, identity in ids:
            line = document.line_of(path)
            if identity in seen:
                self._wrong(
                    document.file,
                    line,
                    _(
                        "The id %(name)s is taken already (%(where)s). Choose another one.",
                        name=identity,
                        where=seen[identity],
                    ),
                )
            seen.setdefault(identity, f"{document.file}:{line}")

    def _load(self, name: str, schema: Schema) -> tuple[Document, dict[str, Any]] | None:
        document = self._parsed(name)
        content = None if document is None else self._validate(document, schema, document.content, ())
        return None if document is None or content is None else (document, content)

    def _parsed(self, name: str) -> Document | None:
        """The file as YAML, read once; None if that is not possible, and the mistake is noted."""
        if name not in self.documents:
            document = parse(name, self.files[name])
            if isinstance(document, Mistake):
                self.mistakes.append(document)
                return None
            self.documents[name] = document
        return self.documents[name]

    def _validate(self, document: Document, schema: Schema, raw: Any, path: Path) -> dict[str, Any] | None:
        try:
            loaded: dict[str, Any] = schema.load(raw)
        except ValidationError as error:
            for where, what in islice(_flat(error.messages, path), MOST_MISTAKES):
                if where and where[-1] == "_schema":
                    where = where[:-1]  # noqa: PLW2901
                words = where[:-1] if where and where[-1] == "words" else where
                self._wrong(document.file, document.line_of(words), _explained(schema, words, what))
            return None
        return loaded

    def _has(self, name: str) -> bool:
        if name not in self.files:
            self._wrong(name, None, _("This file is missing."))
        return name in self.files

    def _wrong(self, file: str, line: int | None, what: Text) -> None:
        self.mistakes.append(Mistake(file, line, what))


def _flat(messages: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Marshmallow's nested messages as (path, message)."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, path if key in {"value", "key"} else (*path, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, messages


def _explained(schema: Schema, path: Path, message: Any) -> Text:
    """A message with the field's name, and a guess where the name may be a typing mistake."""
    field = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    if message == schemas.UNKNOWN:
        known = [*schema.fields, *(name for kind in schemas.BLOCKS.values() for name in kind().fields)]
        close = get_close_matches(field, known, n=1)
        if close:
            return _("Unknown field `%(name)s`. Did you mean `%(guess)s`?", name=field, guess=close[0])
        return _("Unknown field `%(name)s`. Remove it, or see courses/README.md for the names.", name=field)
    if isinstance(message, Text):
        return _("`%(name)s`: %(what)s", name=field, what=message) if field else message
    return _("`%(name)s`: %(what)s", name=field, what=str(message))
