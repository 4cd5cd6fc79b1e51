"""The platform with a few pages more, on which everything that can go wrong does."""

from decimal import Decimal

import pytest
from flask import Flask, abort, flash, jsonify, make_response, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DataError
from werkzeug.exceptions import Gone

import app as platform
from app.kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.kit.text import _
from app.kit.verdicts import not_now
from app.web.db import reading
from app.web.identity import confirmed, halfway, public
from config import TestConfig

SECRET = "olena.bondar@firma.example"
"""What somebody typed, and no log and no page may repeat."""

REASON = _("Because of %(name)s.", name="<b>Olena</b>")


class Odd(Invalid):
    """A refusal of a kind that nobody foresaw."""


class Odder(DomainError):
    """Not even that."""


FAILURES = {
    "not-found": lambda: NotFound(REASON),
    "forbidden": lambda: Forbidden(REASON),
    "conflict": lambda: Conflict(REASON),
    "invalid": lambda: Invalid(REASON, ["module.yaml:3: <i>unknown</i>", "picture missing"]),
    "odd": lambda: Odd(REASON, ["x"]),
    "odder": lambda: Odder(REASON),
    "crash": lambda: ValueError(f"cannot greet {SECRET}"),
    "data": lambda: DataError("INSERT", {"email": SECRET}, ValueError(SECRET)),
    "surrogate": lambda: UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    "overflow": lambda: OverflowError("Python int too large to convert to SQLite INTEGER"),
}


def _fail(how: str) -> str:
    if how.isdigit():
        abort(int(how))
    if how == "finished":
        raise Gone(response=make_response("an answer of its own", 410))
    if how == "key":
        return request.form["missing"]
    if how == "database":
        reading().execute(text("SELECT nothing FROM nowhere"))
    failure = FAILURES[how]()
    raise failure


def _failing(how: str) -> str:
    return _fail(how)


def _closed() -> str:
    return f"closed {request.method} {request.form.to_dict(flat=False)}"


def _show() -> str:
    flash("<b>flash</b>", request.args.get("kind", "good"))
    return render_template_string(
        """{% extends "base.html" %}{% from "kit/fields.html" import action %}
        {% block main %}{{ action(verdict, "Go", "/x") }}{{ text|loc }}|{{ number|number }}{% endblock main %}""",
        verdict=not_now(REASON), text={"en": "<i>cell</i>"}, number=Decimal("1234.56"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def probing(url, tmp_path_factory) -> Flask:
    """That platform."""
    settings = {
        "SQLALCHEMY_DATABASE_URI": url,
        "DATA": tmp_path_factory.mktemp("probe"),
        "MAX_CONTENT_LENGTH": 5000,
        "PROPAGATE_EXCEPTIONS": False,  # answer as for people, not as for tests
    }
    probing = platform.create_app(type("Config", (TestConfig,), settings))
    methods = ["GET", "POST"]
    for prefix in ("/probe", "/api/probe"):
        name = prefix.replace("/", "-")[1:]
        probing.add_url_rule(f"{prefix}/fail/<how>", f"{name}-fail", public(_failing), methods=methods)
        probing.add_url_rule(f"{prefix}/closed", f"{name}-closed", _closed, methods=methods)
        probing.add_url_rule(f"{prefix}/closed-fail/<how>", f"{name}-closed-fail", _fail)
    for mark in (halfway, confirmed):
        view = mark(lambda: "opened")
        probing.add_url_rule(f"/probe/{mark.__name__}", f"probe-{mark.__name__}", view, methods=methods)
    probing.add_url_rule("/probe/show", "probe-show", public(_show))
    probing.add_url_rule("/probe/post-only", "probe-post", public(lambda: "posted"), methods=["POST"])
    probing.add_url_rule("/probe/read", "probe-read", public(lambda: jsonify(request.form)), methods=["POST"])
    return probing


@pytest.fixture
def probe(probing: Flask, client: FlaskClient) -> FlaskClient:
    """A client of it, as ``client`` is one of the real platform."""
    probe = probing.test_client()
    probe.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    return probe


@pytest.fixture
def enter(probe: FlaskClient, make):
    """Sign a person in there."""

    def _enter(user) -> FlaskClient:
        token = make.token(user)
        with probe.session_transaction() as cookie:
            cookie["_user_id"] = token
        return probe

    return _enter
