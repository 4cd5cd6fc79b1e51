from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies import queries, services
from app.companies.models import Company, KeptApart, TrioCompany
from app.companies.rules import SizeBasis, SizeClass, WzVersion
from app.kit import audit, database
from app.kit.actors import Actor, Grant, Role
from app.kit.errors import Conflict, NotFound
from app.kit.outbox import Message
from tests.companies.conftest import keeper
from tests.conftest import rows
from tests.factories import NOON, Make


def merge(session, manager, trio, keep, gone):
    services.merge_companies(session, manager, trio.id, keep_id=keep.id, merge_id=gone.id, now=NOON)
    session.flush()
    session.expire_all()


@pytest.fixture
def world(make):
    trio, manager = keeper(make)
    keep = make.registered(trio, make.company(name="Zellwerk GmbH", city="Kamenz"), note="Ours", is_checked=False)
    gone = make.registered(trio, make.company(name="Zelwerk", city=""), note="Theirs", has_enrolments=True)
    return trio, manager, keep, gone


def test_two_entries_become_one_company(world, make, session):
    trio, manager, keep, gone = world
    for add in (make.site, make.contact, make.aid):
        add(trio, gone)
    make.figures(trio, gone, 2024)
    merge(session, manager, trio, keep, gone)
    assert gone.merged_into_id == keep.id
    found = queries.get_details(session, manager, trio.id, gone.id)
    assert found.company is keep
    assert [len(part) for part in (found.sites, found.contacts, found.aids, found.figures)] == [1, 1, 1, 1]
    assert (found.entry.note, found.entry.has_enrolments, found.entry.is_checked) == ("Ours\n\nTheirs", True, True)
    assert rows(session, TrioCompany) == 1
    assert queries.find_company(session, name="Zelwerk") is keep
    assert services.register_company(session, name="zelwerk") == keep.id
    assert [hint.company.company_id for hint in queries.list_alike(session, "Zelwerk")] == [keep.id]
    message = session.scalars(select(Message)).one()
    assert (message.kind, message.payload) == ("companies.merged", {"from_id": gone.id, "to_id": keep.id})


def test_what_other_trios_noted_moves_along_and_they_read_it_in_their_audit(world, make, session):
    trio, _manager, keep, gone = world
    other = make.trio()
    make.registered(other, gone, note="Far away")
    make.contact(other, gone)
    merge(session, make.actor(Role.SITE_ADMIN), trio, keep, gone)
    entry = session.get_one(TrioCompany, (other.id, keep.id))
    assert entry.note == "Far away"
    assert len(queries.get_details(session, make.actor(Role.SITE_ADMIN), other.id, keep.id).contacts) == 1
    audit.seal(session)
    entries = session.scalars(select(audit.Entry)).all()
    assert {(one.action, one.trio_id) for one in entries} == {("company.merged", trio.id), ("company.merged", other.id)}
    assert entries[0].new == {"into": keep.id}


@pytest.mark.parametrize(
    "kept,other,stays",
    [
        ((SizeBasis.ESTIMATED, date(2026, 1, 1)), (SizeBasis.CHECKED, date(2025, 1, 1)), 99),
        ((SizeBasis.CHECKED, date(2025, 1, 1)), (SizeBasis.SELF_DECLARED, date(2026, 1, 1)), 40),
        ((SizeBasis.CHECKED, date(2025, 1, 1)), (SizeBasis.CHECKED, date(2026, 1, 1)), 99),
        ((SizeBasis.CHECKED, date(2025, 1, 1)), (SizeBasis.CHECKED, date(2025, 1, 1)), 40),
    ],
)
def test_of_two_statements_about_a_year_the_better_founded_stays(world, make, session, kept, other, stays):
    trio, manager, keep, gone = world
    make.figures(trio, keep, 2024, basis=kept[0], stated_on=kept[1])
    make.figures(trio, gone, 2024, basis=other[0], stated_on=other[1], headcount=Decimal(99))
    make.figures(trio, gone, 2025)
    merge(session, manager, trio, keep, gone)
    found = queries.list_figures(session, trio.id, keep.id)
    assert [row.year for row in found] == [2025, 2024]
    assert found[1].headcount == stays


def test_what_nobody_knew_is_filled_in(make, session):
    trio, manager = keeper(make)
    keep = make.company(
        name="Zellwerk", city="", nuts3=None, nace=None, size_class=SizeClass.UNCHECKED, size_basis=None
    )
    gone = make.company(
        name="Zellwerk", city="Kamenz", nuts3="DED2C", nace="27.20", wz_version=WzVersion.WZ2008,
        website="https://z.example", size_class=SizeClass.SMALL,
    )  # fmt: skip
    for company in (keep, gone):
        make.registered(trio, company)
    merge(session, manager, trio, keep, gone)
    assert (keep.city, keep.nuts3, keep.nace, keep.website) == ("Kamenz", "DED2C", "27.20", "https://z.example")
    assert (keep.size_class, keep.size_basis) == (SizeClass.SMALL, SizeBasis.SELF_DECLARED)
    assert queries.find_company(session, name="Zellwerk", city="Kamenz") is keep
    assert queries.find_company(session, name="Zellwerk") is keep


def test_a_city_is_not_filled_in_where_a_third_company_has_name_and_city(make, session):
    trio, manager = keeper(make)
    make.company(name="Zellwerk", city="Kamenz")
    keep, gone = make.company(name="Zellwerk", city=""), make.company(name="Zelwerk", city="Kamenz")
    for company in (keep, gone):
        make.registered(trio, company)
    merge(session, manager, trio, keep, gone)
    assert keep.city == ""


