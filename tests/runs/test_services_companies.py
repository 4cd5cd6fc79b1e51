"""Companies and enrolments: who comes into the register, and what happens when two entries are one company."""

from sqlalchemy import select

from app.companies.models import TrioCompany
from app.companies.rules import Origin
from app.home import queries as home
from app.kit.actors import Role
from app.operations import worker
from app.runs import services
from tests.factories import NOON, as_actor


def test_enrolling_for_a_company_puts_it_into_the_register_of_the_trio(make, session):
    company, run = make.company(), make.run()
    services.enrol(session, make.actor(), run.id, company_id=company.id, now=NOON)
    entry = session.scalars(select(TrioCompany)).one()
    assert (entry.trio_id, entry.company_id, entry.origin) == (run.trio_id, company.id, Origin.ENROLMENT)
    assert (entry.is_checked, entry.has_enrolments) == (False, True)


def test_enrolling_without_a_company_does_not(make, session):
    services.enrol(session, make.actor(), make.run().id, now=NOON)
    assert session.scalars(select(TrioCompany)).all() == []


def test_enrolments_follow_a_merged_company_and_once_more_nothing_moves(make, session):
    keep, gone, other = make.company(), make.company(), make.company()
    moved = make.enrolment(company_id=gone.id, shares_with_employer=True)
    stays = make.enrolment(company_id=other.id)
    for _twice in range(2):
        worker.handle(session, "companies.merged", {"from_id": gone.id, "to_id": keep.id}, now=NOON)
    session.expire_all()
    assert (moved.company_id, moved.shares_with_employer, stays.company_id) == (keep.id, True, other.id)


def test_the_contact_of_either_entry_sees_the_people_before_and_after_they_moved(make, session):
    keep = make.company(name="Zellwerk")
    gone = make.company(name="Zelwerk", merged_into_id=keep.id)
    make.enrolment(company_id=gone.id, shares_with_employer=True)
    make.enrolment(company_id=make.company().id, shares_with_employer=True)
    contacts = [as_actor(make.user(Role.HR_CONTACT, company=one)) for one in (keep, gone)]
    for _before_and_after in range(2):
        for contact in contacts:
            found = home.get_colleagues(session, contact, least=5)
            assert (found.page.total, found.companies) == (1, ["Zellwerk"])
        services.move_company(session, gone.id, keep.id)
