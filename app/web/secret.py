"""The key that signs session cookies: from the settings, or from a file in the data folder that only we can read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from flask import Flask

LEAST = 32
DIFFERENT = 10
"""Characters that differ from each other, at least: random keys of this length have more."""
WORDS = ("secret", "changeme", "change-me", "change_me", "password", "passwort", "example", "default", "lernzelle")
"""What stands in keys that were copied from a guide."""


class WeakKey(SystemExit):
    """The key is too weak to be safe. The program ends with this one sentence, whoever started it."""


def init_app(app: Flask) -> None:
    """Use the key of the settings, else the one that the set-up left in the data folder."""
    given = app.config["SECRET_KEY"]
    if given and not app.testing and (problem := _problem(given)):
        raise WeakKey(f"SECRET_KEY {problem}: give at least {LEAST} random characters, or leave it out.")
    app.config["SECRET_KEY"] = given or _read(_file(app))


def make_key(app: Flask) -> None:
    """Create the key at the first start; two starts at once agree on one."""
    if app.config["SECRET_KEY"]:
        return
    file = _file(app)
    part = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(secrets.token_hex(LEAST))
    try:
        file.hardlink_to(part)  # all of it or nothing, and only if there is none yet
    except FileExistsError:
        pass
    finally:
        part.unlink()
    app.config["SECRET_KEY"] = _read(file)


def _read(file: Path) -> str:
    """The key in the file; empty when there is no file yet."""
    if not file.is_file():
        return ""
    with suppress(OSError):  # somebody else's file, or a file system without modes
        file.chmod(0o600)
    key = file.read_text().strip()
    if problem := _problem(key):
        raise WeakKey(f"The key in {file} {problem}: delete the file, and the next start makes a new one.")
    return key


def _problem(key: str) -> str | None:
    """What is wrong with a key, or None."""
    if len(key) < LEAST:
        return "is too short"
    if len(set(key)) < DIFFERENT or any(word in key.lower() for word in WORDS):
        return "can be guessed"
    if any(key[step:] == key[:-step] for step in range(1, len(key) // 2 + 1)):
        return "repeats itself"
    return None


def _file(app: Flask) -> Path:
    return Path(app.config["DATA"]) / "secret-key"
