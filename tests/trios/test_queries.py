from datetime import date

import pytest

from app.kit.errors import NotFound
from app.trios import queries
from app.trios.models import Partnership
from app.trios.rules import OrganisationKind
from tests.counting import statements


def test_a_trio_by_number_and_by_address(make, session):
    trio = make.trio(slug="lausitz")
    assert queries.get_trio(session, trio.id) is trio
    assert queries.find_trio_by_slug(session, "lausitz") is trio
    assert queries.find_trio_by_slug(session, "LAUSITZ") is None
    with pytest.raises(NotFound):
        queries.get_trio(session, trio.id + 10**6)


def test_trios_by_name(make, session):
    second, first = make.trio(name="Zwickau"), make.trio(name="Aalen")
    assert list(queries.list_trios(session)) == [first, second]
    assert list(queries.list_trios(session, [second.id, second.id, 10**6])) == [second]
    assert list(queries.list_trios(session, [])) == []


@pytest.mark.parametrize("partners", [1, 20])
def test_partners_with_their_names_in_two_queries_coordinator_first(make, session, partners):
    trio = make.trio(kinds=())
    for _n in range(partners):
        partner(make, session, trio)
    coordinator = partner(make, session, trio, is_coordinator=True)
    partner(make, session, make.trio(kinds=()))
    session.commit()
    trio_id, coordinator_id = trio.id, coordinator.id
    session.expunge_all()
    with statements(session) as said:
        found = queries.list_partners(session, trio_id)
        assert all(each.organisation.name for each in found)
    assert len(said) == 2
    assert len(found) == partners + 1
    assert found[0].id == coordinator_id


def partner(make, session, trio, kind=OrganisationKind.PROVIDER, **given):
    partnership = Partnership(
        **{
            "trio_id": trio.id,
            "organisation_id": make.organisation(kind).id,
            "kind": kind,
            "starts_on": date(2026, 1, 1),
        }
        | given
    )
    session.add(partnership)
    session.flush()
    return partnership


def test_kinds_that_take_part_on_a_day(make, session):
    trio = make.trio(kinds=())
    partner(make, session, trio, OrganisationKind.SCIENCE, ends_on=date(2026, 6, 30))
    partner(make, session, trio, OrganisationKind.CLUSTER, starts_on=date(2026, 7, 1))
    partner(make, session, trio, OrganisationKind.PROVIDER)

    def kinds(*day):
        return sorted(queries.list_partner_kinds(session, trio.id, on=date(*day)))

    assert kinds(2025, 12, 31) == []
    assert kinds(2026, 1, 1) == kinds(2026, 6, 30) == ["provider", "science"]
    assert kinds(2026, 7, 1) == ["cluster", "provider"]


@pytest.mark.parametrize("many", [0, 1, 30])
def test_organisations_and_companies_in_one_query_each(make, session, many):
    organisations = [make.organisation().id for _n in range(many)]
    companies = [make.company().id for _n in range(many)]
    with statements(session) as said:
        assert list(queries.list_organisations(session, [*organisations, 10**6])) == organisations
        assert list(queries.list_companies(session, [*companies, 10**6])) == companies
    assert len(said) == 2


@pytest.mark.parametrize("spelling", ["Zellwerk GmbH", "ZELLWERK gmbh", "  Zellwerk \t GmbH "])
def test_a_company_is_found_however_it_is_spelt(make, session, spelling):
    company = make.company(name="Zellwerk GmbH")
    assert queries.find_company(session, name=spelling) is company
    assert queries.find_company(session, name="Zellwerke GmbH") is None


def test_sharp_s_is_ss():
    assert queries.company_key("Straßenbau") == queries.company_key("STRASSENBAU")


def test_a_name_that_grows_when_it_is_folded_fits_its_column():
    assert len(queries.company_key("\ufb03" * 200)) == 200


def test_of_two_companies_with_one_name_the_one_in_the_city(make, session):
    first, second = (make.company(name="Zellwerk", city=city) for city in ("Bautzen", "Zwickau"))
    assert queries.find_company(session, name="Zellwerk", city="Zwickau") is second
    assert queries.find_company(session, name="Zellwerk", city="Aalen") is first
    assert queries.find_company(session, name="Zellwerk") is first
