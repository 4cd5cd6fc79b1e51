"""Start pages read what belongs there, and no more; their size does not change the number of queries."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.accounts.models import User
from app.assessment.models import Attempt
from app.credentials.models import Certificate
from app.evaluation.models import Questionnaire, RunEvaluation, Voter
from app.home import queries
from app.home.rules import StepKind
from app.kit.actors import ANYONE, Role
from app.learning.models import LessonProgress
from app.runs.rules import EnrolmentState, RunState
from tests.counting import statements
from tests.factories import NOON, as_actor, both

DAY = timedelta(days=1)


def certify(session, enrolment, code="A" * 20, **given):
    paper = Certificate(
        code=code, enrolment_id=enrolment.id, user_id=enrolment.user_id, issued_at=NOON,
        frozen={"module": {"title": both("On paper")}}, **given,
    )  # fmt: skip
    session.add(paper)
    session.commit()
    return paper


def mine(session, user):
    return queries.get_my_page(session, as_actor(user), now=NOON)


def test_nobody_has_an_empty_page(session):
    page = queries.get_my_page(session, ANYONE, now=NOON)
    assert (page.current, page.past, page.next, page.certificates) == ([], [], None, [])


def test_a_new_learner_starts_with_the_first_lesson(session, make):
    enrolment = make.enrolment()
    page = mine(session, session.get_one(User, enrolment.user_id))
    assert page.next is not None
    assert (page.next.step, len(page.current), page.past) == (StepKind.START, 1, [])
    assert page.lesson is not None
    assert page.lesson.key == "lesson-1"


def test_a_learner_goes_on_where_they_stopped(session, make):
    person = make.user()
    first, second = (make.enrolment(user_id=person.id) for _ in range(2))
    for enrolment, seen in ((first, NOON - DAY), (second, NOON)):
        session.add(LessonProgress(enrolment_id=enrolment.id, lesson_key="lesson-2", opened_at=seen, seen_at=seen))
    session.commit()
    page = mine(session, person)
    assert page.next is not None
    assert (page.next.run.id, page.next.step) == (second.run_id, StepKind.RESUME)
    assert page.lesson is not None
    assert page.lesson.key == "lesson-2"


@pytest.mark.parametrize("passed,step", [(False, StepKind.TEST), (True, StepKind.DATE)])
def test_the_test_comes_after_the_lessons(session, make, passed, step):
    person, run = make.user(), make.run()
    enrolment = make.enrolment(run, user_id=person.id)
    for key in ("lesson-1", "lesson-2"):
        session.add(
            LessonProgress(enrolment_id=enrolment.id, lesson_key=key, opened_at=NOON, seen_at=NOON, done_at=NOON)
        )
    session.add(
        Attempt(
            enrolment_id=enrolment.id, version_id=run.version_id, drawn=[], started_at=NOON - DAY,
            submitted_at=NOON, score=Decimal(80 if passed else 20), passed=passed,
        )
    )  # fmt: skip
    session.commit()
    page = mine(session, person)
    assert page.next is not None
    assert page.next.step is step
    assert page.lesson is None


@pytest.mark.parametrize("answered,step", [(False, StepKind.EVALUATION), (True, None)])
def test_an_evaluation_is_asked_for_until_it_is_answered(session, make, answered, step):
    person = make.user()
    run = make.run(starts_at=NOON - 5 * DAY, state=RunState.FINISHED)
    enrolment = make.enrolment(run, EnrolmentState.COMPLETED, user_id=person.id)
    paper = certify(session, enrolment)
    form = Questionnaire(key="short", number=1, title=both("Short"), questions=[])
    session.add(form)
    session.flush()
    session.add(RunEvaluation(run_id=run.id, questionnaire_id=form.id, opens_at=NOON - DAY, closes_at=NOON + DAY))
    if answered:
        session.add(Voter(run_id=run.id, user_id=person.id))
    session.commit()
    page = mine(session, person)
    assert (page.next.step if page.next else None) is step
    assert page.current == []
    assert page.past[0].certificate == paper


def test_a_withdrawn_certificate_is_listed_but_does_not_count(session, make):
    enrolment = make.enrolment(state=EnrolmentState.COMPLETED)
    certify(session, enrolment, revoked_at=NOON)
    page = mine(session, session.get_one(User, enrolment.user_id))
    assert len(page.certificates) == 1
    assert page.past[0].certificate is None


def test_open_lists_are_todays_and_those_not_closed(session, make):
    trio = make.trio()
    module, trainer = make.module(trio=trio), make.user(Role.TRAINER, trio=trio)
    today = make.run(module, starts_at=NOON + timedelta(hours=3))
    late = make.run(module, starts_at=NOON - 3 * DAY)
    make.run(module, starts_at=NOON + DAY)
    make.run(module, starts_at=NOON - DAY, state=RunState.CANCELLED)
    make.run(starts_at=NOON)
    own = make.run(starts_at=NOON + timedelta(hours=1), trainer_id=trainer.id)
    make.enrolment(late)
    make.enrolment(late, EnrolmentState.WAITING)
    found = queries.list_open_lists(session, as_actor(trainer), now=NOON)
    assert [(one.run.id, one.people) for one in found] == [(late.id, 1), (own.id, 0), (today.id, 0)]


def test_whose_job_it_is_not_gets_none_of_it(session, connection, make):
    learner = make.actor()
    with statements(connection) as sent:
        todo = queries.get_todo(session, learner, least=5, now=NOON)
    assert (todo.lists, todo.drafts, todo.latest, sent) == (None, None, None, [])
    todo = queries.get_todo(session, make.actor(Role.TRIO_ADMIN, trio=make.trio()), least=5, now=NOON)
    assert (todo.lists, todo.drafts) == ([], [])
    assert todo.latest is not None


def test_a_trainer_without_a_trio_keeps_the_own_lists(session, make):
    trainer = make.user(Role.TRAINER)
    make.run(starts_at=NOON)
    assert len(queries.list_open_lists(session, as_actor(trainer), now=NOON)) == 1


def test_today_ends_at_midnight_in_berlin(session, make):
    trio = make.trio()
    actor = make.actor(Role.TRIO_ADMIN, trio=trio)
    module = make.module(trio=trio)
    last = make.run(module, starts_at=NOON.replace(hour=22, minute=59))
    make.run(module, starts_at=NOON.replace(hour=23))
    assert [one.run.id for one in queries.list_open_lists(session, actor, now=NOON)] == [last.id]


def test_drafts_of_my_trios(session, make):
    trio = make.trio()
    fresh = make.module(trio=trio, published=False)
    beside = make.module(trio=trio)
    beside.draft_id = make.version(beside, number=2, imported_at=NOON - DAY).id
    make.module(published=False)
    session.commit()
    found = queries.list_drafts(session, make.actor(Role.REVIEWER, trio=trio))
    assert [(draft.code, draft.number, draft.published) for draft in found] == [
        (beside.code, 2, 1),
        (fresh.code, 1, None),
    ]
    assert queries.list_drafts(session, make.actor(Role.TRAINER, trio=trio)) == []


def test_the_front_shows_three_dates_and_every_stage(session, make):
    for _ in range(4):
        make.run()
    front = queries.get_front(session, least=5, now=NOON)
    assert (len(front.dates), len(front.stages), front.courses, front.headline) == (3, 9, 4, None)
    assert front.counted_until is None


def test_the_headline_counts_finished_quarters(session, make):
    run = make.run(starts_at=NOON - 80 * DAY, state=RunState.FINISHED)
    for _ in range(6):
        make.enrolment(run, EnrolmentState.ATTENDED, company_id=make.company().id)
    front = queries.get_front(session, least=5, now=NOON)
    assert front.headline is not None
    assert (front.headline.runs, front.headline.people, front.headline.companies) == (1, 6, 6)
    assert str(front.counted_until) == "2025-12-31"


def test_the_latest_quarter_is_for_who_reads_reports(session, make):
    trio = make.trio(name="Trio Lausitz")
    found = queries.find_latest(session, make.actor(Role.CLUSTER_MANAGER, trio=trio), least=5, now=NOON)
    assert found is not None
    assert (found.trio, found.year, found.line.period) == ("Trio Lausitz", 2026, 1)
    everywhere = queries.find_latest(session, make.actor(Role.PROGRAMME_OFFICE), least=5, now=NOON)
    assert everywhere is not None
    assert everywhere.trio is None
    assert queries.find_latest(session, make.actor(), least=5, now=NOON) is None


def test_long_lists_do_not_take_more_queries(session, connection, make):
    company = make.company()
    person, hr = make.user(), make.user(Role.HR_CONTACT, company=company)
    trio = make.trio()
    admin = as_actor(make.user(Role.TRIO_ADMIN, trio=trio))
    learner, contact = as_actor(person), as_actor(hr)

    def look() -> list[int]:
        session.expire_all()
        numbers = []
        for read in (
            lambda: queries.get_my_page(session, learner, now=NOON),
            lambda: queries.get_colleagues(session, contact, least=5),
            lambda: queries.list_open_lists(session, admin, now=NOON),
            lambda: queries.list_drafts(session, admin),
            lambda: queries.get_front(session, least=5, now=NOON),
        ):
            with statements(connection) as sent:
                read()
            numbers.append(len(sent))
        return numbers

    def add() -> None:
        module = make.module(trio=trio)
        make.module(trio=trio, published=False)
        run = make.run(module, starts_at=NOON - 90 * DAY)
        make.run(module)
        make.enrolment(run, user_id=person.id, company_id=company.id, shares_with_employer=True)

    add()
    few = look()
    for _ in range(12):
        add()
    assert look() == few
    assert max(few) <= 9
