import pytest

from app.credentials import services
from app.kit.actors import Role
from tests.factories import NOON, both


def test_everybody_verifies_a_certificate(client, certificate, completed):
    answer = client.get(f"/api/v1/certificates/{certificate.code.lower()}")
    assert answer.status_code == 200
    assert answer.json == {
        "code": certificate.shown_code,
        "valid": True,
        "revoked_at": None,
        "kind": "qualified",
        "issued_on": "2026-03-02",
        "person": "Oksana Bondar",
        "module": {"code": completed.module.code, "version": 1, "title": both("Cell basics")},
        "units": {"presence": 2, "online": 0, "self_study": 4, "practice": 0, "total": 6, "workplace_hours": 0},
        "outcomes": [
            {"lesson": both("Lesson 1"), "outcome": both("You name 1.")},
            {"lesson": both("Lesson 2"), "outcome": both("You name 2.")},
        ],
        "level": {
            "framework": "DQR",
            "level": 3,
            "wording": "oriented towards level 3 of the German Qualifications Framework (DQR)",
        },
        "hv_level": None,
        "provider": "Bildungswerk Muldental",
        "trio": completed.trio.name,
        "run": {"starts_on": "2026-03-12", "ends_on": "2026-03-13", "city": "Kamenz", "format": "presence"},
        "trainer": "Petra Winkelmann",
        "reviewer": "Dr. Ines Kaltwasser",
        "rule": {"attendance": 80, "test": 70, "lessons": True},
        "met": {"attendance": 95, "test": True, "lessons": True},
        "funding_notice": both("Funded"),
    }


def test_a_withdrawn_one_is_not_valid_and_says_since_when(client, session, make, certificate):
    services.revoke(session, make.actor(Role.SITE_ADMIN), certificate.code, "Wrong person.", now=NOON)
    session.commit()
    answer = client.get(f"/api/v1/certificates/{certificate.shown_code}")
    assert (answer.json["valid"], answer.json["revoked_at"]) == (False, "2026-03-02T12:00:00+00:00")
    assert "Wrong person." not in answer.text


@pytest.mark.parametrize("code", ["2222-2222-2222-2222-2222", "abc", "%00"])
def test_an_unknown_one_is_a_problem(client, code):
    answer = client.get(f"/api/v1/certificates/{code}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["detail"] == "There is no certificate with this code."


def test_it_is_described(client):
    description = client.get("/api/v1/openapi.json").json
    operation = description["paths"]["/api/v1/certificates/{code}"]["get"]
    assert operation["summary"] == "Verify a certificate."
    assert "404" in operation["responses"]
