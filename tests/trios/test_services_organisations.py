from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from app.kit.actors import Role
from app.kit.errors import Forbidden, Invalid, NotFound
from app.trios import queries, services
from app.trios.rules import OrganisationKind
from app.trios.services import Details
from tests.factories import NOON

KAMENZ = Details(OrganisationKind.PROVIDER, "Bildungswerk Kamenz gGmbH", "Kamenz", ror="02jjdwm75")


@pytest.fixture
def admin(make):
    return make.actor(Role.SITE_ADMIN)


def test_an_organisation_enters_the_register_once(session, admin, acts):
    first = services.add_organisation(session, admin, KAMENZ, now=NOON)
    assert services.add_organisation(session, admin, KAMENZ, now=NOON) is first
    (act,) = acts()
    assert (act.action, act.ref, act.new) == ("organisation.added", str(first.id), {"kind": "provider"})


def test_a_trio_administrator_may_add_one_and_nobody_else(session, make):
    services.add_organisation(session, make.actor(Role.TRIO_ADMIN, trio=make.trio()), KAMENZ, now=NOON)
    for role in (Role.AUTHOR, Role.CLUSTER_MANAGER, Role.PROGRAMME_OFFICE):
        with pytest.raises(Forbidden):
            services.add_organisation(session, make.actor(role), replace(KAMENZ, city="Bautzen"), now=NOON)


def test_the_same_name_and_city_or_ror_is_the_same_organisation(session, admin):
    services.add_organisation(session, admin, KAMENZ, now=NOON)
    same = replace(KAMENZ, kind=OrganisationKind.CLUSTER, ror=None)
    assert set(services.faults_of_details(session, same)) == {"name"}
    other = replace(KAMENZ, name="Something else")
    assert set(services.faults_of_details(session, other)) == {"ror"}
    assert "Bildungswerk Kamenz" in str(services.faults_of_details(session, other)["ror"])
    for details in (same, other):
        with pytest.raises(Invalid):
            services.add_organisation(session, admin, details, now=NOON)
    services.add_organisation(session, admin, replace(KAMENZ, city="Bautzen", ror=None), now=NOON)


def test_corrections(session, admin, acts):
    made = services.add_organisation(session, admin, KAMENZ, now=NOON)
    better = replace(KAMENZ, name="Bildungswerk Kamenz", phone="03578 1234")
    services.change_organisation(session, admin, made.id, better, now=NOON)
    services.change_organisation(session, admin, made.id, better, now=NOON)
    assert (made.name, made.phone) == ("Bildungswerk Kamenz", "03578 1234")
    told = acts()[1:]
    assert [(act.action, sorted(act.new["changed"])) for act in told] == [("organisation.changed", ["name", "phone"])]
    assert "1234" not in str(told[0].new)


def test_corrections_do_not_make_a_second_one(session, admin):
    services.add_organisation(session, admin, KAMENZ, now=NOON)
    other = services.add_organisation(session, admin, replace(KAMENZ, city="Bautzen", ror=None), now=NOON)
    with pytest.raises(Invalid):
        services.change_organisation(session, admin, other.id, replace(KAMENZ, ror=None), now=NOON)


def test_who_may_correct_what(session, make, partner, admin):
    mine, foreign = make.trio(), make.trio()
    actor = make.actor(Role.TRIO_ADMIN, trio=mine)
    alone = queries.get_organisation(session, partner(mine).organisation_id)
    shared = queries.get_organisation(session, partner(mine).organisation_id)
    partner(foreign, organisation=shared)
    details = Details(OrganisationKind.PROVIDER, "New name", "Görlitz")
    services.change_organisation(session, actor, alone.id, details, now=NOON)
    with pytest.raises(Forbidden):
        services.change_organisation(session, actor, shared.id, replace(details, city="Zittau"), now=NOON)
    services.change_organisation(session, admin, shared.id, replace(details, city="Zittau"), now=NOON)
    with pytest.raises(NotFound):
        services.change_organisation(session, admin, 10**6, details, now=NOON)


def test_one_that_was_added_in_the_same_moment_is_refused_as_any_other(session, admin, monkeypatch):
    services.add_organisation(session, admin, KAMENZ, now=NOON)
    before = [None, None]  # what was read before the other one committed
    real = queries.find_same_organisation
    monkeypatch.setattr(queries, "find_same_organisation", lambda *a, **k: before.pop() if before else real(*a, **k))
    with pytest.raises(Invalid):
        services.add_organisation(session, admin, replace(KAMENZ, ror=None), now=NOON)


def test_what_the_database_refuses_for_another_reason_is_not_hidden(session, admin, monkeypatch):
    services.add_organisation(session, admin, KAMENZ, now=NOON)
    monkeypatch.setattr(queries, "find_same_organisation", lambda *_a, **_k: None)
    with pytest.raises(IntegrityError):
        services.add_organisation(session, admin, replace(KAMENZ, ror=None), now=NOON)
