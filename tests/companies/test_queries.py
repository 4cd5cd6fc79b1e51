import pytest

from app.companies import queries
from app.kit.errors import NotFound


@pytest.mark.parametrize("spelling", ["Zellwerk GmbH", "ZELLWERK gmbh", "  Zellwerk \t GmbH "])
def test_a_company_is_found_however_it_is_spelt(make, session, spelling):
    company = make.company(name="Zellwerk GmbH")
    assert queries.find_company(session, name=spelling) is company
    assert queries.find_company(session, name="Zellwerke GmbH") is None


def test_sharp_s_is_ss():
    assert queries.company_key("Straßenbau") == queries.company_key("STRASSENBAU")


def test_a_name_that_grows_when_it_is_folded_fits_its_column():
    assert len(queries.company_key("\ufb03" * 200)) == 200


def test_of_two_companies_with_one_name_the_one_in_the_city_and_no_other(make, session):
    """One name in two cities is two companies: who is taken for whose employee is shown to the employer."""
    first, second = (make.company(name="Zellwerk", city=city) for city in ("Bautzen", "Zwickau"))
    assert queries.find_company(session, name="Zellwerk", city="zwickau ") is second
    assert queries.find_company(session, name="Zellwerk", city="Aalen") is None
    assert queries.find_company(session, name="Zellwerk") is None
    assert queries.find_company(session, name="Zellwerk", city="Bautzen (Sachsen)") is first


def test_a_name_alone_is_the_only_company_of_that_name(make, session):
    only = make.company(name="Zellwerk", city="Bautzen")
    assert queries.find_company(session, name="Zellwerk") is only
    assert queries.find_company(session, name="Zellwerk", city="  ") is only


def test_a_name_alone_is_the_one_without_a_city_where_there_are_several(make, session):
    make.company(name="Zellwerk", city="Bautzen")
    make.company(name="Zellwerk", city="Zwickau")
    nowhere = make.company(name="Zellwerk", city="")
    assert queries.find_company(session, name="Zellwerk") is nowhere


def test_a_merged_company_leads_to_the_one_it_became(make, session):
    keep = make.company(name="Zellwerk GmbH")
    gone = make.company(name="Zelwerk", merged_into_id=keep.id)
    assert queries.find_company(session, name="Zelwerk") is keep
    assert queries.find_company(session, name="Zelwerk", city="Bautzen") is keep
    assert queries.get_company(session, gone.id) is keep
    assert queries.get_company(session, gone.id, lock=True) is keep
    twin = make.company(name="Zelwerk", city="", merged_into_id=keep.id)
    assert queries.find_company(session, name="Zelwerk") is keep
    everybody = {keep.id, gone.id, twin.id}
    for one in (keep, gone, twin):
        assert set(session.scalars(queries.resolved([one.id]))) == everybody
    assert set(session.scalars(queries.resolved([]))) == set()


def test_no_such_company(session):
    with pytest.raises(NotFound):
        queries.get_company(session, 10**6)
