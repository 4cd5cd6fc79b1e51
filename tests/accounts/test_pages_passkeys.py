"""Passkeys as a browser speaks about them, and their page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Passkey
from app.accounts.queries.factors import list_passkeys
from app.accounts.services import recovery
from app.kit import audit, clock
from app.kit.actors import Role
from tests.accounts.authenticator import SoftwarePasskey
from tests.accounts.test_services_passkeys import GARBAGE, add
from tests.conftest import rows
from tests.factories import NOON


@pytest.fixture
def user(make):
    return make.user()


@pytest.fixture
def phone():
    return SoftwarePasskey()


@pytest.fixture
def known(session, user, phone):
    passkey = add(session, user, phone)
    recovery.make_codes(session, user.id, now=NOON)
    session.commit()
    return passkey


def text(answer):
    return answer.get_data(as_text=True)


def created(client, phone, **more):
    options = client.post("/account/passkeys/options", json={})
    return client.post("/account/passkeys", json={"credential": phone.create(options.json), **more})


def signed(client, phone, way="/sign-in/passkey", **more):
    options = client.post(f"{way}/options", json={})
    return client.post(way, json={"credential": phone.get(options.json), **more})


def is_in(client):
    return client.get("/account").status_code == 200


def test_a_passkey_is_added_and_signs_in_without_a_name_typed(client, sign_in, user, phone, session):
    sign_in(user)
    added = created(client, phone, name="My  phone", next="/account")
    assert added.status_code == 201
    assert added.json == {"location": "/account/recovery-codes?next=/account"}
    assert [each.name for each in list_passkeys(session, user.id)] == ["My phone"]
    assert is_in(client)
    client.post("/sign-out")
    assert not is_in(client)
    done = signed(client, phone, next="/account")
    assert (done.status_code, done.json) == (200, {"location": "/account"})
    assert is_in(client)
    assert client.get("/account/passkeys").status_code == 200


def test_with_codes_at_hand_one_goes_straight_on(client, sign_in, user, known):
    sign_in(user)
    assert created(client, SoftwarePasskey()).json == {"location": "/account/passkeys"}


def test_a_passkey_without_a_name_is_called_after_the_device(client, sign_in, user, phone, session):
    sign_in(user)
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 14; Mobile) Gecko/132.0 Firefox/132.0"
    created(client, phone)
    client.environ_base["HTTP_USER_AGENT"] = ""
    created(client, SoftwarePasskey())
    assert [each.name for each in list_passkeys(session, user.id)] == ["Firefox, Android", "Passkey"]


def test_staff_who_must_have_a_factor_complete_their_session_with_a_passkey(client, make, phone):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = make.token(make.user(Role.TRAINER), second_factor=False)
    assert client.get("/account/passkeys?next=/runs").status_code == 200
    assert not is_in(client)
    assert created(client, phone, next="/runs").json["location"] == "/account/recovery-codes?next=/runs"
    assert client.get("/account/recovery-codes?next=/runs").status_code == 200
    assert is_in(client)


def test_it_is_the_second_factor_and_the_proof_before_a_dangerous_act(client, make, user, phone, known):
    for given in ({"second_factor": False}, {"confirmed_at": NOON - timedelta(hours=1)}):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = make.token(user, **given)
        assert client.get("/account/passkeys").status_code == 302
        assert signed(client, phone, "/account/confirm/passkey", next="/account").json == {"location": "/account"}
        assert client.get("/account/passkeys").status_code == 200


def test_the_passkey_of_somebody_else_confirms_nothing(client, make, session, known):
    stranger, theirs = make.user(), SoftwarePasskey()
    add(session, stranger, theirs)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = make.token(stranger, second_factor=False)
    theirs.credential_id = known.credential_id.encode()
    assert signed(client, theirs, "/account/confirm/passkey").status_code == 409
    assert not is_in(client)


def test_an_unknown_passkey_is_told_so(client):
    answer = signed(client, SoftwarePasskey())
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.json["detail"].startswith("This passkey does not work here.")
    assert not is_in(client)


def test_a_copied_passkey_is_told_nothing_more_and_noted(client, phone, known, session):
    assert signed(client, phone).status_code == 200
    client.post("/sign-out")
    phone.count = 0
    refused = signed(client, phone)
    assert refused.json["detail"].startswith("This passkey does not work here.")
    assert "passkey.refused" in set(session.scalars(select(audit.Entry.action)))


def test_a_question_is_answered_once(client, phone, known):
    options = client.post("/sign-in/passkey/options", json={}).json
    with client.session_transaction() as cookie:
        kept = dict(cookie["challenge"])
    answer = {"credential": phone.get(options)}
    assert client.post("/sign-in/passkey", json=answer).status_code == 200
    client.post("/sign-out")
    assert client.post("/sign-in/passkey", json=answer).status_code == 409
    with client.session_transaction() as cookie:
        cookie["challenge"] = kept
    assert client.post("/sign-in/passkey", json=answer).status_code == 409
    assert not is_in(client)


def test_a_question_is_answered_within_five_minutes(client, phone, known, monkeypatch):
    options = client.post("/sign-in/passkey/options", json={}).json
    answer = {"credential": phone.get(options)}
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=5, seconds=1))
    refused = client.post("/sign-in/passkey", json=answer)
    assert refused.status_code == 409
    assert "took too long" in refused.json["detail"]


def test_a_question_is_answered_where_it_was_asked(client, sign_in, user, phone, known):
    sign_in(user)
    options = client.post("/account/confirm/passkey/options", json={}).json
    assert client.post("/sign-in/passkey", json={"credential": phone.get(options)}).status_code == 409


@pytest.mark.parametrize("way", ["/account/passkeys", "/sign-in/passkey", "/account/confirm/passkey"])
@pytest.mark.parametrize("credential", [*GARBAGE, {"id": "AAAA"}, {"id": "A" * 1400, "response": {}}])
def test_garbage_is_refused_politely(client, sign_in, user, session, way, credential):
    sign_in(user)
    client.post(f"{way}/options", json={})
    answer = client.post(way, json={"credential": credential})
    assert answer.status_code in {400, 409, 422}
    assert answer.mimetype == "application/problem+json"
    assert rows(session, Passkey) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"credential": {}, "next": 7}', b"\xff"])
def test_what_is_no_json_is_refused_politely(client, body):
    answer = client.post("/sign-in/passkey", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example"])
def test_one_goes_on_within_the_platform_only(client, phone, known, target):
    assert signed(client, phone, next=target).json == {"location": "/my"}


def test_another_site_cannot_ask(client, phone, known):
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    for way in ("/sign-in/passkey/options", "/sign-in/passkey", "/account/passkeys/options"):
        assert client.post(way, json={}).status_code == 403


def test_no_header_decides_where_passkeys_belong(client):
    client.environ_base["HTTP_HOST"] = "evil.example"
    client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    assert client.post("/sign-in/passkey/options", json={}).json["rpId"] == "localhost"


def test_without_an_address_there_are_no_passkeys(client, sign_in, user, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "PUBLIC_URL", "")
    sentence = "Passkeys are not set up on this platform."
    assert client.post("/sign-in/passkey/options", json={}).json["detail"] == sentence
    assert sentence in text(sign_in(user).get("/account/passkeys"))


# ---- the page


def test_the_page_lists_them(sign_in, user, known):
    page = text(sign_in(user).get("/account/passkeys"))
    assert "Phone" in page
    assert "Not used yet." in page
    assert "Add another passkey" in page


def test_a_passkey_is_renamed(sign_in, user, known, session):
    client = sign_in(user)
    wrong = client.post(f"/account/passkeys/{known.id}/name", data={"name": " "})
    assert wrong.status_code == 422
    assert "This is missing." in text(wrong)
    assert client.post(f"/account/passkeys/{known.id}/name", data={"name": "Key ring"}).status_code == 302
    session.refresh(known)
    assert known.name == "Key ring"


def test_a_passkey_of_somebody_else_is_not_there(sign_in, make, known):
    client = sign_in(make.user())
    assert client.post(f"/account/passkeys/{known.id}/name", data={"name": "Mine"}).status_code == 404
    assert client.post(f"/account/passkeys/{known.id}/removal").status_code == 404


def test_a_passkey_is_removed(sign_in, user, known, session):
    client = sign_in(user)
    assert client.post(f"/account/passkeys/{known.id}/removal").status_code == 302
    assert "The passkey is removed." in text(client.get("/account/passkeys"))
    assert rows(session, Passkey) == 0


def test_staff_see_why_the_last_one_stays(sign_in, make, session):
    trainer = make.user(Role.TRAINER)
    passkey = add(session, trainer, SoftwarePasskey())
    session.commit()
    client = sign_in(trainer)
    assert "With your role you need a second factor." in text(client.get("/account/passkeys"))
    assert client.post(f"/account/passkeys/{passkey.id}/removal").status_code == 409


def test_a_demo_account_says_why_not(sign_in, make):
    client = sign_in(make.user(is_demo=True))
    assert "This is a demo account" in text(client.get("/account/passkeys"))
    assert client.post("/account/passkeys/options", json={}).status_code == 409