@pytest.mark.parametrize(
    "kept,other,size",
    [
        ((SizeBasis.CHECKED, 2024), (SizeBasis.ESTIMATED, 2024), SizeClass.SMALL),
        ((SizeBasis.ESTIMATED, 2024), (SizeBasis.CHECKED, 2024), SizeClass.LARGE),
        ((SizeBasis.CHECKED, 2024), (SizeBasis.ESTIMATED, 2025), SizeClass.LARGE),
        ((SizeBasis.CHECKED, 2024), (SizeBasis.CHECKED, None), SizeClass.SMALL),
    ],
)
def test_the_better_founded_size_class_stays(make, session, kept, other, size):
    trio, manager = keeper(make)
    keep = make.registered(trio, make.company(size_basis=kept[0], size_year=kept[1]))
    gone = make.registered(trio, make.company(size_class=SizeClass.LARGE, size_basis=other[0], size_year=other[1]))
    merge(session, manager, trio, keep, gone)
    assert keep.size_class is size


def test_an_unknown_size_class_pushes_nothing_aside(make, session):
    trio, manager = keeper(make)
    keep = make.registered(trio)
    gone = make.registered(trio, make.company(size_class=SizeClass.UNCHECKED, size_basis=None))
    merge(session, manager, trio, keep, gone)
    assert keep.size_class is SizeClass.SMALL


def test_what_was_known_is_not_pushed_aside(make, session):
    trio, manager = keeper(make)
    keep = make.registered(trio, make.company(nace="25.50", wz_version=WzVersion.WZ2008, website="https://a.example"))
    gone = make.registered(trio, make.company(nace="27.20", wz_version=WzVersion.WZ2025, website="https://b.example"))
    merge(session, manager, trio, keep, gone)
    assert (keep.nace, keep.wz_version, keep.website) == ("25.50", WzVersion.WZ2008, "https://a.example")


def test_three_entries_become_one_by_and_by(world, make, session):
    trio, manager, keep, gone = world
    last = make.registered(trio, make.company(name="Zellwerk AG"))
    merge(session, manager, trio, keep, gone)
    merge(session, manager, trio, last, keep)
    assert gone.merged_into_id == keep.merged_into_id == last.id
    assert queries.get_company(session, gone.id) is last


def test_merged_already(world, session):
    trio, manager, keep, gone = world
    merge(session, manager, trio, keep, gone)
    with pytest.raises(Conflict, match="merged already"):
        merge(session, manager, trio, keep, gone)


def test_what_cannot_be_merged(world, make, session):
    trio, manager, keep, _gone = world
    with pytest.raises(Conflict, match="same entry"):
        merge(session, manager, trio, keep, keep)
    elsewhere = make.registered(make.trio())
    with pytest.raises(Conflict, match="in your register"):
        merge(session, manager, trio, keep, elsewhere)
    with pytest.raises(NotFound):
        merge(session, manager, trio, elsewhere, make.company())
    with pytest.raises(NotFound):
        services.merge_companies(session, manager, trio.id, keep_id=keep.id, merge_id=10**6, now=NOON)


def test_strangers_merge_nothing(world, make, session):
    trio, _manager, keep, gone = world
    _other, stranger = keeper(make)
    for actor in (stranger, make.actor(Role.TRAINER, trio=trio), make.actor(Role.PROGRAMME_OFFICE)):
        with pytest.raises(NotFound):
            merge(session, actor, trio, keep, gone)
        with pytest.raises(NotFound):
            services.keep_apart(session, actor, trio.id, keep.id, gone.id, now=NOON)
    assert gone.merged_into_id is None


def test_kept_apart_in_either_order_once(world, session):
    trio, manager, keep, gone = world
    for pair in ((gone.id, keep.id), (keep.id, gone.id), (keep.id, keep.id)):
        services.keep_apart(session, manager, trio.id, *pair, now=NOON)
    assert [(one.first_id, one.second_id) for one in session.scalars(select(KeptApart))] == [(keep.id, gone.id)]
    audit.seal(session)
    assert rows(session, audit.Entry) == 1
    merge(session, manager, trio, keep, gone)
    assert rows(session, KeptApart) == 0


def test_two_people_merge_the_other_way_round_at_once(own_engine):
    with Session(own_engine) as session:
        make = Make(session)
        trio = make.trio()
        ids = [make.registered(trio, make.company(name=f"Zellwerk {n}")).id for n in range(2)]
        trio_id, manager = trio.id, make.user(Role.CLUSTER_MANAGER, trio=trio).id
    start = Barrier(2)
    actor = Actor(manager, frozenset({Grant(Role.CLUSTER_MANAGER, trio_id)}))

    def both_ways(keep_id, merge_id):
        with Session(own_engine) as session:
            start.wait()
            database.begin_writing(session)
            try:
                services.merge_companies(session, actor, trio_id, keep_id=keep_id, merge_id=merge_id, now=NOON)
                session.commit()
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(both_ways, ids, ids[::-1]))
    assert sorted(done) == [False, True]
    with Session(own_engine) as session:
        merged = session.scalars(select(Company).where(Company.merged_into_id.is_not(None))).all()
        assert len(merged) == 1


def test_a_company_in_another_trios_register_is_merged_by_the_platform_only(world, make, session):
    """Otherwise one cluster could take the people, notes and contacts of a company from another one."""
    trio, manager, keep, gone = world
    make.registered(make.trio(), gone)
    with pytest.raises(Conflict, match="register of another Trio"):
        merge(session, manager, trio, keep, gone)
    merge(session, make.actor(Role.SITE_ADMIN), trio, keep, gone)
    assert session.get_one(Company, gone.id).merged_into_id == keep.id
