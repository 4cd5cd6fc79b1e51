"""What people type, in everything that shows it: pages, JSON, calendars, tables, mails. It stays text."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.companies.models import Company
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.evaluation.models import LooseText, Questionnaire, RunEvaluation, Voter
from app.kit.actors import Role
from app.kit.outbox import Message
from app.learning.models import Completion
from app.runs import services as runs
from app.runs.models import Run, RunSession
from app.runs.rules import EnrolmentState, RunState
from app.web import mail
from tests.factories import NOON, Make, as_actor, both

MARK = "zq7"
CANARY = f"\"'></title></script>--><{MARK} onx=1 {{{{7*7}}}}"
"""Breaks out of attributes, elements, titles, scripts and comments, if anything does not escape it."""


class Broken(HTMLParser):
    """Notes the element of the canary, and attributes that it broke out of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if tag == MARK or "onx" in names or any(name.startswith(("'", '"', "{")) for name in names):
            self.found.append(self.get_starttag_text() or tag)


@dataclass
class Typed:
    """A world in which every text that a person can type is the canary."""

    people: list[User | None]
    places: list[str]
    run: Run
    code: str


@pytest.fixture
def typed(session, make: Make) -> Typed:
    name, long = CANARY, CANARY * 3
    trio = make.trio(name=name, region={"de": name, "en": name})
    company = make.company(name=long)
    module, profile = make.module(trio=trio), make.profile(trio=trio)
    learner = make.user(name=name)
    provider = make.organisation(name=long, city=name, phone=name[:40])
    texts: dict[str, Any] = {
        "provider": provider,
        "city": name,
        "place": long,
        "note": both(long),
        "trainer_id": learner.id,
    }
    today = make.run(module, **texts, starts_at=NOON - timedelta(minutes=30), enrolment_closes=NOON + timedelta(days=1))
    coming = make.run(module, **texts)
    over = make.run(module, **texts, state=RunState.FINISHED)
    gone = make.run(module, **texts, state=RunState.CANCELLED, cancellation=long)
    share: dict[str, Any] = {"company_id": company.id, "shares_with_employer": True, "user_id": learner.id}
    for run, state in ((today, "confirmed"), (coming, "confirmed"), (gone, "cancelled")):
        make.enrolment(run, EnrolmentState(state), **share)
    done = make.enrolment(over, EnrolmentState.COMPLETED, attendance=90, **share)
    certificate = _withdrawn_certificate(session, done.id, long)
    _answers(session, over.id)
    session.commit()
    dated = session.scalars(select(RunSession.id).where(RunSession.run_id == today.id)).one()
    lead, hr = make.user(Role.TRIO_ADMIN, trio=trio, name=name), make.user(Role.HR_CONTACT, company=company, name=name)
    parts = ("", "/roster", "/learn", "/evaluation", "/evaluation/results", "/test")
    places = [f"/runs/{run.id}{part}" for run in (today, coming, over, gone) for part in parts]
    places += [*PLACES, f"/modules/{module.code}", f"/profiles/{profile.code}", f"/authoring/modules/{module.code}"]
    places += [f"/certificates/{certificate.code}", f"/runs/{today.id}/sessions/{dated}/attendance"]
    everybody = [None, learner, lead, hr, make.user(Role.SITE_ADMIN, name=name)]
    return Typed(everybody, places, coming, certificate.code)


PLACES = [
    "/", "/my", "/company", "/account", "/modules", "/profiles", "/runs", "/runs?show=past", "/runs/new",
    "/reports/participation", "/reports/participation/runs?quarter=1", "/authoring/modules", "/authoring/import",
]  # fmt: skip


def _withdrawn_certificate(session: Session, enrolment_id: int, reason: str) -> Certificate:
    rule = {"attendance": 80, "test": 70, "lessons": True}
    session.add(Completion(enrolment_id=enrolment_id, completed_at=NOON, attendance=90, rule=rule))
    session.flush()
    certificate = credentials.issue(session, enrolment_id, now=NOON)
    certificate.revoked_at, certificate.revocation_reason = NOON, reason
    return certificate


