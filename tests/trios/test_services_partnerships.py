from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import RoleGrant
from app.accounts.queries import actor_of, find_with_grants
from app.accounts.rules.invitations import Offer
from app.accounts.services import invitations
from app.kit.actors import Role
from app.kit.errors import Conflict, Forbidden, NotFound
from app.trios import queries, services
from app.trios.models import Partnership
from app.trios.rules import OrganisationKind
from app.trios.services import Part
from tests.factories import NOON, as_actor

TODAY = NOON.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
JUNE = date(2026, 6, 30)
CLUSTER = Part(OrganisationKind.CLUSTER, TODAY, sub_project="Betriebe", grant_number="16THB0001A")


@pytest.fixture
def trio(make):
    return make.trio()


@pytest.fixture
def admin(make, trio):
    """An administrator of the Trio who acts for none of its partners."""
    return make.actor(Role.TRIO_ADMIN, trio=trio)


def held(session, user):
    return session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).one()


def may(session, user, role, trio, *, on=TODAY):
    session.flush()
    session.expire_all()
    found = find_with_grants(session, user.id)
    assert found is not None
    return actor_of(found, on=on).holds(role, trio_id=trio.id)


# ---- coming


def test_a_partner_comes(session, make, trio, admin, acts):
    organisation = make.organisation(OrganisationKind.CLUSTER)
    made = services.add_partner(session, admin, trio.id, organisation.id, CLUSTER, now=NOON)
    assert (made.kind, made.starts_on, made.ends_on, made.grant_number) == ("cluster", TODAY, None, "16THB0001A")
    assert not made.is_coordinator
    (act,) = acts()
    assert (act.action, act.kind, act.ref, act.trio_id) == ("partner.added", "partnership", str(made.id), trio.id)
    assert act.new["organisation_id"] == organisation.id
    assert act.new["starts_on"] == "2026-03-02"


def test_the_same_form_sent_twice_adds_once(session, make, trio, admin, acts):
    organisation = make.organisation(OrganisationKind.CLUSTER)
    first = services.add_partner(session, admin, trio.id, organisation.id, CLUSTER, now=NOON)
    assert services.is_there(session, trio.id, organisation.id, CLUSTER)
    assert services.add_partner(session, admin, trio.id, organisation.id, CLUSTER, now=NOON) is first
    assert len(acts()) == 1


def test_a_chamber_comes_as_provider_and_a_funder_does_not(session, make, trio, admin):
    chamber, funder = make.organisation(OrganisationKind.CHAMBER), make.organisation(OrganisationKind.FUNDER)
    part = Part(OrganisationKind.PROVIDER, TODAY)
    assert services.add_partner(session, admin, trio.id, chamber.id, part, now=NOON).kind == "provider"
    assert not services.why_not_add(session, trio.id, funder, part)
    with pytest.raises(Conflict, match="cannot take part"):
        services.add_partner(session, admin, trio.id, funder.id, part, now=NOON)


def test_times_of_one_partner_do_not_overlap_and_coming_back_is_a_second_one(session, trio, admin, partner):
    before = partner(trio, OrganisationKind.CLUSTER, ends_on=YESTERDAY)
    with pytest.raises(Conflict, match="takes part at that time already"):
        services.add_partner(
            session, admin, trio.id, before.organisation_id, replace(CLUSTER, starts_on=YESTERDAY), now=NOON
        )
    again = services.add_partner(session, admin, trio.id, before.organisation_id, CLUSTER, now=NOON)
    assert [one.id for one in queries.list_times(session, trio.id, before.organisation_id)] == [before.id, again.id]


def test_the_database_knows_one_going_on_at_a_time_and_one_coordinator(session, trio, partner):
    first = partner(trio, is_coordinator=True)
    other = partner(trio)
    for given in (
        {"organisation_id": first.organisation_id, "starts_on": TOMORROW},
        {"organisation_id": other.organisation_id, "starts_on": TODAY, "ends_on": TODAY, "is_coordinator": True},
    ):
        statement = insert(Partnership).values(trio_id=trio.id, kind=OrganisationKind.PROVIDER, **given)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(statement)


