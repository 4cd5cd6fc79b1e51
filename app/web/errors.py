"""One answer to every failure: an HTML page, or problem+json under ``/api``."""

import secrets
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request, url_for
from flask_login import current_user
from markupsafe import escape
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import BadRequestKeyError, HTTPException, InternalServerError

from app.kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany
from app.kit.text import Text, _
from app.web import language
from app.web.db import db
from app.web.identity import ConfirmationNeeded, SecondFactorNeeded, SignInNeeded, TokenRefused

STATUS = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,  # before Conflict, of which it is one kind
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}

TITLES = {
    400: _("We could not read this request"),
    403: _("This page is not for you"),
    404: _("This page does not exist, or no longer does"),
    405: _("This does not work here"),
    409: _("This does not work right now"),
    410: _("This page was withdrawn"),
    413: _("This is too large"),
    422: _("Something is missing or not right yet"),
    429: _("Please wait a moment"),
    500: _("This was our fault"),
}

HINTS = {
    400: _("Go back, reload the page and try again."),
    404: _("Perhaps the address has a typing mistake. Search for what you need, or start at one of these pages."),
    405: _("Go back and use the buttons on the page."),
    413: _("Files may be up to 25 MB. Make the file smaller and upload it again."),
    429: _("There were many tries in a short time. Wait half a minute and try again."),
    500: _("Something broke on our side; what was saved before is still there. Try again in a minute. "
           "If it happens again, tell us the code below."),
}  # fmt: skip

UNUSABLE = (DataError, OverflowError, RecursionError, UnicodeEncodeError)
"""How databases and parsers meet what nobody types: a zero byte, half a character, a huge number, endless brackets."""

FALLBACK = """<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>{detail}</p><p>{code}</p></html>"""
"""When not even the error page can be drawn, because the database is away."""

WAYS: dict[type[SignInNeeded], str] = {
    SecondFactorNeeded: "accounts.second_factor",
    ConfirmationNeeded: "accounts.confirm",
}
"""Where people go who are signed in, but not enough for what they want."""

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Answer refusals, HTTP errors and crashes."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(HTTPException, http)
    for kind in UNUSABLE:
        app.register_error_handler(kind, _unusable)
    app.register_error_handler(Exception, _crash)


def http(error: HTTPException) -> Response:
    """Answer a werkzeug or flask-smorest error."""
    if error.response is not None or error.code is None:
        return make_response(error.get_response())
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return _crash(error.original_exception)  # the answer to another failure failed
    data = getattr(error, "data", None) or {}
    plain = isinstance(error, BadRequestKeyError) or type(error).description == error.description
    ours = None if plain else error.description
    response = _answer(error.code, ours or str(HINTS.get(error.code, "")), data.get("messages") or data.get("errors"))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _domain(error: DomainError) -> Response:
    """Turn a refusal into its status; to somebody who is not signed in, offer to sign in."""
    if isinstance(error, Forbidden) and not current_user.is_authenticated:
        return _sign_in_needed(SignInNeeded())
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), HTTPStatus.CONFLICT)
    return _challenged(_answer(status, str(error), getattr(error, "problems", None)), error)


def _sign_in_needed(error: SignInNeeded) -> Response:
    """Ask to sign in, or for what is missing of it. What was typed into a form travels along and is not lost."""
    way = WAYS.get(type(error), "accounts.sign_in")
    if _is_api():
        refused = isinstance(error, TokenRefused)
        words = _("This token does not work: it is mistyped, expired or revoked.") if refused else _("Sign in first.")
        return _challenged(_answer(401, str(words)), error)
    if request.method in {"GET", "HEAD"}:
        return make_response("", 302, {"Location": url_for(way, next=request.full_path.rstrip("?"))})
    try:
        kept = [(name, value) for name, values in request.form.lists() for value in values]
    except HTTPException as too_much:
        return http(too_much)
    page = render_template(
        "kit/expired.html", way=way, kept=kept, target=request.full_path.rstrip("?"), had_file=bool(request.files)
    )
    return make_response(page, 401)


def _challenged(answer: Response, error: Exception) -> Response:
    """Say to programs what is missing, in the header that they look at (RFC 6750, section 3)."""
    if hasattr(error, "challenge"):
        answer.headers["WWW-Authenticate"] = error.challenge
    return answer


def _unusable(error: Exception) -> Response:
    db.session.rollback()
    log.warning("unusable", path=request.url_rule and request.url_rule.rule, exc_info=error)
    return _answer(400, str(HINTS[400]))


def _crash(error: BaseException) -> Response:
    code = secrets.token_hex(4)
    with suppress(SQLAlchemyError):
        db.session.rollback()  # the page that follows reads who is signed in
    log.error("crash", code=code, path=request.url_rule and request.url_rule.rule, exc_info=error)
    return _answer(500, str(HINTS[500]), code=code)


def _is_api() -> bool:
    """Whether a program asks: under ``/api``, or a script of ours that sends JSON."""
    return request.path.startswith("/api/") or request.is_json


def _spoken(errors: object) -> object:
    """Nested messages with every sentence in the reader's language."""
    if isinstance(errors, dict):
        return {str(key): _spoken(value) for key, value in errors.items()}
    if isinstance(errors, list | tuple):
        return [_spoken(value) for value in errors]
    return str(errors)


def _answer(status: int, detail: str, errors: object = None, code: str | None = None) -> Response:
    title = TITLES.get(status, Text(HTTPStatus(status).phrase))
    if _is_api():
        body = {"type": "about:blank", "status": status, "title": HTTPStatus(status).phrase, "detail": detail}
        response = jsonify(body | ({"errors": _spoken(errors)} if errors else {}) | ({"code": code} if code else {}))
        response.mimetype = "application/problem+json"
    else:
        response = make_response(_page(status=status, title=title, detail=detail, code=code, problems=errors))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(**told: Any) -> str:
    try:
        return render_template("kit/error.html", **told)
    except Exception as error:
        log.error("error page failed", code=told["code"], exc_info=error)  # noqa: TRY400 (no words of an exception)
        words = {name: escape(told[name] or "") for name in ("title", "detail", "code")}
        return FALLBACK.format(language=language.current(), **words)
