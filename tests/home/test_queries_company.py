"""What a company sees of its people: those who agreed, yes or no, and nothing else."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from app.accounts.models import RoleGrant
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


FORBIDDEN_TABLES = ("attempts", "answers", "lesson_progress", "completions", "attendances", "run_sessions")
FORBIDDEN_COLUMNS = (
    "score", "passed", "percent", "points", "progress", "attendance", "email", "frozen", "seen_at", "started_at",
    "submitted_at", "password_hash", "key",
)  # fmt: skip


def test_no_column_of_results_is_selected_however_many_rows_there_are(session, connection, make):
    """Not what the template leaves out, but what the statement never asks for: read column by column."""
    company = make.company()
    contact = as_actor(make.user(Role.HR_CONTACT, company=company))
    enrolment = make.enrolment(
        make.run(starts_at=NOON - 9 * DAY, state=RunState.FINISHED), EnrolmentState.COMPLETED,
        company_id=company.id, shares_with_employer=True, attendance=87,
    )  # fmt: skip
    certify(session, enrolment)
    with statements(connection) as sent:
        found = queries.get_colleagues(session, contact, least=5)
    assert found.page.total == 1
    assert len(sent) == 4
    for statement in sent:
        words = set(re.findall(r"\w+", statement.lower()))
        assert not words & set(FORBIDDEN_TABLES)
        selected = re.findall(r"\b\w+\.(\w+)\b", statement.lower().partition(" from ")[0])
        assert not set(selected) & set(FORBIDDEN_COLUMNS)


@pytest.mark.parametrize("many", [1, 30])
def test_four_queries_however_many_people(session, connection, make, many):
    company, run = make.company(), make.run(seats=60)
    contact = as_actor(make.user(Role.HR_CONTACT, company=company))
    for _ in range(many):
        make.enrolment(run, company_id=company.id, shares_with_employer=True)
    with statements(connection) as sent:
        queries.get_colleagues(session, contact, least=5)
    assert len(sent) == 4


def test_who_takes_agreeing_back_is_gone_at_once(session, make):
    company = make.company()
    contact = as_actor(make.user(Role.HR_CONTACT, company=company))
    enrolment = make.enrolment(company_id=company.id, shares_with_employer=True)
    assert queries.get_colleagues(session, contact, least=5).page.total == 1
    enrolment.shares_with_employer = False
    session.commit()
    assert queries.get_colleagues(session, contact, least=5).page.total == 0


def test_a_contact_of_two_companies_sees_both_and_a_third_one_not(session, make):
    companies = [make.company(name=name) for name in ("Alpha", "Beta", "Gamma")]
    person = make.user(Role.HR_CONTACT, company=companies[0])
    session.add(RoleGrant(user_id=person.id, role=Role.HR_CONTACT, company_id=companies[1].id, granted_at=NOON))
    session.commit()
    for company in companies:
        make.enrolment(
            user_id=make.user(name=f"At {company.name}").id, company_id=company.id, shares_with_employer=True
        )
    found = queries.get_colleagues(session, as_actor(person), least=5)
    assert {(one.name, one.company) for one in found.page.items} == {("At Alpha", "Alpha"), ("At Beta", "Beta")}
    assert found.companies == ["Alpha", "Beta"]
