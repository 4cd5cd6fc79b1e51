import re
from datetime import timedelta

import pytest

from app.kit.actors import Role
from app.learning import services
from app.learning.models import LessonProgress, PracticeAnswer
from app.modules import queries as modules
from app.modules.models import ModuleVersion
from app.runs import queries as runs
from app.runs.rules import EnrolmentState, Mark
from tests.conftest import rows
from tests.factories import NOON


class Learner:
    """A signed-in person with a place in a run, and short words for what they do there."""

    def __init__(self, client, user, enrolment):
        self.client, self.user, self.enrolment = client, user, enrolment
        self.run_id, self.at = enrolment.run_id, f"/runs/{enrolment.run_id}"

    def get(self, path="/learn", **given):
        return self.client.get(self.at + path, **given)

    def post(self, path, **given):
        return self.client.post(self.at + path, **{"follow_redirects": True} | given)

    def finish(self, *lessons):
        for lesson in lessons:
            self.post(f"/learn/{lesson}/done")


@pytest.fixture
def user(make):
    return make.user()


@pytest.fixture
def learner(sign_in, make, user):
    """Two lessons, three items."""
    return Learner(sign_in(user), user, make.enrolment(user_id=user.id))


def version_of(session, learner):
    return session.get_one(ModuleVersion, runs.get_run(session, learner.run_id).version_id)


# ---- who may


def test_learning_needs_a_sign_in(client, make):
    run = make.run()
    for path in ("/learn", "/learn/lesson-1", "/test"):
        assert client.get(f"/runs/{run.id}{path}").status_code == 302


def test_strangers_find_nothing(sign_in, make):
    run, client = make.run(), sign_in(make.user())
    for path in ("/learn", "/learn/lesson-1", "/test"):
        assert client.get(f"/runs/{run.id}{path}").status_code == 404
    for path in ("/learn/lesson-1/done", "/learn/lesson-1/questions/ask", "/test"):
        assert client.post(f"/runs/{run.id}{path}", data={"chosen": "0"}).status_code == 404
    assert client.get("/runs/999999/learn").status_code == 404


@pytest.mark.parametrize("state", [EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.NO_SHOW])
def test_without_a_place_one_is_shown_the_run_and_why(sign_in, make, user, state):
    enrolment = make.enrolment(state=state, user_id=user.id)
    answer = sign_in(user).get(f"/runs/{enrolment.run_id}/learn/lesson-1")
    assert (answer.status_code, answer.location) == (302, f"/runs/{enrolment.run_id}")
    with sign_in(user).session_transaction() as cookie:
        assert "the lessons open" in str(cookie["_flashes"]).lower()


@pytest.mark.parametrize("role", [Role.TRAINER, Role.AUTHOR, Role.REVIEWER, Role.TRIO_ADMIN])
def test_people_of_the_trio_look_in(sign_in, make, role):
    trio = make.trio()
    run, client = make.run(make.module(trio=trio)), sign_in(make.user(role, trio=trio))
    assert "You are looking in." in client.get(f"/runs/{run.id}/learn").text
    page = client.get(f"/runs/{run.id}/learn/lesson-1").text
    assert "You are looking in." in page
    assert "It is so." in page
    assert f'href="/runs/{run.id}/learn/lesson-2"' in page
    assert "<form" not in page.partition("bottombar")[2]
    assert client.get(f"/runs/{run.id}/test").status_code == 200
    assert client.post(f"/runs/{run.id}/learn/lesson-1/done").status_code == 403
    assert client.post(f"/runs/{run.id}/test").status_code == 403


# ---- the overview


def test_the_overview_begins_with_the_first_lesson(learner):
    page = learner.get().text
    assert "Start lesson 1" in page
    assert "0 of 2" in page
    assert "You name 1." in page
    assert "This is counted after the last session." in page
    assert "The test opens when all lessons are done. 2 lessons are left." in page


def test_it_goes_on_where_the_learner_was(learner):
    learner.finish("lesson-1")
    page = learner.get().text
    assert "Go on with lesson 2" in page
    assert f'href="{learner.at}/learn/lesson-2"' in page
    assert "1 of 2" in page
    assert "begun" in page


def test_behind_the_last_lesson_comes_the_test(learner):
    learner.finish("lesson-1")
    page = learner.post("/learn/lesson-2/done")
    assert page.request.path == f"{learner.at}/learn"
    assert "All lessons are done." in page.text
    assert f'href="{learner.at}/test"' in page.text


