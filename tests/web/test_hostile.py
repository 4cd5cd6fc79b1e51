"""Whatever anybody sends to any address: no crash, no endless work, no way to another site."""

import re
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.services import set_password
from app.kit.actors import Role
from tests.factories import NOON

# ---- addresses and arguments

ODD = [
    "0", "-1", "1", "2147483648", "9223372036854775808", "1" * 400, "1e9", "NaN", "0x1", "%00", "%0d%0aX-Evil:%201",
    "%ff%fe", "%ed%a0%80", "%c0%ae%c0%ae", "..%2f..%2fetc%2fpasswd", "%252e%252e", "%5c%5cevil.example",
    "%27%22%3E%3Cb%3E", "%27%20OR%201=1--", "%7B%7B7*7%7D%7D", "%E2%80%AE", "x" * 3000, "%F0%9F%94%8B", "null",
]  # fmt: skip

EVERYWHERE = {
    "page": ["0", "-1", "2147483648", "9" * 30, "9" * 5000, "1.5", "x", "%00", "%D9%A1"],
    "lang": ["%00", "xx", "de%0d%0a"],
}
ARGUMENTS = {
    "/modules": {
        "q": ["%00", "%ff", "%ed%a0%80", "(((((a+)+)+", "%25_%25", "'--", "x" * 4000, "%F0%9F%94%8B", "%CD%80" * 500],
        "stage": ["%00", "x", "%3Cb%3E"], "language": ["%00", "x", "de-simple"], "place": ["%00", "online"],
        "trio": ["%00", "%ff", "x" * 3000], "sort": ["%00", "title;drop", "name)--"],
    },
    "/reports/participation": {
        "year": ["0", "-1", "9" * 30, "x", "2026"], "quarter": ["0", "5", "-1", "9" * 30, "x"], "trio": ["%00", "%ff"],
    },
    "/runs": {"show": ["%00", "past"]},
    "/sign-in": {"next": ["%00", "//evil.example", "x" * 3000]},
    "/api/v1/runs": {"city": ["%00", "%ff"], "module": ["%00", "'"], "language": ["%00"], "page_size": ["0", "9" * 30]},
    "/api/v1/modules": {"q": ["%00", "%ed%a0%80"], "page_size": ["-1", "101", "x"], "stage": ["%00"]},
}  # fmt: skip
ARGUMENTS["/reports/participation.csv"] = ARGUMENTS["/reports/participation/runs"] = ARGUMENTS["/reports/participation"]
ARGUMENTS["/api/v1/reports/participation"] = ARGUMENTS["/reports/participation"]


