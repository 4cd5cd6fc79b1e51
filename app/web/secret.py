"""The key that signs session cookies: from the settings, or from a file in the data folder that only we can read."""

import os
import secrets
from pathlib import Path

from flask import Flask

LEAST = 32


class WeakKey(Exception):
    """``SECRET_KEY`` was given but is too short to be safe."""


def init_app(app: Flask) -> None:
    """Use the key of the settings, else the one that the set-up left in the data folder."""
    given = app.config["SECRET_KEY"]
    if given:
        if len(given) < LEAST:
            raise WeakKey(f"SECRET_KEY is too short: give at least {LEAST} characters, or leave it out.")
        return
    file = _file(app)
    app.config["SECRET_KEY"] = file.read_text().strip() if file.is_file() else ""


def make_key(app: Flask) -> None:
    """Create the key at the first start; two starts at once agree on one."""
    if app.config["SECRET_KEY"]:
        return
    file = _file(app)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as target:
            target.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    app.config["SECRET_KEY"] = file.read_text().strip()


def _file(app: Flask) -> Path:
    return Path(app.config["DATA"]) / "secret-key"
