"""One line for each request, without anything about a person."""

import json
import logging

import pytest
import structlog

from app.web import logs


@pytest.fixture
def lines(client, monkeypatch):
    """What is logged, as a running platform would log it."""
    written = []

    class Kept:
        def msg(self, line):
            written.append(line)

        info = warning = error = msg

    processors = structlog.get_config()["processors"]
    logger = structlog.wrap_logger(
        Kept(), processors=processors, wrapper_class=structlog.make_filtering_bound_logger(logging.INFO)
    )
    monkeypatch.setattr(logs, "log", logger)
    return written


def test_a_request_is_one_line_that_names_the_route_and_nobody(client, lines, sign_in, make):
    user = make.user(name="Olena Bondar", email="olena@firma.example")
    sign_in(user).get("/sign-in/link/secret-token?next=/runs/7", headers={"User-Agent": "Phone of Olena"})
    (line,) = lines
    told = json.loads(line)
    assert told["ms"] >= 0
    del told["timestamp"], told["ms"]
    assert told == {
        "event": "request", "level": "info", "method": "GET", "route": "/sign-in/link/<token>", "status": 200,
    }  # fmt: skip


@pytest.mark.parametrize(
    "path,status,route",
    [("/no/olena", 404, None), ("/account", 302, "/account"), ("/runs/99", 404, "/runs/<int:run_id>")],
)
def test_refusals_are_logged_too_without_what_was_in_the_address(client, lines, path, status, route):
    client.get(path)
    (line,) = lines
    told = json.loads(line)
    assert (told["status"], told["route"]) == (status, route)
    assert "olena" not in line


def test_a_form_is_not_repeated(client, lines):
    client.post("/sign-in", data={"email": "olena@firma.example", "password": "geheim"})
    (line,) = lines
    assert "olena" not in line
    assert "geheim" not in line


@pytest.mark.parametrize("path", ["/healthz", "/static/lernzelle.css", "/vendor/x"])
def test_what_nobody_wants_to_read_is_not_logged(client, lines, path):
    client.get(path).close()
    assert lines == []


def _broken(typed):
    try:
        int(typed)
    except ValueError as cause:
        raise RuntimeError(f"for {typed}") from cause


def test_an_exception_is_told_without_its_words():
    with pytest.raises(RuntimeError) as caught:
        _broken("olena@firma.example")
    told = logs._trace(None, "error", {"event": "crash", "exc_info": caught.value})
    assert told["exception"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "in _broken" in told["trace"]
    assert "exc_info" not in told
    assert "for olena" not in str(told)
    assert "invalid literal" not in str(told)


def test_a_line_without_an_exception_stays_as_it_is():
    assert logs._trace(None, "info", {"event": "x", "exc_info": None}) == {"event": "x"}


def test_exceptions_that_cause_each_other_in_a_circle_end():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert len(logs._trace(None, "error", {"exc_info": one})["exception"]) == 2