def test_what_is_not_there_is_not_found(session, make, trio, admin, partner):
    foreign = partner(make.trio())
    with pytest.raises(NotFound):
        services.add_partner(session, admin, trio.id, 10**6, CLUSTER, now=NOON)
    for act in (services.keep_partner, services.move_coordination):
        with pytest.raises(NotFound):
            act(session, admin, trio.id, foreign.id, now=NOON)
    with pytest.raises(NotFound):
        services.end_partnership(session, admin, trio.id, foreign.id, last=None, now=NOON)


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.CLUSTER_MANAGER, Role.PROGRAMME_OFFICE])
def test_only_administrators_do_any_of_it(session, make, trio, partner, role):
    one = partner(trio)
    foreigner = make.actor(Role.TRIO_ADMIN, trio=make.trio())
    for who in (make.actor(role, trio=trio) if role else make.actor(), foreigner):
        for act in (
            lambda a: services.add_partner(session, a, trio.id, one.organisation_id, CLUSTER, now=NOON),
            lambda a: services.change_partner(session, a, trio.id, one.id, CLUSTER, now=NOON),
            lambda a: services.end_partnership(session, a, trio.id, one.id, last=None, now=NOON),
            lambda a: services.keep_partner(session, a, trio.id, one.id, now=NOON),
            lambda a: services.move_coordination(session, a, trio.id, one.id, now=NOON),
        ):
            with pytest.raises(Forbidden):
                act(who)


# ---- changing


def test_a_part_is_corrected_and_its_last_day_stays(session, trio, admin, partner, acts):
    one = partner(trio, ends_on=JUNE, grant_number="16THB0002")
    part = Part(OrganisationKind.PROVIDER, date(2025, 3, 1), None, "Elektrode", "16THB0002A")
    services.change_partner(session, admin, trio.id, one.id, part, now=NOON)
    assert (one.starts_on, one.ends_on, one.sub_project, one.grant_number) == (
        date(2025, 3, 1), JUNE, "Elektrode", "16THB0002A"
    )  # fmt: skip
    (act,) = acts()
    assert act.action == "partner.changed"
    assert (act.old["grant_number"], act.new["grant_number"]) == ("16THB0002", "16THB0002A")
    services.change_partner(session, admin, trio.id, one.id, replace(part, ends_on=JUNE), now=NOON)
    assert len(acts()) == 1, "nothing changed, nothing is told"


def test_a_part_does_not_change_under_the_people_who_act_in_it(session, make, trio, admin, partner, member):
    one = partner(trio, organisation=make.organisation(OrganisationKind.CHAMBER))
    author = member(Role.AUTHOR, one)
    part = Part(OrganisationKind.CLUSTER, one.starts_on)
    with pytest.raises(Conflict, match="End these roles first"):
        services.change_partner(session, admin, trio.id, one.id, part, now=NOON)
    held(session, author).revoked_at = NOON
    session.flush()
    services.change_partner(session, admin, trio.id, one.id, part, now=NOON)
    assert one.kind is OrganisationKind.CLUSTER


def test_a_corrected_first_day_does_not_run_into_an_earlier_time(session, trio, admin, partner):
    before = partner(trio, ends_on=date(2025, 6, 30))
    later = partner(
        trio, organisation=queries.get_organisation(session, before.organisation_id), starts_on=date(2025, 9, 1)
    )
    with pytest.raises(Conflict, match="takes part at that time"):
        services.change_partner(
            session, admin, trio.id, later.id, Part(OrganisationKind.PROVIDER, date(2025, 6, 1)), now=NOON
        )


# ---- leaving


