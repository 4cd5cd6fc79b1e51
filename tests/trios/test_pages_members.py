"""The people of a Trio, as its administrator sees and manages them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation, RoleGrant, SignInSession, Totp
from app.kit.actors import Role
from app.kit.outbox import Message
from app.trios.rules import OrganisationKind as Kind
from tests.conftest import rows
from tests.counting import statements
from tests.factories import NOON
from tests.trios.people import Staffed, grant_of, staffed


@pytest.fixture
def trio(session, make, sign_in) -> Staffed:
    found = staffed(session, make)
    sign_in(found.lead)
    return found


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def people_of(trio, **asked) -> str:
    return f"/trios/{trio.trio.slug}/people" + ("?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else "")


def form(trio, **more):
    return {
        "emails": "new@bz.example", "role": "author", "organisation_id": str(trio.partners[Kind.PROVIDER].id),
        "language": "de",
    } | more  # fmt: skip


# ---- the list


def test_the_list_says_who_holds_what_for_whom_since_when(client, trio):
    said = text_of(client.get(people_of(trio)))
    reviewer = trio.people[Role.REVIEWER]
    assert f"{reviewer.name} {reviewer.email} Reviewer {trio.partners[Kind.SCIENCE].name} · since Mar 2, 2026" in said
    assert said.count("since Mar 2, 2026") == 5


@pytest.mark.parametrize(
    "asked",
    [{"role": "reviewer"}, {"q": "NAME"}, {"q": "MAIL"}, {"partner": "SCIENCE"}, {"q": "NAME", "role": "reviewer"}],
    ids=["role", "name", "address", "partner", "name and role"],
)
def test_search_and_filters_narrow_the_list(client, trio, asked):
    wanted = trio.people[Role.REVIEWER]
    known = {"NAME": wanted.name.upper(), "MAIL": wanted.email, "SCIENCE": trio.partners[Kind.SCIENCE].id}
    said = client.get(people_of(trio, **{key: known.get(value, value) for key, value in asked.items()})).text
    assert wanted.email in said
    others = set(trio.people) - {Role.REVIEWER, Role.TRIO_ADMIN}  # whose address stands in the header
    assert not any(trio.people[role].email in said for role in others)


@pytest.mark.parametrize("words", ["%", "_", "nobody at all"])
def test_a_search_without_a_hit_offers_the_way_back(client, trio, words):
    answer = client.get(people_of(trio), query_string={"q": words})
    assert "Nobody fits" in answer.text
    assert f'href="{people_of(trio)}"' in answer.text


@pytest.mark.parametrize("asked", ["role=king", "role=site_admin", "partner=x", "page=x", "page=-3", "page=99999"])
def test_arguments_that_make_no_sense_are_left_out(client, trio, asked):
    answer = client.get(f"{people_of(trio)}?{asked}")
    assert (answer.status_code, trio.people[Role.AUTHOR].email in answer.text) == (200, True)


def test_former_people_are_shown_on_demand(client, session, trio):
    author = trio.people[Role.AUTHOR]
    grant_of(session, author).revoked_at = NOON
    session.commit()
    assert author.email not in client.get(people_of(trio)).text
    former = client.get(people_of(trio, show="past"))
    assert f"{author.email} Author {trio.partners[Kind.PROVIDER].name} · Mar 2, 2026 to Mar 2, 2026" in text_of(former)
    assert trio.people[Role.REVIEWER].email not in former.text
    assert "Nobody has left" not in former.text


def test_without_former_people_it_says_so(client, trio):
    assert "Nobody has left" in client.get(people_of(trio, show="past")).text


def test_the_list_takes_the_same_queries_for_one_and_for_many(client, session, make, trio):
    def count() -> int:
        session.expire_all()
        with statements(session) as said:
            assert client.get(people_of(trio)).status_code == 200
        return len(said)

    few = count()
    for number in range(60):
        user = make.user(Role.TRAINER, trio=trio.trio)
        session.add(RoleGrant(user_id=user.id, role=Role.AUTHOR, trio_id=trio.trio.id, granted_at=NOON))
        session.add(
            Invitation(
                email=f"p{number}@bz.example", role=Role.AUTHOR, trio_id=trio.trio.id, token_hash=f"{number}",
                invited_by=trio.lead.id, created_at=NOON, expires_at=NOON + timedelta(days=14),
            )
        )  # fmt: skip
    session.commit()
    assert count() == few
    said = text_of(client.get(people_of(trio, page=2)))
    assert "51–65 of 65" in said
    assert "1–20 of 60" in said


# ---- inviting


def test_inviting_several_at_once(client, session, trio):
    answer = client.post(people_of(trio) + "/invite", data=form(trio, emails="a@bz.example\nb@bz.example"))
    assert answer.location == people_of(trio) + "#invitations"
    said = text_of(client.get(people_of(trio)))
    assert "2 invitations are on their way." in said
    assert f"a@bz.example Author {trio.partners[Kind.PROVIDER].name} Mar 2, 2026 by {trio.lead.name} open" in said
    assert rows(session, Message) == 2


def test_a_double_click_invites_once(client, session, trio):
    for _ in range(2):
        assert client.post(people_of(trio) + "/invite", data=form(trio)).status_code == 302
    assert (rows(session, Invitation), rows(session, Message)) == (1, 1)


def test_a_faulty_form_comes_back_with_all_faults_and_what_was_typed(client, session, trio):
    typed = form(trio, emails="a@bz.example\nnobody", role="", language="fr")
    answer = client.post(people_of(trio) + "/invite", data=typed)
    said = text_of(answer)
    assert answer.status_code == 422
    assert "Line 2: This is not an e-mail address." in said
    assert "3 entries need another look" in said
    assert "a@bz.example\nnobody</textarea>" in answer.text
    assert rows(session, Invitation) == 0


def test_who_holds_the_role_already_is_told_with_the_address(client, session, trio):
    author = trio.people[Role.AUTHOR]
    answer = client.post(people_of(trio) + "/invite", data=form(trio, emails=f"new@bz.example\n{author.email}"))
    assert answer.status_code == 422
    assert f"{author.email} holds this role already." in text_of(answer)
    assert rows(session, Invitation) == 0


def test_a_role_that_does_not_fit_the_partner_is_told_at_the_role(client, trio):
    answer = client.post(people_of(trio) + "/invite", data=form(trio, role="reviewer"))
    assert answer.status_code == 422
    assert "Role: This role does not belong to the duties of this partner." in text_of(answer)


@pytest.mark.parametrize("role", ["site_admin", "programme_office", "hr_contact"])
def test_no_form_makes_a_trio_administrator_give_more_than_the_trio(client, session, trio, role):
    assert client.post(people_of(trio) + "/invite", data=form(trio, role=role)).status_code == 422
    assert rows(session, Invitation) == 0


def test_the_form_says_which_roles_fit_which_partner(client, trio):
    said = text_of(client.get(people_of(trio) + "/invite"))
    assert f"{trio.partners[Kind.CLUSTER].name} (Trio administrator, Cluster manager)" in said


def test_sending_again_and_taking_back(client, session, trio):
    client.post(people_of(trio) + "/invite", data=form(trio))
    made = session.scalars(select(Invitation)).one()
    before, path = made.token_hash, f"{people_of(trio)}/invitations/{made.id}"
    assert client.post(f"{path}/resend").location == people_of(trio) + "#invitations"
    assert made.token_hash != before
    for _ in range(2):
        assert client.post(f"{path}/revoke").status_code == 302
    assert made.revoked_at == NOON
    assert "No invitation is open." in client.get(people_of(trio)).text
    assert "taken back" in client.get(people_of(trio, invitations="past")).text


# ---- one person


def test_a_role_is_ended_with_one_button(client, session, trio):
    author = trio.people[Role.AUTHOR]
    page = client.get(f"{people_of(trio)}/{author.id}")
    end = f"{people_of(trio)}/{author.id}/roles/{grant_of(session, author).id}/end"
    assert f'action="{end}"' in page.text
    for _ in range(2):
        assert client.post(end).location == people_of(trio)
    assert grant_of(session, author).revoked_at == NOON
    after = text_of(client.get(f"{people_of(trio)}/{author.id}"))
    assert "This person holds no role in the Trio any more." in after
    assert "Former roles" in after
    assert "Sign out everywhere" not in after


def test_the_last_administrator_sees_why_they_stay(client, session, trio):
    page = client.get(f"{people_of(trio)}/{trio.lead.id}")
    end = f"{people_of(trio)}/{trio.lead.id}/roles/{grant_of(session, trio.lead).id}/end"
    assert "This is the only administrator of the Trio. Invite another one first." in page.text
    assert f'action="{end}"' not in page.text
    answer = client.post(end)
    assert answer.status_code == 409
    assert "Invite another one first." in answer.text


def test_who_gives_up_the_own_administration_lands_on_the_own_page(client, session, make, trio):
    make.user(Role.TRIO_ADMIN, trio=trio.trio)
    end = f"{people_of(trio)}/{trio.lead.id}/roles/{grant_of(session, trio.lead).id}/end"
    assert client.post(end).location == "/my"
    assert client.get(people_of(trio)).status_code == 404


def test_helping_somebody_who_lost_a_phone(client, session, make, trio):
    reviewer = trio.people[Role.REVIEWER]
    base = f"{people_of(trio)}/{reviewer.id}"
    assert "Reset second factor" not in client.get(base).text
    session.add(Totp(user_id=reviewer.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    make.token(reviewer)
    assert "First make sure on the telephone" in client.get(base).text
    assert client.post(f"{base}/sign-out").location == base
    assert session.scalars(select(SignInSession.ended_at).where(SignInSession.user_id == reviewer.id)).one() == NOON
    assert client.post(f"{base}/second-factor/reset").location == base
    assert rows(session, Totp) == 0


def test_where_the_trio_has_not_the_power_to_reset_there_is_no_button(client, session, trio):
    reviewer = trio.people[Role.REVIEWER]
    session.add(RoleGrant(user_id=reviewer.id, role=Role.SITE_ADMIN, granted_at=NOON))
    session.add(Totp(user_id=reviewer.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    session.commit()
    base = f"{people_of(trio)}/{reviewer.id}"
    assert "Reset second factor" not in client.get(base).text
    assert client.post(f"{base}/second-factor/reset").status_code == 403


@pytest.mark.parametrize("path", ["/invite", "/{id}/sign-out", "/{id}/second-factor/reset", "/{id}/roles/1/end"])
def test_dangerous_acts_want_a_fresh_proof(client, session, trio, path):
    for signed in session.scalars(select(SignInSession)):
        signed.confirmed_at = NOON - timedelta(minutes=16)
    session.commit()
    answer = client.post(people_of(trio) + path.format(id=trio.people[Role.AUTHOR].id), data=form(trio))
    assert answer.status_code == 401
    assert "new@bz.example" in answer.text, "what was typed is kept"
    assert client.get(people_of(trio)).status_code == 200


# ---- one's own roles


def test_everybody_sees_and_gives_up_the_own_roles(client, session, sign_in, trio):
    trainer = trio.people[Role.TRAINER]
    sign_in(trainer)
    said = text_of(client.get("/account/roles"))
    assert f"Trainer {trio.trio.name} {trio.partners[Kind.PROVIDER].name}" in said
    assert client.post(f"/account/roles/{grant_of(session, trainer).id}/end").location == "/account/roles"
    assert "No roles" in client.get("/account/roles").text
    assert grant_of(session, trainer).revoked_by == trainer.id


def test_but_not_those_of_others(client, session, sign_in, trio):
    sign_in(trio.people[Role.TRAINER])
    assert client.post(f"/account/roles/{grant_of(session, trio.lead).id}/end").status_code == 404


def test_who_only_learns_reads_that_no_role_is_needed(client, make, sign_in):
    sign_in(make.user())
    assert "You are here to learn" in client.get("/account/roles").text