def _answers(session: Session, run_id: int) -> None:
    """Six free texts, and an evaluation that is closed."""
    questions = [{"key": "change", "kind": "text", "text": both("What?")}]
    questionnaire = Questionnaire(key="short", number=1, title=both("Q"), questions=questions)
    session.add(questionnaire)
    session.flush()
    times = {"opens_at": NOON - timedelta(days=40), "closes_at": NOON - timedelta(days=9)}
    session.add(RunEvaluation(run_id=run_id, questionnaire_id=questionnaire.id, **times))
    session.add_all(LooseText(key=f"{n:032}", run_id=run_id, question_key="change", text=CANARY) for n in range(6))
    people = [User(email=f"v{n}@x.de", name="V", key=f"v{n}", created_at=NOON) for n in range(6)]
    session.add_all(people)
    session.flush()
    session.add_all(Voter(run_id=run_id, user_id=person.id) for person in people)


def test_nothing_typed_is_active_in_any_page(client, sign_in, typed):
    broken, shown = {}, set()
    for number, person in enumerate(typed.people):
        if person is not None:
            sign_in(person)
        for path in typed.places:
            answer = client.get(path)
            assert answer.status_code < 500, path
            assert "{{49" not in answer.text
            if MARK in answer.text.partition("<main")[2]:
                shown.add(path)
            if found := Broken(answer.text).found:
                broken[number, path] = found
    assert broken == {}
    assert len(shown) > 25


QUERIES = [
    "/modules?q={}", "/modules?stage={}", "/modules?place={}", "/modules?trio={}", "/modules?language={}",
    "/modules?sort={}", "/sign-in?next={}", "/sign-in?next=/{}", "/certificates/{}", "/modules/{}", "/profiles/{}",
    "/{}", "/runs/1/learn/{}", "/sign-in/link/{}", "/modules?lang=x&q={}",
]  # fmt: skip


@pytest.mark.parametrize("address", QUERIES)
def test_nothing_of_an_address_is_active_in_the_page(client, address):
    answer = client.get(address.format(quote(CANARY, safe="")))
    assert answer.status_code < 500
    assert Broken(answer.text).found == []


FIELDS = ["name", "language", "city", "place", "note_de", "note_en", "seats", "date_1", "reason"]


def test_a_form_that_comes_back_holds_what_was_typed_and_nothing_active(client, make, sign_in):
    run = make.run(starts_at=NOON + timedelta(days=9))
    forms = [
        ("/sign-in", {"email": CANARY, "password": CANARY, "next": CANARY}),
        ("/sign-in/link", {"email": CANARY, "next": CANARY}),
        ("/certificates", {"code": CANARY}),
        (f"/runs/{run.id}/enrolment", {"name": CANARY, "email": CANARY, "company": CANARY * 9}),
        ("/account", {CANARY: CANARY, "name": CANARY}),  # nobody is signed in: all of it is kept
    ]
    for path, form in forms:
        answer = client.post(path, data=form)
        assert answer.status_code in {401, 422}, path
        assert MARK in answer.text
        assert Broken(answer.text).found == []
    sign_in(make.user(Role.SITE_ADMIN))
    for path in ("/runs/new", "/account", f"/runs/{run.id}/cancel"):
        form = dict.fromkeys(FIELDS, CANARY * 9)
        answer = client.post(path, data=form)
        assert answer.status_code == 422, path
        assert Broken(answer.text).found == []


def test_json_holds_it_as_text_and_is_no_page(client, typed):
    for path in ("/api/v1/runs", "/api/v1/modules", f"/api/v1/certificates/{typed.code}", "/api/v1/profiles"):
        answer = client.get(path)
        assert answer.mimetype == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/api/v1/runs").get_json()["items"][0]["city"] == CANARY


# ---- files

LINES = "Halle 2\r\nBEGIN:VEVENT\nSUMMARY:Owned\rX-EVIL:1\u2028;,\\ \x1b\x00"


def test_a_calendar_has_no_lines_of_its_own(client, session, make):
    run = make.run(city="Kamenz")
    run.place = LINES.replace("\x00", "")
    session.commit()
    text = client.get(f"/runs/{run.id}/sessions.ics").text
    assert "\r" not in text.replace("\r\n", "")
    assert "\n" not in text.replace("\r\n", "")
    names = [line.partition(":")[0].partition(";")[0] for line in text.replace("\r\n ", "").splitlines()]
    assert names.count("BEGIN") == names.count("END") == 2
    assert "X-EVIL" not in names
    assert names.count("SUMMARY") == 1
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1"])
def test_no_cell_of_a_csv_begins_a_formula(client, session, make, sign_in, name):
    trio = make.trio()
    trio.name = name
    session.commit()
    sign_in(make.user(Role.CLUSTER_MANAGER, trio=trio))
    text = client.get(f"/reports/participation.csv?trio={trio.slug}").text.lstrip("\ufeff")
    cells = [cell.strip('"') for line in text.replace("\r\n", "\n").split("\n") for cell in line.split(",")]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


