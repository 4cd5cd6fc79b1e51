"""What people see on their start pages."""

from datetime import timedelta

import pytest

from app.competences.rules import STAGE_NAMES
from app.credentials.models import Certificate
from app.kit.actors import Role
from app.learning.models import LessonProgress
from app.runs.rules import EnrolmentState, RunState
from tests.counting import statements
from tests.factories import NOON, both

DAY = timedelta(days=1)


def test_the_start_page_is_for_everybody(client, make):
    run = make.run()
    page = client.get("/")
    assert page.status_code == 200
    assert "What do you want to learn?" in page.text
    assert 'action="/modules"' in page.text
    assert page.text.count('href="/modules?stage=') == len(STAGE_NAMES)
    assert "no course yet" in page.text
    assert f'href="/runs/{run.id}"' in page.text
    assert "12 seats left" in page.text
    assert "finished quarters only" not in page.text


def test_an_empty_platform_has_a_start_page(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "No dates at present" in page.text


def test_the_start_page_tells_what_took_place(client, make):
    run = make.run(starts_at=NOON - 80 * DAY, state=RunState.FINISHED)
    for _ in range(6):
        make.enrolment(run, EnrolmentState.ATTENDED, company_id=make.company().id)
    page = client.get("/")
    assert "people, each counted once" in page.text
    assert "companies, 6 of them small or medium-sized" in page.text
    assert "As of December 31, 2025" in page.text


def test_few_people_are_not_told(client, make):
    run = make.run(starts_at=NOON - 80 * DAY, state=RunState.FINISHED)
    for _ in range(4):
        make.enrolment(run, EnrolmentState.ATTENDED)
    assert "counted once" not in client.get("/").text


def test_the_start_page_takes_few_queries(client, connection, make):
    make.run()
    with statements(connection) as few:
        client.get("/")
    for _ in range(10):
        make.run()
    with statements(connection) as many:
        client.get("/")
    assert len(few) == len(many) <= 12


def test_my_page_needs_somebody(client):
    assert client.get("/my").location == "/sign-in?next=/my"


def test_whoever_has_no_course_finds_one(sign_in, make):
    page = sign_in(make.user(name="Ada Nowak")).get("/my")
    assert "Hello, Ada" in page.text
    assert "Choose your first course" in page.text


def test_a_learner_goes_on(sign_in, session, make):
    person, run = make.user(), make.run()
    enrolment = make.enrolment(run, user_id=person.id)
    client = sign_in(person)
    assert "Start lesson 1" in client.get("/my").text
    session.add(
        LessonProgress(enrolment_id=enrolment.id, lesson_key="lesson-1", opened_at=NOON, seen_at=NOON, done_at=NOON)
    )
    session.commit()
    page = client.get("/my")
    assert f'href="/runs/{run.id}/learn/lesson-2"' in page.text
    assert "Go on with lesson 2" in page.text
    assert "1 of 2" in page.text


def test_what_comes_after_the_lessons(sign_in, session, make):
    person = make.user()
    enrolment = make.enrolment(user_id=person.id)
    for key in ("lesson-1", "lesson-2"):
        session.add(
            LessonProgress(enrolment_id=enrolment.id, lesson_key=key, opened_at=NOON, seen_at=NOON, done_at=NOON)
        )
    session.commit()
    assert f'href="/runs/{enrolment.run_id}/test"' in sign_in(person).get("/my").text


def test_a_date_is_said(sign_in, make):
    person = make.user()
    module = make.module(lessons=0, pass_mark=0)
    make.enrolment(make.run(module), user_id=person.id)
    assert "See you on Thursday, March 12, 2026 at 13:00." in sign_in(person).get("/my").text


def test_waiting_and_history(sign_in, session, make):
    person = make.user()
    make.enrolment(make.run(), EnrolmentState.WAITING, user_id=person.id)
    done = make.enrolment(make.run(starts_at=NOON - 9 * DAY), EnrolmentState.COMPLETED, user_id=person.id)
    off = make.run(state=RunState.CANCELLED)
    make.enrolment(off, user_id=person.id)
    session.add(
        Certificate(
            code="A" * 20, enrolment_id=done.id, user_id=person.id, issued_at=NOON,
            frozen={"module": {"title": both("On paper")}},
        )
    )  # fmt: skip
    session.commit()
    page = sign_in(person).get("/my")
    assert "You are on the waiting list." in page.text
    assert 'href="/certificates/' in page.text
    assert "On paper" in page.text
    assert "Called off" in page.text
    assert f'href="/runs/{done.run_id}"' in page.text


def test_a_trainer_sees_the_lists(sign_in, make):
    trio = make.trio()
    run = make.run(make.module(trio=trio), starts_at=NOON - DAY)
    client = sign_in(make.user(Role.TRAINER, trio=trio))
    page = client.get("/my")
    assert f'href="/runs/{run.id}/sessions/' in page.text
    assert "not closed yet" in page.text
    assert "Choose your first course" not in page.text


@pytest.mark.parametrize("hours,words", [(-0.5, "running now"), (2, "today")])
def test_a_list_of_today(sign_in, make, hours, words):
    trio = make.trio()
    make.run(make.module(trio=trio), starts_at=NOON + timedelta(hours=hours))
    assert words in sign_in(make.user(Role.TRAINER, trio=trio)).get("/my").text


def test_a_trainer_with_nothing_to_do_reads_that(sign_in, make):
    assert "Nothing to do" in sign_in(make.user(Role.TRAINER, trio=make.trio())).get("/my").text


def test_an_author_sees_drafts(sign_in, make):
    trio = make.trio()
    module = make.module(trio=trio, published=False)
    page = sign_in(make.user(Role.AUTHOR, trio=trio)).get("/my")
    assert f'href="/authoring/modules/{module.code}"' in page.text
    assert "nothing published yet" in page.text
    assert "No draft is waiting." in sign_in(make.user(Role.REVIEWER, trio=make.trio())).get("/my").text


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.PROGRAMME_OFFICE, Role.SITE_ADMIN])
def test_who_reads_reports_finds_them(sign_in, make, role):
    trio = make.trio()
    everywhere = role is not Role.CLUSTER_MANAGER
    page = sign_in(make.user(role, trio=None if everywhere else trio)).get("/my")
    assert page.status_code == 200
    assert "Participation in quarter 1 of 2026" in page.text
    assert ("All Trios together" in page.text) is everywhere