def test_a_module_without_a_test_or_rule(sign_in, make, user):
    module = make.module(lessons=1, items=0, test_draw=0, pass_mark=0, min_attendance=0, needs_lessons=False)
    learner = Learner(sign_in(user), user, make.enrolment(make.run(module), user_id=user.id))
    learner.finish("lesson-1")
    page = learner.get().text
    assert "Final test" not in page
    assert "Your part on the platform is done." in page


def test_completion_is_told(learner, session):
    learner.finish("lesson-1", "lesson-2")
    version_of(session, learner).pass_mark = 0
    learner.enrolment.state, learner.enrolment.attendance = EnrolmentState.ATTENDED, 100
    session.commit()
    assert services.settle(session, learner.enrolment.id, now=NOON)
    session.commit()
    assert "You have completed this course." in learner.get().text


@pytest.mark.parametrize(
    "mark, said", [(Mark.PRESENT, "there"), (Mark.LATE, "came late"), (Mark.ABSENT, "missed"), (None, "Halle 2")]
)
def test_marks_of_the_sessions(learner, make, session, mark, said):
    if mark is not None:
        make.attendance(runs.list_sessions(session, learner.run_id)[0].id, learner.enrolment, mark)
    page = learner.get().text.partition('id="sessions"')[2]
    assert said in page
    assert ("came late" in page) == (mark is Mark.LATE)


# ---- lessons


def test_a_lesson_shows_all_its_blocks(learner):
    page = learner.get("/learn/lesson-1").text
    assert "<h1>Lesson 1</h1>" in page
    assert "<strong>1</strong>" in page
    assert re.search(r'role="img" aria-label="A cell"><svg', page)
    assert "Take care." in page
    assert "Is it so?" in page
    assert 'href="#source-src"' in page
    assert 'id="source-src"' in page
    assert "Next: Lesson 2" in page
    assert "It is so." not in page


def test_going_on_is_remembered(learner, session):
    page = learner.post("/learn/lesson-1/done")
    assert page.request.path == f"{learner.at}/learn/lesson-2"
    assert "Finish lesson" in page.text
    learner.post("/learn/lesson-1/done")
    assert rows(session, LessonProgress) == 2


def test_reading_writes_nothing(learner, session):
    learner.get("/learn/lesson-1")
    learner.get("/learn")
    assert rows(session, LessonProgress) == 0


def test_unknown_lessons_are_not_found(learner):
    assert learner.get("/learn/nothing").status_code == 404
    assert learner.post("/learn/nothing/done").status_code == 404
    assert learner.post("/learn/nothing/questions/ask", data={"chosen": "0"}).status_code == 404
    assert learner.post("/learn/nothing/questions/ask").status_code == 404
    assert learner.post("/learn/lesson-1/questions/nothing", data={"chosen": "0"}).status_code == 404


# ---- questions


def test_a_wrong_answer_is_explained_and_can_be_tried_again(learner):
    answer = learner.post("/learn/lesson-1/questions/ask", data={"chosen": "1"}, follow_redirects=False)
    assert answer.location == f"{learner.at}/learn/lesson-1#block-ask"
    page = learner.get("/learn/lesson-1").text
    assert "Not yet." in page
    assert "It is so." in page
    assert re.search(r'value="1" checked', page)
    assert "Check again" in page
    page = learner.post("/learn/lesson-1/questions/ask", data={"chosen": "0"}).text
    assert "Exactly." in page
    assert "Check again" not in page


@pytest.mark.parametrize("data", [{}, {"chosen": ""}, {"chosen": "x"}, {"chosen": "1.5"}])
def test_no_answer_is_asked_back(learner, session, data):
    page = learner.post("/learn/lesson-1/questions/ask", data=data)
    assert page.status_code == 422
    assert "Choose an answer first." in page.text
    assert rows(session, PracticeAnswer) == 0


@pytest.mark.parametrize("chosen", ["9", "-1", "99999999999999999999"])
def test_an_option_that_does_not_exist_is_refused(learner, session, chosen):
    assert learner.post("/learn/lesson-1/questions/ask", data={"chosen": chosen}).status_code == 422
    assert rows(session, PracticeAnswer) == 0