# ---- mails

MANY_LINES = "Oksana\r\nBcc: evil@evil.example\r\n\r\n<b>hello</b>"


def test_no_mail_gets_a_header_or_a_recipient_from_what_is_typed(flask_app, session, make):
    run = make.run(city="Kamenz\r\nBcc: evil@evil.example", place=MANY_LINES)
    lead = make.user(Role.SITE_ADMIN)
    person = make.user(name=MANY_LINES)
    runs.enrol(session, as_actor(person), run.id, now=NOON)
    runs.cancel_run(session, as_actor(lead), run.id, reason=MANY_LINES, now=NOON)
    session.commit()
    for message in session.scalars(select(Message).where(Message.kind == "mail")):
        values = {**message.payload["values"], "title": both(f"Cell\r\nBcc: evil@evil.example {CANARY}")}
        letter = mail.compose(
            flask_app, to=person.email, locale="en", template=message.payload["template"], values=values, at=NOON
        )
        assert letter["Bcc"] is None
        assert letter["To"] == person.email
        assert letter.get_content_type() == "text/plain"
        raw = bytes(letter).partition(b"\n\n")[0]
        assert b"\nBcc" not in raw
        assert [line for line in raw.split(b"\n") if not re.match(rb"[\w-]+: |\s", line)] == []


def test_no_host_of_a_request_gets_into_links(client, session, make, typed):
    for path in (f"/certificates/{typed.code}", "/profiles", f"/runs/{typed.run.id}/sessions.ics", "/sign-in"):
        for name in ("Host", "X-Forwarded-Host", "X-Original-URL", "Forwarded"):
            answer = client.get(path, headers={name: "evil.example"})
            assert "evil.example" not in answer.text
    client.post("/sign-in/link", data={"email": make.user().email}, headers={"Host": "evil.example"})
    payload = session.scalars(select(Message.payload).where(Message.kind == "accounts.link_asked")).one()
    assert "evil" not in str(payload)


# ---- names and companies


NAMES = [
    ("  Oksana \t Bondar  ", "Oksana Bondar"),
    ("Ok\x00sa\x1bna", "Oksana"),
    ("\u202eradnoB\u202c anaskO", "radnoB anaskO"),
    ("Ok\u200bsana", "Oksana"),
    ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
    ("O\r\nBcc: x", "O Bcc: x"),
]


@pytest.mark.parametrize("name,kept", NAMES, ids=map(str, range(len(NAMES))))
def test_a_name_is_kept_on_one_line_and_as_it_reads(client, session, make, sign_in, name, kept):
    user = make.user()
    sign_in(user)
    assert client.post("/account", data={"name": name, "language": "en"}).status_code == 302
    assert session.get_one(User, user.id).name == kept


@pytest.mark.parametrize("name", ["\u200b\u200b", "\x01\x02\x03", "\u202e\u202c\u202d", " \u2003 x"])
def test_a_name_that_nobody_sees_is_none(client, make, sign_in, name):
    sign_in(make.user())
    assert client.post("/account", data={"name": name, "language": "en"}).status_code == 422


ADDRESSES = [
    "\xfc@x.de", "a@\xfc.de", "a@\u0130.de", "a\u200b@x.de", "a@x.de\nBcc: b@x.de", "a@x.de,b@x.de",
    "a" * 250 + "@x.de",
]  # fmt: skip


@pytest.mark.parametrize("email", ADDRESSES, ids=map(str, range(len(ADDRESSES))))
def test_an_address_that_no_mail_reaches_is_refused(client, make, email):
    run = make.run()
    form = {"name": "Oksana", "email": email}
    assert client.post(f"/runs/{run.id}/enrolment", data=form).status_code == 422


def test_a_company_whose_folded_name_is_longer_than_its_column(client, session, make, sign_in):
    run = make.run()
    sign_in(make.user())
    name = "\ufb03" * 200  # ffi as one sign; folded, 600 letters
    for _ in range(2):
        assert client.post(f"/runs/{run.id}/enrolment", data={"company": name}).status_code == 302
    assert session.scalars(select(Company.name).where(Company.name == name)).all() == [name]
