"""Uploads may be large; everything else is small, and has few fields."""

from io import BytesIO

import pytest

LARGE = 100_000
"""More than the 64 KiB in which werkzeug reads an upload."""


@pytest.fixture(autouse=True)
def small(probing, monkeypatch):
    monkeypatch.setitem(probing.config, "MAX_CONTENT_LENGTH", 3 * LARGE)
    monkeypatch.setitem(probing.config, "MAX_FORM_MEMORY_SIZE", LARGE)
    monkeypatch.setitem(probing.config, "MAX_FORM_PARTS", 5)


def test_a_form_as_large_and_with_as_many_fields_as_allowed(probe):
    data = {"text": "x" * (LARGE - 20), **dict.fromkeys("abcd", "")}
    assert probe.post("/probe/read", data=data).get_json()["text"] == "x" * (LARGE - 20)


@pytest.mark.parametrize(
    "body",
    [b"text=" + b"x" * LARGE, b"&".join(b"a=%d" % n for n in range(7)), b"&" * 900, b"a&" * 6],
    ids=["long", "many fields", "only separators", "fields without values"],
)
def test_a_form_that_is_too_large_or_has_too_many_fields(probe, body):
    answer = probe.post("/probe/read", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_an_upload_may_be_larger_than_a_form_but_not_endless(probe):
    assert probe.post("/probe/read", data={"file": (BytesIO(b"x" * 2 * LARGE), "a.zip")}).status_code == 200
    assert probe.post("/probe/read", data={"file": (BytesIO(b"x" * 4 * LARGE), "a.zip")}).status_code == 413
    assert probe.post("/probe/read", data={"text": "x" * 2 * LARGE, "file": (BytesIO(b""), "a.zip")}).status_code == 413


def test_json_is_as_small_as_a_form(probe, enter, make):
    run = make.run()
    answer = enter(make.user()).put(f"/api/v1/runs/{run.id}/enrolment", json={"company": "x" * LARGE})
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


def test_without_a_limit_for_forms_the_one_for_bodies_holds(probing, probe, monkeypatch):
    monkeypatch.setitem(probing.config, "MAX_FORM_MEMORY_SIZE", None)
    monkeypatch.setitem(probing.config, "MAX_FORM_PARTS", None)
    assert probe.post("/probe/read", data={"text": "x" * 2 * LARGE, **dict.fromkeys("abcdefgh", "")}).status_code == 200
    assert probe.post("/probe/read", data={"text": "x" * 4 * LARGE}).status_code == 413
