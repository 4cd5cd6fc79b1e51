"""The JSON API extension. Errors are answered by ``app.web.errors``, as they are for pages."""

import json
from typing import Any

import flask_smorest
from flask import Flask, Request, Response, abort, jsonify
from flask_smorest import Api
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from app.web import errors
from app.web.identity import public


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
    """The OpenAPI document; errors carry the media type they are really sent with."""
    document: dict[str, Any] = api.spec.to_dict()
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
