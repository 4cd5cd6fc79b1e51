"""Where every setting is named. Values come from the environment; nothing else reads it."""

import os
from pathlib import Path

ROOT = Path(__file__).parent


def _threshold(name: str, default: int) -> int:
    """A group size from 3 to 10 from the environment; anything else ends the start with one clear sentence."""
    given = os.environ.get(name, str(default))
    if not given.isascii() or not given.isdigit() or not 3 <= int(given) <= 10:
        raise SystemExit(f"{name}={given} is not a group size: choose a number from 3 to 10, or leave it out.")
    return int(given)


class Config:
    """The settings of a running platform; each can be set in the environment under the name shown."""

    DATA = Path(os.environ.get("LERNZELLE_DATA", ROOT / "data"))
    """The data folder (``LERNZELLE_DATA``): database, secret key, development mailbox."""
    HOST = os.environ.get("HOST", "127.0.0.1")
    PORT = os.environ.get("PORT", "8000")
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", f"sqlite:///{DATA / 'lernzelle.db'}")
    SECRET_KEY = os.environ.get("SECRET_KEY", "")
    """Signs the session cookie; created in the data folder at the first start when it is not given."""
    PUBLIC_URL = os.environ.get("PUBLIC_URL", "")
    """Where people reach the platform (``https://…``), for links in mails and on certificates."""
    MAIL_URL = os.environ.get("MAIL_URL", "")
    """``smtp://user:password@host:587`` (or ``smtps://``); without it, mails go to the folder ``DATA/mail``."""
    MAIL_FROM = os.environ.get("MAIL_FROM", "Lernzelle <noreply@lernzelle.example>")
    DEMO = os.environ.get("LERNZELLE_DEMO", "1") == "1"
    """Whether ``make run`` fills an empty database with the demo world (``LERNZELLE_DEMO=0``: never)."""
    REPORT_MIN_PERSONS = _threshold("LERNZELLE_MIN_GROUP", 5)
    """Groups of fewer people (3 to 10) are withheld from every report."""
    OPERATOR_NAME = os.environ.get("OPERATOR_NAME", "")
    """Who runs this platform, for the imprint; until it is set, the imprint says that it is missing."""
    OPERATOR_ADDRESS = os.environ.get("OPERATOR_ADDRESS", "")
    """Street, postal code and town; a semicolon begins a new line."""
    OPERATOR_EMAIL = os.environ.get("OPERATOR_EMAIL", "")
    """Where people write about the imprint, privacy and barriers."""
    LOG_LEVEL = os.environ.get("LERNZELLE_LOG_LEVEL", "warning")
    """What the web server itself logs: ``debug``, ``info``, ``warning``, ``error``."""
    VENDOR = ROOT / "node_modules"

    SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
    SESSION_COOKIE_NAME = "__Host-lernzelle" if SESSION_COOKIE_SECURE else "lernzelle"
    """With ``__Host-``, a browser takes the cookie from this host only: no neighbour under the domain can plant one."""
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    PERMANENT_SESSION_LIFETIME = 60 * 60 * 24 * 60
    MAX_CONTENT_LENGTH = 25 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 1024 * 1024
    MAX_FORM_PARTS = 2000

    API_TITLE = "Lernzelle"
    API_VERSION = "v1"
    OPENAPI_VERSION = "3.1.0"
    OPENAPI_URL_PREFIX = "/api/v1"
    OPENAPI_JSON_PATH = "openapi.json"


class TestConfig(Config):
    """Settings of the test suite: everything the tests need differs per test run and is set there."""

    TESTING = True
    DEMO = False
    SECRET_KEY = "test-key-test-key-test-key-test-key"  # noqa: S105 (signs nothing but test cookies)
    PUBLIC_URL = "http://localhost"
