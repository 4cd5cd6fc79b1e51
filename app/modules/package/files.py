"""The files of a package, from a folder or a ZIP file; neither is trusted."""

import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from app.kit.text import Text, _
from app.modules.package.documents import Broken, Mistake

Files = dict[str, bytes]
"""Contents by path inside the package, with ``/`` between folders."""

MOST_FILES = 300
MOST_BYTES = 20 * 1024 * 1024
MOST_TEXT = 600_000
"""Bytes of all YAML files together: about seven times what a large module has. Reading them takes its time."""
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""How files are packed. Other ways need memory that the file itself demands, and nobody packs a folder like that."""
_IGNORED = {".md", ""}


_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip
"""How ``zipfile`` meets a file that is none, is broken, or was made to break it."""


def from_folder(folder: Path) -> Files:
    """Read a folder. Links and hidden files are left out."""
    if not (folder / "module.yaml").is_file():
        raise _broken("module.yaml", _("This file is missing. Name the folder of one course package."))
    files: Files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or not _wanted(name):
            continue
        files[name] = path.read_bytes()
        _check_size(files)
    return files


def from_zip(stream: IO[bytes]) -> Files:
    """Read a ZIP file; the package may lie in one folder inside it.

    What is really unpacked is counted, not what the file promises.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            return _strip(_unpack(archive))
    except _UNREADABLE as error:
        raise _broken(
            "ZIP", _("This is not a ZIP file that we can read. Pack the folder again, without a password.")
        ) from error


def _unpack(archive: zipfile.ZipFile) -> Files:
    entries = archive.infolist()
    if len(entries) > MOST_FILES * 2:
        raise _broken("ZIP", _("The file holds more than %(most)s files.", most=MOST_FILES))
    files: Files = {}
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name:
            raise _broken("ZIP", _("The file holds a path that leads outside the package."))
        if entry.is_dir() or not _wanted(name):
            continue
        if entry.compress_type not in _PACKED:
            raise zipfile.BadZipFile(name)
        left = MOST_BYTES - sum(map(len, files.values()))
        with archive.open(entry) as member:
            files[name] = member.read(left + 1)
        _check_size(files)
    return files


def _strip(files: Files) -> Files:
    """Take the package out of the one folder it may lie in."""
    roots = [PurePosixPath(name).parent for name in files if PurePosixPath(name).name == "module.yaml"]
    if len(roots) != 1:
        raise _broken("module.yaml", _("The ZIP file must hold one course package: exactly one file module.yaml."))
    if roots[0] == PurePosixPath("."):
        return files
    prefix = f"{roots[0]}/"
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith((".", "__")) for part in parts)
    return not hidden and PurePosixPath(name).suffix.lower() not in _IGNORED


def _check_size(files: Files) -> None:
    if len(files) > MOST_FILES:
        raise _broken("ZIP", _("The file holds more than %(most)s files.", most=MOST_FILES))
    if sum(map(len, files.values())) > MOST_BYTES:
        raise _broken("ZIP", _("The package is larger than 20 MB."))
    if sum(len(content) for name, content in files.items() if name.endswith(".yaml")) > MOST_TEXT:
        raise _broken("ZIP", _("The texts of the package are larger than %(most)s KB.", most=MOST_TEXT // 1000))


def _broken(file: str, what: Text) -> Broken:
    return Broken([Mistake(file, None, what)])
