"""Where every setting is named. Values come from the environment; nothing else reads it."""

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent
_ISSUER = re.compile(r"(https://[^/\s?#@]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^\s?#]*)?")


def _threshold(name: str, default: int) -> int:
    """A group size from 3 to 10 from the environment; anything else ends the start with one clear sentence."""
    given = os.environ.get(name, str(default))
    if not given.isascii() or not given.isdigit() or not 3 <= int(given) <= 10:
        raise SystemExit(f"{name}={given} is not a group size: choose a number from 3 to 10, or leave it out.")
    return int(given)


def _proxies() -> int:
    """How many proxies of our own a request comes through."""
    given = os.environ.get("TRUSTED_PROXIES", "0")
    if not given.isascii() or not given.isdigit() or int(given) > 5:
        raise SystemExit(f"TRUSTED_PROXIES={given} is not a number of proxies: say 0 to 5, or leave it out.")
    return int(given)


def _providers(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The providers to sign in through, by key: ``OIDC_UNI="issuer=https://… client=… secret=… name='…'"`` is ``uni``.

    ``trust_mfa=1`` takes the provider's word for a second factor: ``mfa`` in ``amr``, or the level of ``acr=…``.
    """
    settings = {name: value for name, value in environment.items() if name.startswith("OIDC_") and value.strip()}
    return {name.removeprefix("OIDC_").lower(): _provider(name, value) for name, value in settings.items()}


def _provider(setting: str, value: str) -> dict[str, str]:
    """The words of one setting; anything wrong ends the start with one sentence, which never repeats the secret."""
    try:
        pairs = [word.partition("=") for word in shlex.split(value)]
    except ValueError:
        raise SystemExit(f"{setting} cannot be read: a quotation mark is not closed.") from None
    words = {name: text for name, _sign, text in pairs}
    problem = None
    if not re.fullmatch(r"OIDC_[A-Z0-9][A-Z0-9_]{0,39}", setting):
        problem = "the name may have capital letters, digits and _ only"
    elif len(words) < len(pairs) or set(words) - {"issuer", "client", "secret", "name", "trust_mfa", "acr"}:
        problem = "it knows issuer, client, secret, name, trust_mfa and acr, each once"
    elif not all(words.get(name) for name in ("issuer", "client", "secret", "name")):
        problem = "issuer, client, secret and name are all needed"
    elif not _ISSUER.fullmatch(words["issuer"]):
        problem = "issuer has to be an address with https (http on this machine alone), without ? and #"
    elif words.get("trust_mfa", "0") not in {"0", "1"}:
        problem = "trust_mfa is 0 or 1"
    if problem:
        raise SystemExit(f"{setting} cannot be used: {problem}.")
    return words


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
    TRUSTED_PROXIES = _proxies()
    """How many own proxies stand in front (``TRUSTED_PROXIES=1``): what they say about the client is believed."""
    HSTS = os.environ.get("LERNZELLE_HSTS", "max-age=31536000; includeSubDomains")
    """What browsers are told over https (``LERNZELLE_HSTS=``, empty: nothing), when a subdomain has no https yet."""
    MAIL_URL = os.environ.get("MAIL_URL", "")
    """``smtp://user:password@host:587`` (or ``smtps://``); without it, mails go to the folder ``DATA/mail``."""
    MAIL_FROM = os.environ.get("MAIL_FROM", "Lernzelle <noreply@lernzelle.example>")
    SECOND_FACTOR = os.environ.get("LERNZELLE_SECOND_FACTOR", "staff") != "off"
    """Whether everybody with a role needs a second factor (``LERNZELLE_SECOND_FACTOR=off``: nobody has to)."""
    OIDC = _providers(os.environ)
    """Providers to sign in through, each by a setting of its own (``OIDC_<KEY>``); see docs/operations.md."""
    DEMO = os.environ.get("LERNZELLE_DEMO", "0" if PUBLIC_URL.startswith("https://") else "1") == "1"
    """Whether ``make run`` fills an empty database with the demo world (``LERNZELLE_DEMO=0``: never).

    Its accounts share a published password: with an ``https`` address that people use, it has to be asked for.
    """
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
    PERMANENT_SESSION_LIFETIME = 60 * 60 * 24 * 90
    """How long a browser keeps the cookie; how long a session counts is decided here, and never longer than this."""
    SESSION_REFRESH_EACH_REQUEST = False
    """The cookie is set where it changes, and not with every picture."""
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
    OIDC: dict[str, dict[str, str]] = {}
    SECRET_KEY = "test-key-test-key-test-key-test-key"  # noqa: S105 (signs nothing but test cookies)
    PUBLIC_URL = "http://localhost"
