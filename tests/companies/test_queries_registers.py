from datetime import date

import pytest

from app.companies import queries
from app.companies.queries import Filters
from app.companies.rules import Origin, SizeClass
from app.kit.actors import ANYONE, Role
from app.kit.errors import Forbidden, NotFound
from tests.companies.conftest import keeper
from tests.counting import statements


def names(session, actor, trio, page=1, **filters):
    return [
        one.company.name for one in queries.list_register(session, actor, trio.id, Filters(**filters), page=page).items
    ]


def test_a_register_holds_the_companies_of_its_trio_and_no_others(make, session):
    trio, manager = keeper(make)
    make.registered(trio, make.company(name="Here"))
    make.registered(make.trio(), make.company(name="There"))
    make.company(name="Nowhere")
    assert names(session, manager, trio) == ["Here"]


@pytest.mark.parametrize(
    "role", [None, Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.PROGRAMME_OFFICE, Role.HR_CONTACT]
)
def test_nobody_else_reads_a_register(make, session, role):
    trio, _manager = keeper(make)
    company = make.registered(trio)
    actor = make.actor(role, trio=trio if role else None)
    with pytest.raises(NotFound):
        queries.list_register(session, actor, trio.id, Filters())
    with pytest.raises(NotFound):
        queries.stream_register(session, actor, trio.id, Filters())
    with pytest.raises(NotFound):
        queries.get_details(session, actor, trio.id, company.id)
    with pytest.raises(Forbidden):
        queries.get_register(session, actor, trio.slug)


def test_which_register(make, session):
    trio, manager = keeper(make, Role.TRIO_ADMIN)
    other = make.trio()
    assert queries.get_register(session, manager, None) is trio
    assert queries.get_register(session, manager, "") is trio
    assert queries.get_register(session, manager, trio.slug) is trio
    for slug in (other.slug, "nowhere"):
        with pytest.raises(NotFound):
            queries.get_register(session, manager, slug)
    admin = make.actor(Role.SITE_ADMIN)
    assert queries.get_register(session, admin, other.slug) is other
    assert {one.id for one in queries.list_registers(session, admin)} >= {trio.id, other.id}
    with pytest.raises(Forbidden):
        queries.get_register(session, ANYONE, None)


@pytest.fixture
def world(make, session):
    trio, manager = keeper(make)
    for name, city, nace, nuts3, size, checked, since in (
        ("Zellwerk", "Überlingen", "27.20", "DED2C", SizeClass.LARGE, True, 3),
        ("Presswerk 100%", "Kamenz", "25.50", "DED43", SizeClass.MICRO, False, 1),
        ("Kabel_bau", "Ulm", "29.31", "DE144", SizeClass.UNCHECKED, True, 2),
    ):
        company = make.company(name=name, city=city, nace=nace, nuts3=nuts3, size_class=size)
        make.registered(trio, company, is_checked=checked, since_on=date(2026, 1, since), origin=Origin.ADDED)
    return trio, manager


@pytest.mark.parametrize(
    "filters,found",
    [
        ({}, ["Kabel_bau", "Presswerk 100%", "Zellwerk"]),
        ({"words": "WERK"}, ["Presswerk 100%", "Zellwerk"]),
        ({"words": "werk kamenz"}, ["Presswerk 100%"]),
        ({"words": "überlingen"}, ["Zellwerk"]),
        ({"words": "100%"}, ["Presswerk 100%"]),
        ({"words": "l_b"}, ["Kabel_bau"]),
        ({"words": "%%"}, []),
        ({"size": SizeClass.MICRO}, ["Presswerk 100%"]),
        ({"activity": "2"}, ["Kabel_bau", "Presswerk 100%", "Zellwerk"]),
        ({"activity": "29.3"}, ["Kabel_bau"]),
        ({"region": "DED"}, ["Presswerk 100%", "Zellwerk"]),
        ({"region": "DED2C"}, ["Zellwerk"]),
        ({"unchecked": True}, ["Presswerk 100%"]),
        ({"sort": "size"}, ["Presswerk 100%", "Zellwerk", "Kabel_bau"]),
        ({"sort": "since", "descending": True}, ["Zellwerk", "Kabel_bau", "Presswerk 100%"]),
        ({"sort": "city"}, ["Presswerk 100%", "Kabel_bau", "Zellwerk"]),
        ({"sort": "nonsense", "descending": True}, ["Zellwerk", "Presswerk 100%", "Kabel_bau"]),
    ],
)
def test_the_register_is_searched_narrowed_and_sorted(world, session, filters, found):
    trio, manager = world
    assert names(session, manager, trio, **filters) == found
    streamed = queries.stream_register(session, manager, trio.id, Filters(**filters))
    assert [one.company.name for one in streamed] == found


def test_a_long_register_has_pages(make, session):
    trio, manager = keeper(make)
    for number in range(51):
        make.registered(trio, make.company(name=f"C{number:02}"))
    trio_id = trio.id
    with statements(session) as said:
        page = queries.list_register(session, manager, trio_id, Filters(), page=2)
    assert (len(said), page.total, [one.company.name for one in page.items]) == (2, 51, ["C50"])
    assert queries.list_register(session, manager, trio.id, Filters(), page=99).number == 2


@pytest.mark.parametrize("many", [1, 12])
def test_a_company_with_all_that_is_known_in_seven_queries(make, session, many):
    trio, manager = keeper(make)
    company = make.registered(trio, note="Ring first", kept_by=manager.user_id)
    for number in range(many):
        make.site(trio, company, city=f"City {number}")
        make.contact(trio, company)
        make.aid(trio, company)
        make.figures(trio, company, 2000 + number)
    trio_id, company_id = trio.id, company.id
    session.expire_all()
    with statements(session) as said:
        found = queries.get_details(session, manager, trio_id, company_id)
    assert len(said) == 7
    assert len(found.sites) == len(found.contacts) == len(found.aids) == len(found.figures) == many
    assert found.keeper
    assert found.figures[0].year == 1999 + many


def test_what_another_trio_noted_is_not_read(make, session):
    trio, manager = keeper(make)
    other = make.trio()
    company = make.registered(trio)
    make.registered(other, company, note="secret")
    make.site(other, company)
    make.contact(other, company)
    make.aid(other, company)
    make.figures(other, company, 2025)
    found = queries.get_details(session, manager, trio.id, company.id)
    assert [*found.sites, *found.contacts, *found.aids, *found.figures] == []
    assert (found.entry.note, found.keeper) == ("", None)
    assert queries.find_figures(session, trio.id, company.id, 2025) is None


def test_what_is_missing_in_a_register(make, session):
    trio, _manager = keeper(make)
    here, there = make.registered(trio), make.company()
    assert queries.list_unregistered(session, trio.id, [here.id, there.id]) == {there.id}
