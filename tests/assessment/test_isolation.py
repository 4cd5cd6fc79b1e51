"""An attempt is its person's alone, and its answer key stays here until it is handed in."""

import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.assessment.models import Attempt, AttemptAnswer
from app.kit.actors import Role
from app.modules.models import Item, Module
from app.runs.models import Enrolment, Run
from app.trios.models import Trio
from tests.factories import NOON, Make, both
from tests.reading import says_number

SECRET = "Because the separator melts."


@dataclass
class Sitting:
    """Somebody who takes a test of three items."""

    person: User
    enrolment: Enrolment
    attempt: Attempt
    run: Run
    trio: Trio


@pytest.fixture
def sitting(session, make: Make) -> Sitting:
    trio = make.trio()
    module = make.module(trio=trio)
    run, person = make.run(module), make.user()
    enrolment = make.enrolment(run, user_id=person.id)
    for item in session.scalars(select(Item).where(Item.version_id == run.version_id)):
        item.explanation = both(SECRET)
    drawn = [{"item": f"item-{number}", "order": [1, 0]} for number in (1, 2, 3)]
    attempt = Attempt(enrolment_id=enrolment.id, version_id=run.version_id, drawn=drawn, started_at=NOON)
    session.add(attempt)
    session.commit()
    return Sitting(person, enrolment, attempt, run, trio)


def submit(session, attempt: Attempt) -> None:
    attempt.submitted_at, attempt.score, attempt.passed = NOON, Decimal("66.67"), False
    session.add(
        AttemptAnswer(attempt_id=attempt.id, item_key="item-1", chosen=[0], answered_at=NOON, points=Decimal(1))
    )
    session.commit()


def test_an_open_test_is_the_same_whatever_is_right(session, sign_in, sitting):
    """The strongest way to say that no key leaks: turn all answers round, and not one byte of the page changes."""
    client, path = sign_in(sitting.person), f"/attempts/{sitting.attempt.id}"
    before = client.get(path).text
    assert SECRET not in before
    for item in session.scalars(select(Item).where(Item.version_id == sitting.run.version_id)):
        item.options = [{**option, "right": not option["right"]} for option in item.options]
        item.explanation = both("Another reason.")
    session.commit()
    assert client.get(path).text == before


def test_saving_tells_nothing_either(session, sign_in, sitting):
    client, path = sign_in(sitting.person), f"/attempts/{sitting.attempt.id}"
    pages = []
    for chosen in ("0", "1"):
        answer = client.post(f"{path}/answers", data={"item-item-1": chosen}, follow_redirects=True)
        pages.append(re.sub(r" checked", "", answer.text))
    assert pages[0] == pages[1]
    assert SECRET not in pages[0]


@pytest.mark.parametrize("path", [
    "/api/v1/modules/{code}", "/modules/{code}", "/runs/{run}/learn", "/runs/{run}/learn/lesson-1", "/runs/{run}/test",
    "/runs/{run}", "/my",
])  # fmt: skip
def test_no_other_page_of_a_learner_tells_it(session, sign_in, sitting, path):
    code = session.get_one(Module, sitting.run.module_id).code
    answer = sign_in(sitting.person).get(path.format(code=code, run=sitting.run.id))
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert "item-1" not in answer.text


@pytest.mark.parametrize("done", [False, True])
def test_an_attempt_of_somebody_else_is_none(session, make, sign_in, sitting, done):
    """For another learner of the run, the people who teach it, the company and the site administrator alike."""
    if done:
        submit(session, sitting.attempt)
    company = make.company()
    others = [
        make.user(), session.get_one(User, make.enrolment(sitting.run).user_id), make.user(Role.SITE_ADMIN),
        make.user(Role.TRAINER, trio=sitting.trio), make.user(Role.TRIO_ADMIN, trio=sitting.trio),
        make.user(Role.HR_CONTACT, company=company), make.user(Role.PROGRAMME_OFFICE),
    ]  # fmt: skip
    for other in others:
        client, path = sign_in(other), f"/attempts/{sitting.attempt.id}"
        nowhere = client.get("/attempts/2147483647")
        answer = client.get(path)
        assert answer.status_code == nowhere.status_code == 404
        assert answer.text.replace(path, "/attempts/2147483647") == nowhere.text
        assert client.post(f"{path}/answers", data={"item-item-1": "0"}).status_code == 404
        assert client.post(f"{path}/hand-in", data={"sure": "true"}).status_code == 404
    session.expire_all()
    assert (sitting.attempt.submitted_at is not None) is done
    assert session.scalars(select(AttemptAnswer.chosen)).all() == ([[0]] if done else [])


def test_nobody_but_the_learner_reads_the_score(session, make, sign_in, sitting):
    submit(session, sitting.attempt)
    run = sitting.run.id
    for role in (Role.TRAINER, Role.TRIO_ADMIN, Role.REVIEWER, Role.AUTHOR, Role.CLUSTER_MANAGER):
        client = sign_in(make.user(role, trio=sitting.trio))
        for path in (f"/runs/{run}", f"/runs/{run}/roster", f"/runs/{run}/learn", f"/runs/{run}/test", "/my"):
            text = client.get(path).text
            assert "66.67" not in text
            assert not says_number(text, "66")


def test_an_answer_for_an_item_of_another_test_is_kept_by_nobody(session, sign_in, sitting):
    client, path = sign_in(sitting.person), f"/attempts/{sitting.attempt.id}"
    assert client.post(f"{path}/answers", data={"item-foreign": "0"}).status_code == 302
    for wrong in ("7", "-1", "x", "9" * 30):
        assert client.post(f"{path}/answers", data={"item-item-1": wrong}).status_code == 422
    assert client.post(f"{path}/answers", data={"item-item-1": ["0", "1"]}).status_code == 422
    assert session.scalars(select(AttemptAnswer)).all() == []


def test_after_handing_in_no_answer_changes(session, sign_in, sitting):
    submit(session, sitting.attempt)
    client, path = sign_in(sitting.person), f"/attempts/{sitting.attempt.id}"
    assert client.post(f"{path}/answers", data={"item-item-2": "0"}).status_code == 409
    assert client.post(f"{path}/hand-in", data={"item-item-2": "0", "sure": "true"}).status_code == 302
    assert session.scalars(select(AttemptAnswer.item_key)).all() == ["item-1"]
    assert session.get_one(Attempt, sitting.attempt.id).score == Decimal("66.67")
