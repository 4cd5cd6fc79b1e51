from datetime import date, timedelta

import pytest

from app.kit.actors import Role
from app.kit.errors import NotFound
from app.trios import queries
from app.trios.rules import OrganisationKind
from tests.counting import statements
from tests.factories import NOON

TODAY = NOON.date()


def test_a_trio_by_id_and_slug(make, session):
    trio = make.trio()
    assert queries.get_trio(session, trio.id) is trio
    assert queries.get_trio(session, trio.id, lock=True) is trio
    assert queries.find_trio_by_slug(session, trio.slug) is trio
    assert queries.get_trio_by_slug(session, trio.slug) is trio
    assert queries.find_trio_by_slug(session, "no-such-trio") is None
    with pytest.raises(NotFound):
        queries.get_trio(session, 10**6)
    with pytest.raises(NotFound):
        queries.get_trio_by_slug(session, "no-such-trio")


def test_a_foreign_trio_is_managed_as_little_as_none(make, session):
    trio = make.trio()
    for actor in (make.actor(Role.TRIO_ADMIN, trio=trio), make.actor(Role.SITE_ADMIN)):
        assert queries.get_managed_trio(session, actor, trio.slug) is trio
    reasons = set()
    for actor in (make.actor(), make.actor(Role.AUTHOR, trio=trio), make.actor(Role.TRIO_ADMIN, trio=make.trio())):
        with pytest.raises(NotFound) as refusal:
            queries.get_managed_trio(session, actor, trio.slug)
        reasons.add(str(refusal.value))
    with pytest.raises(NotFound) as missing:
        queries.get_managed_trio(session, make.actor(Role.SITE_ADMIN), "no-such-trio")
    assert reasons == {str(missing.value)}


def test_trios_by_name_all_or_some(make, session):
    last, first = make.trio(name="Zeta"), make.trio(name="Alpha")
    assert queries.list_trios(session) == [first, last]
    assert queries.list_trios(session, [last.id, 10**6]) == [last]
    assert queries.list_trios(session, []) == []


@pytest.mark.parametrize("many", [1, 30])
def test_trios_by_page_those_that_are_over_last(make, session, many):
    for number in range(many):
        make.trio(kinds=(), name=f"Trio {number:02}")
    over = make.trio(kinds=(), name="Aaa", ends_on=TODAY - timedelta(days=1))
    with statements(session) as said:
        page = queries.list_trio_page(session, on=TODAY, page=2, size=20)
    assert len(said) == 2
    assert page.items[-1].id == over.id
    assert page.total == many + 1


@pytest.mark.parametrize("partners", [1, 20])
def test_partners_with_their_names_in_two_queries_coordinator_first(make, session, partner, partners):
    trio = make.trio(kinds=())
    for _n in range(partners):
        partner(trio)
    coordinator = partner(trio, is_coordinator=True)
    partner(make.trio(kinds=()))
    trio_id, coordinator_id = trio.id, coordinator.id
    session.expunge_all()
    with statements(session) as said:
        found = queries.list_partners(session, trio_id)
        assert all(each.organisation.name for each in found)
    assert len(said) == 2
    assert len(found) == partners + 1
    assert found[0].id == coordinator_id


