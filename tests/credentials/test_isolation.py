"""A certificate is found by its code and by nothing else; only its Trio withdraws it."""

import pytest

from app.credentials import services
from app.credentials.models import Certificate
from app.kit.actors import Role
from tests.credentials.conftest import complete
from tests.factories import NOON


@pytest.mark.parametrize(
    "code", ["1", "0", "-1", "%", "_" * 20, "A" * 20, "' OR 1=1 --", "*", "%00", "2" * 19, "2" * 21]
)
def test_no_other_word_finds_a_certificate(client, certificate, code):
    for path in ("/certificates/", "/api/v1/certificates/"):
        answer = client.get(path + code)
        assert answer.status_code == 404
        assert certificate.says["person"] not in answer.text


def test_a_code_that_is_wrong_in_one_sign_finds_nothing(client, certificate):
    for place in range(len(certificate.code)):
        wrong = (
            certificate.code[:place] + ("3" if certificate.code[place] == "2" else "2") + certificate.code[place + 1 :]
        )
        assert client.get(f"/certificates/{wrong}").status_code == 404


def test_a_certificate_is_found_by_no_search_engine_and_kept_by_no_cache(client, certificate):
    for path in ("/certificates/", "/api/v1/certificates/"):
        headers = client.get(path + certificate.code).headers
        assert "noindex" in headers["X-Robots-Tag"]
        assert "no-store" in headers["Cache-Control"]


def test_it_tells_no_score_no_address_and_no_inner_number(client, session, completed, certificate):
    shown = client.get(f"/api/v1/certificates/{certificate.code}").get_json()
    text = str(shown) + client.get(f"/certificates/{certificate.code}").text
    assert "87.5" not in text
    assert completed.person.email not in text
    assert not {"id", "user_id", "enrolment_id", "frozen", "score"} & set(shown)


@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.CLUSTER_MANAGER, Role.REVIEWER, Role.AUTHOR])
def test_people_of_the_trio_who_do_not_administer_it_withdraw_nothing(
    session, make, sign_in, completed, certificate, role
):
    client = sign_in(make.user(role, trio=completed.trio) if role else completed.person)
    page = client.get(f"/certificates/{certificate.code}").text
    assert "/revocation" not in page
    answer = client.post(f"/certificates/{certificate.code}/revocation", data={"reason": "Mine."})
    assert answer.status_code == 403
    assert session.get_one(Certificate, certificate.id).is_valid


def test_an_administrator_of_another_trio_withdraws_nothing(session, make, sign_in, certificate):
    client = sign_in(make.user(Role.TRIO_ADMIN, trio=make.trio()))
    assert client.post(f"/certificates/{certificate.code}/revocation", data={"reason": "Mine."}).status_code == 403
    assert session.get_one(Certificate, certificate.id).is_valid


def test_my_page_lists_my_certificates_only(session, make, sign_in, certificate):
    other = complete(make, run=make.run())
    theirs = services.issue(session, other.enrolment.id, now=NOON)
    session.commit()
    page = sign_in(other.person).get("/my").text
    assert theirs.code in page
    assert certificate.code not in page