# ---- languages


def test_plain_german_stays_while_learning(learner, session):
    version = version_of(session, learner)
    version.languages = ["de", "en", "de-simple"]
    for lesson in modules.get_version(session, version.id).lessons:
        lesson.title = lesson.title | {"de-simple": f"Einfach {lesson.position}"}
    session.commit()
    assert f'href="/runs/{learner.run_id}/learn/lesson-1?language=de-simple"' in learner.get("/learn/lesson-1").text
    page = learner.get("/learn/lesson-1?language=de-simple").text
    assert "Einfach 1" in page
    assert f'action="{learner.at}/learn/lesson-1/done?language=de-simple"' in page
    assert '<article class="flow" id="text" lang="de">' in page
    assert "Standard language" in page
    following = learner.post("/learn/lesson-1/done?language=de-simple")
    assert "Einfach 2" in following.text
    answer = learner.post(
        "/learn/lesson-1/questions/ask?language=de-simple", data={"chosen": "0"}, follow_redirects=False
    )
    assert answer.location == f"{learner.at}/learn/lesson-1?language=de-simple#block-ask"


@pytest.mark.parametrize("language", ["de-simple", "fr", "<script>"])
def test_a_language_that_is_not_there_changes_nothing(learner, language):
    page = learner.get("/learn/lesson-1", query_string={"language": language})
    assert "<h1>Lesson 1</h1>" in page.text
    assert "language=" not in page.text.partition("<main")[2]


def test_german_text_is_marked_for_an_english_reader(learner, session):
    lesson = modules.get_version(session, version_of(session, learner).id).lessons[0]
    lesson.title = {"de": "Nur deutsch"}
    lesson.blocks = [{"type": "text", "id": "intro", "text": {"de": "Nur deutsch."}}]
    session.commit()
    page = learner.get("/learn/lesson-1").text
    assert '<h1><span lang="de">Nur deutsch</span></h1>' in page
    assert 'id="block-intro" lang="de"' in page


# ---- the door to the test


def test_the_test_is_closed_until_the_lessons_are_done(learner):
    page = learner.get("/test").text
    assert 'aria-disabled="true"' in page
    assert "2 lessons are left" in page
    assert "Your boss does not see your test results." in page
    refused = learner.post("/test")
    assert refused.status_code == 409
    assert "2 lessons are left" in refused.text


def test_starting_twice_leads_to_the_same_test(learner):
    learner.finish("lesson-1", "lesson-2")
    assert "Start the test" in learner.get("/test").text
    first = learner.post("/test", follow_redirects=False)
    assert re.fullmatch(r"/attempts/\d+", first.location)
    assert learner.post("/test", follow_redirects=False).location == first.location
    assert "Continue the test" in learner.get("/test").text
    assert "Continue the test" in learner.get().text


def hand_in(learner, option):
    """Take the test, with the same option everywhere; returns where the result is."""
    attempt = learner.post("/test", follow_redirects=False).location
    data = {f"item-item-{number}": str(option) for number in (1, 2, 3)}
    learner.client.post(f"{attempt}/hand-in", data=data)
    return attempt


def test_after_passing_there_is_the_result_instead_of_a_button(learner):
    learner.finish("lesson-1", "lesson-2")
    attempt = hand_in(learner, 0)
    for page in (learner.get("/test").text, learner.get().text):
        assert "Your result: 100%" in page
        assert attempt in page
        assert "Start the test" not in page
    assert learner.post("/test", follow_redirects=False).location == attempt


def test_three_tries_and_a_pause(learner, monkeypatch):
    learner.finish("lesson-1", "lesson-2")
    for _ in range(3):
        hand_in(learner, 1)
    page = learner.get("/test").text
    assert "You have tried three times in 24 hours. The next attempt opens on 3 March at 13:00." in page
    assert page.count("not yet") == 3
    assert "Your last try: 0%" in learner.get().text
    assert "tried three times" in learner.get().text
    monkeypatch.setattr("app.kit.clock.now", lambda: NOON + timedelta(days=1))
    assert "Start the test" in learner.get("/test").text


def test_german(learner):
    page = learner.get(headers={"Accept-Language": "de"}).text
    assert "Lektion 1 beginnen" in page
    assert "Der Test öffnet, wenn alle Lektionen erledigt sind. Es fehlen noch 2 Lektionen." in page
