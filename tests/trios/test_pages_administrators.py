"""What administrators of the platform see and do."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation, RoleGrant, SignInSession, Totp, User
from app.kit.actors import Role
from app.trios.models import Partnership
from tests.conftest import rows
from tests.counting import statements
from tests.factories import NOON
from tests.trios.people import grant_of, staffed

PEOPLE = "/administration/people"


@pytest.fixture
def admin(make, sign_in) -> User:
    user = make.user(Role.SITE_ADMIN, name="Anna Root")
    sign_in(user)
    return user


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_the_start_leads_everywhere(client, admin):
    page = client.get("/administration").text
    for path in (PEOPLE, "/organisations", "/trios/new", "/administration/audit", "/administration/retention"):
        assert f'href="{path}"' in page


def test_a_trio_administrator_begins_at_the_own_trio_and_sees_nothing_of_the_platform(client, make, sign_in):
    trio, other = make.trio(name="Trio Lausitz"), make.trio(name="Trio Bayern")
    page = sign_in(make.user(Role.TRIO_ADMIN, trio=trio)).get("/administration")
    assert page.status_code == 200
    assert f'href="/trios/{trio.slug}/manage"' in page.text
    assert 'href="/administration/audit"' in page.text
    assert "Trio Bayern" not in page.text
    assert other.slug not in page.text
    assert PEOPLE not in page.text


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CLUSTER_MANAGER, Role.PROGRAMME_OFFICE, None])
def test_others_do_not_administer(client, make, sign_in, role):
    user = make.user(role, trio=make.trio()) if role in {Role.AUTHOR, Role.CLUSTER_MANAGER} else make.user(role)
    assert sign_in(user).get("/administration").status_code == 403


def test_any_account_is_found_by_name_or_address(client, make, admin):
    make.user(name="Fatma Nowák", email="fatma@firma.example")
    make.user(name="Somebody Else", email="else@firma.example")
    for words in ("fatma", "FATMA now", "fatma@firma"):
        page = client.get(PEOPLE, query_string={"q": words}).text
        assert "fatma@firma.example" in page
        assert "else@firma.example" not in page
    assert "Nobody fits" in client.get(PEOPLE, query_string={"q": "%"}).text


def test_roles_narrow_the_list_and_stand_in_it(client, session, make, admin):
    company = make.company(name="Weber Drehteile")
    contact = make.user(Role.HR_CONTACT, company=company)
    make.user(email="learner@firma.example")
    said = text_of(client.get(PEOPLE, query_string={"role": "hr_contact"}))
    assert f"{contact.email} HR contact Weber Drehteile" in said
    assert "learner@firma.example" not in said
    assert "learner@firma.example learns" in text_of(client.get(PEOPLE, query_string={"role": "king"}))


def test_who_was_erased_is_not_among_them(client, session, make, admin):
    gone = make.user(name="Gone Person", erased_at=NOON)
    assert "Gone Person" not in client.get(PEOPLE).text
    assert client.get(f"{PEOPLE}/{gone.id}").status_code == 404
    assert client.get(f"{PEOPLE}/99999").status_code == 404


def test_the_list_takes_the_same_queries_for_one_and_for_many(client, session, make, admin):
    def count() -> int:
        session.expire_all()
        with statements(session) as said:
            assert client.get(PEOPLE).status_code == 200
        return len(said)

    few = count()
    trio = make.trio()
    for _ in range(60):
        make.user(Role.AUTHOR, trio=trio)
    assert count() == few
    assert "51–61 of 61" in text_of(client.get(PEOPLE, query_string={"page": 2}))


def test_giving_a_role_everywhere_and_in_a_trio(client, session, make, admin):
    trio, user = staffed(session, make), make.user()
    part = session.scalars(select(Partnership).where(Partnership.trio_id == trio.trio.id)).first()
    path = f"{PEOPLE}/{user.id}/roles"
    assert client.post(path, data={"role": "programme_office"}).location == f"{PEOPLE}/{user.id}"
    assert client.post(path, data={"role": "trio_admin", "partnership_id": str(part.id)}).status_code == 302
    said = text_of(client.get(f"{PEOPLE}/{user.id}"))
    assert f"Trio administrator {trio.trio.name}" in said
    assert "Programme office the whole platform" in said


@pytest.mark.parametrize(
    "data, fault",
    [
        ({}, "Role: This is missing."),
        ({"role": "king"}, "Role: Choose one of the values offered."),
        ({"role": "author"}, "Role: This role is not held in such a place."),
        ({"role": "author", "partnership_id": "x"}, "Partner: This is not a whole number."),
    ],
    ids=["nothing", "unknown", "without a Trio", "garbage"],
)
def test_a_role_in_the_wrong_place_comes_back_with_the_reason(client, session, make, admin, data, fault):
    user = make.user()
    answer = client.post(f"{PEOPLE}/{user.id}/roles", data=data)
    assert answer.status_code == 422
    assert fault in text_of(answer)
    assert '<details class="card" open>' in answer.text
    assert rows(session, RoleGrant) == 1


def test_not_to_oneself(client, session, admin):
    assert "other administrators give you roles" in client.get(f"{PEOPLE}/{admin.id}").text
    assert client.post(f"{PEOPLE}/{admin.id}/roles", data={"role": "programme_office"}).status_code == 422
    assert rows(session, RoleGrant) == 1


def test_ending_roles_down_to_the_last_administrator(client, session, make, admin):
    other = make.user(Role.SITE_ADMIN)
    end = f"{PEOPLE}/{other.id}/roles/{grant_of(session, other).id}/end"
    for _ in range(2):
        assert client.post(end).status_code == 302
    assert "Former roles" in client.get(f"{PEOPLE}/{other.id}").text
    own = f"{PEOPLE}/{admin.id}/roles/{grant_of(session, admin).id}/end"
    assert client.post(own).status_code == 409
    assert "This is the only administrator of the platform." in client.get(f"{PEOPLE}/{admin.id}").text


def test_helping_anybody(client, session, make, admin):
    user = make.user()
    make.token(user)
    session.add(Totp(user_id=user.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    session.commit()
    base = f"{PEOPLE}/{user.id}"
    assert client.post(f"{base}/sign-out").location == base
    assert session.scalars(select(SignInSession.ended_at).where(SignInSession.user_id == user.id)).one() == NOON
    assert client.post(f"{base}/second-factor/reset").location == base
    assert rows(session, Totp) == 0


def test_inviting_for_the_whole_platform(client, session, admin):
    form = {"emails": "office@pt.example", "role": "programme_office", "language": "de"}
    assert client.get(f"{PEOPLE}/invite").status_code == 200
    for _ in range(2):
        assert client.post(f"{PEOPLE}/invite", data=form).location == f"{PEOPLE}#invitations"
    made = session.scalars(select(Invitation)).one()
    assert (made.role, made.trio_id) == (Role.PROGRAMME_OFFICE, None)
    assert "office@pt.example Programme office Mar 2, 2026 by Anna Root open" in text_of(client.get(PEOPLE))
    assert client.post(f"{PEOPLE}/invitations/{made.id}/resend").status_code == 302
    assert client.post(f"{PEOPLE}/invitations/{made.id}/revoke").status_code == 302
    assert "taken back" in client.get(PEOPLE, query_string={"invitations": "past"}).text


@pytest.mark.parametrize(
    "change",
    [{"emails": ""}, {"emails": "x"}, {"role": "author"}, {"emails": "OWN"}],
    ids=["none", "wrong", "role", "own"],
)
def test_a_faulty_invite_comes_back(client, session, admin, change):
    form = {"emails": "office@pt.example", "role": "site_admin"} | change
    form["emails"] = form["emails"].replace("OWN", admin.email)
    assert client.post(f"{PEOPLE}/invite", data=form).status_code == 422
    assert rows(session, Invitation) == 0


def test_appointing_wants_a_fresh_proof(client, session, make, admin):
    user = make.user()
    for signed in session.scalars(select(SignInSession)):
        signed.confirmed_at = NOON - timedelta(minutes=16)
    session.commit()
    assert client.post(f"{PEOPLE}/{user.id}/roles", data={"role": "site_admin"}).status_code == 401
    assert client.get(f"{PEOPLE}/invite").location.startswith("/account/confirm?next=")
    assert rows(session, RoleGrant) == 1
