"""What people see of their own data, and administrators of how data is dealt with."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Consent, SignInSession, User
from app.kit import audit
from app.kit.actors import Role
from app.privacy.queries.paths import Who, is_about, sql_table
from app.privacy.rules import RULES, TABLES
from app.runs.models import Enrolment
from app.runs.services import share_with_employer
from tests.counting import statements
from tests.factories import NOON, as_actor

ADMINISTRATION = ("processing-record", "processing-record.csv", "processing-record.json", "retention")


@pytest.fixture
def long_ago(make):
    """Somebody who proved an hour ago who they are: too long for a dangerous act."""
    user = make.user()
    token = make.token(user, confirmed_at=NOON - timedelta(hours=1))
    return user, token


def open_browser(client, token):
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


@pytest.mark.parametrize("page", ["/account/data", "/account/data/erase"])
def test_ones_own_data_is_for_oneself(client, page):
    answer = client.get(page)
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_the_page_says_what_is_known_and_who_sees_it(client, make, sign_in):
    person = make.user()
    company, silent = make.company(name="Weber Drehteile"), make.company(name="Adler Guss")
    trio = make.trio(name="Trio Lausitz")
    for where, shares in ((company, True), (silent, False)):
        run = make.run(make.module(trio=trio))
        make.enrolment(run, user_id=person.id, company_id=where.id, shares_with_employer=shares)
    text = sign_in(person).get("/account/data").text
    assert "name, address and language: 1" in text
    assert "places in runs: 2" in text
    assert "trainers of the run and administrators of its Trio (Trio Lausitz)" in text
    assert "(Weber Drehteile)" in text
    assert "You named Adler Guss, and they see nothing" in text
    assert "5 years from the day the final proof is due" in text
    assert "You were not asked for any yet" in text


def test_somebody_with_nothing_but_an_account_sees_that(make, sign_in):
    text = sign_in(make.user()).get("/account/data").text
    assert "places in runs" not in text
    assert "What you did in your roles" not in text


def test_staff_see_what_they_did(make, sign_in):
    trainer = make.user(Role.TRAINER, trio=make.trio())
    make.run(trainer_id=trainer.id)
    text = sign_in(trainer).get("/account/data").text
    assert "What you did in your roles" in text
    assert "who teaches a run: 1" in text


def consented(session, make, language="de"):
    person = make.user()
    run = make.run()
    make.enrolment(run, user_id=person.id, company_id=make.company(name="Weber").id)
    share_with_employer(session, as_actor(person), run.id, shares=True, language=language, now=NOON)
    session.commit()
    return person, run


def test_a_consent_stands_there_in_the_words_that_were_shown(session, make, sign_in):
    person, _run = consented(session, make)
    text = sign_in(person).get("/account/data").text
    assert "Meine Firma darf von dieser Teilnahme sehen" in text
    assert "Weber" in text
    assert "Given on 2 March 2026, 13:00." in text


def test_one_click_takes_a_consent_back(session, make, sign_in):
    person, run = consented(session, make)
    client = sign_in(person)
    consent = session.scalars(select(Consent)).one()
    client.post(f"/account/data/consents/{consent.id}/withdrawal")
    answer = client.post(f"/account/data/consents/{consent.id}/withdrawal", follow_redirects=True)
    assert "Your consent is taken back." in answer.text
    assert consent.withdrawn_at == NOON
    assert not session.scalars(select(Enrolment.shares_with_employer).where(Enrolment.run_id == run.id)).one()
    assert "Taken back on 2 March 2026, 13:00." in answer.text
    assert "/withdrawal" not in answer.text


def test_a_consent_of_somebody_else_does_not_exist(session, make, sign_in):
    consented(session, make)
    consent = session.scalars(select(Consent)).one()
    assert sign_in(make.user()).post(f"/account/data/consents/{consent.id}/withdrawal").status_code == 404
    assert consent.withdrawn_at is None


def test_the_file_has_every_row_and_no_secret(session, person, filled, sign_in):
    client = sign_in(person)
    counts = {
        name: session.scalar(select(func.count()).select_from(sql_table(name)).where(is_about(table, Who.of(person))))
        for name, table in TABLES.items()
        if table.subject
    }
    answer = client.post("/account/data/export", data={"format": "json"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.text)
    assert {name: len(rows) for name, rows in told["about_you"].items()} == counts | {"audit_entries": 2}
    assert told["about_you"]["users"][0]["email"] == "z.quastenberg@example.org"
    assert told["about_you"]["totps"][0]["secret"] == "stored, not shown"
    assert told["about_you"]["users"][0]["password_hash"] is None
    hashes = session.scalars(select(SignInSession.token_hash).where(SignInSession.user_id == person.id)).all()
    assert all(known not in answer.text for known in hashes)
    assert set(told["what_you_did"]["attendances"][0]) == {"id", "column", "at"}


def test_the_page_to_print_has_every_row_too(session, person, filled, sign_in):
    text = sign_in(person).post("/account/data/export", data={"format": "html"}).text
    for name, table in TABLES.items():
        if table.subject:
            assert f'id="t-{name}"' in text, name
    assert "z.quastenberg@example.org" in text
    assert "stored, not shown" in text
    assert "o.vierzehn@example.org" not in text
    assert text.rstrip().endswith("</html>")


def test_the_page_to_print_speaks_the_language_of_its_reader_to_the_end(make, sign_in):
    person = make.user()
    make.enrolment(user_id=person.id, company_id=make.company(name="Weber Drehteile").id)
    german = {"Accept-Language": "de"}
    text = sign_in(person).post("/account/data/export", data={"format": "html"}, headers=german).text
    assert "Plätze in Kursen" in text
    assert "Cell basics (de)" in text, "runs by title, not by number"
    assert "Weber Drehteile" in text
    assert "places in runs" not in text.lower()


def test_whoever_takes_their_data_along_leaves_a_trace(session, make, sign_in):
    person = make.user()
    sign_in(person).post("/account/data/export", data={"format": "json"})
    entry = session.scalars(select(audit.Entry).where(audit.Entry.action == "person.exported")).one()
    assert (entry.actor, entry.ref) == (person.key, person.key)


def test_an_export_reads_table_by_table(connection, make, sign_in):
    person = make.user()
    client = sign_in(person)
    make.enrolment(user_id=person.id)
    client.post("/account/data/export")  # the first entry of the chain takes a little more
    with statements(connection) as few:
        assert len(client.post("/account/data/export").json["about_you"]["enrolments"]) == 1
    for _place in range(5):
        make.enrolment(user_id=person.id)
    with statements(connection) as many:
        assert len(client.post("/account/data/export").json["about_you"]["enrolments"]) == 6
    assert len(few) == len(many) > len(TABLES) / 2


@pytest.mark.parametrize("address", ["/account/data/export", "/account/data/erase"])
def test_dangerous_acts_want_a_fresh_proof(session, client, long_ago, address):
    user, token = long_ago
    answer = open_browser(client, token).post(address, data={"format": "json"})
    assert answer.status_code == 401
    assert session.get(User, user.id) is not None


def test_before_erasing_it_is_said_what_goes_and_what_stays(make, sign_in):
    person = make.user()
    make.enrolment(user_id=person.id)
    text = sign_in(person).get("/account/data/erase").text
    goes, stays = text.split('id="goes"')[1].split('id="stays"')
    assert "browsers in which the person is or was signed in" in goes
    assert "places in runs" in stays.split("</section>")[0]
    assert "five years after the final proof" in stays
    assert person.email in text


def test_erasing_signs_out_here_and_everywhere(session, client, make, sign_in):
    person = make.user()
    elsewhere = make.token(person)
    user_id = person.id
    client = sign_in(person)
    answer = client.post("/account/data/erase", follow_redirects=True)
    assert "Your account is erased." in answer.text
    assert session.get(User, user_id) is None
    assert client.get("/account/data").status_code == 302
    assert open_browser(client, elsewhere).get("/account/data").status_code == 302
    assert client.post("/account/data/erase").status_code == 401, "a second tab, a second click"


def test_whoever_is_needed_sees_why_not_and_is_refused(session, make, sign_in):
    trio = make.trio(name="Trio Nord")
    admin = make.user(Role.TRIO_ADMIN, trio=trio)
    client = sign_in(admin)
    page = client.get("/account/data/erase").text
    assert "This is the last administrator of Trio Nord" in page
    assert 'aria-disabled="true"' in page
    assert client.post("/account/data/erase").status_code == 409
    assert session.get(User, admin.id) is not None


def test_the_privacy_page_is_made_from_the_register(client):
    page = client.get("/legal/privacy")
    assert page.status_code == 200
    assert "Who sees what?" in page.text
    for table in TABLES.values():
        assert str(table.meaning) in page.text.replace("&#39;", "'"), table.name
        assert str(table.purpose.why) in page.text.replace("&#39;", "'")
    assert "legitimate interest (Art. 6(1)(f) GDPR)" in page.text


@pytest.mark.parametrize("language,word", [("de", "Datenschutz"), ("en", "Privacy")])
def test_it_is_there_in_both_languages(client, language, word):
    assert word in client.get("/legal/privacy", headers={"Accept-Language": language}).text


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.SITE_ADMIN)])
@pytest.mark.parametrize("page", ADMINISTRATION)
def test_the_record_and_the_due_list_are_for_administrators_of_the_platform(make, sign_in, role, page):
    user = make.user(role, trio=make.trio() if role else None)
    assert sign_in(user).get(f"/administration/{page}").status_code == 403


def test_the_record_names_every_table_and_column(make, sign_in):
    client = sign_in(make.user(Role.SITE_ADMIN))
    page = client.get("/administration/processing-record").text
    for table in TABLES.values():
        assert all(name in page for name in (table.name, *table.columns)), table.name
    lines = list(
        csv.DictReader(
            io.StringIO(client.get("/administration/processing-record.csv").text.lstrip("\ufeff")), delimiter=";"
        )
    )
    told = client.get("/administration/processing-record.json").json
    assert len(lines) == len(told["columns"]) == sum(len(t.columns) + len(t.things) for t in TABLES.values())
    assert lines[0]["table"] == "users"
    assert "consent_texts" in told["impersonal"]


def test_the_due_list_shows_the_rules_and_what_is_due(session, make, sign_in, filled):
    client = sign_in(make.user(Role.SITE_ADMIN))
    text = client.get("/administration/retention").text
    for rule in RULES.values():
        assert str(rule.what) in text.replace("&#39;", "'"), rule.id
    assert "Last run" in text
