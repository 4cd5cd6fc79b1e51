"""Every route, and what each kind of person gets there. A new route needs a row; read a row as the rule it states.

All people belong to one Trio (the one that everything here belongs to) unless they are called foreign:

    nobody   not signed in                    author, trainer, reviewer, cluster, lead (Trio administrator): of the Trio
    worker   signed in, never enrolled        office    programme office: counts only, never a person
    learner  enrolled in the run and done     hr        HR contact of the learner's company
    foreign  lead of another Trio             admin     site administrator
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.evaluation.models import Questionnaire, RunEvaluation
from app.kit.actors import Role
from app.learning.models import Completion
from app.runs.models import RunSession
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON, Make, both

ROLES = [
    "nobody", "worker", "learner", "author", "trainer", "reviewer", "cluster", "lead", "foreign", "office", "hr", "admin",
]  # fmt: skip

BODIES = {
    "/authoring/modules/<code>/release": {"number": "2"},
    "/certificates/<code>/revocation": {"reason": "A mistake."},
}
"""What is sent along, where an empty form would be refused before anybody asks who sent it."""

QUERIES = {"/reports/participation/runs": "?quarter=1"}

# fmt: off
ACCESS = {
    #                                                                         no   wrk  lrn  aut  tra  rev  clu  lea  for  off  hr   adm
    ("GET", "/"):                                                             (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/account"):                                                      (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account"):                                                     (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/api/v1/certificates/<code>"):                                   (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/modules"):                                               (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/modules/<code>"):                                        (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/openapi.json"):                                          (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/profiles"):                                              (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/profiles/<code>"):                                       (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/reports/participation"):                                 (401, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/api/v1/runs"):                                                  (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/runs/<int:run_id>"):                                     (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("DELETE", "/api/v1/runs/<int:run_id>/enrolment"):                        (401, 404, 409, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("PUT", "/api/v1/runs/<int:run_id>/enrolment"):                           (401, 409, 200, 409, 409, 409, 409, 409, 409, 409, 409, 409),
    ("GET", "/attempts/<int:attempt_id>"):                                    (302, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/attempts/<int:attempt_id>/answers"):                           (401, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/attempts/<int:attempt_id>/hand-in"):                           (401, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/authoring/import"):                                             (302, 403, 403, 200, 403, 403, 403, 200, 200, 403, 403, 200),
    ("POST", "/authoring/import"):                                            (401, 403, 403, 422, 403, 403, 403, 422, 422, 403, 403, 422),
    ("GET", "/authoring/modules"):                                            (302, 403, 403, 200, 200, 200, 403, 200, 200, 403, 403, 200),
    ("GET", "/authoring/modules/<code>"):                                     (302, 404, 404, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("POST", "/authoring/modules/<code>/discard"):                            (401, 403, 403, 302, 403, 403, 403, 302, 403, 403, 403, 302),
    ("POST", "/authoring/modules/<code>/release"):                            (401, 403, 403, 403, 403, 409, 403, 403, 403, 403, 403, 409),
    ("GET", "/authoring/modules/<code>/versions/<int:number>/lessons/<key>"): (302, 404, 404, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("GET", "/authoring/modules/<code>/versions/<int:number>/test"):          (302, 404, 404, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("GET", "/certificates"):                                                 (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/certificates"):                                                (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/certificates/<code>"):                                          (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/certificates/<code>/revocation"):                              (401, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 302),
    ("GET", "/company"):                                                      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("GET", "/healthz"):                                                      (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/legal/<page>"):                                                 (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/modules"):                                                      (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/modules/<code>"):                                               (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/my"):                                                           (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/profiles"):                                                     (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/profiles/<code>"):                                              (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/reports/participation"):                                        (302, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/reports/participation.csv"):                                    (302, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/reports/participation/runs"):                                   (302, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/runs"):                                                         (302, 403, 403, 403, 200, 403, 403, 200, 200, 403, 403, 200),
    ("GET", "/runs/<int:run_id>"):                                            (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/runs/<int:run_id>/cancel"):                                    (401, 403, 403, 403, 422, 403, 403, 422, 403, 403, 403, 422),
    ("POST", "/runs/<int:run_id>/enrolment"):                                 (422, 409, 302, 409, 409, 409, 409, 409, 409, 409, 409, 409),
    ("GET", "/runs/<int:run_id>/evaluation"):                                 (302, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/runs/<int:run_id>/evaluation"):                                (401, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/runs/<int:run_id>/evaluation/results"):                         (302, 404, 404, 200, 200, 200, 200, 200, 404, 404, 404, 200),
    ("GET", "/runs/<int:run_id>/learn"):                                      (302, 404, 200, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("GET", "/runs/<int:run_id>/learn/<lesson_key>"):                         (302, 404, 200, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("POST", "/runs/<int:run_id>/learn/<lesson_key>/done"):                   (401, 404, 302, 403, 403, 403, 404, 403, 404, 404, 404, 403),
    ("POST", "/runs/<int:run_id>/learn/<lesson_key>/questions/<block_key>"):  (401, 404, 422, 422, 422, 422, 404, 422, 404, 404, 404, 422),
    ("GET", "/runs/<int:run_id>/roster"):                                     (302, 403, 403, 403, 200, 403, 403, 200, 403, 403, 403, 200),
    ("GET", "/runs/<int:run_id>/sessions.ics"):                               (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/runs/<int:run_id>/sessions/<int:session_id>/attendance"):       (302, 403, 403, 403, 200, 403, 403, 200, 403, 403, 403, 200),
    ("POST", "/runs/<int:run_id>/sessions/<int:session_id>/attendance"):      (401, 403, 403, 403, 302, 403, 403, 302, 403, 403, 403, 302),
    ("POST", "/runs/<int:run_id>/sessions/<int:session_id>/close"):           (401, 403, 403, 403, 409, 403, 403, 409, 403, 403, 403, 409),
    ("POST", "/runs/<int:run_id>/sharing"):                                   (401, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/runs/<int:run_id>/test"):                                       (302, 404, 200, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("POST", "/runs/<int:run_id>/test"):                                      (401, 404, 302, 403, 403, 403, 404, 403, 404, 404, 404, 403),
    ("POST", "/runs/<int:run_id>/withdrawal"):                                (401, 404, 409, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/runs/new"):                                                     (302, 403, 403, 403, 200, 403, 403, 200, 200, 403, 403, 200),
    ("POST", "/runs/new"):                                                    (401, 403, 403, 403, 422, 403, 403, 422, 422, 403, 403, 422),
    ("GET", "/sign-in"):                                                      (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/sign-in"):                                                     (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/sign-in/link"):                                                (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/sign-in/link/<token>"):                                         (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/sign-in/link/<token>"):                                        (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/sign-out"):                                                    (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
}
# fmt: on

READ = [route for route in ACCESS if route[0] == "GET"]
WRITE = [route for route in ACCESS if route[0] != "GET"]


@pytest.fixture
def places(session: Session, make: Make) -> dict[str, Any]:
    """One of everything, and the people of the table."""
    trio, company = make.trio(), make.company()
    module = make.module(trio=trio)
    profile = make.profile(trio=trio)
    run = make.run(module, starts_at=NOON - timedelta(hours=1), state=RunState.PUBLISHED)
    learner = make.user()
    enrolment = make.enrolment(
        run, EnrolmentState.COMPLETED, user_id=learner.id, company_id=company.id, shares_with_employer=True
    )
    session_row = session.scalars(select(RunSession).where(RunSession.run_id == run.id)).one()
    attempt = Attempt(
        enrolment_id=enrolment.id, version_id=module.published_id, started_at=NOON,
        drawn=[{"item": "item-1", "order": [0, 1]}],
    )  # fmt: skip
    questionnaire = Questionnaire(
        key="short", number=1, title=both("Q"), questions=[{"key": "useful", "kind": "faces", "text": both("Useful?")}]
    )
    session.add_all([attempt, questionnaire])
    rule = {"attendance": 80, "test": 70, "lessons": True}
    session.add(Completion(enrolment_id=enrolment.id, completed_at=NOON, attendance=100, rule=rule))
    session.flush()
    credentials.issue(session, enrolment.id, now=NOON)
    certificate = session.scalars(select(Certificate)).one()
    opens = {"opens_at": NOON - timedelta(days=1), "closes_at": NOON + timedelta(days=20)}
    session.add(RunEvaluation(run_id=run.id, questionnaire_id=questionnaire.id, **opens))
    session.commit()
    people = {
        "worker": make.user(),
        "learner": learner,
        "author": make.user(Role.AUTHOR, trio=trio),
        "trainer": make.user(Role.TRAINER, trio=trio),
        "reviewer": make.user(Role.REVIEWER, trio=trio),
        "cluster": make.user(Role.CLUSTER_MANAGER, trio=trio),
        "lead": make.user(Role.TRIO_ADMIN, trio=trio),
        "foreign": make.user(Role.TRIO_ADMIN, trio=make.trio()),
        "office": make.user(Role.PROGRAMME_OFFICE),
        "hr": make.user(Role.HR_CONTACT, company=company),
        "admin": make.user(Role.SITE_ADMIN),
    }
    return {
        "people": people,
        "<code>": {"modules": module.code, "profiles": profile.code, "certificates": certificate.code},
        "<int:run_id>": run.id,
        "<int:session_id>": session_row.id,
        "<int:attempt_id>": attempt.id,
        "<int:number>": 1,
        "<key>": "lesson-1",
        "<lesson_key>": "lesson-1",
        "<block_key>": "ask",
        "<token>": "no-such-token",
        "<page>": "help",
    }


def address(rule: str, places: dict[str, Any]) -> str:
    """The rule with real ids in it."""
    codes = places["<code>"]
    for part, value in places.items():
        if part == "<code>" and part in rule:
            kind = next(kind for kind in codes if f"/{kind}/" in rule)
            rule = rule.replace(part, codes[kind])
        elif part.startswith("<"):
            rule = rule.replace(part, str(value))
    assert "<" not in rule, rule
    return rule


def visit(client: FlaskClient, method: str, rule: str, places: dict[str, Any]) -> int:
    """Go there and say with which status."""
    json: dict[str, Any] | None = {} if rule.startswith("/api/") and method != "GET" else None
    url = address(rule, places) + QUERIES.get(rule, "")
    return client.open(url, method=method, json=json, data=BODIES.get(rule)).status_code


def become(who: str, client: FlaskClient, sign_in: Any, places: dict[str, Any]) -> None:
    """Sign in as one of the people of the table, or out."""
    with client.session_transaction() as cookie:
        cookie.clear()
    if who != "nobody":
        sign_in(places["people"][who])


def test_every_route_has_a_row(flask_app: Flask):
    routes = {
        (method, rule.rule)
        for rule in flask_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in {"static", "vendor"}
    }
    assert routes == set(ACCESS)


@pytest.mark.parametrize("route", READ, ids=" ".join)
def test_reading(route, client, sign_in, places):
    """Reading changes nothing, so all people may come one after the other."""
    answers = []
    for who in ROLES:
        become(who, client, sign_in, places)
        answers.append(visit(client, route[0], route[1], places))
    assert dict(zip(ROLES, answers, strict=True)) == dict(zip(ROLES, ACCESS[route], strict=True))


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("route", WRITE, ids=" ".join)
def test_writing(route, who, client, sign_in, places):
    become(who, client, sign_in, places)
    assert visit(client, route[0], route[1], places) == ACCESS[route][ROLES.index(who)]


@pytest.mark.parametrize("who", ROLES)
def test_the_menu_leads_nobody_to_a_closed_door(who, client, sign_in, places):
    become(who, client, sign_in, places)
    menu = client.get("/legal/help").text.split('class="nav"')[1].split("</ul>")[0]
    entries = re.findall(r'href="([^"]+)"', menu)
    assert len(entries) >= 2
    assert [(entry, client.get(entry).status_code) for entry in entries] == [(entry, 200) for entry in entries]