def test_few_participations_are_not_told(sign_in, make):
    trio = make.trio()
    run = make.run(make.module(trio=trio), starts_at=NOON - DAY, state=RunState.FINISHED)
    make.enrolment(run, EnrolmentState.ATTENDED)
    page = sign_in(make.user(Role.CLUSTER_MANAGER, trio=trio)).get("/my")
    assert "we give no number yet" in page.text


def test_an_hr_contact_is_led_to_the_people(sign_in, make):
    page = sign_in(make.user(Role.HR_CONTACT, company=make.company())).get("/my")
    assert 'href="/company"' in page.text


def test_somebody_with_several_roles_sees_all_of_it(sign_in, make):
    trio = make.trio()
    person = make.user(Role.TRIO_ADMIN, trio=trio)
    make.enrolment(user_id=person.id)
    text = sign_in(person).get("/my").text
    places = [
        text.index(words)
        for words in ("Attendance lists", "Drafts that wait", "Participation in quarter", "My courses")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "page,words",
    [
        ("imprint", "Name and address of the operator are missing"),
        ("privacy", "Who sees what?"),
        ("accessibility", "WCAG 2.2"),
        ("help", "What does a course cost?"),
    ],
)
def test_legal_pages_are_open_and_honest(client, page, words):
    answer = client.get(f"/legal/{page}")
    assert answer.status_code == 200
    assert words in answer.text
    assert "<h1>" in answer.text


def test_the_operator_is_named_once_it_is_set(client, flask_app, monkeypatch):
    for name, value in (
        ("NAME", "Lernwerk gGmbH"),
        ("ADDRESS", "Markt 1; 01917 Kamenz"),
        ("EMAIL", "hallo@example.org"),
    ):
        monkeypatch.setitem(flask_app.config, f"OPERATOR_{name}", value)
    page = client.get("/legal/imprint")
    assert "Lernwerk gGmbH" in page.text
    assert "01917 Kamenz" in page.text
    assert "are missing" not in page.text
    assert "mailto:hallo@example.org" in client.get("/legal/privacy").text


@pytest.mark.parametrize("page", ["nothing", "../../etc/passwd", "mine", "imprint.html", "%00"])
def test_other_legal_pages_do_not_exist(client, page):
    assert client.get(f"/legal/{page}").status_code == 404


def test_the_first_administrator_of_an_empty_platform_has_a_page(sign_in, make):
    assert sign_in(make.user(Role.SITE_ADMIN)).get("/my").status_code == 200
