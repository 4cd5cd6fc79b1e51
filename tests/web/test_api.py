"""The description of the JSON API, and its errors."""

import pytest
from openapi_spec_validator import validate

from app.web import api


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").get_json()


def test_the_description_is_valid_and_public(document):
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Lernzelle"


def test_every_operation_says_what_it_does(document):
    operations = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in {"get", "put", "post", "delete", "patch"}
    ]
    assert operations
    assert all(operation.get("summary") or operation.get("description") for operation in operations)


def test_errors_have_the_media_type_they_are_sent_with(document):
    answers = [
        answer
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
        for status, answer in operation["responses"].items()
        if status == "default" or status.startswith(("4", "5"))
    ]
    answers += document["components"].get("responses", {}).values()
    told = [list(answer["content"]) for answer in answers if "content" in answer]
    assert told
    assert all(types == ["application/problem+json"] for types in told if types != ["application/json"])
    assert ["application/problem+json"] in told


def test_describing_twice_says_the_same(flask_app):
    with flask_app.app_context():
        assert api.description() == api.description()


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"null", b'"x"', b'{"a":' * 3000])
def test_a_body_that_is_no_object_is_refused_in_the_usual_form(sign_in, make, body):
    client = sign_in(make.user())
    run = make.run()
    answer = client.put(f"/api/v1/runs/{run.id}/enrolment", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.mimetype == "application/problem+json"


def test_an_argument_that_is_none_is_named(client):
    answer = client.get("/api/v1/runs?page=zwei")
    assert answer.status_code == 422
    assert "This is not a whole number." in str(answer.get_json()["errors"])
