from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies import queries, services
from app.companies.models import Company, TrioCompany
from app.companies.rules import Origin, SizeClass
from app.companies.services import CompanyFacts
from app.kit import audit, database
from app.kit.actors import Role
from app.kit.errors import Conflict, NotFound
from tests.companies.conftest import keeper
from tests.conftest import rows
from tests.factories import NOON, Make

ZELLWERK = CompanyFacts("Zellwerk GmbH", "Kamenz", nuts3="DED2C", nace="27.20", website="https://zellwerk.example")


def acts(session):
    audit.seal(session)
    return [(entry.action, entry.new) for entry in session.scalars(select(audit.Entry).order_by(audit.Entry.number))]


def test_a_new_company_stands_in_the_directory_and_in_the_register(make, session):
    trio, manager = keeper(make)
    company_id = services.add_company(session, manager, trio.id, ZELLWERK, now=NOON)
    company = session.get_one(Company, company_id)
    entry = session.get_one(TrioCompany, (trio.id, company_id))
    assert (company.name, company.city, company.nace) == ("Zellwerk GmbH", "Kamenz", "27.20")
    assert company.size_class is SizeClass.UNCHECKED
    assert (entry.origin, entry.is_checked, entry.since_on) == (Origin.ADDED, True, NOON.date())
    assert [hint.company.company_id for hint in queries.list_alike(session, "Zelwerk")] == [company_id]
    assert acts(session) == [
        ("company.created", {"nuts3": "DED2C", "nace": "27.20"}),
        ("company.registered", {"origin": "added"}),
    ]


def test_added_twice_it_stands_there_once(make, session):
    trio, manager = keeper(make)
    first = services.add_company(session, manager, trio.id, ZELLWERK, now=NOON)
    assert services.add_company(session, manager, trio.id, ZELLWERK, now=NOON) == first
    assert (rows(session, Company), rows(session, TrioCompany)) == (1, 1)
    assert len(acts(session)) == 2


def test_one_that_another_trio_knows_is_taken_as_it_is(make, session):
    trio, manager = keeper(make)
    known = make.registered(make.trio(), make.company(name="zellwerk  GMBH", city="Kamenz", nace="25.50"))
    assert services.add_company(session, manager, trio.id, ZELLWERK, now=NOON) == known.id
    assert (known.name, known.nace) == ("zellwerk  GMBH", "25.50")


def test_without_a_city_the_same_name_is_not_guessed(make, session):
    trio, manager = keeper(make)
    known = make.company(name="Zellwerk GmbH", city="Kamenz")
    made = services.add_company(session, manager, trio.id, CompanyFacts("Zellwerk GmbH"), now=NOON)
    assert made != known.id
    assert services.add_company(session, manager, trio.id, CompanyFacts("Zellwerk GmbH"), now=NOON) == made


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.PROGRAMME_OFFICE])
def test_nobody_else_writes_a_register(make, session, role):
    trio, _manager = keeper(make)
    stranger = make.actor(role, trio=trio if role else None)
    company = make.registered(trio)
    for attempt in (
        lambda: services.add_company(session, stranger, trio.id, ZELLWERK, now=NOON),
        lambda: services.take_company(session, stranger, trio.id, company.id, now=NOON),
        lambda: services.change_entry(session, stranger, trio.id, company.id, note="x", is_mine=True, now=NOON),
        lambda: services.drop_company(session, stranger, trio.id, company.id, now=NOON),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert (rows(session, Company), rows(session, TrioCompany)) == (1, 1)


def test_a_manager_of_another_trio_is_a_stranger(make, session):
    trio, _manager = keeper(make)
    _other, stranger = keeper(make)
    with pytest.raises(NotFound):
        services.add_company(session, stranger, trio.id, ZELLWERK, now=NOON)


def test_an_enrolment_brings_a_company_along_and_somebody_looks_at_it(make, session):
    trio, manager = keeper(make)
    company = make.company()
    for _twice in range(2):
        services.note_enrolment(session, company.id, trio.id, now=NOON)
    entry = session.get_one(TrioCompany, (trio.id, company.id))
    assert (entry.origin, entry.is_checked, entry.has_enrolments) == (Origin.ENROLMENT, False, True)
    assert services.take_company(session, manager, trio.id, company.id, now=NOON) == company.id
    assert (entry.origin, entry.is_checked) == (Origin.ENROLMENT, True)
    assert acts(session) == [("company.registered", {"origin": "enrolment"})]
    services.take_company(session, manager, trio.id, company.id, now=NOON)
    assert len(acts(session)) == 1


def test_a_company_that_was_added_before_keeps_its_origin(make, session):
    trio, _manager = keeper(make)
    company = make.registered(trio)
    services.note_enrolment(session, company.id, trio.id, now=NOON)
    entry = session.get_one(TrioCompany, (trio.id, company.id))
    assert (entry.origin, entry.is_checked, entry.has_enrolments) == (Origin.ADDED, True, True)


def test_four_enrolments_at_once_make_one_entry(own_engine):
    with Session(own_engine) as session:
        make = Make(session)
        trio_id, company_id = make.trio().id, make.company().id
    start = Barrier(4)

    def enrol(_n):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            services.note_enrolment(session, company_id, trio_id, now=NOON)
            session.commit()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(enrol, range(4)))
    with Session(own_engine) as session:
        assert rows(session, TrioCompany) == 1


