"""Nobody answers for others, nobody from outside sees results, and no number leaves while answers still come in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.evaluation.models import Counter, LooseText, Voter
from app.evaluation.services import vote
from app.kit import clock
from app.kit.actors import Role
from app.trios.models import Trio
from tests.conftest import rows
from tests.evaluation.conftest import ALL
from tests.factories import NOON, as_actor


@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.CLUSTER_MANAGER, Role.PROGRAMME_OFFICE, Role.TRIO_ADMIN])
def test_who_was_not_in_the_run_answers_nothing(session, make, sign_in, asked, role):
    client = sign_in(make.user(role, trio=make.trio() if role and role is not Role.PROGRAMME_OFFICE else None))
    for run_id in (asked.run.id, 2**31 - 1):
        assert client.get(f"/runs/{run_id}/evaluation").status_code == 404
        assert client.post(f"/runs/{run_id}/evaluation", data={**ALL, "at": "5", "go": "next"}).status_code == 404
    assert rows(session, Voter) == rows(session, Counter) == rows(session, LooseText) == 0


def test_who_sees_results_and_who_does_not(session, make, sign_in, asked, monkeypatch):
    for person in asked.people:
        vote(session, as_actor(person), asked.run.id, ALL, now=NOON)
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=40))
    trio = session.get_one(Trio, asked.run.trio_id)
    welcome = [make.user(role, trio=trio) for role in (Role.TRAINER, Role.CLUSTER_MANAGER, Role.REVIEWER)]
    strangers = [
        asked.people[0], make.user(), make.user(Role.PROGRAMME_OFFICE),
        make.user(Role.HR_CONTACT, company=make.company()),
        *(make.user(role, trio=make.trio()) for role in (Role.TRAINER, Role.CLUSTER_MANAGER, Role.TRIO_ADMIN)),
    ]  # fmt: skip
    for person in welcome:
        assert ALL["change"] in sign_in(person).get(f"/runs/{asked.run.id}/evaluation/results").text
    for person in strangers:
        client = sign_in(person)
        there = client.get(f"/runs/{asked.run.id}/evaluation/results")
        nowhere = client.get("/runs/2147483647/evaluation/results")
        assert there.status_code == nowhere.status_code == 404
        assert ALL["change"] not in there.text
        assert there.text.replace(f"/runs/{asked.run.id}/", "/runs/2147483647/") == nowhere.text


def test_while_answers_come_in_no_answer_and_no_name_is_shown(session, make, sign_in, asked):
    """Two looks at a live total would tell the answer in between; so would a list of who has answered."""
    trio = session.get_one(Trio, asked.run.trio_id)
    client = sign_in(make.user(Role.TRAINER, trio=trio))
    pages = []
    for person in asked.people[:5]:
        vote(session, as_actor(person), asked.run.id, ALL, now=NOON)
        session.commit()
        pages.append(client.get(f"/runs/{asked.run.id}/evaluation/results").text)
    for page in pages:
        assert ALL["change"] not in page
        assert not any(person.name in page or person.email in page for person in asked.people)
        assert not re.search(r"recommend|mean \d", page)
    roster = client.get(f"/runs/{asked.run.id}/roster").text
    assert "answered" not in roster.lower()


@pytest.mark.parametrize("role,told", [(Role.TRAINER, True), (Role.TRIO_ADMIN, True), (Role.CLUSTER_MANAGER, False)])
def test_how_many_took_part_is_told_to_who_keeps_the_list_only(session, make, sign_in, asked, monkeypatch, role, told):
    """Reports withhold the participations of small runs from the cluster; this page must not tell them."""
    user = make.user(role, trio=session.get_one(Trio, asked.run.trio_id))
    vote(session, as_actor(asked.people[0]), asked.run.id, ALL, now=NOON)
    session.commit()
    path = f"/runs/{asked.run.id}/evaluation/results"
    running = sign_in(user).get(path).text
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=40))
    over = sign_in(user).get(path).text
    for page in (running, over):
        assert ("of 6 people who took part" in page) is told
        assert ("Response rate" in page) is told
    assert ("4 more answers until the result" in running) is told


def test_a_changed_form_answers_for_nobody_else_and_for_no_other_run(session, make, sign_in, asked):
    person, other = asked.people[0], asked.people[1]
    form = {**ALL, "at": "5", "go": "next", "user_id": str(other.id), "run_id": "1", "count": "9", "voter": "1"}
    client = sign_in(person)
    for _ in range(2):
        assert client.post(f"/runs/{asked.run.id}/evaluation", data=form).status_code == 302
    assert session.scalars(select(Voter.user_id)).all() == [person.id]
    assert sum(session.scalars(select(Counter.count))) == 4


def test_the_address_and_the_page_of_an_answer_name_nobody(sign_in, asked):
    person: User = asked.people[0]
    client = sign_in(person)
    page = client.get(f"/runs/{asked.run.id}/evaluation").text
    sheet = page.partition('<form id="question"')[2].partition("</form>")[0] or page.partition("<main")[2]
    assert person.name not in sheet
    assert person.email not in sheet
    assert not re.search(r'name="(user|person|token|id|voter)', sheet)
