"""A Trio's people from the first invitation to the last goodbye, without anybody of the platform."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, RoleGrant, SignInSession, Totp
from app.accounts.rules.invitations import Offer
from app.accounts.services import digest, invitations
from app.kit import audit, database
from app.kit.actors import Actor, Role
from app.kit.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from app.kit.outbox import Message
from app.trios.models import Partnership
from app.trios.queries import administrators, roles
from app.trios.queries import members as queries
from app.trios.rules import OrganisationKind as Kind
from app.trios.services import members as services
from app.trios.services.members import Invite
from tests.conftest import rows
from tests.factories import NOON, Make
from tests.trios.people import Staffed, actor_of, grant_of, staffed

LATER = NOON + timedelta(hours=2)
TODAY = NOON.date()


@pytest.fixture
def trio(session, make) -> Staffed:
    return staffed(session, make)


def wanted(trio: Staffed, *emails: str, role: Role = Role.AUTHOR, kind: Kind = Kind.PROVIDER) -> Invite:
    return Invite(Offer(role, trio.trio.id, organisation_id=trio.partners[kind].id), emails, "de")


def held(session, user, trio) -> list[Role]:
    found = queries.get_member(session, trio.trio.id, user.id, on=TODAY)
    return [one.role for one in found.held]


# ---- the whole story


def test_a_trio_administrator_runs_the_own_trio_alone(session, make, trio):
    """Every daily act of a Trio's people, and nobody of the platform is needed for one of them."""
    lead = trio.actor()
    # three new people are invited, one has a typing mistake and is invited again
    services.invite(session, lead, wanted(trio, "a@bz.example", "b@bz.example", role=Role.TRAINER), now=NOON)
    services.invite(session, lead, wanted(trio, "c@iks.example", role=Role.TRIO_ADMIN, kind=Kind.SCIENCE), now=NOON)
    wrong, _right, second_lead = session.scalars(select(Invitation).order_by(Invitation.id)).all()
    invitations.revoke_invitation(session, lead, wrong.id, now=NOON)
    invitations.resend(session, lead, second_lead.id, now=LATER)
    token = session.scalars(select(Message).order_by(Message.id.desc())).first().payload["values"]["token"]
    second = invitations.accept_by_link(session, token, name="Second Lead", now=LATER)
    # somebody loses a phone, somebody else leaves
    reviewer, author = trio.people[Role.REVIEWER], trio.people[Role.AUTHOR]
    session.add(Totp(user_id=reviewer.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    session.flush()
    services.sign_out_everywhere(session, lead, reviewer.id, trio_id=trio.trio.id, now=LATER)
    services.reset_second_factor(session, lead, reviewer.id, trio_id=trio.trio.id, now=LATER)
    services.end_role(session, lead, author.id, trio.grant(Role.AUTHOR).id, trio_id=trio.trio.id, now=LATER)
    # and the administrator hands the Trio over and goes
    services.end_role(session, lead, trio.lead.id, trio.grant(Role.TRIO_ADMIN).id, now=LATER)
    people = queries.list_members(session, trio.trio.id, queries.Wanted(), on=TODAY).items
    assert {one.user_id for one in people} == {
        second, reviewer.id, trio.people[Role.TRAINER].id, trio.people[Role.CLUSTER_MANAGER].id
    }  # fmt: skip
    audit.seal(session)
    acts = session.scalars(select(audit.Entry.action).order_by(audit.Entry.number)).all()
    assert acts == [
        "invitation.sent", "invitation.sent", "invitation.sent", "invitation.revoked", "invitation.resent",
        "invitation.accepted", "role.granted", "sessions.ended", "factors.reset", "role.revoked", "role.revoked",
    ]  # fmt: skip
    assert set(session.scalars(select(audit.Entry.trio_id))) == {trio.trio.id}


# ---- inviting


def test_all_faults_are_told_at_once_and_nobody_is_invited(session, make, trio):
    asked = wanted(trio, trio.lead.email, trio.people[Role.AUTHOR].email, "fine@bz.example")
    faults = services.faults_of_invite(session, trio.actor(), asked, now=NOON)
    assert [str(fault).partition(" ")[2] for fault in faults["emails"]] == [
        "is your own address: nobody gives a role to themselves.", "holds this role already.",
    ]  # fmt: skip
    with pytest.raises(Invalid) as told:
        services.invite(session, trio.actor(), asked, now=NOON)
    assert len(told.value.problems) == 2
    assert rows(session, Invitation) == 0


def test_a_role_that_does_not_fit_is_told_at_its_field(session, trio):
    wrong = wanted(trio, "a@bz.example", role=Role.REVIEWER)
    assert set(services.faults_of_invite(session, trio.actor(), wrong, now=NOON)) == {"role"}
    with pytest.raises(Conflict):
        services.invite(session, trio.actor(), wrong, now=NOON)


@pytest.mark.parametrize("change", ["left", "not yet", "stranger"])
def test_a_partner_that_does_not_take_part_sends_nobody(session, make, trio, change):
    asked = wanted(trio, "a@bz.example")
    part = session.scalars(select(Partnership).where(Partnership.organisation_id == asked.offer.organisation_id)).one()
    if change == "left":
        part.ends_on = TODAY - timedelta(days=1)
    elif change == "not yet":
        part.starts_on = TODAY + timedelta(days=1)
    else:
        asked = Invite(Offer(Role.AUTHOR, trio.trio.id, organisation_id=make.organisation().id), asked.emails)
    session.commit()
    assert set(services.faults_of_invite(session, trio.actor(), asked, now=NOON)) == {"organisation_id"}
    with pytest.raises(Conflict):
        services.invite(session, trio.actor(), asked, now=NOON)


def test_others_invite_nobody(session, make, trio):
    foreign = staffed(session, make)
    for actor in (foreign.actor(), trio.actor(Role.CLUSTER_MANAGER), trio.actor(Role.AUTHOR), Actor(None)):
        with pytest.raises(Forbidden):
            services.invite(session, actor, wanted(trio, "a@bz.example"), now=NOON)


# ---- giving directly


def test_the_platform_gives_a_role_in_a_trio_or_everywhere(session, make, trio):
    admin, user = make.actor(Role.SITE_ADMIN), make.user()
    part = session.scalars(select(Partnership).where(Partnership.kind == Kind.PROVIDER)).first()
    services.give_role(session, admin, user.id, Role.AUTHOR, partnership_id=part.id, now=NOON)
    services.give_role(session, admin, user.id, Role.AUTHOR, partnership_id=part.id, now=NOON)
    services.give_role(session, admin, user.id, Role.PROGRAMME_OFFICE, now=NOON)
    found = administrators.get_account(session, user.id, on=TODAY)
    assert {(one.role, one.trio_id) for one in found.held} == {
        (Role.AUTHOR, part.trio_id), (Role.PROGRAMME_OFFICE, None)
    }  # fmt: skip


def test_but_not_to_itself_not_nowhere_and_not_to_nobody(session, make, trio):
    admin, user = make.actor(Role.SITE_ADMIN), make.user()
    with pytest.raises(Conflict):
        services.give_role(session, admin, admin.user_id, Role.PROGRAMME_OFFICE, now=NOON)
    with pytest.raises(Conflict):
        services.give_role(session, admin, user.id, Role.AUTHOR, now=NOON)
    with pytest.raises(Conflict):
        services.give_role(session, admin, user.id, Role.AUTHOR, partnership_id=99_999, now=NOON)
    with pytest.raises(NotFound):
        services.give_role(session, admin, 99_999, Role.PROGRAMME_OFFICE, now=NOON)
    with pytest.raises(Forbidden):
        services.give_role(session, trio.actor(), user.id, Role.PROGRAMME_OFFICE, now=NOON)


# ---- ending


def test_ending_a_role_keeps_it_as_history_and_twice_is_once(session, trio):
    grant, user = trio.grant(Role.AUTHOR), trio.people[Role.AUTHOR]
    services.end_role(session, trio.actor(), user.id, grant.id, now=NOON)
    services.end_role(session, trio.actor(), user.id, grant.id, now=LATER)
    assert (grant.revoked_at, grant.revoked_by) == (NOON, trio.lead.id)
    found = queries.get_member(session, trio.trio.id, user.id, on=TODAY)
    assert ([one.role for one in found.past], found.held) == ([Role.AUTHOR], [])


def test_everybody_may_give_up_an_own_role(session, trio):
    user = trio.people[Role.TRAINER]
    services.end_role(session, trio.actor(Role.TRAINER), user.id, trio.grant(Role.TRAINER).id, now=NOON)
    with pytest.raises(NotFound):
        services.end_role(session, trio.actor(Role.REVIEWER), user.id, trio.grant(Role.TRAINER).id, now=NOON)


def test_a_role_is_ended_under_its_own_person_and_trio(session, make, trio):
    admin, foreign = make.actor(Role.SITE_ADMIN), make.trio()
    grant, user = trio.grant(Role.AUTHOR), trio.people[Role.AUTHOR]
    for user_id, grant_id, trio_id in [
        (trio.lead.id, grant.id, None),
        (user.id, 99_999, None),
        (user.id, grant.id, foreign.id),
        (None, grant.id, None),
    ]:
        with pytest.raises(NotFound):
            services.end_role(session, admin, user_id, grant_id, trio_id=trio_id, now=NOON)


def test_the_last_administrator_of_a_trio_stays(session, make, trio):
    grant = trio.grant(Role.TRIO_ADMIN)
    for actor in (trio.actor(), make.actor(Role.SITE_ADMIN)):
        with pytest.raises(Conflict, match="only administrator of the Trio"):
            services.end_role(session, actor, trio.lead.id, grant.id, now=NOON)
    make.user(Role.TRIO_ADMIN, trio=make.trio())  # one of another Trio is no help
    gone = make.user(Role.TRIO_ADMIN, trio=trio.trio)
    grant_of(session, gone).ends_on = TODAY - timedelta(days=1)
    session.commit()
    with pytest.raises(Conflict):
        services.end_role(session, trio.actor(), trio.lead.id, grant.id, now=NOON)
    grant_of(session, gone).ends_on = None
    services.end_role(session, trio.actor(), trio.lead.id, grant.id, now=NOON)


def test_the_last_administrator_of_the_platform_stays(session, make):
    root = make.user(Role.SITE_ADMIN)
    with pytest.raises(Conflict, match="only administrator of the platform"):
        services.end_role(session, actor_of(session, root), root.id, grant_of(session, root).id, now=NOON)
    other = make.user(Role.SITE_ADMIN)
    services.end_role(session, actor_of(session, root), other.id, grant_of(session, other).id, now=NOON)


# ---- helping


def test_signing_out_is_for_people_of_the_own_trio(session, make, trio):
    author, stranger = trio.people[Role.AUTHOR], make.user()
    make.token(author)
    services.sign_out_everywhere(session, trio.actor(), author.id, trio_id=trio.trio.id, now=NOON)
    ended = select(SignInSession.ended_at).where(SignInSession.user_id == author.id)
    assert session.scalars(ended).all() == [NOON]
    with pytest.raises(NotFound):
        services.sign_out_everywhere(session, trio.actor(), stranger.id, trio_id=trio.trio.id, now=NOON)
    with pytest.raises(NotFound):
        services.sign_out_everywhere(session, trio.actor(Role.AUTHOR), trio.lead.id, trio_id=trio.trio.id, now=NOON)
    with pytest.raises(Forbidden):
        services.sign_out_everywhere(session, trio.actor(), stranger.id, trio_id=None, now=NOON)
    admin = make.actor(Role.SITE_ADMIN)
    services.sign_out_everywhere(session, admin, stranger.id, trio_id=None, now=NOON)
    with pytest.raises(NotFound):
        services.sign_out_everywhere(session, admin, 99_999, trio_id=None, now=NOON)


def test_who_left_is_none_of_the_trio_any_more(session, trio):
    grant, author = trio.grant(Role.AUTHOR), trio.people[Role.AUTHOR]
    services.end_role(session, trio.actor(), author.id, grant.id, now=NOON)
    with pytest.raises(NotFound):
        services.sign_out_everywhere(session, trio.actor(), author.id, trio_id=trio.trio.id, now=LATER)
    with pytest.raises(NotFound):
        services.reset_second_factor(session, trio.actor(), author.id, trio_id=trio.trio.id, now=LATER)


def test_the_second_factor_of_somebody_with_power_elsewhere_is_not_the_trios_to_reset(session, make, trio):
    """Otherwise a Trio could take the platform over: one of its authors may administer it."""
    author = trio.people[Role.AUTHOR]
    session.add(RoleGrant(user_id=author.id, role=Role.SITE_ADMIN, granted_at=NOON))
    session.add(Totp(user_id=author.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    session.commit()
    with pytest.raises(Forbidden):
        services.reset_second_factor(session, trio.actor(), author.id, trio_id=trio.trio.id, now=NOON)
    assert rows(session, Totp) == 1
    services.reset_second_factor(session, make.actor(Role.SITE_ADMIN), author.id, trio_id=None, now=NOON)
    assert rows(session, Totp) == 0


# ---- races


def race(engine, acts) -> list[str]:
    """All at once, each in a transaction of its own; what came of each."""
    start = threading.Barrier(len(acts))

    def run(act) -> str:
        with Session(engine) as session:
            start.wait()
            try:
                database.begin_writing(session)
                act(session)
                audit.seal(session)
                session.commit()
            except DomainError as refusal:
                session.rollback()
                return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_administrators_cannot_remove_each_other(own_engine):
    with Session(own_engine, expire_on_commit=False) as session:
        trio = staffed(session, Make(session))
        other = Make(session).user(Role.TRIO_ADMIN, trio=trio.trio)
        pairs = [
            (actor_of(session, one), two.id, grant_of(session, two).id)
            for one, two in [(trio.lead, other), (other, trio.lead)]
        ]
        trio_id = trio.trio.id
        session.rollback()
    ends = [
        lambda s, pair=pair: services.end_role(s, pair[0], pair[1], pair[2], trio_id=trio_id, now=NOON)
        for pair in pairs
    ]
    assert race(own_engine, ends) == ["Conflict", "done"]
    with Session(own_engine) as session:
        assert roles.count_others(session, Offer(Role.TRIO_ADMIN, trio_id), 0, on=TODAY) == 1


def test_nor_can_those_of_the_platform(own_engine):
    with Session(own_engine, expire_on_commit=False) as session:
        make = Make(session)
        people = [make.user(Role.SITE_ADMIN) for _ in range(3)]
        own = [(actor_of(session, one), one.id, grant_of(session, one).id) for one in people]
        session.rollback()
    ends = [lambda s, pair=pair: services.end_role(s, *pair, now=NOON) for pair in own]
    assert race(own_engine, ends) == ["Conflict", "done", "done"]


def test_a_double_click_on_an_invitation_gives_one_role(own_engine):
    with Session(own_engine, expire_on_commit=False) as session:
        trio = staffed(session, Make(session))
        services.invite(session, trio.actor(), wanted(trio, "new@bz.example"), now=NOON)
        session.info.pop("audit")
        session.commit()
        token = session.scalars(select(Message)).one().payload["values"]["token"]
        session.rollback()
    accepts = [lambda s: invitations.accept_by_link(s, token, name="New Comer", now=LATER)] * 4
    assert race(own_engine, accepts) == ["NotFound"] * 3 + ["done"]
    with Session(own_engine) as session:
        hashed = select(Invitation).where(Invitation.token_hash == digest("invitation", token))
        user_id = session.scalars(hashed).one().accepted_by
        assert session.scalar(select(func.count()).where(RoleGrant.user_id == user_id)) == 1
        assert audit.verify(session).problem is None


def test_two_invitations_to_the_same_role_give_it_once(own_engine):
    """An administrator of the platform and one of the Trio invite the same person at the same moment."""
    with Session(own_engine, expire_on_commit=False) as session:
        make = Make(session)
        trio, user = staffed(session, make), make.user()
        ids = []
        for actor in (trio.actor(), make.actor(Role.SITE_ADMIN)):
            made = Invitation(
                email=user.email, role=Role.AUTHOR, trio_id=trio.trio.id,
                organisation_id=trio.partners[Kind.PROVIDER].id, token_hash=f"{actor.user_id}",
                invited_by=actor.user_id, created_at=NOON, expires_at=NOON + timedelta(days=14),
            )  # fmt: skip
            session.add(made)
            session.commit()
            ids.append(made.id)
        user_id = user.id
        session.rollback()
    accepts = [
        lambda s, made=made: invitations.accept(s, s.get_one(Invitation, made), user_id, now=LATER) for made in ids
    ]
    assert race(own_engine, accepts) == ["done", "done"]
    with Session(own_engine) as session:
        assert session.scalar(select(func.count()).where(RoleGrant.user_id == user_id)) == 1
