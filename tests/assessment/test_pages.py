import re
from random import Random

import pytest

from app.assessment import services
from app.assessment.models import Attempt, AttemptAnswer
from app.modules.models import Item, ModuleVersion
from app.runs.models import Run
from app.runs.rules import EnrolmentState
from tests.assessment.test_services import several
from tests.conftest import rows
from tests.factories import NOON


@pytest.fixture
def user(make):
    return make.user()


@pytest.fixture
def enrolment(make, session, user):
    """A place in a run whose test has three single items and one with several right answers."""
    module = make.module(items=3)
    session.get_one(ModuleVersion, module.published_id).test_draw = 4
    session.add(several(module.published_id))
    session.commit()
    return make.enrolment(make.run(module), user_id=user.id)


@pytest.fixture
def attempt(session, enrolment):
    dice = Random(1)  # noqa: S311 (a test must draw the same every time)
    attempt = services.start(session, enrolment.id, lessons_left=0, random=dice, now=NOON)
    session.commit()
    return f"/attempts/{attempt.id}"


@pytest.fixture
def person(sign_in, user):
    return sign_in(user)


RIGHT = {"item-item-1": "0", "item-item-2": "0", "item-item-3": "0", "item-several": ["0", "1"]}


def chosen(session):
    return {answer.item_key: answer.chosen for answer in session.query(AttemptAnswer)}


def test_the_answer_sheet_asks_everything_and_gives_nothing_away(person, attempt, session):
    page = person.get(attempt).text
    for number in (1, 2, 3):
        assert f"Item {number}?" in page
        assert f"Because {number}." not in page
    assert "A and B." not in page
    assert "0 of 4 answered" in page
    assert page.count("One or more answers are right.") == 1
    assert '"right"' not in page
    assert not re.search(r"data-\w*right|right, you", page)


def test_the_options_stand_in_the_order_drawn(person, attempt, session):
    drawn = session.query(Attempt).one().drawn
    page = person.get(attempt).text
    for one in drawn:
        order = re.findall(rf'name="item-{one["item"]}"\s+value="(\d)"', page)
        assert [int(index) for index in order] == one["order"]


def test_answers_are_kept_one_by_one(person, attempt, session):
    page = person.post(f"{attempt}/answers", data={"item-item-1": "1"}, follow_redirects=True)
    assert page.request.path == attempt
    assert "1 of 4 answered" in page.text
    person.post(f"{attempt}/answers", data={"item-several": ["", "0", "2"]})
    assert chosen(session) == {"item-1": [1], "several": [0, 2]}
    assert "2 of 4 answered" in person.get(attempt).text
    person.post(f"{attempt}/answers", data={"item-several": [""]})
    assert chosen(session) == {"item-1": [1]}


def test_two_tabs_add_up(person, attempt, session):
    empty = {f"item-{key}": "" for key in ("item-1", "item-2", "item-3")}
    person.post(f"{attempt}/answers", data={**empty, "item-item-1": ["", "0"]})
    person.post(f"{attempt}/answers", data={"item-item-2": ["", "0"]})
    assert chosen(session) == {"item-1": [0], "item-2": [0]}
    person.post(f"{attempt}/hand-in", data=RIGHT)
    late = person.post(f"{attempt}/answers", data={"item-item-1": "1"})
    assert late.status_code == 409
    assert "handed in" in late.text
    assert chosen(session)["item-1"] == [0]


def test_unanswered_questions_are_asked_back_once(person, attempt, session):
    asked = person.post(f"{attempt}/hand-in", data={"item-item-1": "0"})
    assert asked.location == f"{attempt}?ask=1#unanswered"
    page = person.get(asked.location).text
    assert "3 questions have no answer yet" in page
    assert "Hand in anyway" in page
    assert 'name="sure"' in page
    assert chosen(session) == {"item-1": [0]}
    assert "Because 1." not in page
    page = person.post(f"{attempt}/hand-in", data={"sure": "true"}, follow_redirects=True).text
    assert "Not passed yet." in page
    assert "You have 1 of 4 points. That is 25%; 70% are needed." in page


