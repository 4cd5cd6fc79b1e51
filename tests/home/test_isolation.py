"""A person's traces, looked for in every page by everybody who must not see them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.assessment.models import Attempt
from app.companies.models import Company
from app.credentials import services as credentials
from app.evaluation.models import LooseText, Questionnaire, RunEvaluation, Voter
from app.kit.actors import Role
from app.learning.models import Completion
from app.runs.models import Enrolment, RunSession
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON, Make, both
from tests.reading import says_number

NAME, MAIL, WORDS, SCORE = "Zdenka Qwertzova", "zdenka.qwertzova@firma.example", "More time at the coater.", "73.19"


@dataclass
class Life:
    """Somebody with a trace of every kind, all pages that might show it, and who shall not see it."""

    person: User
    company: Company
    places: list[str]
    strangers: dict[str, User | None]
    code: str
    shared: Enrolment


@pytest.fixture
def life(session, make: Make) -> Life:
    trio, company = make.trio(), make.company(name="Firma Geheim")
    module, profile, person = make.module(trio=trio), make.profile(trio=trio), make.user(name=NAME, email=MAIL)
    over = make.run(module, starts_at=NOON - timedelta(days=20), state=RunState.FINISHED)
    now, coming = make.run(module, starts_at=NOON - timedelta(minutes=5)), make.run(module)
    of = {"user_id": person.id, "company_id": company.id}
    done = make.enrolment(over, EnrolmentState.COMPLETED, attendance=90, **of)
    for run in (now, coming):
        make.enrolment(run, EnrolmentState.CONFIRMED, **of)
    session.add_all([
        Completion(enrolment_id=done.id, completed_at=NOON, attendance=90, score=Decimal(SCORE),
                   rule={"attendance": 80, "test": 70, "lessons": True}),
        attempt := Attempt(enrolment_id=done.id, version_id=over.version_id, started_at=NOON, submitted_at=NOON,
                           drawn=[{"item": "item-1", "order": [0, 1]}], score=Decimal(SCORE), passed=True),
        sheet := Questionnaire(key="short", number=1, title=both("Q"),
                               questions=[{"key": "change", "kind": "text", "text": both("What?")}]),
    ])  # fmt: skip
    session.flush()
    code = credentials.issue(session, done.id, now=NOON).code
    times = {"opens_at": NOON - timedelta(days=9), "closes_at": NOON + timedelta(days=9)}
    session.add(RunEvaluation(run_id=over.id, questionnaire_id=sheet.id, **times))
    session.flush()
    session.add(LooseText(key="0" * 32, run_id=over.id, question_key="change", text=WORDS))
    session.add(Voter(run_id=over.id, user_id=person.id))
    session.commit()
    dated = session.scalars(select(RunSession.id).where(RunSession.run_id == now.id)).one()
    strangers = {
        "nobody": None,
        "worker": make.user(),
        "learner of the same run": session.get(User, make.enrolment(over).user_id),
        "trainer elsewhere": make.user(Role.TRAINER, trio=make.trio()),
        "lead elsewhere": make.user(Role.TRIO_ADMIN, trio=make.trio()),
        "office": make.user(Role.PROGRAMME_OFFICE),
        "cluster": make.user(Role.CLUSTER_MANAGER, trio=trio),
        "author": make.user(Role.AUTHOR, trio=trio),
        "reviewer": make.user(Role.REVIEWER, trio=trio),
        "hr of it": make.user(Role.HR_CONTACT, company=company),
        "hr elsewhere": make.user(Role.HR_CONTACT, company=make.company()),
    }
    parts = ("", "/roster", "/learn", "/learn/lesson-1", "/test", "/evaluation", "/evaluation/results", "/sessions.ics")
    places = [f"/runs/{run.id}{part}" for run in (over, now, coming) for part in parts]
    places += [f"/api/v1/runs/{run.id}" for run in (over, now, coming)]
    places += [f"/runs/{now.id}/sessions/{dated}/attendance", f"/attempts/{attempt.id}", *PLACES]
    places += [f"/modules/{module.code}", f"/profiles/{profile.code}", f"/authoring/modules/{module.code}"]
    places += [f"/certificates/{number}" for number in (done.id, attempt.id)]
    return Life(person, company, places, strangers, code, done)


PLACES = [
    "/", "/my", "/company", "/account", "/modules", "/modules?q=Zdenka", "/profiles", "/runs", "/runs?show=past",
    "/runs/new", "/certificates", "/reports/participation", "/reports/participation.csv",
    "/reports/participation/runs?quarter=1",
    "/api/v1/reports/participation", "/api/v1/modules", "/api/v1/runs", "/api/v1/profiles", "/api/v1/openapi.json",
    "/healthz", "/authoring/modules", "/authoring/import", "/sign-in", "/legal/privacy", "/legal/help",
]  # fmt: skip
TRACES = re.compile("|".join(map(re.escape, ("Qwertzova", MAIL, WORDS, SCORE, "73.2"))))


def test_no_stranger_finds_a_trace_of_a_person_anywhere(client, sign_in, life):
    found = {}
    for who, stranger in life.strangers.items():
        if stranger is not None:
            sign_in(stranger)
        for place in life.places:
            answer = client.get(place)
            assert answer.status_code < 500, place
            traces = set(TRACES.findall(answer.text))
            if traces or life.code in answer.text:
                found[who, place] = traces
    assert found == {}


def test_the_traces_are_there_for_who_may_see_them(client, sign_in, life):
    """The control: the person finds name and certificate, and with the code everybody finds the paper."""
    sign_in(life.person)
    mine = client.get("/my").text
    assert NAME.split(maxsplit=1)[0] in mine
    assert life.code in mine
    assert NAME in client.get(f"/certificates/{life.code}").text


def test_a_company_sees_its_people_as_soon_as_they_agree_and_nobody_elses(client, session, sign_in, life):
    life.shared.shares_with_employer = True
    session.commit()
    of_it, elsewhere = life.strangers["hr of it"], life.strangers["hr elsewhere"]
    assert of_it is not None
    assert elsewhere is not None
    sign_in(of_it)
    page = client.get("/company").text
    assert NAME in page
    table = page.partition("<table")[2].partition("</table>")[0]
    assert not says_number(table, "90")
    for hidden in (MAIL, SCORE, WORDS):
        assert hidden not in table
    for arguments in (
        "",
        f"?company_id={life.company.id}",
        "?page=-1",
        "?page=99999999999",
        f"?company={life.company.name}",
    ):
        sign_in(elsewhere)
        page = client.get(f"/company{arguments}").text
        assert NAME not in page
        assert life.company.name not in page


def test_the_programme_office_sees_counts_and_never_a_person(client, make, sign_in, life):
    for _ in range(6):
        make.enrolment(state=EnrolmentState.CONFIRMED)
    office = life.strangers["office"]
    assert office is not None
    sign_in(office)
    names = [
        NAME,
        *(stranger.name for stranger in life.strangers.values() if stranger is not None and stranger != office),
    ]
    for place in life.places:
        text = client.get(place).text
        assert [name for name in names if name in text] == []