def test_kinds_that_take_part_on_a_day(make, session, partner):
    trio, empty = make.trio(kinds=()), make.trio(kinds=())
    partner(trio, OrganisationKind.SCIENCE, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    partner(trio, OrganisationKind.CLUSTER, starts_on=date(2026, 7, 1))
    partner(trio, OrganisationKind.PROVIDER, starts_on=date(2026, 1, 1))

    both = [trio.id, empty.id]

    def kinds(*day):
        found = sorted(queries.list_partner_kinds(session, both[0], on=date(*day)))
        with statements(session) as said:
            by_trio = queries.list_kinds_by_trio(session, both, on=date(*day))
        assert len(said) == 1
        assert [sorted(by_trio[trio_id]) for trio_id in both] == [found, []]
        return found

    assert kinds(2025, 12, 31) == []
    assert kinds(2026, 1, 1) == kinds(2026, 6, 30) == ["provider", "science"]
    assert kinds(2026, 7, 1) == ["cluster", "provider"]


def test_people_with_a_role_are_counted_once(make, session, partner, member):
    trio = make.trio()
    one = partner(trio)
    member(Role.TRAINER, one)
    member(Role.AUTHOR, partner(make.trio()))
    assert queries.count_people(session, trio.id, on=TODAY) == 1


@pytest.mark.parametrize("many", [0, 1, 30])
def test_organisations_in_one_query(make, session, many):
    organisations = [make.organisation().id for _n in range(many)]
    with statements(session) as said:
        assert list(queries.list_organisations(session, [*organisations, 10**6])) == organisations
    assert len(said) == 1


@pytest.mark.parametrize("many", [1, 60])
def test_the_register_is_searched_by_words_and_kind_and_read_by_page(make, session, many):
    for number in range(many):
        make.organisation(name=f"Bildungswerk {number:02}", city="Kamenz")
    make.organisation(OrganisationKind.CLUSTER, name="100 % Batterie_Netz", city="Görlitz")
    with statements(session) as said:
        page = queries.list_register(session, words="kamenz BILDUNGS", page=1, size=20)
    assert len(said) == 2
    assert page.total == many
    assert len(page.items) == min(many, 20)

    def names(**wanted):
        return [one.name for one in queries.list_register(session, **wanted).items]

    assert names(kind=OrganisationKind.CLUSTER) == names(words="100 %") == names(words="e_N") == ["100 % Batterie_Netz"]
    assert names(words="%%") == names(words="kamenz cluster") == names(words="' OR 1=1 --") == []


@pytest.mark.parametrize("many", [1, 200])
def test_similar_organisations_same_place_first_in_one_query(make, session, many):
    for number in range(many):
        make.organisation(name=f"Zulieferer {number:03}", city="Aue")
    there = make.organisation(name="Bildungswerk Kamenz gGmbH", city="Kamenz")
    elsewhere = make.organisation(name="Bildungswerk Kamenz", city="Bautzen")
    with statements(session) as said:
        found = queries.list_alike(session, name="Bildungswerk Kamentz", city="kamenz")
    assert len(said) == 1
    assert [(one.id, one.same_place) for one in found] == [(there.id, True), (elsewhere.id, False)]
    assert [one.id for one in queries.list_alike(session, name=there.name, city="Kamenz", but=there.id)] == [
        elsewhere.id
    ]
    assert queries.list_alike(session, name="Etwas anderes", city="Kamenz") == []


def test_at_most_five_hints(make, session):
    for number in range(8):
        make.organisation(name="Bildungswerk Kamenz", city=f"Ort {number}")
    assert len(queries.list_alike(session, name="Bildungswerk Kamenz", city="Kamenz")) == 5


def test_where_an_organisation_takes_part(make, session, partner):
    one, other = make.trio(name="One"), make.trio(name="Other")
    organisation = make.organisation()
    past = partner(one, organisation=organisation, ends_on=TODAY - timedelta(days=1))
    now = partner(other, organisation=organisation, starts_on=date(2025, 6, 1))
    parts = queries.list_parts(session, organisation.id)
    assert [(part.id, name, slug) for part, name, slug in parts] == [
        (now.id, "Other", other.slug), (past.id, "One", one.slug)
    ]  # fmt: skip
    assert queries.list_trio_ids_of(session, organisation.id, on=TODAY) == {other.id}


def test_brand_in_one_query(make, session):
    slug = make.trio(accent="#0b5563").slug
    with statements(session) as said:
        brand = queries.get_brand_by_slug(session, slug)
    assert len(said) == 1
    assert "png" not in said[0]
    assert brand.css_hash
