"""Following an invitation, as the invited person sees it, and as somebody sees it who should not get in."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation, RoleGrant, SignInSession, Totp, User
from app.accounts.rules import Method
from app.accounts.rules.invitations import Offer
from app.accounts.rules.limits import LIMITS, Kind
from app.accounts.services import invitations
from app.kit import clock
from app.kit.actors import Role
from app.kit.outbox import Message
from app.trios.models import Partnership
from app.web import mail
from tests.conftest import rows
from tests.factories import NOON, as_actor

NEW = "new@firma.example"


@dataclass
class Sent:
    """An invitation on its way, its link, and who sent it."""

    invitation: Invitation
    path: str
    lead: User


@pytest.fixture
def sent(session, make) -> Sent:
    trio = make.trio(name="QUBAT <b>Lausitz")
    partner = session.scalars(select(Partnership.organisation_id).where(Partnership.trio_id == trio.id)).first()
    lead = make.user(Role.TRIO_ADMIN, trio=trio, name="Katrin Lead")
    actor = as_actor(lead)
    offer = Offer(Role.REVIEWER, trio.id, organisation_id=partner)
    made = invitations.invite(session, actor, offer, NEW, language="en", now=NOON)
    session.info.pop("audit")
    session.commit()
    return Sent(session.get_one(Invitation, made), f"/invitations/{last_mail(session)['values']['token']}", lead)


def last_mail(session):
    return session.scalars(select(Message).order_by(Message.id.desc())).first().payload


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


# ---- what one sees


def test_the_page_says_what_it_is_all_about(client, sent):
    answer = client.get(sent.path)
    said = text_of(answer)
    assert answer.status_code == 200
    for part in (
        "Reviewer, QUBAT <b>Lausitz", "Katrin Lead invites you.", "Check the courses of the Trio and release them.",
        NEW, "March 15, 2026", "Your name", "whoever manages this role sees your name",
    ):  # fmt: skip
        assert part in said
    assert "no-store" in answer.headers["Cache-Control"]


def test_looking_changes_nothing(client, session, sent):
    client.get(sent.path)
    client.get(sent.path)
    assert (rows(session, User), sent.invitation.accepted_at) == (1, None)


def test_who_has_an_account_is_not_asked_for_a_name(client, make, sent):
    make.user(email=NEW)
    assert 'name="name"' not in client.get(sent.path).text


# ---- accepting


def test_a_new_person_types_a_name_and_is_in(client, session, sent, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "SECOND_FACTOR", False)
    answer = client.post(sent.path, data={"name": "New Comer"})
    assert (answer.status_code, answer.location) == (302, "/my")
    assert "Accepted: the role Reviewer." in text_of(client.get("/my"))
    begun = session.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))).one()
    assert begun.method is Method.INVITATION


def test_staff_still_show_a_second_factor(client, sent):
    client.post(sent.path, data={"name": "New Comer"})
    assert client.get("/my").location.startswith("/sign-in/second-factor")


def test_so_does_who_has_one(client, session, make, sent, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "SECOND_FACTOR", False)
    known = make.user(email=NEW, verified_at=NOON)
    session.add(Totp(user_id=known.id, secret="x" * 32, created_at=NOON, confirmed_at=NOON))
    session.commit()
    client.post(sent.path)
    assert client.get("/my").location.startswith("/sign-in/second-factor")


@pytest.mark.parametrize("name", ["", " ", "x", "x" * 121])
def test_without_a_usable_name_nothing_happens(client, session, sent, name):
    answer = client.post(sent.path, data={"name": name})
    assert answer.status_code == 422
    assert "Your name:" in text_of(answer)
    assert sent.invitation.accepted_at is None
    assert rows(session, User) == 1


def test_signed_in_as_somebody_else_one_is_told_and_goes_on_as_the_invited(client, session, make, sign_in, sent):
    other = make.user(email="other@firma.example")
    sign_in(other)
    said = text_of(client.get(sent.path))
    assert "You are signed in as other@firma.example" in said
    assert f"Accept as {NEW}" in said
    client.post(sent.path, data={"name": "New Comer"})
    assert session.scalars(select(RoleGrant.user_id).where(RoleGrant.role == Role.REVIEWER)).one() != other.id
    still = select(SignInSession.user_id).where(SignInSession.ended_at.is_(None))
    assert session.scalars(still).all() == [sent.invitation.accepted_by]


def test_accepting_again_leads_on_to_the_own_page(client, session, sent, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "SECOND_FACTOR", False)
    client.post(sent.path, data={"name": "New Comer"})
    for again in (client.post(sent.path, data={"name": "New Comer"}), client.get(sent.path)):
        assert (again.status_code, again.location) == (302, "/my")
    assert "This invitation is accepted already." in text_of(client.get("/my"))
    assert rows(session, RoleGrant) == 2


# ---- the one neutral page


def test_every_dead_link_gets_the_same_page(client, session, make, sent):
    """Wrong, truncated, expired, used, taken back, void, of another kind: one status, one body, whatever the method."""
    path = sent.path
    dead = {
        "wrong": client.get("/invitations/nope"),
        "truncated": client.get(path[:-1]),
        "long": client.get(path + "A"),
    }
    with pytest.MonkeyPatch.context() as later:
        later.setattr(clock, "now", lambda: NOON + timedelta(days=14))
        dead |= {"expired": client.get(path), "expired, sent": client.post(path, data={"name": "New Comer"})}
    for name, change in {
        "used": {"accepted_at": NOON}, "taken back": {"revoked_at": NOON}, "void": {"invited_by": make.user().id},
        "replaced": {"token_hash": "x"},
    }.items():  # fmt: skip
        before = {key: getattr(sent.invitation, key) for key in change}
        for values in (change, before):
            for key, value in values.items():
                setattr(sent.invitation, key, value)
            session.commit()
            if values is change:
                dead |= {name: client.get(path), f"{name}, sent": client.post(path, data={"name": "New Comer"})}
    link = last_mail(session)["values"]["token"]
    dead["of another kind"] = client.get(f"/sign-in/link/{link}x".replace("/sign-in/link/", "/invitations/"))
    assert client.get(path).status_code == 200, "the invitation itself is as it was"
    assert {answer.status_code for answer in dead.values()} == {404}
    without_path = {answer.text.replace(path.rpartition("/")[2], "") for answer in dead.values()}
    bodies = {re.sub(r"/invitations/[\w-]*", "", body) for body in without_path}
    assert len(bodies) == 1
    assert "This invitation does not work" in bodies.pop()


def test_a_token_is_good_for_nothing_else(client, sent):
    token = sent.path.rpartition("/")[2]
    assert client.post(f"/sign-in/link/{token}").status_code == 404


def test_guessing_is_stopped_and_a_right_link_from_elsewhere_is_not(client, sent):
    for _ in range(LIMITS[Kind.TOKEN_CLIENT].most):
        assert client.post("/invitations/guess").status_code == 404
    assert client.post("/invitations/guess").status_code == 409
    elsewhere = client.post(sent.path, data={"name": "New Comer"}, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 302


def test_a_form_of_another_site_accepts_nothing(client, sent):
    answer = client.post(sent.path, data={"name": "New Comer"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert sent.invitation.accepted_at is None


# ---- the mail


def compose(flask_app, payload):
    return mail.compose(
        flask_app,
        to=NEW,
        locale=payload.get("language", "de"),
        template=payload["template"],
        values=payload["values"],
        at=NOON,
    )


def test_the_mail_names_everything_and_leads_to_the_page(flask_app, session, sent):
    message = compose(flask_app, last_mail(session))
    body = message.get_content()
    assert message["Subject"] == "Invitation: Reviewer, QUBAT <b>Lausitz"
    assert f"http://localhost{sent.path}" in body
    for part in ("Katrin Lead invites you", "Check the courses of the Trio and release them.", "March 15, 2026"):
        assert part in body


def test_the_mail_speaks_german_to_germans(flask_app, session, sent):
    body = compose(flask_app, last_mail(session) | {"language": "de"}).get_content()
    assert "Rolle: Begutachtung" in body
    assert "bis 15. März 2026" in body


def test_the_mail_of_the_platform_has_no_place(flask_app, session):
    invitations.invite_administrator(session, "root@platform.example", language="en", now=NOON)
    message = compose(flask_app, last_mail(session))
    assert message["Subject"] == "Invitation: Platform administrator of Lernzelle"
    assert "The administration of this platform invites you" in message.get_content()
