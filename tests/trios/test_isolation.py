"""Other Trios' people: what a foreign administrator, somebody without the role, and who lost it get, by every way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation, RoleGrant, SignInSession, Totp
from app.accounts.rules.invitations import Offer
from app.kit.actors import Role
from app.trios.models import Partnership
from app.trios.services import members as services
from tests.conftest import rows
from tests.factories import NOON
from tests.trios.people import Staffed, grant_of, staffed


@pytest.fixture
def theirs(session, make) -> Staffed:
    """A Trio with people, an open invitation, and somebody with a second factor."""
    trio = staffed(session, make)
    offer = Offer(Role.AUTHOR, trio.trio.id, organisation_id=next(iter(trio.partners.values())).id)
    session.add(
        Invitation(
            email="secret@firma.example", role=offer.role, trio_id=offer.trio_id, organisation_id=offer.organisation_id,
            token_hash="x", invited_by=trio.lead.id, created_at=NOON, expires_at=NOON + timedelta(days=14),
        )
    )  # fmt: skip
    user = trio.people[Role.REVIEWER]
    session.add(Totp(user_id=user.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    make.token(user)
    return trio


def ways(trio: Staffed, slug: str) -> list[tuple[str, str, dict[str, str]]]:
    """Every page and act about the people of the Trio, under an address (slug) that may be another Trio's."""
    user = trio.people[Role.REVIEWER]
    invitation = trio.session.scalars(select(Invitation.id)).first()
    partner = next(iter(trio.partners.values()))
    base = f"/trios/{slug}/people"
    return [
        ("GET", base, {}),
        ("GET", f"{base}?q={user.name}", {}),
        ("GET", f"{base}?show=past&invitations=past", {}),
        ("GET", f"{base}/invite", {}),
        ("POST", f"{base}/invite", {"emails": "a@b.example", "role": "author", "organisation_id": str(partner.id)}),
        ("POST", f"{base}/invitations/{invitation}/resend", {}),
        ("POST", f"{base}/invitations/{invitation}/revoke", {}),
        ("GET", f"{base}/{user.id}", {}),
        ("POST", f"{base}/{user.id}/roles/{grant_of(trio.session, user).id}/end", {}),
        ("POST", f"{base}/{user.id}/sign-out", {}),
        ("POST", f"{base}/{user.id}/second-factor/reset", {}),
    ]


def untouched(trio: Staffed) -> bool:
    session = trio.session
    session.expire_all()
    return (
        session.scalars(select(Invitation.token_hash)).all() == ["x"]
        and session.scalars(select(Invitation.revoked_at)).all() == [None]
        and set(session.scalars(select(RoleGrant.revoked_at))) == {None}
        and session.scalars(select(SignInSession.ended_at).where(
            SignInSession.user_id == trio.people[Role.REVIEWER].id)).all() == [None]
        and rows(session, Totp) == 1
    )  # fmt: skip


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.TRIO_ADMIN, Role.PROGRAMME_OFFICE], ids=str)
def test_a_foreign_trio_looks_like_none(client, session, make, sign_in, theirs, role):
    """Status and page are those of a Trio that does not exist: no name, no address, no count."""
    own = make.trio() if role in (Role.AUTHOR, Role.TRIO_ADMIN) else None
    sign_in(make.user(role, trio=own))
    for method, path, data in ways(theirs, theirs.trio.slug):
        answer = client.open(path, method=method, data=data)
        missing = client.open(path.replace(theirs.trio.slug, "no-such-trio"), method=method, data=data)
        assert (answer.status_code, missing.status_code) == (404, 404), path
        assert answer.text.replace(theirs.trio.slug, "no-such-trio") == missing.text, path
    assert untouched(theirs)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.TRAINER, Role.CLUSTER_MANAGER], ids=str)
def test_nor_do_the_own_people_of_a_trio_manage_each_other(client, session, sign_in, theirs, role):
    sign_in(theirs.people[role])
    for method, path, data in ways(theirs, theirs.trio.slug):
        assert client.open(path, method=method, data=data).status_code == 404, path
    assert untouched(theirs)


