import re
from datetime import timedelta

import pytest

from app.evaluation import services
from app.evaluation.models import Counter, Voter
from app.kit import clock
from app.kit.actors import Role
from app.kit.outbox import Message
from app.runs.rules import EnrolmentState
from app.trios.models import Trio
from tests.conftest import rows
from tests.evaluation.conftest import ALL, ask
from tests.factories import NOON, as_actor


@pytest.fixture
def person(asked, sign_in):
    """Somebody who can answer, signed in."""
    return sign_in(asked.people[0])


@pytest.fixture
def path(asked):
    """The address of the evaluation."""
    return f"/runs/{asked.run.id}/evaluation"


def hidden(page):
    """What travels along in the form."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return dict(found)


def counts(session, run_id):
    """The chosen options with their numbers."""
    found = session.query(Counter).filter_by(run_id=run_id)
    return {(counter.question_key, counter.option): counter.count for counter in found if counter.count}


# ---- answering


def test_one_question_after_the_other_and_all_counted_at_the_end(person, path, session, asked):
    page = person.get(path)
    assert "Can you use at your workplace what you have learnt?" in page.text
    assert "Without your name. Question 1 of 5" in page.text
    assert "Results are shown from 5 answers on." in page.text
    for key in ("useful", "understood", "trainer", "recommend"):
        page = person.post(path, data={**hidden(page), key: ALL[key], "go": "next"})
        assert page.status_code == 200
        assert rows(session, Voter) == 0
    assert "Question 5 of 5" in page.text
    page = person.post(path, data={**hidden(page), "change": ALL["change"], "go": "next"}, follow_redirects=True)
    assert "Your answers are counted" in page.text
    assert counts(session, asked.run.id) == {
        ("useful", "4"): 1, ("understood", "3"): 1, ("trainer", "4"): 1, ("recommend", "9"): 1,
    }  # fmt: skip


def test_skipping_leaves_a_question_out_even_if_something_was_chosen(person, path):
    page = person.post(path, data={"at": "1", "useful": "2", "go": "skip"})
    assert "Question 2 of 5" in page.text
    assert hidden(page) == {"at": "2"}


def test_going_back_brings_the_answer_along_and_shows_it(person, path):
    page = person.post(path, data={"at": "2", "useful": "2", "understood": "4", "go": "back"})
    assert "Question 1 of 5" in page.text
    assert hidden(page) == {"at": "1", "understood": "4"}
    assert re.search(r'name="useful"\s+value="2" checked', page.text)


def test_a_text_that_is_too_long_comes_back_with_every_word(person, path, session):
    words = "word " * 300
    page = person.post(path, data={"at": "5", "useful": "2", "change": words, "go": "next"})
    assert page.status_code == 422
    assert "Between 1 and 1000 characters." in page.text
    assert words.strip() in page.text
    assert hidden(page)["useful"] == "2"
    back = person.post(path, data={"at": "5", "useful": "2", "change": words, "go": "back"})
    assert back.status_code == 200
    assert hidden(back)["change"] == words.strip()
    done = person.post(path, data={"at": "5", "useful": "2", "change": words, "go": "skip"})
    assert done.status_code == 302
    assert rows(session, Voter) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"at": "0", "go": "next"},
        {"at": "6", "go": "next"},
        {"at": "x", "go": "next"},
        {"at": "1", "go": "sideways"},
        {"at": "1", "useful": "9", "go": "next"},
        {"at": "5", "recommend": "-1", "go": "next"},
        {"at": "5", "useful": "<script>", "go": "next"},
    ],
)
def test_garbage_leads_to_a_question_and_counts_nothing(person, path, session, sent):
    page = person.post(path, data=sent)
    assert page.status_code in {200, 422}
    assert "of 5" in page.text
    assert "<script>" not in page.text
    assert rows(session, Voter) == 0


def test_an_empty_form_goes_on(person, path):
    assert "Question 2 of 5" in person.post(path).text


def test_sending_the_last_step_twice_is_harmless(person, path, session, asked):
    last = {"at": "5", "useful": "4", "go": "next"}
    for _time in range(2):
        page = person.post(path, data=last, follow_redirects=True)
        assert page.status_code == 200
        assert "Your answers are counted" in page.text
    assert counts(session, asked.run.id) == {("useful", "4"): 1}


def test_who_skips_everything_is_not_counted_and_may_come_back(person, path, session):
    page = person.post(path, data={"at": "5", "go": "skip"})
    assert "You skipped every question" in page.text
    assert "You can come back until March 30, 2026" in page.text
    assert rows(session, Voter) == 0
    assert "Question 1 of 5" in person.get(path).text


def test_a_small_group_is_warned(make, sign_in):
    small = ask(make, people=4)
    page = sign_in(small.people[0]).get(f"/runs/{small.run.id}/evaluation")
    assert "You were a small group" in page.text
    assert "Fewer than 5 people took part" in page.text


def test_a_group_of_five_is_not(make, sign_in):
    five = ask(make, people=5)
    assert "small group" not in sign_in(five.people[0]).get(f"/runs/{five.run.id}/evaluation").text


def test_before_the_list_is_closed_the_page_says_when(make, sign_in):
    enrolled = make.user()
    run = make.run()
    make.enrolment(run, EnrolmentState.CONFIRMED, user_id=enrolled.id)
    page = sign_in(enrolled).get(f"/runs/{run.id}/evaluation")
    assert page.status_code == 200
    assert "The questions come after the last session" in page.text
    sent = sign_in(enrolled).post(f"/runs/{run.id}/evaluation", data={"at": "5", "useful": "1", "go": "next"})
    assert sent.headers["Location"] == f"/runs/{run.id}/evaluation"


def test_afterwards_it_says_until_when(person, path, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=28))
    assert "could be answered until 30 March" in person.get(path).text


def test_others_find_nothing(make, sign_in, client, path):
    assert client.get(path).status_code == 302
    stranger = sign_in(make.user())
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data=ALL).status_code == 404
    assert stranger.get("/runs/999999/evaluation").status_code == 404


def test_a_vote_posts_no_message(person, path, session):
    person.post(path, data={"at": "5", "useful": "4", "go": "next"})
    assert rows(session, Message) == 0


# ---- results


@pytest.fixture
def member(make, session, asked, sign_in):
    """A trainer of the Trio, signed in."""
    return sign_in(make.user(Role.TRAINER, trio=session.get_one(Trio, asked.run.trio_id)))


def let_vote(session, asked, number, answers=ALL):
    """Let so many people answer."""
    for person in asked.people[:number]:
        services.vote(session, as_actor(person), asked.run.id, answers, now=NOON)
    session.commit()


def test_while_it_is_open_only_the_response_is_shown(session, asked, member, path):
    let_vote(session, asked, 2)
    page = member.get(f"{path}/results")
    assert "3 more answers until the result" in page.text
    assert "of 6 people who took part" in page.text
    assert ALL["change"] not in page.text


def test_enough_answers_wait_for_the_end(session, asked, member, path):
    let_vote(session, asked, 5)
    page = member.get(f"{path}/results")
    assert "Enough answers for a result" in page.text
    assert ALL["change"] not in page.text
    assert "mean" not in page.text


def test_the_result_of_all(session, asked, member, path):
    let_vote(session, asked, 6)
    page = member.get(f"{path}/results")
    assert "6 answers, mean 4 of 4" in page.text
    assert "Most answers: very well (6 of 6)." in page.text
    assert "recommendation score +100" in page.text
    assert "100%" in page.text
    assert page.text.count(ALL["change"]) == 6


def test_too_few_answers_stay_closed(session, make, asked, sign_in, path, monkeypatch):
    let_vote(session, asked, 4)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=29))
    member = sign_in(make.user(Role.TRAINER, trio=session.get_one(Trio, asked.run.trio_id)))
    page = member.get(f"{path}/results")
    assert "Too few answers for a result" in page.text
    assert ALL["change"] not in page.text


def test_a_question_with_few_answers_is_left_out(session, asked, member, path):
    let_vote(session, asked, 6, {"useful": "4"})
    page = member.get(f"{path}/results")
    assert page.text.count("Fewer than 5 people answered this question.") == 3
    assert "Nobody wrote anything here." in page.text


def test_what_people_write_is_text(session, asked, member, path):
    let_vote(session, asked, 6, {"useful": "4", "change": "<b>More</b>"})
    page = member.get(f"{path}/results")
    assert "&lt;b&gt;More&lt;/b&gt;" in page.text


def test_the_threshold_follows_the_setting(session, asked, member, path, flask_app, monkeypatch):
    let_vote(session, asked, 6)
    monkeypatch.setitem(flask_app.config, "REPORT_MIN_PERSONS", 7)
    assert "Too few answers for a result" in member.get(f"{path}/results").text


def test_before_the_end_of_the_run_there_is_a_hint(make, sign_in):
    run = make.run()
    page = sign_in(make.user(Role.SITE_ADMIN)).get(f"/runs/{run.id}/evaluation/results")
    assert "No questions yet" in page.text


def test_results_are_hidden_from_everybody_else(make, sign_in, client, asked, path):
    assert client.get(f"{path}/results").status_code == 302
    for user in (asked.people[0], make.user(Role.TRAINER, trio=make.trio()), make.user(Role.PROGRAMME_OFFICE)):
        assert sign_in(user).get(f"{path}/results").status_code == 404
