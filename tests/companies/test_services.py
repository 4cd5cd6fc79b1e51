from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.companies import queries, services
from app.companies.models import Company, CompanyKey, TrioCompany
from app.companies.rules import SizeClass, WzVersion
from app.companies.services import CompanyFacts
from app.kit import audit, database
from app.kit.errors import Conflict, NotFound
from tests.companies.conftest import keeper
from tests.counting import statements
from tests.factories import NOON


def count(session):
    return session.scalar(select(func.count()).select_from(Company))


def test_a_company_nobody_knows_is_registered_unchecked(session):
    company = session.get_one(Company, services.register_company(session, name="  Zellwerk   GmbH ", city="Kamenz"))
    assert (company.name, company.name_key, company.city) == ("Zellwerk GmbH", "zellwerk gmbh", "Kamenz")
    assert (company.size_class, company.size_basis, company.headcount) == (SizeClass.UNCHECKED, None, None)


@pytest.mark.parametrize("spelling", ["Zellwerk GmbH", "zellwerk  gmbh", "ZELLWERK GMBH"])
def test_a_company_that_is_known_is_not_registered_again(make, session, spelling):
    company = make.company(name="Zellwerk GmbH", city="Kamenz")
    assert services.register_company(session, name=spelling) == company.id
    assert services.register_company(session, name=spelling, city="Kamenz") == company.id
    assert (count(session), company.name, company.size_class) == (1, "Zellwerk GmbH", SizeClass.SMALL)


def test_one_name_in_two_cities_stays_two_companies(make, session):
    bautzen = make.company(name="Zellwerk", city="Bautzen")
    zwickau = services.register_company(session, name="Zellwerk", city="Zwickau")
    assert zwickau != bautzen.id
    unclear = services.register_company(session, name="Zellwerk")
    assert unclear not in {bautzen.id, zwickau}
    assert services.register_company(session, name="zellwerk") == unclear
    assert count(session) == 3


NAMES = [
    "=1+1 GmbH",
    "Ä" * 200,
    "Robert'); DROP TABLE companies;--",
    "<b>Zell</b>",
    "½ \N{MATHEMATICAL BOLD FRAKTUR CAPITAL C}ell 🔋",
    "%_%",
    "ﬃ" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_as_it_was_typed(session, name):
    company = session.get_one(Company, services.register_company(session, name=f"  {name} "))
    assert company.name == name
    assert services.register_company(session, name=name) == company.id


def test_registered_by_somebody_else_in_the_same_moment(make, session, monkeypatch):
    company = make.company(name="Zellwerk", city="")
    real = queries.find_company
    looks = iter([None])
    monkeypatch.setattr(queries, "find_company", lambda *given, **named: next(looks, real(*given, **named)))
    assert services.register_company(session, name="Zellwerk") == company.id


def test_four_threads_register_one_company(own_engine):
    start = Barrier(4)

    def register(_n):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            company_id = services.register_company(session, name="Zellwerk")
            session.commit()
            return company_id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(register, range(4)))) == 1
    with Session(own_engine) as session:
        assert count(session) == 1


# ---- correcting the facts


def facts(**given):
    return CompanyFacts(**{"name": "Zellwerk AG", "city": "Kamenz", "nace": "27.20", "nuts3": "DED2C"} | given)


def test_facts_are_corrected_and_the_entry_counts_as_looked_at(make, session):
    trio, manager = keeper(make)
    company = make.registered(trio, make.company(name="Zelwerk"), is_checked=False)
    services.change_company(session, manager, trio.id, company.id, facts(), now=NOON)
    assert (company.name, company.name_key, company.city) == ("Zellwerk AG", "zellwerk ag", "Kamenz")
    assert (company.nace, company.wz_version, company.nuts3) == ("27.20", WzVersion.WZ2008, "DED2C")
    assert session.get_one(TrioCompany, (trio.id, company.id)).is_checked
    assert [hint.company.company_id for hint in queries.list_alike(session, "Zellwerk")] == [company.id]
    audit.seal(session)
    entry = session.scalars(select(audit.Entry)).one()
    assert (entry.action, entry.ref, entry.trio_id) == ("company.changed", str(company.id), trio.id)
    assert entry.new == {"nuts3": "DED2C", "nace": "27.20", "wz_version": "wz2008", "changed": ["name", "city"]}


def test_without_a_code_there_is_no_edition(make, session):
    trio, manager = keeper(make)
    company = make.registered(trio, make.company(name="Zellwerk AG"))
    services.change_company(session, manager, trio.id, company.id, facts(nace=None), now=NOON)
    assert (company.nace, company.wz_version) == (None, None)


def test_two_companies_do_not_get_one_name_in_one_city(make, session):
    trio, manager = keeper(make)
    make.company(name="Zellwerk AG", city="Kamenz")
    company = make.registered(trio)
    with pytest.raises(Conflict):
        services.change_company(session, manager, trio.id, company.id, facts(), now=NOON)


def test_facts_of_a_company_of_another_register_stay(make, session):
    trio, manager = keeper(make)
    with pytest.raises(NotFound):
        services.change_company(session, manager, trio.id, make.registered(make.trio()).id, facts(), now=NOON)


def test_keys_are_written_for_many_in_two_statements(make, session):
    named = [(one.id, one.name) for one in (make.company() for _ in range(30))]
    with statements(session) as said:
        services.write_keys(session, named)
    assert len(said) == 2
    services.write_keys(session, [])


def test_companies_from_before_there_were_keys_get_theirs(session, make):
    companies = [make.company(name=f"Zellwerk {number} GmbH") for number in range(3)]
    session.execute(delete(CompanyKey).where(CompanyKey.company_id != companies[0].id))
    assert services.write_missing_keys(session) == 2
    assert services.write_missing_keys(session) == 0
    assert set(session.scalars(select(CompanyKey.company_id))) == {company.id for company in companies}
