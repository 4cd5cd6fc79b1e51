from datetime import timedelta

import pytest

from app.credentials import services
from app.evaluation import cli as questionnaires
from app.evaluation import services as evaluation
from app.kit import clock
from app.kit.actors import Role
from app.runs.rules import RunFormat
from app.web import mail
from tests.counting import statements
from tests.credentials.conftest import complete
from tests.factories import NOON, as_actor
from tests.reading import says_number

UNKNOWN = "2222-2222-2222-2222-2222"


@pytest.fixture
def path(certificate):
    """The address of the certificate."""
    return f"/certificates/{certificate.shown_code}"


# ---- the paper


def test_everybody_with_the_code_sees_that_it_is_genuine(client, path, certificate):
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    for words in (
        "This certificate is genuine and valid",
        "Issued on March 2, 2026 by Bildungswerk Muldental. Checked today at 13:00.",
        "Qualified certificate of participation",
        "Oksana Bondar",
        "took part in this course and passed its test:",
        "Cell basics",
        "oriented towards level 3",
        "6 units",
        "Present for 95% of the time (required: 80%)",
        "Final test passed (required: 70% of the points)",
        "You name 1.",
        "Petra Winkelmann",
        "Dr. Ines Kaltwasser",
        "Funded",
        f"http://localhost{path}",
        certificate.shown_code,
    ):
        assert words in page.text, words


def test_the_days_of_a_run_are_said_once(client, path):
    assert "12.–13. März 2026, Kamenz" in client.get(path, headers={"Accept-Language": "de"}).text


def test_neither_score_nor_address_nor_owner_is_on_the_page(client, path, completed):
    page = client.get(path).text
    assert not says_number(page, "87")
    for secret in (completed.person.email, "This is yours", "Withdraw", "Give feedback"):
        assert secret not in page, secret


def test_the_code_works_however_it_is_written(client, certificate):
    shown = certificate.shown_code
    for spelling in (shown.lower(), shown.replace("-", ""), f" {shown} "):
        assert client.get(f"/certificates/{spelling}").status_code == 200, spelling


def test_the_paper_follows_the_language_of_the_reader(client, path):
    german = client.get(path, headers={"Accept-Language": "de"}).text
    assert "Qualifizierte Teilnahmebescheinigung" in german
    assert "orientiert an DQR-Niveau 3" in german
    assert "Cell basics (de)" in german


def test_the_qr_code_is_a_drawing_in_the_page(client, path):
    page = client.get(path).text
    assert 'class="segno"' in page
    assert "QR code: leads to the check of this certificate" in page
    assert "style=" not in page


def test_without_a_public_address_the_paper_names_the_one_it_was_asked_under(client, path, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "PUBLIC_URL", "")
    assert f"http://batteries.example{path}" in client.get(path, base_url="http://batteries.example").text


def test_a_plain_certificate_of_an_online_course(client, session, make):
    done = complete(make, test=0, hv_level="1S", ue_online=1.5, ue_practice=2, workplace_hours=3)
    done.run.format, done.run.trainer_id = RunFormat.ONLINE, None
    code = services.issue(session, done.enrolment.id, now=NOON).shown_code
    session.commit()
    page = client.get(f"/certificates/{code}").text
    for words in ("Certificate of participation", "took part in this course:", "live online", "high-voltage level 1S",
                  "3 hours at the employer", "1.5 units", "education provider"):  # fmt: skip
        assert words in page, words
    assert "Final test" not in page


# ---- its owner


def test_the_owner_gets_hints_and_is_asked_for_feedback(client, session, sign_in, completed, path):
    questionnaires.load(session)
    evaluation.open_evaluation(session, completed.run.id, now=NOON)
    session.commit()
    page = sign_in(completed.person).get(path).text
    assert "This is yours" in page
    assert f'href="/runs/{completed.run.id}/evaluation"' in page
    evaluation.vote(session, as_actor(completed.person), completed.run.id, {"useful": "4"}, now=NOON)
    session.commit()
    assert "Give feedback" not in client.get(path).text


def test_another_participant_is_a_stranger(sign_in, make, completed, path):
    other = complete(make, run=completed.run)
    assert "This is yours" not in sign_in(other.person).get(path).text


# ---- not found, typed


@pytest.mark.parametrize("code", [UNKNOWN, "abc", "%3Cscript%3E", "1" * 500, "..%5c"])
def test_an_unknown_code_offers_to_try_again(client, code):
    page = client.get(f"/certificates/{code}")
    assert page.status_code == 404
    assert "There is no certificate with this code" in page.text
    assert 'name="code"' in page.text
    assert "<script>" not in page.text


