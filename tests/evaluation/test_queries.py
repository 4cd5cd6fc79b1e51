from datetime import timedelta

import pytest

from app.evaluation import queries, services
from app.evaluation.rules import Standing
from app.kit.actors import Role
from app.kit.errors import NotFound
from app.runs.models import Run
from app.trios.models import Trio
from tests.counting import statements
from tests.evaluation.conftest import ALL, ask
from tests.factories import NOON, as_actor

LATER = NOON + timedelta(days=29)


@pytest.fixture
def member(session, make, asked):
    """A cluster manager of the Trio of the run."""
    return make.actor(Role.CLUSTER_MANAGER, trio=session.get_one(Trio, asked.run.trio_id))


def vote_all(session, asked, people, answers=ALL):
    """Let these people answer."""
    for person in people:
        services.vote(session, as_actor(person), asked.run.id, answers, now=NOON)


def test_results_of_five_when_it_is_over(session, asked, member):
    vote_all(session, asked, asked.people[:5])
    results = queries.get_results(session, member, asked.run.id, now=LATER)
    assert (results.standing, results.voters, results.invited) == (Standing.SHOWN, 5, None)
    tallies = {tally.question.key: tally for tally in results.tallies}
    assert list(tallies) == ["useful", "understood", "trainer", "recommend", "change"]
    assert tallies["useful"].counts == {"1": 0, "2": 0, "3": 0, "4": 5}
    assert tallies["useful"].answers == 5
    assert tallies["change"].texts == [ALL["change"]] * 5


def test_no_tally_leaves_while_somebody_can_still_answer(session, asked, member):
    vote_all(session, asked, asked.people[:5])
    results = queries.get_results(session, member, asked.run.id, now=NOON)
    assert (results.standing, results.voters, results.tallies) == (Standing.OPEN, 5, [])


def test_when_everybody_has_answered_it_is_over_at_once(session, asked, member):
    vote_all(session, asked, asked.people)
    assert queries.get_results(session, member, asked.run.id, now=NOON).standing is Standing.SHOWN


def test_four_answers_are_never_shown(session, asked, member):
    vote_all(session, asked, asked.people[:4])
    results = queries.get_results(session, member, asked.run.id, now=LATER)
    assert (results.standing, results.tallies) == (Standing.TOO_FEW, [])


def test_the_threshold_can_be_higher(session, asked, member):
    vote_all(session, asked, asked.people[:5])
    results = queries.get_results(session, member, asked.run.id, least=6, now=LATER)
    assert (results.standing, results.tallies) == (Standing.TOO_FEW, [])


def test_a_question_that_four_answered_is_left_out_although_five_took_part(session, asked, member):
    vote_all(session, asked, asked.people[:4])
    vote_all(session, asked, asked.people[4:5], {"recommend": "3"})
    tallies = queries.get_results(session, member, asked.run.id, now=LATER).tallies
    shown = {tally.question.key: tally.answers for tally in tallies}
    assert shown == {"useful": 0, "understood": 0, "trainer": 0, "recommend": 5, "change": 4}


def test_before_the_run_is_over_there_is_nothing(session, make):
    run = make.run()
    boss = make.actor(Role.SITE_ADMIN)
    assert queries.get_results(session, boss, run.id, now=NOON).standing is Standing.NOT_OPEN


def test_results_are_not_there_for_others(session, make, asked):
    stranger = make.actor(Role.CLUSTER_MANAGER, trio=make.trio())
    for actor in (stranger, as_actor(asked.people[0])):
        with pytest.raises(NotFound):
            queries.get_results(session, actor, asked.run.id, now=LATER)
    with pytest.raises(NotFound):
        queries.get_results(session, make.actor(Role.SITE_ADMIN), 999_999, now=LATER)


def test_open_evaluations_of_a_person(session, make, asked):
    person = asked.people[0]
    later = ask(make, people=0, now=NOON + timedelta(hours=1))
    make.enrolment(later.run, user_id=person.id)  # confirmed only: their attendance is not known yet
    assert queries.list_open(session, person.id, now=NOON + timedelta(days=1)) == [asked.run.id]
    assert queries.list_open(session, make.user().id, now=NOON + timedelta(days=1)) == []
    assert queries.list_open(session, person.id, now=LATER) == []
    services.vote(session, as_actor(person), asked.run.id, ALL, now=NOON)
    assert queries.list_open(session, person.id, now=NOON + timedelta(days=1)) == []


def test_results_take_the_same_number_of_queries_for_many_answers(session, make, member, asked):
    def count(run: Run) -> int:
        session.expire_all()
        with statements(session) as told:
            queries.get_results(session, boss, run.id, now=LATER)
        return len([sql for sql in told if sql.startswith("SELECT")])

    boss = make.actor(Role.SITE_ADMIN)
    vote_all(session, asked, asked.people)
    crowd = ask(make, people=40)
    vote_all(session, crowd, crowd.people)
    assert count(asked.run) == count(crowd.run)
