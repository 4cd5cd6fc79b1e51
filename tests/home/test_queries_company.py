"""What a company sees of its people: those who agreed, yes or no, and nothing else."""

from dataclasses import fields
from datetime import timedelta

import pytest

from app.credentials.models import Certificate
from app.home import queries
from app.home.queries import Colleague
from app.kit.actors import Role
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


def test_a_company_sees_those_who_agreed_and_only_yes_or_no(session, make):
    company, other = make.company(name="Presswerk"), make.company()
    hr = make.user(Role.HR_CONTACT, company=company)
    past = make.run(starts_at=NOON - 9 * DAY, state=RunState.FINISHED)
    for name, state, run in (
        ("Ada", EnrolmentState.COMPLETED, past),
        ("Ben", EnrolmentState.NO_SHOW, past),
        ("Cem", EnrolmentState.CONFIRMED, make.run()),
        ("Dag", EnrolmentState.WAITING, past),
        ("Eve", EnrolmentState.CANCELLED, past),
    ):
        person = make.user(name=name)
        enrolment = make.enrolment(run, state, user_id=person.id, company_id=company.id, shares_with_employer=True)
        if name == "Ada":
            certify(session, enrolment)
    make.enrolment(past, EnrolmentState.ATTENDED, company_id=company.id)
    make.enrolment(past, EnrolmentState.ATTENDED, company_id=other.id, shares_with_employer=True)
    found = queries.get_colleagues(session, as_actor(hr), least=5)
    assert [(one.name, one.attended, one.certified) for one in found.page.items] == [
        ("Cem", None, False),
        ("Ada", True, True),
        ("Ben", False, False),
    ]
    assert found.companies == ["Presswerk"]
    assert found.hidden is None


def test_nothing_else_about_people_is_read(session, connection, make):
    """The promise is kept in the query: what must not be seen does not leave the database."""
    contact = as_actor(make.user(Role.HR_CONTACT, company=make.company()))
    with statements(connection) as sent:
        queries.get_colleagues(session, contact, least=5)
    for forbidden in (
        "score",
        "passed",
        "lesson_progress",
        "attempts",
        "attendances",
        "enrolments.attendance",
        "email",
        "frozen",
    ):
        assert not any(forbidden in statement for statement in sent), forbidden
    assert {field.name for field in fields(Colleague)} == {
        "name", "company", "run_id", "title", "starts_at", "attended", "certified",
    }  # fmt: skip


@pytest.mark.parametrize("number,said", [(4, None), (5, 5)])
def test_the_others_are_counted_from_five_on(session, make, number, said):
    company = make.company()
    hr, run = make.user(Role.HR_CONTACT, company=company), make.run(seats=30)
    for _ in range(number):
        person = make.user()
        make.enrolment(run, user_id=person.id, company_id=company.id)
        make.enrolment(user_id=person.id, company_id=company.id)
    both_ways = make.user()
    make.enrolment(run, user_id=both_ways.id, company_id=company.id)
    make.enrolment(user_id=both_ways.id, company_id=company.id, shares_with_employer=True)
    assert queries.get_colleagues(session, as_actor(hr), least=5).hidden == said


def test_without_a_company_there_is_nobody(session, make):
    company = make.company()
    make.enrolment(company_id=company.id, shares_with_employer=True)
    found = queries.get_colleagues(session, make.actor(Role.SITE_ADMIN), least=5)
    assert (found.page.total, found.companies) == (0, [])
