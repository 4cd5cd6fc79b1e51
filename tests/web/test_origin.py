"""Who may change something: the pages of this site, and programs that carry no cookie."""

import pytest

COOKIE = "lernzelle=x"
PATH = "/probe/read"

MATRIX = [
    # Sec-Fetch-Site, Origin, cookie, welcome
    ("same-origin", None, COOKIE, True),
    ("same-origin", "http://localhost", COOKIE, True),
    ("none", None, COOKIE, True),
    ("same-site", None, COOKIE, False),
    ("same-site", "http://localhost", COOKIE, False),
    ("cross-site", None, COOKIE, False),
    ("cross-site", "http://localhost", COOKIE, False),
    ("cross-site", None, None, False),
    ("Same-Origin", None, COOKIE, False),
    ("", None, COOKIE, False),
    (None, "http://localhost", COOKIE, True),
    (None, "http://localhost:8000", COOKIE, False),
    (None, "http://sub.localhost", COOKIE, False),
    (None, "http://localhost.evil.example", COOKIE, False),
    (None, "http://evil.example", COOKIE, False),
    (None, "http://evil.example", None, False),
    (None, "http://user@localhost", COOKIE, False),
    (None, "null", COOKIE, False),
    (None, "", COOKIE, False),
    (None, "http://[", COOKIE, False),
    (None, None, COOKIE, False),
    (None, None, None, True),
]


@pytest.mark.parametrize("site,origin,cookie,welcome", MATRIX)
def test_who_may_send_a_form(probing, probe, site, origin, cookie, welcome):
    headers = {"Sec-Fetch-Site": site, "Origin": origin, "Cookie": cookie, "Accept-Language": "en"}
    answer = probing.test_client(use_cookies=False).post(
        PATH, headers={name: value for name, value in headers.items() if value is not None}
    )
    assert answer.status_code == (200 if welcome else 403)
    if not welcome:
        assert "This form was sent from another site." in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize("path", [PATH, "/api/v1/runs/1/enrolment", "/static/lernzelle.css", "/no/such/page"])
def test_every_method_that_changes_something_is_checked_before_anything_else(probing, probe, method, path):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert probing.test_client().open(path, method=method, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_links_from_other_sites_work(probing, probe, method):
    headers = {"Sec-Fetch-Site": "cross-site", "Cookie": COOKIE}
    assert probing.test_client().open("/sign-in", method=method, headers=headers).status_code == 200


def test_the_api_refuses_with_a_problem(probing, probe):
    answer = probing.test_client().put("/api/v1/runs/1/enrolment", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
