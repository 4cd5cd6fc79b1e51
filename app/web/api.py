"""The JSON API extension. Errors are answered by ``app.web.errors``, as they are for pages."""

import json
from typing import Any

from flask import Flask, Response, jsonify
from flask_smorest import Api
from marshmallow import Schema, fields
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
