import pytest

from app.kit.actors import Actor
from app.kit.errors import NotFound
from app.learning import queries, services
from app.runs.rules import EnrolmentState
from tests.counting import statements
from tests.factories import NOON


def enrolment_with(make, lessons):
    return make.enrolment(make.run(make.module(lessons=lessons, items=lessons)))


@pytest.mark.parametrize("state", [EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.NO_SHOW])
def test_without_a_place_there_is_no_way(session, make, state):
    enrolment = make.enrolment(state=state)
    with pytest.raises(NotFound):
        queries.get_way(session, Actor(enrolment.user_id), enrolment.run_id)


def test_progress_of_many_in_two_queries(session, make):
    people = [enrolment_with(make, lessons=3) for _ in range(4)]
    services.finish_lesson(session, Actor(people[1].user_id), people[1].run_id, "lesson-1", now=NOON)
    ids = [person.id for person in people]
    session.expire_all()
    with statements(session) as many:
        found = queries.list_progress(session, ids)
    assert [found[enrolment_id].count for enrolment_id in ids] == [0, 1, 0, 0]
    assert [found[enrolment_id].total for enrolment_id in ids] == [3, 3, 3, 3]
    assert len(many) == 2
    assert queries.list_progress(session, []) == {}


def test_pages_need_the_same_number_of_queries_however_long_the_course_is(session, make, sign_in):
    counts = []
    for lessons in (2, 30):
        user = make.user()
        run = make.run(make.module(lessons=lessons, items=lessons), sessions=lessons)
        make.enrolment(run, user_id=user.id)
        client, at = sign_in(user), f"/runs/{run.id}"
        with statements(session) as sent:
            for path in ("/learn", "/learn/lesson-1", "/test"):
                assert client.get(at + path).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
