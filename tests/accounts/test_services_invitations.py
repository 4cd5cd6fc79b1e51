"""From the mail to the role: inviting, sending again, taking back, accepting; and what makes an invitation void."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.models import Invitation, RoleGrant, SignInSession, User
from app.accounts.queries import contacts
from app.accounts.queries import invitations as queries
from app.accounts.rules.invitations import INVITATION_LIFETIME, SAME_SUBMISSION, InvitationState, Offer
from app.accounts.services import digest, invitations
from app.accounts.services import revoke as revoke_role
from app.companies.models import TrioCompany
from app.companies.rules import Origin
from app.kit import audit
from app.kit.actors import Actor, Role
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.outbox import Message
from app.trios.models import Organisation, Partnership, Trio
from tests.conftest import rows
from tests.factories import NOON

NEW = "new@firma.example"
LATER = NOON + timedelta(hours=2)


@dataclass
class Place:
    """A Trio with an administrator, and one of its partners."""

    trio: Trio
    partner: Organisation
    lead: User
    actor: Actor
    offer: Offer


@pytest.fixture
def place(session, make) -> Place:
    trio = make.trio(name="QUBAT")
    partner = session.get_one(
        Organisation, session.scalars(select(Partnership.organisation_id).where(Partnership.trio_id == trio.id)).first()
    )
    lead = make.user(Role.TRIO_ADMIN, trio=trio, name="Katrin Lead", email="lead@firma.example")
    grant_of(session, lead).organisation_id = partner.id
    session.commit()
    return Place(trio, partner, lead, actor_of(session, lead), Offer(Role.AUTHOR, trio.id, organisation_id=partner.id))


def invite(session, place, email=NEW, offer=None, actor=None, now=NOON) -> Invitation:
    made = invitations.invite(session, actor or place.actor, offer or place.offer, email, language="en", now=now)
    return session.get_one(Invitation, made)


def last_mail(session) -> dict[str, Any]:
    return session.scalars(select(Message).order_by(Message.id.desc())).first().payload


def last_token(session) -> str:
    return last_mail(session)["values"]["token"]


def grant_of(session, user) -> RoleGrant:
    return session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id).order_by(RoleGrant.id)).first()


def actor_of(session, user) -> Actor:
    found = accounts.find_with_grants(session, user.id)
    assert found is not None
    return accounts.actor_of(found, on=NOON.date())


def recorded(session) -> list[tuple[str, str]]:
    audit.seal(session)
    return [(entry.action, entry.actor) for entry in session.scalars(select(audit.Entry).order_by(audit.Entry.number))]


# ---- inviting


def test_an_invitation_says_who_invites_to_what_and_until_when(session, place):
    found = invite(session, place, " New@Firma.Example ")
    mail = last_mail(session)
    assert found.email == NEW
    assert (mail["user_id"], mail["to"], mail["language"]) == (None, NEW, "en")
    assert mail["values"] | {"token": ""} == {
        "token": "",
        "role": "Author",
        "allows": "Write and change the courses of the Trio, and hand them in for review.",
        "place": "QUBAT",
        "partner": place.partner.name,
        "inviter": "Katrin Lead",
        "inviter_for": place.partner.name,
        "until": {"de": "15. März 2026", "en": "March 15, 2026"},
    }
    assert found.expires_at == NOON + INVITATION_LIFETIME
    assert recorded(session) == [("invitation.sent", place.lead.key)]


def test_the_token_is_long_and_kept_as_a_hash_of_its_own_kind(session, place):
    found, token = invite(session, place), last_token(session)
    assert len(token) >= 43
    assert found.token_hash == digest("invitation", token) != digest("link", token)


def test_who_has_an_account_is_written_to_in_their_own_language(session, make, place):
    known = make.user(email=NEW, language="de")
    invite(session, place)
    mail = last_mail(session)
    assert mail["user_id"] == known.id
    assert "to" not in mail


def test_nothing_recorded_names_a_person(session, place):
    invite(session, place)
    audit.seal(session)
    entry = session.scalars(select(audit.Entry)).one()
    assert NEW not in str((entry.ref, entry.old, entry.new))
    assert entry.new["role"] == "author"
    assert entry.trio_id == place.trio.id


def test_without_power_over_the_role_nobody_is_invited(session, make, place):
    for actor in (Actor(None), make.actor(Role.AUTHOR, trio=place.trio), make.actor(Role.TRIO_ADMIN, trio=make.trio())):
        with pytest.raises(Forbidden):
            invite(session, place, actor=actor)
    with pytest.raises(Forbidden):
        invite(session, place, offer=Offer(Role.SITE_ADMIN))
    assert rows(session, Invitation) == rows(session, Message) == 0


def test_the_same_form_sent_twice_invites_once(session, place):
    first = invite(session, place)
    assert invite(session, place, now=NOON + SAME_SUBMISSION / 2) is first
    assert rows(session, Message) == 1


def test_a_second_invitation_later_is_refused_with_the_way_out(session, place):
    invite(session, place)
    with pytest.raises(Conflict, match="You can send it again"):
        invite(session, place, now=LATER)
    another = Offer(Role.TRAINER, place.trio.id, organisation_id=place.partner.id)
    assert invite(session, place, offer=another, now=LATER).role is Role.TRAINER


def test_an_expired_invitation_is_not_in_the_way(session, place):
    invite(session, place)
    invite(session, place, now=NOON + INVITATION_LIFETIME)
    assert rows(session, Invitation) == 2


def test_nobody_invites_themselves_or_who_holds_the_role(session, make, place):
    with pytest.raises(Conflict, match="your own address"):
        invite(session, place, "LEAD@firma.example")
    holder = make.user(Role.AUTHOR, trio=place.trio)
    with pytest.raises(Conflict, match="holds this role already"):
        invite(session, place, holder.email)


def test_the_same_role_in_another_trio_is_nobodys_business(session, make, place):
    stranger = make.user(Role.AUTHOR, trio=make.trio())
    assert invite(session, place, stranger.email).email == stranger.email


def test_whose_role_ends_with_their_partner_can_be_invited_for_another(session, make, place):
    leaving = make.user(Role.AUTHOR, trio=place.trio)
    grant_of(session, leaving).ends_on = NOON.date() + timedelta(days=3)
    session.commit()
    found = invite(session, place, leaving.email)
    invitations.accept(session, found, leaving.id, now=NOON)
    grants = session.scalars(select(RoleGrant).where(RoleGrant.user_id == leaving.id).order_by(RoleGrant.id)).all()
    assert [(grant.revoked_at, grant.ends_on) for grant in grants] == [(NOON, date(2026, 3, 5)), (None, None)]
    assert grants[1].organisation_id == place.partner.id


def test_the_role_ends_with_the_partner_that_leaves_on_a_day(session, make, place):
    part = session.scalars(select(Partnership).where(Partnership.organisation_id == place.partner.id)).one()
    part.ends_on, user = date(2026, 6, 30), make.user(email=NEW)
    session.commit()
    for _ in range(2):
        invitations.give_role(session, place.actor, user.id, place.offer, now=NOON)
    grants = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).all()
    assert [(grant.ends_on, grant.revoked_at) for grant in grants] == [(date(2026, 6, 30), None)]


def test_a_role_that_is_held_for_good_is_not_cut_short_by_another_partners_leaving(session, make, place):
    part = session.scalars(select(Partnership).where(Partnership.organisation_id == place.partner.id)).one()
    part.ends_on, holder = date(2026, 6, 30), make.user(Role.AUTHOR, trio=place.trio)
    session.commit()
    invitations.give_role(session, place.actor, holder.id, place.offer, now=NOON)
    assert grant_of(session, holder).ends_on is None


# ---- sending again, taking back


def test_sending_again_replaces_the_link_and_the_time(session, place):
    found, old = invite(session, place), last_token(session)
    invitations.resend(session, place.actor, found.id, now=LATER)
    assert found.expires_at == LATER + INVITATION_LIFETIME
    assert queries.find_offered(session, digest("invitation", old), now=LATER) is None
    assert queries.find_offered(session, digest("invitation", last_token(session)), now=LATER) is not None
    assert [action for action, _actor in recorded(session)] == ["invitation.sent", "invitation.resent"]


def test_an_expired_one_can_be_sent_again(session, place):
    found = invite(session, place)
    invitations.resend(session, place.actor, found.id, now=NOON + timedelta(days=30))
    assert queries.still_stands(session, found, now=NOON + timedelta(days=40))


def test_one_that_was_taken_back_leads_nowhere(session, place):
    found, token = invite(session, place), last_token(session)
    invitations.revoke_invitation(session, place.actor, found.id, now=LATER)
    invitations.revoke_invitation(session, place.actor, found.id, now=LATER + timedelta(hours=1))
    assert (found.revoked_at, found.revoked_by) == (LATER, place.lead.id)
    with pytest.raises(NotFound):
        invitations.accept_by_link(session, token, name="Late Comer", now=LATER)
    with pytest.raises(Conflict):
        invitations.resend(session, place.actor, found.id, now=LATER)
    assert [action for action, _actor in recorded(session)] == ["invitation.sent", "invitation.revoked"]


def test_one_that_was_accepted_is_not_taken_back(session, place):
    found = invite(session, place)
    invitations.accept_by_link(session, last_token(session), name="New Comer", now=LATER)
    with pytest.raises(Conflict, match="End the role instead"):
        invitations.revoke_invitation(session, place.actor, found.id, now=LATER)
    with pytest.raises(Conflict):
        invitations.resend(session, place.actor, found.id, now=LATER)


def test_a_foreign_invitation_is_as_good_as_none(session, make, place):
    found, foreign = invite(session, place), make.actor(Role.TRIO_ADMIN, trio=make.trio())
    for act in (invitations.resend, invitations.revoke_invitation):
        with pytest.raises(NotFound) as told:
            act(session, foreign, found.id, now=LATER)
        with pytest.raises(NotFound) as missing:
            act(session, foreign, 99_999, now=LATER)
        assert str(told.value) == str(missing.value)
    assert found.revoked_at is None


# ---- accepting


def test_accepting_makes_the_account_and_gives_the_role(session, place):
    found = invite(session, place)
    user_id = invitations.accept_by_link(session, last_token(session), name="  New   Comer ", now=LATER)
    user = session.get_one(User, user_id)
    assert (user.name, user.email, user.language, user.verified_at) == ("New Comer", NEW, "en", LATER)
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user_id)).one()
    assert (grant.role, grant.trio_id, grant.organisation_id, grant.granted_by) == (
        Role.AUTHOR, place.trio.id, place.partner.id, place.lead.id,
    )  # fmt: skip
    assert (found.accepted_at, found.accepted_by) == (LATER, user_id)
    assert recorded(session) == [
        ("invitation.sent", place.lead.key), ("invitation.accepted", user.key), ("role.granted", place.lead.key),
    ]  # fmt: skip


def test_an_account_that_exists_stays_as_it_is_and_its_old_sessions_end(session, make, place):
    known = make.user(email=NEW, name="Old Name", verified_at=None)
    make.token(known)
    invite(session, place)
    assert invitations.accept_by_link(session, last_token(session), name="Other Name", now=LATER) == known.id
    assert (known.name, known.verified_at) == ("Old Name", LATER)
    assert session.scalars(select(SignInSession.ended_at).where(SignInSession.user_id == known.id)).one() == LATER


def test_one_who_was_verified_before_stays_so(session, make, place):
    known = make.user(email=NEW, verified_at=NOON - timedelta(days=9))
    invite(session, place)
    invitations.accept_by_link(session, last_token(session), now=LATER)
    assert known.verified_at == NOON - timedelta(days=9)


def test_accepting_twice_gives_the_role_once(session, place):
    found = invite(session, place)
    user_id = invitations.accept_by_link(session, last_token(session), name="New Comer", now=LATER)
    invitations.accept(session, found, user_id, now=LATER)
    with pytest.raises(NotFound):
        invitations.accept_by_link(session, last_token(session), name="New Comer", now=LATER)
    assert rows(session, RoleGrant) == 2, "the administrator's and the new one"


def test_only_the_invited_address_accepts(session, make, place):
    found, somebody = invite(session, place), make.user()
    with pytest.raises(NotFound):
        invitations.accept(session, found, somebody.id, now=LATER)
    assert found.accepted_at is None


def test_the_inviter_cannot_accept_by_taking_over_the_address(session, place):
    found = invite(session, place)
    place.lead.email = NEW
    session.commit()
    with pytest.raises(NotFound):
        invitations.accept(session, found, place.lead.id, now=LATER)


def test_an_unknown_token_finds_nothing(session, place):
    invite(session, place)
    for token in ("", "x", last_token(session)[:-1], last_token(session) + "A", last_token(session).swapcase()):
        with pytest.raises(NotFound):
            invitations.accept_by_link(session, token, name="New Comer", now=LATER)


# ---- void


def test_an_inviter_who_lost_the_power_invites_nobody(session, make, place):
    found, token = invite(session, place), last_token(session)
    admin = make.actor(Role.SITE_ADMIN)
    revoke_role(session, admin, grant_of(session, place.lead), now=LATER)
    session.commit()
    session.expire_all()
    assert queries.find_offered(session, digest("invitation", token), now=LATER) is None
    with pytest.raises(NotFound):
        invitations.accept_by_link(session, token, name="New Comer", now=LATER)
    known = make.user(email=NEW)
    with pytest.raises(NotFound):
        invitations.accept(session, found, known.id, now=LATER)
    assert queries.list_open_for(session, NEW, now=LATER) == []
    invitations.resend(session, admin, found.id, now=LATER)
    assert queries.find_offered(session, digest("invitation", last_token(session)), now=LATER) is not None


def test_a_partner_that_left_takes_its_invitations_along(session, place):
    found = invite(session, place)
    part = session.scalars(select(Partnership).where(Partnership.organisation_id == place.partner.id)).one()
    part.ends_on = NOON.date() + timedelta(days=2)
    session.commit()
    assert queries.still_stands(session, found, now=NOON + timedelta(days=2))
    assert not queries.still_stands(session, found, now=NOON + timedelta(days=3))


def test_an_inviter_who_was_erased_invites_nobody(session, place):
    found = invite(session, place)
    session.delete(grant_of(session, place.lead))
    session.flush()
    session.expire_all()
    assert not queries.still_stands(session, found, now=LATER)


# ---- HR contacts


@pytest.fixture
def cluster(session, make, place) -> User:
    return make.user(Role.CLUSTER_MANAGER, trio=place.trio, name="Thomas Cluster")


@pytest.fixture
def company(session, make, place):
    found = make.company(name="Weber Drehteile")
    session.add(TrioCompany(trio_id=place.trio.id, company_id=found.id, origin=Origin.ADDED, since_on=NOON.date()))
    session.commit()
    return found


def test_a_cluster_manager_invites_the_contact_of_a_company_in_the_register(session, make, cluster, company):
    actor = actor_of(session, cluster)
    made = invitations.invite_contact(session, actor, company.id, NEW, now=NOON)
    mail = last_mail(session)["values"]
    assert (mail["place"], mail["inviter"], mail["partner"]) == ("Weber Drehteile", "Thomas Cluster", None)
    assert [one.id for one in contacts.list_contact_invitations(session, actor, company.id, now=NOON)] == [made]
    user_id = invitations.accept_by_link(session, last_token(session), name="Petra HR", now=LATER)
    assert actor_of(session, session.get_one(User, user_id)).companies_as(Role.HR_CONTACT) == {company.id}
    assert [one.name for one in contacts.list_contacts(session, actor, company.id)] == ["Petra HR"]
    assert contacts.list_contact_invitations(session, actor, company.id, now=LATER) == []


def test_not_of_any_other_company(session, make, cluster, company):
    with pytest.raises(Forbidden):
        invitations.invite_contact(session, actor_of(session, cluster), make.company().id, NEW, now=NOON)
    foreign = make.actor(Role.CLUSTER_MANAGER, trio=make.trio())
    with pytest.raises(Forbidden):
        invitations.invite_contact(session, foreign, company.id, NEW, now=NOON)


def test_a_merged_company_or_one_that_left_the_register_voids_the_invitation(session, make, cluster, company):
    made = invitations.invite_contact(session, actor_of(session, cluster), company.id, NEW, now=NOON)
    found = session.get_one(Invitation, made)
    assert queries.still_stands(session, found, now=NOON)
    company.merged_into_id = make.company().id
    session.flush()
    assert not queries.still_stands(session, found, now=NOON)
    company.merged_into_id = None
    session.delete(session.get_one(TrioCompany, (grant_of(session, cluster).trio_id, company.id)))
    session.flush()
    assert not queries.still_stands(session, found, now=NOON)


def test_contacts_of_another_trio_are_strangers(session, make, place, cluster, company):
    """The same company stands in two registers: neither cluster learns whom the other one knows there."""
    other_trio = make.trio()
    session.add(
        TrioCompany(
            trio_id=other_trio.id, company_id=company.id, origin=Origin.ENROLMENT, since_on=NOON.date(),
            has_enrolments=True,
        )
    )  # fmt: skip
    own = session.get_one(TrioCompany, (grant_of(session, cluster).trio_id, company.id))
    own.has_enrolments = True
    other = make.user(Role.CLUSTER_MANAGER, trio=other_trio)
    theirs = make.user(Role.HR_CONTACT, company=company, name="Secret Person")
    grant_of(session, theirs).granted_by = other.id
    session.commit()
    actor = actor_of(session, cluster)
    invitations.invite_contact(session, actor_of(session, other), company.id, NEW, now=NOON)
    assert contacts.list_contacts(session, actor, company.id) == []
    assert contacts.list_contact_invitations(session, actor, company.id, now=NOON) == []
    assert [one.name for one in contacts.list_contacts(session, actor_of(session, other), company.id)] == [
        "Secret Person"
    ]
    offer = Offer(Role.HR_CONTACT, company_id=company.id)
    for email in (theirs.email, NEW):  # no answer tells that they are known
        assert invitations.faults_of_offer(session, actor, offer, email, now=LATER) is None
    admin = make.actor(Role.SITE_ADMIN)
    assert len(contacts.list_contacts(session, admin, company.id)) == 1
    assert len(contacts.list_contact_invitations(session, admin, company.id, now=NOON)) == 1


def test_the_same_contact_accepts_two_clusters_and_has_one_role(session, make, cluster, company):
    holder = make.user(Role.HR_CONTACT, company=company)
    made = invitations.invite_contact(session, actor_of(session, cluster), company.id, holder.email, now=NOON)
    invitations.accept(session, session.get_one(Invitation, made), holder.id, now=LATER)
    assert rows(session, RoleGrant) == 3, "administrator, cluster manager, contact"


def test_the_own_open_invitation_is_told(session, cluster, company):
    actor, offer = actor_of(session, cluster), Offer(Role.HR_CONTACT, company_id=company.id)
    invitations.invite_contact(session, actor, company.id, NEW, now=NOON)
    assert "open invitation" in str(invitations.faults_of_offer(session, actor, offer, NEW, now=LATER))


def test_a_contact_can_be_ended_by_the_cluster_and_by_nobody_else(session, make, place, cluster, company):
    holder = make.user(Role.HR_CONTACT, company=company)
    author = make.user(Role.AUTHOR, trio=place.trio)
    grant = grant_of(session, holder)
    grant.granted_by = cluster.id
    session.flush()
    for actor, grant_id in [
        (actor_of(session, author), grant.id),
        (place.actor, grant.id),
        (make.actor(Role.CLUSTER_MANAGER, trio=make.trio()), grant.id),
        (actor_of(session, cluster), grant_of(session, author).id),
        (actor_of(session, cluster), 99_999),
    ]:
        with pytest.raises(NotFound):
            invitations.end_contact(session, actor, grant_id, now=LATER)
    invitations.end_contact(session, actor_of(session, cluster), grant.id, now=LATER)
    invitations.end_contact(session, actor_of(session, cluster), grant.id, now=LATER + timedelta(hours=1))
    assert (grant.revoked_at, grant.revoked_by) == (LATER, cluster.id)


def test_taking_a_company_of_another_cluster_into_the_register_gives_no_power_over_its_people(
    session, make, cluster, company
):
    """The directory is for all: whoever takes a company from it must not appoint who sees its people."""
    other_trio = make.trio()
    session.add(TrioCompany(trio_id=other_trio.id, company_id=company.id, origin=Origin.ADDED, since_on=NOON.date()))
    other = make.user(Role.CLUSTER_MANAGER, trio=other_trio)
    session.commit()
    with pytest.raises(Forbidden):
        invitations.invite_contact(session, actor_of(session, other), company.id, NEW, now=NOON)


def test_the_same_company_in_another_register_gives_no_power_over_its_contacts(session, make, cluster, company):
    other_trio = make.trio()
    session.add(
        TrioCompany(
            trio_id=other_trio.id, company_id=company.id, origin=Origin.ENROLMENT, since_on=NOON.date(),
            has_enrolments=True,
        )
    )  # fmt: skip
    own = session.get_one(TrioCompany, (grant_of(session, cluster).trio_id, company.id))
    own.has_enrolments = True
    other = make.user(Role.CLUSTER_MANAGER, trio=other_trio)
    holder = make.user(Role.HR_CONTACT, company=company)
    grant_of(session, holder).granted_by = cluster.id
    session.commit()
    made = invitations.invite_contact(session, actor_of(session, cluster), company.id, NEW, now=NOON)
    with pytest.raises(NotFound):
        invitations.end_contact(session, actor_of(session, other), grant_of(session, holder).id, now=LATER)
    for act in (invitations.resend, invitations.revoke_invitation):
        with pytest.raises(NotFound):
            act(session, actor_of(session, other), made, now=LATER)
    found = session.get_one(Invitation, made)
    assert (found.invited_by, found.revoked_at) == (cluster.id, None)
    colleague = make.user(Role.CLUSTER_MANAGER, trio=session.get_one(Trio, grant_of(session, cluster).trio_id))
    invitations.resend(session, actor_of(session, colleague), made, now=LATER)
    invitations.end_contact(session, make.actor(Role.SITE_ADMIN), grant_of(session, holder).id, now=LATER)
    assert found.invited_by == colleague.id


# ---- the first administrator


def test_the_first_administrator_comes_from_the_command_line(session):
    token = invitations.invite_administrator(session, "Root@Platform.example", now=NOON)
    assert last_mail(session)["values"]["inviter"] is None
    user_id = invitations.accept_by_link(session, token, name="Anna Root", now=LATER)
    assert actor_of(session, session.get_one(User, user_id)).holds(Role.SITE_ADMIN)
    with pytest.raises(Conflict, match="holds this role already"):
        invitations.invite_administrator(session, "root@platform.example", now=LATER)


def test_asking_again_replaces_the_lost_link(session):
    lost = invitations.invite_administrator(session, "root@platform.example", now=NOON)
    token = invitations.invite_administrator(session, "root@platform.example", now=NOON)
    with pytest.raises(NotFound):
        invitations.accept_by_link(session, lost, name="Anna Root", now=LATER)
    assert invitations.accept_by_link(session, token, name="Anna Root", now=LATER)
    assert rows(session, Invitation) == 1


# ---- lists


def test_lists_show_open_and_past_apart(session, make, place):
    first, second = invite(session, place), invite(session, place, "b@firma.example")
    third = invite(session, place, "c@firma.example")
    invitations.revoke_invitation(session, place.actor, second.id, now=NOON)
    invitations.accept(session, third, make.user(email=third.email).id, now=NOON)
    mine = Invitation.trio_id == place.trio.id
    assert [one.id for one in queries.list_invitations(session, mine, now=NOON).items] == [first.id]
    past = queries.list_invitations(session, mine, now=NOON, past=True)
    assert {one.id: one.state for one in past.items} == {
        second.id: InvitationState.REVOKED, third.id: InvitationState.ACCEPTED,
    }  # fmt: skip
    late = queries.list_invitations(session, mine, now=NOON + INVITATION_LIFETIME, past=True, number=9, size=2)
    assert (late.total, late.pages, late.number, [one.state for one in late.items]) == (
        3,
        2,
        2,
        [InvitationState.EXPIRED],
    )


def test_by_address_those_that_stand_are_found(session, place):
    found = invite(session, place)
    invite(session, place, "b@firma.example")
    assert queries.list_open_for(session, NEW, now=NOON) == [found]
    assert queries.list_open_for(session, NEW, now=NOON + INVITATION_LIFETIME) == []
