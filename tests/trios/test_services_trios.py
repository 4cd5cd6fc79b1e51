from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.kit.actors import Role
from app.kit.errors import Forbidden, Invalid
from app.trios import queries, services
from app.trios.rules import OrganisationKind
from app.trios.services import Plan
from tests.factories import NOON


@pytest.fixture
def plan(make):
    coordinator = make.organisation(OrganisationKind.CLUSTER)
    return Plan(
        "Verbund Lausitz", "lausitz", {"de": "Lausitz"}, {"de": "Wir bilden weiter."}, {"de": "Gefördert."},
        date(2026, 1, 1), date(2030, 12, 31), coordinator.id, OrganisationKind.CLUSTER,
    )  # fmt: skip


def test_a_trio_begins_with_its_coordinator(session, make, plan, acts):
    admin = make.actor(Role.SITE_ADMIN)
    trio = services.found_trio(session, admin, plan, now=NOON)
    assert queries.find_trio_by_slug(session, "lausitz") is trio
    (partner,) = queries.list_partners(session, trio.id)
    assert (partner.organisation_id, partner.kind, partner.is_coordinator) == (plan.coordinator_id, "cluster", True)
    assert partner.starts_on == plan.starts_on
    (act,) = acts()
    assert (act.action, act.kind, act.ref, act.trio_id) == ("trio.founded", "trio", str(trio.id), trio.id)
    assert "Lausitz" not in str(act.new)


def test_the_same_form_sent_twice_makes_one(session, make, plan, acts):
    admin = make.actor(Role.SITE_ADMIN)
    assert not services.is_founded(session, plan)
    first = services.found_trio(session, admin, plan, now=NOON)
    assert services.is_founded(session, plan)
    assert services.found_trio(session, admin, plan, now=NOON) is first
    assert len(acts()) == 1


def test_only_administrators_of_the_platform_make_trios(session, make, plan):
    for actor in (make.actor(), make.actor(Role.TRIO_ADMIN, trio=make.trio()), make.actor(Role.PROGRAMME_OFFICE)):
        with pytest.raises(Forbidden):
            services.found_trio(session, actor, plan, now=NOON)


@pytest.mark.parametrize(
    "given,field",
    [
        ({"slug": "Lausitz"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"coordinator_id": 10**6}, "coordinator_id"),
        ({"coordinator_kind": OrganisationKind.SCIENCE}, "coordinator_kind"),
    ],
)
def test_every_fault_stands_at_its_field_and_nothing_is_made(session, make, plan, given, field, acts):
    wrong = replace(plan, **given)
    assert set(services.faults_of_plan(session, wrong)) == {field}
    with pytest.raises(Invalid) as refusal:
        services.found_trio(session, make.actor(Role.SITE_ADMIN), wrong, now=NOON)
    assert len(refusal.value.problems) == 1
    assert acts() == []


def test_a_funder_does_not_coordinate(session, make, plan):
    funder = make.organisation(OrganisationKind.FUNDER)
    wrong = replace(plan, coordinator_id=funder.id, coordinator_kind=OrganisationKind.FUNDER)
    assert "does not coordinate" in str(services.faults_of_plan(session, wrong)["coordinator_kind"])


def test_all_faults_at_once(session, make, plan):
    make.trio(slug="lausitz")
    wrong = replace(plan, ends_on=date(2025, 1, 1), coordinator_id=10**6)
    assert set(services.faults_of_plan(session, wrong)) == {"slug", "ends_on", "coordinator_id"}


def test_an_address_taken_in_the_same_moment_is_refused_as_any_other(session, make, plan, monkeypatch):
    """The check saw nothing, the database does."""
    admin = make.actor(Role.SITE_ADMIN)
    make.trio(slug="lausitz", name="Another")
    before = [None, None]  # what was read before the other one committed
    real = queries.find_trio_by_slug
    monkeypatch.setattr(queries, "find_trio_by_slug", lambda *a: before.pop() if before else real(*a))
    with pytest.raises(Invalid) as refusal:
        services.found_trio(session, admin, plan, now=NOON)
    assert "Another Trio has this address." in refusal.value.problems


def test_what_the_database_refuses_for_another_reason_is_not_hidden(session, make, plan, monkeypatch):
    admin = make.actor(Role.SITE_ADMIN)
    make.trio(slug="lausitz", name="Another")
    monkeypatch.setattr(queries, "find_trio_by_slug", lambda *_a: None)
    with pytest.raises(IntegrityError):
        services.found_trio(session, admin, plan, now=NOON)