def test_leaving_at_once_ends_every_role_held_for_the_partner_in_this_trio(
    session, make, trio, admin, partner, member, acts
):
    one = partner(trio)
    trainer, author = member(Role.TRAINER, one), member(Role.AUTHOR, one)
    colleague = member(Role.TRAINER, partner(trio))
    elsewhere_trio = make.trio()
    elsewhere = member(
        Role.TRAINER, partner(elsewhere_trio, organisation=queries.get_organisation(session, one.organisation_id))
    )
    assert services.end_partnership(session, admin, trio.id, one.id, last=None, now=NOON) == YESTERDAY
    assert not may(session, trainer, Role.TRAINER, trio)
    assert not may(session, author, Role.AUTHOR, trio)
    assert may(session, colleague, Role.TRAINER, trio)
    assert may(session, elsewhere, Role.TRAINER, elsewhere_trio)
    assert held(session, trainer).revoked_by == admin.user_id
    told = [(act.action, act.trio_id) for act in acts()]
    assert told == [("partner.ended", trio.id), ("role.revoked", trio.id), ("role.revoked", trio.id)]
    assert session.get(Partnership, one.id).ends_on == YESTERDAY, "the history stays"


def test_leaving_later_dates_the_roles(session, trio, admin, partner, member, acts):
    one = partner(trio)
    trainer, leaves_before = member(Role.TRAINER, one), member(Role.AUTHOR, one)
    held(session, leaves_before).ends_on = date(2026, 4, 1)
    services.end_partnership(session, admin, trio.id, one.id, last=JUNE, now=NOON)
    assert may(session, trainer, Role.TRAINER, trio)
    assert may(session, trainer, Role.TRAINER, trio, on=JUNE)
    assert not may(session, trainer, Role.TRAINER, trio, on=JUNE + timedelta(days=1))
    assert held(session, leaves_before).ends_on == date(2026, 4, 1)
    assert [act.action for act in acts()] == ["partner.ended", "role.limited"]


def test_roles_given_after_the_last_day_was_fixed_end_with_it_too(session, trio, admin, partner, make):
    one, user = partner(trio), make.user()
    services.end_partnership(session, admin, trio.id, one.id, last=JUNE, now=NOON)
    offer = Offer(Role.TRAINER, trio_id=trio.id, organisation_id=one.organisation_id)
    invitations.give_role(session, admin, user.id, offer, now=NOON)
    session.flush()
    assert held(session, user).ends_on == JUNE


def test_a_role_that_ran_out_is_given_anew_when_the_partner_comes_back(session, trio, admin, partner, member):
    one = partner(trio, ends_on=YESTERDAY)
    trainer = member(Role.TRAINER, one)
    held(session, trainer).ends_on = YESTERDAY
    session.flush()
    part = Part(OrganisationKind.PROVIDER, TODAY)
    services.add_partner(session, admin, trio.id, one.organisation_id, part, now=NOON)
    offer = Offer(Role.TRAINER, trio_id=trio.id, organisation_id=one.organisation_id)
    invitations.give_role(session, admin, trainer.id, offer, now=NOON)
    session.flush()
    assert may(session, trainer, Role.TRAINER, trio)


@pytest.mark.parametrize("last", [TODAY, date(2025, 12, 31)])
def test_a_last_day_that_is_not_to_come_ends_the_roles_at_once(session, trio, admin, partner, member, last):
    one = partner(trio)
    trainer = member(Role.TRAINER, one)
    assert services.end_partnership(session, admin, trio.id, one.id, last=last, now=NOON) == last
    assert not may(session, trainer, Role.TRAINER, trio)


def test_who_came_today_leaves_today(session, trio, admin, partner):
    one = partner(trio, starts_on=TODAY)
    assert services.end_partnership(session, admin, trio.id, one.id, last=None, now=NOON) == TODAY


def test_leaving_twice_is_leaving_once_and_an_earlier_day_can_still_be_set(session, trio, admin, partner, acts):
    one = partner(trio)
    for last in (JUNE, JUNE, date(2026, 5, 31)):
        services.end_partnership(session, admin, trio.id, one.id, last=last, now=NOON)
    assert one.ends_on == date(2026, 5, 31)
    with pytest.raises(Conflict, match="has ended, or ends earlier"):
        services.end_partnership(session, admin, trio.id, one.id, last=JUNE, now=NOON)
    assert [act.action for act in acts()] == ["partner.ended", "partner.ended"]