def test_typing_a_code_leads_to_the_certificate(client, certificate, path):
    assert "Check a certificate" in client.get("/certificates").text
    found = client.post("/certificates", data={"code": certificate.code.lower()})
    assert found.headers["Location"] == path
    missing = client.post("/certificates", data={"code": UNKNOWN}, follow_redirects=True)
    assert missing.status_code == 404


@pytest.mark.parametrize("typed", ["", "7KX4", "hello <there>"])
def test_what_cannot_be_a_code_comes_back(client, typed):
    page = client.post("/certificates", data={"code": typed})
    assert page.status_code == 422
    assert "The code has 20 letters and digits" in page.text or "This is missing." in page.text
    assert "<there>" not in page.text


# ---- withdrawing


def test_an_administrator_withdraws_it(client, sign_in, make, completed, path):
    admin = sign_in(make.user(Role.TRIO_ADMIN, trio=completed.trio))
    assert "Withdraw this certificate" in admin.get(path).text
    page = admin.post(f"{path}/revocation", data={"reason": "Wrong person."}, follow_redirects=True).text
    assert "This certificate was withdrawn" in page
    assert "Reason: Wrong person." in page
    assert "Withdraw this certificate" not in page


def test_everybody_else_sees_that_and_when_but_not_why(client, session, make, certificate, completed, path, sign_in):
    admin = make.actor(Role.SITE_ADMIN)
    services.revoke(session, admin, certificate.code, "Wrong person.", now=NOON + timedelta(days=3))
    session.commit()
    page = client.get(path)
    assert page.status_code == 200
    assert "It does not count since March 5, 2026." in page.text
    assert "Wrong person." not in page.text
    assert "We hereby confirm" not in page.text
    assert "Reason: Wrong person." in sign_in(completed.person).get(path).text


def test_a_withdrawal_needs_a_reason_and_keeps_what_was_typed(sign_in, make, path):
    admin = sign_in(make.user(Role.SITE_ADMIN))
    page = admin.post(f"{path}/revocation", data={"reason": "x" * 201})
    assert page.status_code == 422
    assert "x" * 201 in page.text
    assert admin.post(f"/certificates/{UNKNOWN}/revocation", data={"reason": "No."}).status_code == 404


def test_withdrawing_twice_is_a_conflict_and_others_may_not(client, sign_in, make, completed, path):
    assert client.post(f"{path}/revocation", data={"reason": "No."}).status_code == 401
    assert sign_in(completed.person).post(f"{path}/revocation", data={"reason": "No."}).status_code == 403
    admin = sign_in(make.user(Role.SITE_ADMIN))
    assert admin.post(f"{path}/revocation", data={"reason": "Wrong."}).status_code == 302
    assert admin.post(f"{path}/revocation", data={"reason": "Wrong."}).status_code == 409


# ---- mails and speed


@pytest.mark.parametrize(
    "letter,locale,subject,words",
    [
        ("issued", "de", "Dein Zertifikat ist da: Kleben & Löten", "/certificates/7KX4-Q2MH-9TPA-WE3D-86CV"),
        ("issued", "en", "Your certificate is there: Glue & solder", "you have completed the course"),
        ("revoked", "de", "Dein Zertifikat wurde zurückgezogen: Kleben & Löten", "Falsche <Person>"),
        ("revoked", "en", "Your certificate was withdrawn: Glue & solder", "Falsche <Person>"),
    ],
)
def test_the_letters(flask_app, letter, locale, subject, words):
    title = {"de": "Kleben & Löten", "en": "Glue & solder"}
    values = {"code": "7KX4-Q2MH-9TPA-WE3D-86CV", "title": title, "reason": "Falsche <Person>"}
    with flask_app.app_context():
        message = mail.compose(
            flask_app, to="o@example.org", locale=locale, template=f"credentials/mail/{letter}", values=values, at=NOON
        )
    assert message["Subject"] == subject
    assert words in message.get_content()


def test_the_page_takes_few_queries_however_many_certificates_there_are(client, session, make, completed, path):
    def count() -> int:
        session.expire_all()
        with statements(session) as told:
            client.get(path)
        return len([sql for sql in told if sql.startswith("SELECT")])

    few = count()
    for _number in range(20):
        services.issue(session, complete(make, run=completed.run).enrolment.id, now=clock.now())
    session.commit()
    assert count() == few
    assert few <= 3


def test_a_paper_whose_name_was_removed_is_still_genuine(client, session, certificate):
    services.forget_names(session, certificate.user_id)
    session.commit()
    page = client.get(f"/certificates/{certificate.shown_code}").text
    assert "genuine and valid" in page
    assert "The name on it was removed here" in page
    assert "(name removed)" in page
    assert "Oksana" not in page
    assert client.get(f"/api/v1/certificates/{certificate.code}").json["person"] == ""
