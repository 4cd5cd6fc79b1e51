"""The JSON API extension. Errors are answered by ``app.web.errors``, as they are for pages."""

import json
import re
from typing import Any

import flask_smorest
from flask import Flask, Request, Response, abort, current_app, jsonify
from flask_smorest import Api
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from app.web import errors
from app.web.identity import public, scope_of

TOKEN, SESSION = "token", "session"
_PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.Raw()
    code = fields.String()


class JsonApi(Api):
    """flask-smorest, without its taking over the errors of HTML pages."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer as every other face does."""
        return errors.http(error)


class _Arguments(FlaskParser):
    """webargs, which meets a number of thousands of digits with a plain ValueError."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as JSON; 400 when it cannot be read."""
        try:
            return super().load_json(req, schema)
        except ValueError:
            abort(400)


class Blueprint(flask_smorest.Blueprint):
    """Some resources of the API."""

    ARGUMENTS_PARSER = _Arguments()


api = JsonApi()


def init_app(app: Flask) -> None:
    """Serve the API and its OpenAPI description; the description is public."""
    api.init_app(app)
    app.view_functions["api-docs.openapi_json"] = openapi


@public
def openapi() -> Response:
    """The OpenAPI 3.1 description of all that exists."""
    return jsonify(description())


def description() -> dict[str, Any]:
    """The OpenAPI document: errors carry the media type they are really sent with, and each operation who may ask."""
    document: dict[str, Any] = api.spec.to_dict()
    document.setdefault("components", {})["securitySchemes"] = _schemes()
    _say_who_may(document["paths"])
    answers = list(document.get("components", {}).get("responses", {}).values())
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                answers += operation.get("responses", {}).values()
    for answer in answers:
        content = answer.get("content", {}) if isinstance(answer, dict) else {}
        if "application/json" in content and "Problem" in json.dumps(content):
            content["application/problem+json"] = content.pop("application/json")
    return document


def _schemes() -> dict[str, Any]:
    """The two ways to say who one is."""
    return {
        TOKEN: {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal API token (`lz_…`), made under My account. It works where its scope is named.",
        },
        SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": current_app.config["SESSION_COOKIE_NAME"],
            "description": "The session of a signed-in browser.",
        },
    }


def _say_who_may(paths: dict[str, Any]) -> None:
    """Read at each view, like the check itself, whether it is public and which scope it names."""
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        view = getattr(view, "view_class", view)
        for method, operation in paths.get(_PLACEHOLDER.sub(r"{\1}", rule.rule), {}).items():
            if method.upper() not in (rule.methods or ()):
                continue
            wanted, is_public = scope_of(view, method.upper()), getattr(view, "is_public", False)
            ways: list[dict[str, list[str]]] = [{TOKEN: [wanted]}] if wanted else []
            if wanted or not is_public:
                ways.append({SESSION: []})
            operation["security"] = [*([{}] if is_public and ways else []), *ways]
