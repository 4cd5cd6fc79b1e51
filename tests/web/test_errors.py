"""Every failure is one page that says what to do, or one problem document; neither tells what is inside."""

import json
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from app.web import errors
from app.web.db import db
from tests.web.conftest import SECRET

STATUSES = [
    ("not-found", 404, "This page does not exist, or no longer does"),
    ("conflict", 409, "This does not work right now"),
    ("invalid", 422, "Something is missing or not right yet"),
    ("odd", 422, "Something is missing or not right yet"),
    ("odder", 409, "This does not work right now"),
    ("400", 400, "We could not read this request"),
    ("403", 403, "This page is not for you"),
    ("404", 404, "This page does not exist, or no longer does"),
    ("405", 405, "This does not work here"),
    ("410", 410, "This page was withdrawn"),
    ("413", 413, "This is too large"),
    ("418", 418, "I'm a Teapot"),
    ("429", 429, "Please wait a moment"),
    ("500", 500, "This was our fault"),
    ("crash", 500, "This was our fault"),
    ("database", 500, "This was our fault"),
    ("data", 400, "We could not read this request"),
    ("surrogate", 400, "We could not read this request"),
    ("overflow", 400, "We could not read this request"),
]


@pytest.mark.parametrize("how,status,title", STATUSES)
def test_a_page_says_what_happened(probe, how, status, title):
    answer = probe.get(f"/probe/fail/{how}")
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f"<h1>{title}</h1>".replace("'", "&#39;") in answer.text.replace("&#x27;", "&#39;")
    assert f"Error {status}" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("how,status,_title", STATUSES)