@pytest.fixture
def client(client: FlaskClient, flask_app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Answers as people get them: a crash is a page with status 500, not an exception of the test."""
    monkeypatch.setitem(flask_app.config, "PROPAGATE_EXCEPTIONS", False)
    return client


@pytest.fixture
def powerful(make, sign_in) -> FlaskClient:
    """Whoever gets furthest: a site administrator who reads every report and teaches in every Trio."""
    make.run(make.module())
    return sign_in(make.user(Role.SITE_ADMIN))


def addresses(flask_app: Flask, value: str) -> list[tuple[str, str]]:
    """Every route with this value in all places of its address."""
    return [
        (method, re.sub(r"<[^>]+>", value, rule.rule))
        for rule in flask_app.url_map.iter_rules()
        if "<" in rule.rule and not rule.rule.startswith(("/static/", "/vendor/"))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


@pytest.mark.parametrize("value", ODD, ids=map(str, range(len(ODD))))
def test_no_odd_address_crashes(flask_app, powerful, value):
    odd = {}
    for method, address in addresses(flask_app, value):
        answer = powerful.open(address, method=method)
        if answer.status_code >= 500 or "X-Evil" in answer.headers:
            odd[f"{method} {address[:60]}"] = answer.status_code
    assert odd == {}


def test_no_odd_argument_crashes(flask_app, powerful):
    pages = {
        rule.rule for rule in flask_app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<" not in rule.rule
    }
    assert set(ARGUMENTS) <= pages
    odd = [
        f"{page}?{name}={value[:40]}"
        for page in sorted(pages)
        for name, values in {**EVERYWHERE, **ARGUMENTS.get(page, {})}.items()
        for value in values
        if powerful.get(f"{page}?{name}={value}").status_code >= 500
    ]
    assert odd == []


@pytest.mark.parametrize("number", [2**31, 2**63, 2**64, 10**100])
def test_a_number_that_no_row_has_is_not_found_anywhere(flask_app, powerful, number):
    found = {
        address: status
        for rule in flask_app.url_map.iter_rules()
        if "<int:" in rule.rule and "GET" in (rule.methods or ())
        for address in [re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", str(number), rule.rule))]
        if (status := powerful.get(address).status_code) != 404
    }
    assert found == {}


# ---- bodies

FORMS = ["/sign-in", "/sign-in/link", "/account", "/certificates", "/runs/new", "/authoring/import"]


@pytest.mark.parametrize("path", FORMS)
def test_no_form_takes_endless_fields_or_bytes(client, make, sign_in, path):
    sign_in(make.user(Role.SITE_ADMIN))
    plain = "application/x-www-form-urlencoded"
    begun = time.monotonic()
    assert client.post(path, data=b"a=1&" * 2500, content_type=plain).status_code == 413
    assert client.post(path, data=b"a=" + b"x" * 1_100_000, content_type=plain).status_code == 413
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    upload = {"content_type": "multipart/form-data; boundary=x"}
    assert client.post(path, data=part * 2500 + b"--x--\r\n", **upload).status_code == 413
    assert client.post(path, data=b"a=1&" * 1500, content_type=plain).status_code < 500
    assert time.monotonic() - begun < 5


def test_a_form_of_somebody_signed_out_is_bounded_too(client):
    answer = client.post("/account", data=b"a&" * 400_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert len(answer.data) < 20_000


BODIES = [
    b"[" * 900_000, b'{"company":' * 90_000, b'"' + b"x" * 1_100_000 + b'"', b'{"company":1e999}',
    b'{"company":"\\ud800"}', b'{"company":"\\u0000"}', b'{"company":' + b"9" * 5000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=map(str, range(len(BODIES))))
def test_no_json_is_too_much(client, make, sign_in, body):
    sign_in(make.user())
    run = make.run()
    answer = client.put(f"/api/v1/runs/{run.id}/enrolment", data=body, content_type="application/json")
    assert answer.status_code < 500
    assert answer.mimetype in {"application/problem+json", "application/json"}


KINDS = [
    "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data", "text/plain", "application/json", "",
    "multipart/form-data; boundary=" + "x" * 300, "\xff", "a/b/c;;;=",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=map(str, range(len(KINDS))))
def test_no_kind_of_body_crashes(client, make, sign_in, kind):
    sign_in(make.user(Role.SITE_ADMIN))
    for path in FORMS:
        assert client.post(path, data=b"\x00\xff--x\r\n\r\n", content_type=kind).status_code < 500


HEADERS = [
    "Cookie", "Accept-Language", "Host", "Range", "If-Modified-Since", "X-Forwarded-Host", "Authorization", "Origin",
    "Content-Length", "If-None-Match", "Accept",
]  # fmt: skip
VALUES = ["\xff", "x" * 8000, "lernzelle=.eJx" + "A" * 500, "de;q=nan, en;q=1e999, *;q=-1", "bytes=0-,-1,x", "0"]


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_crashes(client, name):
    for value in VALUES:
        assert client.get("/modules", headers={name: value}).status_code < 500


# ---- other sites

ELSEWHERE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
    "/\t/evil.example", "/\n/evil.example", "///evil.example", "javascript:alert(1)", "data:text/html,x",
    " //evil.example", "/%09/evil.example\r\n", "evil.example", "@evil.example", "http:/evil.example",
    "/\x00/evil.example", "",
]  # fmt: skip
HIDDEN = ["//evil.example", "/%5cevil.example", "/%2fevil.example", "/.//evil.example", "/%09/evil.example"]


@pytest.mark.parametrize("target", ELSEWHERE, ids=map(str, range(len(ELSEWHERE))))
def test_signing_in_leads_nowhere_else(client, session, make, sign_in, target):
    user = make.user()
    set_password(session, user.id, "a long password", now=NOON)
    session.commit()
    answer = client.post("/sign-in", data={"email": user.email, "password": "a long password", "next": target})
    assert answer.status_code == 302
    assert re.fullmatch(r"/[^/\\].*", answer.location)
    assert "evil" not in answer.location.partition("/")[0]
    answer = client.get("/sign-in", query_string={"next": target})
    assert re.fullmatch(r"/[^/\\].*", answer.location)


@pytest.mark.parametrize("path", HIDDEN)
def test_changing_the_language_leads_nowhere_else(client, path):
    answer = client.get(f"{path}?lang=de")
    location = answer.headers.get("Location", "/")
    assert re.match(r"(http://localhost)?/(?![/\\])", location)


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=map(str, range(len(FOREIGN))))
def test_no_other_site_changes_anything(flask_app, client, make, sign_in, headers):
    sign_in(make.user(Role.SITE_ADMIN))
    open_to_all = {
        f"{method} {rule.rule}"
        for rule in flask_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if client.open(re.sub(r"<[^>]+>", "1", rule.rule), method=method, headers=headers).status_code != 403
    }
    assert open_to_all == set()
