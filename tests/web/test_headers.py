"""What every answer carries, whoever asks and however it ends."""

import pytest

from app.web.headers import POLICY

PATHS = [
    "/sign-in",
    "/healthz",
    "/account",
    "/no/such/page",
    "/api/v1/openapi.json",
    "/api/v1/no-such-thing",
    "/static/lernzelle.css",
    "/static/no-such.css",
    "/vendor/no-such.woff2",
    "/probe/fail/crash",
    "/probe/fail/413",
    "/api/probe/fail/crash",
    "/probe/show?lang=de",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_protected(probe, path):
    with probe.get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_the_policy_lets_nothing_in_from_elsewhere():
    rules = dict(rule.strip().partition(" ")[::2] for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_over_https_browsers_are_told_to_stay_there(probe):
    headers = probe.get("/sign-in", base_url="https://localhost").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_behind_a_proxy_that_speaks_https_too(probing, probe, monkeypatch):
    monkeypatch.setitem(probing.config, "SESSION_COOKIE_SECURE", True)
    assert probe.get("/sign-in").headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_an_operator_with_subdomains_without_https_can_say_so(probing, probe, monkeypatch):
    for told in ("max-age=600", ""):
        monkeypatch.setitem(probing.config, "HSTS", told)
        headers = probe.get("/sign-in", base_url="https://localhost").headers
        assert headers.get("Strict-Transport-Security", "") == told


@pytest.mark.parametrize("path", ["/account", "/probe/show", "/probe/fail/404", "/probe/fail/crash"])
def test_a_page_with_a_name_on_it_is_kept_by_nobody(enter, make, path):
    answer = enter(make.user(name="Pat Example")).get(path)
    assert "Pat Example" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]
    assert "Accept-Language" in answer.headers["Vary"]


def test_files_that_are_the_same_for_all_may_be_kept(probe):
    with probe.get("/static/lernzelle.css") as answer:
        assert "no-store" not in answer.headers.get("Cache-Control", "")
        assert "private" not in answer.headers.get("Cache-Control", "")