def test_the_api_answers_with_a_problem(probe, how, status, _title):
    answer = probe.get(f"/api/probe/fail/{how}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("face", ["/probe", "/api/probe"])
@pytest.mark.parametrize("how", ["crash", "database", "data", "surrogate", "overflow"])
def test_no_face_tells_what_is_inside(probe, face, how):
    text = probe.get(f"{face}/fail/{how}").text
    for inside in (SECRET, "olena", "Traceback", "ValueError", "nowhere", "SELECT", "sqlite", "INTEGER", ".py"):
        assert inside not in text


def test_a_reason_is_escaped_and_its_problems_are_listed(probe):
    text = probe.get("/probe/fail/invalid").text
    assert "Because of &lt;b&gt;Olena&lt;/b&gt;." in text
    assert "<li>module.yaml:3: &lt;i&gt;unknown&lt;/i&gt;</li>" in text
    assert "<li>picture missing</li>" in text


def test_a_reason_stays_as_it_is_in_json(probe):
    problem = probe.get("/api/probe/fail/invalid").get_json()
    assert problem["detail"] == "Because of <b>Olena</b>."
    assert problem["errors"] == ["module.yaml:3: <i>unknown</i>", "picture missing"]


def test_nested_errors_are_spoken(probe):
    told = {"name": {0: [errors.HINTS[400]]}, "more": (errors.HINTS[404],)}
    assert errors._spoken(told) == {"name": {"0": [str(errors.HINTS[400])]}, "more": [str(errors.HINTS[404])]}


def test_a_missing_form_field_is_a_bad_request_in_our_words(probe):
    answer = probe.post("/probe/fail/key")
    assert answer.status_code == 400
    assert "Go back, reload the page and try again." in answer.text
    assert "browser (or proxy)" not in answer.text


def test_an_answer_that_is_finished_is_left_as_it_is(probe):
    answer = probe.get("/probe/fail/finished")
    assert (answer.status_code, answer.text) == (410, "an answer of its own")


def test_an_address_without_a_page(probe):
    answer = probe.get("/no/such/page")
    assert answer.status_code == 404
    assert 'role="search"' in answer.text
    assert 'href="/profiles"' in answer.text
    assert probe.get("/api/v1/no-such-thing").get_json()["status"] == 404


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_a_number_that_no_row_can_have_is_an_address_without_a_page(client, number):
    assert client.get(f"/runs/{number}").status_code == 404
    assert client.get(f"/api/v1/runs/{number}").status_code == 404


def test_the_wrong_method_says_which_would_be_right(probe):
    answer = probe.get("/probe/post-only")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/probe/read", "/probe/closed"])
def test_a_body_that_is_too_large(probe, path):
    answer = probe.post(path, data={"text": "x" * 6000})
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_somebody_who_may_not_is_told_so_when_signed_in_and_asked_to_sign_in_otherwise(probe, enter, make):
    answer = probe.get("/probe/fail/forbidden?a=1")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/probe/fail/forbidden?a%3D1"
    answer = enter(make.user()).get("/probe/fail/forbidden")
    assert answer.status_code == 403
    assert "Because of &lt;b&gt;Olena&lt;/b&gt;." in answer.text


# ---- crashes


@pytest.fixture
def logged(monkeypatch):
    """The lines of the log, as they are written."""
    lines: list[Any] = []
    processors = structlog.get_config()["processors"]

    def note(level):
        def _note(event, **more):
            told = more | {"event": event, "level": level}
            for processor in processors:
                told = processor(None, level, told)
            lines.append(told)

        return _note

    class Log:
        error, warning, info = note("error"), note("warning"), note("info")

    monkeypatch.setattr(errors, "log", Log)
    return lines


@pytest.mark.parametrize("face", ["/probe", "/api/probe"])
def test_a_crash_is_logged_under_the_code_that_is_shown_and_without_what_people_typed(probe, logged, face):
    answer = probe.get(f"{face}/fail/crash")
    (line,) = logged
    told = json.loads(line)
    assert told["code"] in answer.text
    assert len(told["code"]) == 8
    assert told["path"] == f"{face}/fail/<how>"
    assert told["exception"] == ["builtins.ValueError"]
    assert "_fail" in told["trace"]
    assert SECRET not in line


def test_an_unusable_value_is_logged_without_it(probe, logged):
    probe.get("/probe/fail/data")
    (line,) = logged
    assert json.loads(line)["exception"][0] == "sqlalchemy.exc.DataError"
    assert SECRET not in line


def test_two_crashes_have_two_codes(probe):
    one, other = (probe.get("/api/probe/fail/crash").get_json()["code"] for _time in range(2))
    assert one != other


def test_after_a_statement_that_failed_the_page_still_knows_who_is_signed_in(enter, make):
    answer = enter(make.user(name="Pat Example")).get("/probe/fail/database")
    assert answer.status_code == 500
    assert "Pat Example" in answer.text


@pytest.mark.parametrize("how,status", [("404", 404), ("crash", 500), ("data", 400)])
def test_without_a_database_there_is_still_an_answer(probe, enter, make, logged, monkeypatch, how, status):
    enter(make.user())

    def away(*_arguments, **_more):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(db.session(), "execute", away)
    answer = probe.get(f"/probe/fail/{how}")
    assert answer.status_code == status
    assert f"<h1>{errors.TITLES[status]}</h1>" in answer.text
    assert "gone" not in answer.text
    assert [json.loads(line)["event"] for line in logged][-1] == "error page failed"
    assert answer.headers["Content-Security-Policy"]


def test_when_the_way_to_the_page_is_broken_too(probe, enter, make, logged, monkeypatch):
    """The database goes away while somebody who is signed in asks for a closed page."""
    enter(make.user())

    def away(*_arguments, **_more):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(db.session(), "execute", away)
    monkeypatch.setattr(db.session(), "rollback", away)
    answer = probe.get("/probe/closed")
    assert answer.status_code == 500
    assert json.loads(logged[0])["code"] in answer.text
    assert "gone" not in answer.text


def test_an_answer_that_fails_is_a_crash_of_its_own(probe, logged, monkeypatch):
    monkeypatch.setattr(errors, "_answer", _once(errors._answer))
    answer = probe.get("/probe/fail/404")
    assert answer.status_code == 500
    assert json.loads(logged[0])["code"] in answer.text


def _once(work):
    calls = iter([True])

    def first_fails(*arguments, **more):
        if next(calls, False):
            raise RuntimeError("the page is broken")
        return work(*arguments, **more)

    return first_fails