def test_the_own_address_does_not_open_foreign_people(client, session, make, sign_in, theirs):
    """The slug of the own Trio with the ids of another one (only the source checked: recurring bug 26)."""
    own = make.trio()
    sign_in(make.user(Role.TRIO_ADMIN, trio=own))
    for method, path, data in ways(theirs, own.slug):
        answer = client.open(path, method=method, data=data)
        if method == "GET" and path.partition("?")[0].endswith(("/people", "/invite")):
            assert answer.status_code == 200  # the own list, which is another one
            names = {user.name for user in theirs.people.values()} - {path.partition("q=")[2]}
            assert not any(name in answer.text for name in names)
            assert "secret@firma.example" not in answer.text
        elif path.endswith("/invite"):
            assert answer.status_code == 422, "a partner of another Trio is no choice"
        else:
            assert answer.status_code == 404, path
    assert untouched(theirs)


def test_the_administration_of_the_platform_is_for_it_alone(client, session, make, sign_in, theirs):
    user = theirs.people[Role.REVIEWER]
    base, pages = (
        "/administration/people",
        ["/administration/people", "/administration/people/invite"],
    )
    acts = [
        "/invite", f"/{user.id}/roles", f"/{user.id}/roles/{grant_of(session, user).id}/end", f"/{user.id}/sign-out",
        f"/{user.id}/second-factor/reset", "/invitations/1/resend", "/invitations/1/revoke",
    ]  # fmt: skip
    sign_in(theirs.lead)
    for path in [*pages, f"{base}/{user.id}", f"{base}/99999"]:
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert user.name not in answer.text
    for path in acts:
        form = {"role": "site_admin", "emails": theirs.lead.email}
        assert client.post(base + path, data=form).status_code == 403, path
    assert untouched(theirs)


def test_an_open_session_loses_a_role_with_the_next_request(client, session, sign_in, theirs):
    """Pages and API ask for the roles of now, not of the sign-in."""
    sign_in(theirs.lead)
    people, report = f"/trios/{theirs.trio.slug}/people", "/api/v1/reports/participation"
    assert client.get(people).status_code == client.get(report).status_code == 200
    grant_of(session, theirs.lead).revoked_at = NOON
    session.commit()
    session.expire_all()
    assert client.get(people).status_code == 404
    assert client.get(report).status_code == 403


def test_so_does_one_whose_role_has_a_last_day(client, session, sign_in, theirs):
    sign_in(theirs.lead)
    grant_of(session, theirs.lead).ends_on = NOON.date() - timedelta(days=1)
    session.commit()
    session.expire_all()
    assert client.get(f"/trios/{theirs.trio.slug}/people").status_code == 404


def test_people_are_never_shared_between_trios(client, session, make, sign_in, theirs):
    """The same person in two Trios: each administrator sees the roles in the own one, and no trace of the other."""
    shared = theirs.people[Role.AUTHOR]
    other = staffed(session, make)
    session.add(RoleGrant(user_id=shared.id, role=Role.TRAINER, trio_id=other.trio.id, granted_at=NOON))
    session.commit()
    sign_in(other.lead)
    for path in ("people", f"people/{shared.id}"):
        page = client.get(f"/trios/{other.trio.slug}/{path}").text
        assert shared.name in page
        assert theirs.trio.name not in page
        assert not any(partner.name in page for partner in theirs.partners.values())


def test_the_partner_of_another_trio_sends_nobody(session, make, theirs):
    own = staffed(session, make)
    foreign = session.scalars(
        select(Partnership.organisation_id).where(Partnership.trio_id == theirs.trio.id).order_by(Partnership.id)
    ).first()
    asked = services.Invite(Offer(Role.AUTHOR, own.trio.id, organisation_id=foreign), ("a@b.example",))
    assert set(services.faults_of_invite(session, own.actor(), asked, now=NOON)) == {"organisation_id"}
