from datetime import timedelta

import pytest

from app.companies.models import Company
from app.runs.rules import EnrolmentState, RunState
from tests.conftest import rows
from tests.factories import NOON

RUNS = "/api/v1/runs"
DAY = timedelta(days=1)


def test_upcoming_runs_are_public_and_paged(client, make):
    module = make.module()
    first, second = make.run(module), make.run(module, starts_at=NOON + 20 * DAY, seats=1)
    make.enrolment(second)
    make.run(module, state=RunState.PLANNED)
    other = make.run(starts_at=NOON + 30 * DAY, city="Freiberg", language="en")

    everything = client.get(RUNS).json
    assert [run["id"] for run in everything["items"]] == [first.id, second.id, other.id]
    assert (everything["page"], everything["pages"], everything["total"]) == (1, 1, 3)
    assert [run["standing"] for run in everything["items"]] == ["free", "waiting_list", "free"]
    assert [run["id"] for run in client.get(f"{RUNS}?module={module.slug}").json["items"]] == [first.id, second.id]
    assert [run["id"] for run in client.get(f"{RUNS}?city=Freiberg&language=en").json["items"]] == [other.id]
    assert [run["id"] for run in client.get(f"{RUNS}?page=2&page_size=2").json["items"]] == [other.id]
    assert client.get(f"{RUNS}?module=nothing").json["items"] == []


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=101", "language=tlh"])
def test_faulty_arguments_are_named(client, query):
    answer = client.get(f"{RUNS}?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert query.split("=")[0] in answer.json["errors"]["query"]


def test_one_run_with_sessions_and_free_places(client, make):
    run = make.run(sessions=2)
    make.enrolment(run)
    make.enrolment(run, EnrolmentState.CANCELLED)
    shown = client.get(f"{RUNS}/{run.id}").json
    assert (shown["seats"], shown["free"], shown["waiting"], shown["standing"]) == (12, 11, 0, "free")
    assert shown["title"] == {"de": "Cell basics (de)", "en": "Cell basics"}
    assert [session["starts_at"] for session in shown["sessions"]] == [
        "2026-03-12T12:00:00+00:00", "2026-03-13T12:00:00+00:00",
    ]  # fmt: skip
    assert shown["sessions"][0]["ue"] == 2.0


def test_missing_and_unpublished_runs_look_the_same(client, make):
    for run_id in (make.run(state=RunState.PLANNED).id, 999_999):
        answer = client.get(f"{RUNS}/{run_id}")
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"
        assert answer.json["detail"] == "There is no such run."


def test_enrolling_once_and_again_and_giving_the_place_back(sign_in, make, session):
    run = make.run()
    client = sign_in(make.user())
    url = f"{RUNS}/{run.id}/enrolment"
    for _again in range(2):
        answer = client.put(url, json={"company": "Weber Drehteile", "shares_with_employer": True})
        assert answer.status_code == 200
        assert answer.json == {
            "run_id": run.id, "state": "confirmed", "enrolled_at": "2026-03-02T12:00:00+00:00",
            "waiting_since": None, "shares_with_employer": True,
        }  # fmt: skip
    assert rows(session, Company) == 1
    for _again in range(2):
        assert client.delete(url).status_code == 204


def test_enrolling_without_a_body(sign_in, make):
    run = make.run(seats=1)
    make.enrolment(run)
    answer = sign_in(make.user()).put(f"{RUNS}/{run.id}/enrolment")
    assert (answer.status_code, answer.json["state"]) == (200, "waiting")
    assert answer.json["waiting_since"] == "2026-03-02T12:00:00+00:00"


def test_refusals_say_why(client, sign_in, make):
    run, person = make.run(state=RunState.CANCELLED), make.user()
    url = f"{RUNS}/{run.id}/enrolment"
    assert client.put(url).status_code == 401
    assert client.delete(url).status_code == 401
    sign_in(person)
    answer = client.put(url)
    assert (answer.status_code, answer.json["detail"]) == (409, "This run was cancelled.")
    assert client.delete(url).status_code == 404
    assert client.put(f"{RUNS}/999999/enrolment").status_code == 404
    answer = client.put(f"{RUNS}/{make.run().id}/enrolment", json={"company": 7, "more": 1})
    assert answer.status_code == 422
    assert set(answer.json["errors"]["json"]) == {"company", "more"}


def test_nobody_withdraws_after_the_beginning(sign_in, make):
    run, person = make.run(starts_at=NOON), make.user()
    make.enrolment(run, user_id=person.id)
    answer = sign_in(person).delete(f"{RUNS}/{run.id}/enrolment")
    assert (answer.status_code, answer.json["detail"]) == (409, "The run has begun. Talk to your trainer.")
