"""What an HR contact sees, and nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.kit.actors import Role
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON
from tests.reading import says_number

DAY = timedelta(days=1)


def test_a_company_page(sign_in, make):
    company = make.company(name="Presswerk")
    run = make.run(starts_at=NOON - 9 * DAY, state=RunState.FINISHED)
    for name, state in (("Ada Nowak", EnrolmentState.ATTENDED), ("Ben Roth", EnrolmentState.NO_SHOW)):
        person = make.user(name=name)
        make.enrolment(run, state, user_id=person.id, company_id=company.id, shares_with_employer=True, attendance=87)
    secret = make.user(name="Cem Kaya")
    make.enrolment(run, EnrolmentState.ATTENDED, user_id=secret.id, company_id=company.id)
    page = sign_in(make.user(Role.HR_CONTACT, company=company)).get("/company")
    assert page.status_code == 200
    assert "Presswerk" in page.text
    assert "Ada Nowak" in page.text
    assert "Ben Roth" in page.text
    assert "Cem Kaya" not in page.text
    assert not says_number(page.text, "87")
    assert "only from 5 on" in page.text


def test_a_company_page_counts_the_others(sign_in, make):
    company = make.company()
    for _ in range(5):
        make.enrolment(company_id=company.id)
    page = sign_in(make.user(Role.HR_CONTACT, company=company)).get("/company")
    assert "5 more people take part" in page.text
    assert "Nobody has agreed yet" in page.text


def test_a_long_company_page_has_pages(sign_in, make):
    company, run = make.company(), make.run(seats=60)
    other = make.company(name="Second")
    for number in range(51):
        person = make.user(name=f"Person {number:02}")
        make.enrolment(run, user_id=person.id, company_id=company.id, shares_with_employer=True)
    hr = make.user(Role.HR_CONTACT, company=company)
    make.session.add(RoleGrant(user_id=hr.id, role=Role.HR_CONTACT, company_id=other.id, granted_at=NOON))
    make.session.commit()
    client = sign_in(hr)
    assert 'href="/company?page=2"' in client.get("/company").text
    last = client.get("/company?page=2")
    assert "51–51 of 51" in last.text
    assert "Person 50" in last.text
    assert "Second" in last.text
    assert client.get("/company?page=x").status_code == 200


@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.TRIO_ADMIN, Role.SITE_ADMIN])
def test_nobody_else_sees_a_company(sign_in, make, role):
    assert sign_in(make.user(role, trio=make.trio() if role else None)).get("/company").status_code == 403


def test_a_company_page_needs_somebody(client):
    assert client.get("/company").status_code == 302


def test_staff_pages_are_german_with_sie(sign_in, make):
    page = sign_in(make.user(Role.HR_CONTACT, company=make.company())).get(
        "/company", headers={"Accept-Language": "de"}
    )
    assert "Hier sehen Sie" in page.text


def test_a_revoked_contact_sees_nothing_with_the_next_request(sign_in, make, session):
    """The session is still open; what it may see is asked anew each time."""
    company = make.company()
    make.enrolment(user_id=make.user(name="Ada Nowak").id, company_id=company.id, shares_with_employer=True)
    contact = make.user(Role.HR_CONTACT, company=company)
    client = sign_in(contact)
    assert "Ada Nowak" in client.get("/company").text
    session.delete(session.scalars(select(RoleGrant).where(RoleGrant.user_id == contact.id)).one())
    session.commit()
    page = client.get("/company")
    assert page.status_code == 403
    assert "Ada Nowak" not in page.text


def test_the_api_tells_an_employer_no_more(sign_in, make):
    """There is no list of people in the API, and what it tells of a run or a place is the reader's own."""
    company = make.company()
    run = make.run(starts_at=NOON - 9 * DAY, state=RunState.FINISHED)
    person = make.user(name="Ada Nowak")
    make.enrolment(
        run,
        EnrolmentState.COMPLETED,
        user_id=person.id,
        company_id=company.id,
        shares_with_employer=True,
        attendance=87,
    )
    client = sign_in(make.user(Role.HR_CONTACT, company=company))
    described = client.get("/api/v1/openapi.json").json["paths"]
    for path, methods in described.items():
        if "get" not in methods:
            continue
        answer = client.get(re.sub(r"{\w+}", str(run.id), path))
        assert answer.status_code in {200, 403, 404, 422}, path
        assert "Ada Nowak" not in answer.text, path
        assert not says_number(answer.text, "87"), path