def test_the_coordinator_does_not_leave(session, trio, admin, partner):
    one = partner(trio, is_coordinator=True)
    with pytest.raises(Conflict, match="Let another one coordinate first"):
        services.end_partnership(session, admin, trio.id, one.id, last=None, now=NOON)


def test_the_last_administrators_do_not_leave_with_their_partner(session, make, partner, member):
    trio = make.trio()
    mine, other = partner(trio), partner(trio)
    administrator = member(Role.TRIO_ADMIN, mine)
    acting = as_actor(administrator)
    with pytest.raises(Conflict, match="Invite one of another partner first"):
        services.end_partnership(session, acting, trio.id, mine.id, last=None, now=NOON)
    assert may(session, administrator, Role.TRIO_ADMIN, trio)
    successor = member(Role.TRIO_ADMIN, other)
    held(session, successor).ends_on = JUNE
    session.flush()
    with pytest.raises(Conflict, match="Invite one of another partner first"):
        services.end_partnership(session, acting, trio.id, mine.id, last=JUNE, now=NOON)
    services.end_partnership(session, acting, trio.id, mine.id, last=JUNE - timedelta(days=1), now=NOON)
    assert may(session, administrator, Role.TRIO_ADMIN, trio)


# ---- staying after all


def test_a_partner_stays_after_all_with_the_roles_that_were_to_end(session, trio, admin, partner, member, acts):
    one = partner(trio)
    trainer, author = member(Role.TRAINER, one), member(Role.AUTHOR, one)
    held(session, author).ends_on = date(2026, 4, 1)
    services.end_partnership(session, admin, trio.id, one.id, last=JUNE, now=NOON)
    services.keep_partner(session, admin, trio.id, one.id, now=NOON)
    services.keep_partner(session, admin, trio.id, one.id, now=NOON)
    assert one.ends_on is None
    assert held(session, trainer).ends_on is None
    assert held(session, author).ends_on == date(2026, 4, 1)
    assert [act.action for act in acts()][2:] == ["partner.kept", "role.limited"]


def test_who_has_left_does_not_stay(session, trio, admin, partner):
    with pytest.raises(Conflict, match="Add the partner anew"):
        services.keep_partner(session, admin, trio.id, partner(trio, ends_on=YESTERDAY).id, now=NOON)


def test_who_stays_must_not_run_into_a_time_agreed_since(session, trio, admin, partner):
    one = partner(trio, ends_on=JUNE)
    organisation = queries.get_organisation(session, one.organisation_id)
    partner(trio, organisation=organisation, starts_on=date(2027, 1, 1))
    with pytest.raises(Conflict, match="takes part at that time"):
        services.keep_partner(session, admin, trio.id, one.id, now=NOON)


# ---- coordinating


def test_coordination_moves_in_one_act(session, trio, admin, partner, acts):
    first, second = partner(trio, is_coordinator=True), partner(trio, OrganisationKind.CLUSTER)
    services.move_coordination(session, admin, trio.id, second.id, now=NOON)
    services.move_coordination(session, admin, trio.id, second.id, now=NOON)
    assert queries.find_coordinator(session, trio.id) is second
    assert not first.is_coordinator
    assert second is not None
    (act,) = acts()
    assert (act.action, act.old, act.new) == (
        "coordination.moved", {"partnership_id": first.id}, {"partnership_id": second.id}
    )  # fmt: skip


def test_a_trio_without_a_coordinator_gets_one(session, trio, admin, partner, acts):
    services.move_coordination(session, admin, trio.id, partner(trio).id, now=NOON)
    assert acts()[0].old == {"partnership_id": None}


def test_who_has_left_does_not_coordinate(session, trio, admin, partner):
    with pytest.raises(Conflict, match="takes part today"):
        services.move_coordination(session, admin, trio.id, partner(trio, ends_on=YESTERDAY).id, now=NOON)