def test_put_there_by_somebody_else_in_this_very_moment(make, session, monkeypatch):
    trio, _manager = keeper(make)
    company = make.registered(trio)
    real, hidden = Session.get, iter([True])
    trio_id, company_id = trio.id, company.id

    def blind(self, table, ident, **named):
        return None if table is TrioCompany and next(hidden, False) else real(self, table, ident, **named)

    monkeypatch.setattr(Session, "get", blind)
    session.expunge_all()
    services.note_enrolment(session, company_id, trio_id, now=NOON)
    assert rows(session, TrioCompany) == 1


def test_a_note_and_who_looks_after_the_company(make, session):
    trio, manager = keeper(make)
    company = make.registered(trio, is_checked=False)
    services.change_entry(session, manager, trio.id, company.id, note="Ring first", is_mine=True, now=NOON)
    entry = session.get_one(TrioCompany, (trio.id, company.id))
    assert (entry.note, entry.kept_by, entry.is_checked) == ("Ring first", manager.user_id, True)
    colleague = make.actor(Role.TRIO_ADMIN, trio=trio)
    services.change_entry(session, colleague, trio.id, company.id, note="", is_mine=False, now=NOON)
    assert entry.kept_by == manager.user_id, "a colleague does not take it away"
    services.change_entry(session, manager, trio.id, company.id, note="", is_mine=False, now=NOON)
    assert entry.kept_by is None
    said = acts(session)
    assert len(said) == 3, "who looks after it, a note, who no longer does: each act has its entry"
    assert "Ring" not in str(said)
    services.change_entry(session, manager, trio.id, company.id, note="", is_mine=False, now=NOON)
    assert len(acts(session)) == 3, "nothing changed"


def test_taken_out_with_all_that_was_noted(make, session):
    trio, manager = keeper(make)
    other = make.trio()
    company = make.registered(trio)
    make.registered(other, company)
    make.contact(other, company)
    for add in (make.site, make.contact, make.aid):
        add(trio, company)
    make.figures(trio, company, 2025)
    services.drop_company(session, manager, trio.id, company.id, now=NOON)
    with pytest.raises(NotFound):
        queries.get_details(session, manager, trio.id, company.id)
    admin = make.actor(Role.SITE_ADMIN)
    assert len(queries.get_details(session, admin, other.id, company.id).contacts) == 1
    make.registered(trio, company)
    again = queries.get_details(session, manager, trio.id, company.id)
    assert [*again.sites, *again.contacts, *again.aids, *again.figures] == []
    with pytest.raises(NotFound):
        services.drop_company(session, manager, trio.id, 10**6, now=NOON)


def test_a_company_whose_people_are_enrolled_stays(make, session):
    trio, manager = keeper(make)
    company = make.registered(trio, has_enrolments=True)
    with pytest.raises(Conflict):
        services.drop_company(session, manager, trio.id, company.id, now=NOON)
