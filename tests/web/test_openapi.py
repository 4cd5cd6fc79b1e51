"""The JSON API keeps what its description promises, whatever is sent to it and whoever sends it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.accounts.models import Totp
from app.accounts.rules.tokens import Scope
from app.accounts.services import api_tokens
from app.credentials import services as credentials
from app.kit import clock
from app.kit.actors import Role
from app.learning.models import Completion
from app.runs.rules import EnrolmentState
from app.web.identity import public
from tests.factories import NOON, Make, as_actor

DESCRIPTION = "/api/v1/openapi.json"
bounded = settings(
    max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
"""The same examples every time, and not too many."""


@dataclass
class World:
    """The API on a database of its own, the people who ask, and the path parameters that lead somewhere."""

    schema: BaseSchema
    proofs: dict[str, dict[str, Any]]
    """What each role sends along: a cookie, or a header with an API token."""
    known: dict[str, Any]

    @property
    def operations(self) -> Iterator[Any]:
        """All that the description has."""
        return (found.ok() for found in self.schema.get_all_operations())  # type: ignore[union-attr] # an error would be raised


@pytest.fixture
def world(own_app: Flask, own_engine: Engine, monkeypatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    with Session(own_engine) as session:
        make = Make(session)
        trio = make.trio()
        module, profile = make.module(trio=trio), make.profile(trio=trio)
        run = make.run(module, starts_at=NOON + timedelta(days=9))
        done = make.enrolment(make.run(module), EnrolmentState.COMPLETED, attendance=90)
        rule = {"attendance": 80, "test": 70, "lessons": True}
        session.add(Completion(enrolment_id=done.id, completed_at=NOON, attendance=90, rule=rule))
        session.flush()
        certificate = credentials.issue(session, done.id, now=NOON)
        people = {"worker": make.user(), "cluster": make.user(Role.CLUSTER_MANAGER, trio=trio, verified_at=NOON)}
        for person in people.values():
            make.enrolment(run, user_id=person.id)
        signer = own_app.session_interface.get_signing_serializer(own_app)  # type: ignore[attr-defined]
        name = own_app.config["SESSION_COOKIE_NAME"]
        proofs: dict[str, dict[str, Any]] = {
            role: {"cookies": {name: signer.dumps({"_user_id": make.token(one)})}} for role, one in people.items()
        }
        program = api_tokens.make_token(
            session, as_actor(people["cluster"]), name="All", scopes=list(Scope), days=30, now=NOON
        )
        session.add(Totp(user_id=people["cluster"].id, secret="x", created_at=NOON, confirmed_at=NOON))
        proofs |= {"nobody": {}, "token": {"headers": {"Authorization": f"Bearer {program.text}"}}}
        known = {
            "/api/v1/modules/{code}": {"code": module.code},
            "/api/v1/profiles/{code}": {"code": profile.code},
            "/api/v1/certificates/{code}": {"code": certificate.code},
            "/api/v1/runs/{run_id}": {"run_id": run.id},
            "/api/v1/runs/{run_id}/enrolment": {"run_id": run.id},
        }
        session.commit()
    without_guessing = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    return World(schemathesis.openapi.from_wsgi(DESCRIPTION, own_app, config=without_guessing), proofs, known)


def test_the_description_is_one_of_openapi_3_1(client):
    document = client.get(DESCRIPTION).get_json()
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_route_of_the_api_is_described(flask_app, client):
    described = {
        (method.upper(), path)
        for path, operations in client.get(DESCRIPTION).get_json()["paths"].items()
        for method in operations
        if method != "parameters"
    }
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in flask_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.rule != DESCRIPTION
    }
    assert described == routes


@pytest.mark.parametrize("role", ["nobody", "worker", "cluster", "token"])
def test_whatever_is_sent_the_api_answers_as_described(world: World, role: str):
    """No answer is a 5xx, none has an undescribed status, media type, header or body."""
    statuses = {operation.label: _ask(operation, world.proofs[role]) for operation in world.operations}
    assert set().union(*statuses.values()) <= {200, 204, 401, 403, 404, 409, 422}


@pytest.mark.parametrize("role,good", [("nobody", 4), ("worker", 6), ("cluster", 6), ("token", 6)])
def test_where_there_is_something_the_answers_are_as_described_too(world: World, role: str, good: int):
    statuses = {}
    for operation in world.operations:
        if operation.path in world.known:
            statuses[operation.label] = _ask(operation, world.proofs[role], world.known[operation.path])
    found = [label for label, seen in statuses.items() if seen & {200, 204}]
    assert len(found) == good, statuses


def _ask(operation: Any, proof: dict[str, Any], known: dict[str, Any] | None = None) -> set[int]:
    """Send generated requests, and check the answers; returns the statuses seen."""
    seen: set[int] = set()

    @bounded
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        if known is not None:
            case.path_parameters = known
        case._has_explicit_auth = bool(proof)
        headers = {"Sec-Fetch-Site": "same-origin"} | proof.get("headers", {})
        response = case.call(headers=headers, cookies=proof.get("cookies", {}))
        case.validate_response(response)
        seen.add(response.status_code)

    ask()
    return seen


def test_an_answer_that_is_not_as_described_would_be_found(own_app, world, monkeypatch):
    """The control: the number of runs comes as a text."""
    view = own_app.view_functions["runs-api.Runs"]

    def lying(**arguments: Any) -> Any:
        answer = view(**arguments)
        answer.data = answer.data.replace(b'"total":', b'"total":"many","all":')
        return answer

    monkeypatch.setitem(own_app.view_functions, "runs-api.Runs", public(lying))
    operation = next(one for one in world.operations if one.label == "GET /api/v1/runs")
    with pytest.raises(BaseExceptionGroup):
        _ask(operation, {})
