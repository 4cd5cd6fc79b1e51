from datetime import timedelta

import pytest

from app.kit.actors import Role
from app.kit.errors import NotFound
from app.runs import queries
from app.runs.queries import YearOfCompany
from app.runs.rules import EnrolmentState, RunState
from tests.factories import NOON


def test_people_of_a_company_by_year_small_numbers_withheld(make, session):
    trio = make.trio()
    manager = make.actor(Role.CLUSTER_MANAGER, trio=trio)
    company = make.registered(trio)
    merged = make.company(merged_into_id=company.id)
    module = make.module(trio=trio)
    past, older = (
        make.run(module, starts_at=NOON - timedelta(days=days), state=RunState.FINISHED, seats=30) for days in (30, 400)
    )
    twice = make.user().id
    for run in (past, make.run(module, starts_at=NOON - timedelta(days=20), state=RunState.FINISHED)):
        make.enrolment(run, EnrolmentState.COMPLETED, user_id=twice, company_id=company.id)
    for _ in range(3):
        make.enrolment(past, EnrolmentState.ATTENDED, company_id=company.id)
    make.enrolment(past, EnrolmentState.ATTENDED, company_id=merged.id)
    make.enrolment(past, EnrolmentState.NO_SHOW, company_id=company.id)
    make.enrolment(past, EnrolmentState.ATTENDED, company_id=make.company().id)
    make.enrolment(older, EnrolmentState.ATTENDED, company_id=company.id)
    elsewhere = make.run(starts_at=NOON - timedelta(days=30), state=RunState.FINISHED)
    make.enrolment(elsewhere, EnrolmentState.ATTENDED, company_id=company.id)
    make.enrolment(make.run(module), EnrolmentState.ATTENDED, company_id=company.id)
    found = queries.list_years_of_company(session, manager, trio.id, company.id, smallest=5)
    assert found == [YearOfCompany(2026, 5), YearOfCompany(2025, None)]


def test_only_who_keeps_the_register_counts(make, session):
    trio = make.trio()
    company = make.registered(trio)
    for actor in (make.actor(Role.CLUSTER_MANAGER, trio=make.trio()), make.actor(Role.PROGRAMME_OFFICE)):
        with pytest.raises(NotFound):
            queries.list_years_of_company(session, actor, trio.id, company.id, smallest=5)