def test_the_result_explains_every_answer(person, attempt, enrolment):
    page = person.post(f"{attempt}/hand-in", data=RIGHT | {"item-item-1": "1"}, follow_redirects=True)
    assert page.request.path == attempt
    assert "Passed." in page.text
    assert "That is 75%" in page.text
    assert "Because 1." in page.text
    assert "A and B." in page.text
    assert page.text.count("not right, you chose it") == 1
    assert page.text.count("this would have been right") == 1
    assert f'href="/runs/{enrolment.run_id}/learn/lesson-1"' in page.text
    assert "no point" in page.text
    assert f'href="/runs/{enrolment.run_id}/test"' not in page.text


def test_part_of_a_point_is_shown(person, attempt):
    page = person.post(f"{attempt}/hand-in", data=RIGHT | {"item-several": "1"}, follow_redirects=True).text
    assert "0.5 points" in page
    assert "You have 3.5 of 4 points. That is 87%" in page


def test_handing_in_twice_shows_the_same_result(person, attempt, session):
    person.post(f"{attempt}/hand-in", data=RIGHT)
    again = person.post(f"{attempt}/hand-in", data={"item-item-1": "1"}, follow_redirects=True)
    assert again.status_code == 200
    assert "That is 100%" in again.text


@pytest.mark.parametrize(
    "data",
    [
        {"item-item-1": "7"},
        {"item-item-1": "-1"},
        {"item-item-1": "x"},
        {"item-item-1": "1.5"},
        {"item-item-1": ["0", "1"]},
        {"item-several": "99999999999999999999"},
    ],
)
def test_garbage_is_refused(person, attempt, session, data):
    for path in ("answers", "hand-in"):
        page = person.post(f"{attempt}/{path}", data=data)
        assert page.status_code == 422
        assert "An answer does not fit its question." in page.text
    assert rows(session, AttemptAnswer) == 0


def test_unknown_names_are_left_out(person, attempt, session):
    assert person.post(f"{attempt}/answers", data={"item-nothing": "0", "score": "100"}).status_code == 302
    assert rows(session, AttemptAnswer) == 0


def test_somebody_elses_test_is_not_there(sign_in, attempt, make, session):
    stranger = sign_in(make.user())
    assert stranger.get(attempt).status_code == 404
    assert stranger.post(f"{attempt}/answers", data=RIGHT).status_code == 404
    assert stranger.post(f"{attempt}/hand-in", data=RIGHT).status_code == 404
    assert stranger.get("/attempts/999999").status_code == 404
    assert rows(session, AttemptAnswer) == 0


def test_a_test_needs_a_sign_in(flask_app, attempt):
    assert flask_app.test_client().get(attempt).status_code == 302


def test_the_result_stays_when_the_place_is_lost(person, attempt, enrolment, session):
    person.post(f"{attempt}/hand-in", data=RIGHT)
    enrolment.state = EnrolmentState.CANCELLED
    session.commit()
    assert "Passed." in person.get(attempt).text


def test_plain_german_stays_through_the_test(person, attempt, enrolment, session):
    version = session.get_one(ModuleVersion, session.get_one(Run, enrolment.run_id).version_id)
    version.languages = ["de", "en", "de-simple"]
    item = session.query(Item).filter_by(version_id=version.id, key="item-1").one()
    item.prompt = item.prompt | {"de-simple": "Ganz einfach?"}
    session.commit()
    page = person.get(f"{attempt}?language=de-simple").text
    assert '<legend class="as-h3" lang="de">Ganz einfach?</legend>' in page
    assert f"{attempt}/hand-in?language=de-simple" in page
    asked = person.post(f"{attempt}/hand-in?language=de-simple", data={})
    assert asked.location == f"{attempt}?language=de-simple&ask=1#unanswered"
    result = person.post(f"{attempt}/hand-in?language=de-simple", data={"sure": "1"}, follow_redirects=True)
    assert "Ganz einfach?" in result.text


def test_german(person, attempt):
    page = person.get(attempt, headers={"Accept-Language": "de"}).text
    assert "Test abgeben" in page
    assert "0 von 4 beantwortet" in page
