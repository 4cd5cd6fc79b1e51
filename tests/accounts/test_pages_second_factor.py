"""The second step: asked for where somebody has a factor, set up where staff have none, and no way round it."""

from datetime import timedelta

import pytest

from app.accounts.models import Passkey, Totp
from app.accounts.queries.factors import factors_of
from app.accounts.services import recovery
from app.accounts.services import totp as services
from app.kit import clock
from app.kit.actors import Role
from tests.accounts.authenticator import SoftwarePasskey
from tests.accounts.test_services_passkeys import add
from tests.accounts.test_services_totp import code_at, set_up
from tests.conftest import rows
from tests.factories import NOON

WRONG = "This code does not work."


@pytest.fixture
def user(make):
    return make.user(name="Olena Bondar")


@pytest.fixture
def secret(session, user):
    secret = set_up(session, user)
    session.commit()
    return secret


@pytest.fixture
def halfway(client, make):
    """Sign a person in by the first factor alone."""

    def _halfway(user, **given):
        token = make.token(user, second_factor=False, **given)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return _halfway


def is_in(client):
    return client.get("/account").status_code == 200


def text(answer):
    return answer.get_data(as_text=True)


def test_who_has_an_app_is_asked_for_its_code_and_goes_on(halfway, user, secret):
    client = halfway(user)
    sent_on = client.get("/account")
    assert sent_on.location == "/sign-in/second-factor?next=/account"
    page = text(client.get(sent_on.location))
    assert "With your authenticator app" in page
    assert "With your passkey" not in page
    done = client.post("/sign-in/second-factor", data={"code": code_at(secret, NOON), "next": "/account"})
    assert (done.status_code, done.location) == (302, "/account")
    assert is_in(client)


def test_the_session_goes_on_under_a_new_token(halfway, user, secret):
    client = halfway(user)
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    client.post("/sign-in/second-factor", data={"code": code_at(secret, NOON)})
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
        cookie["_user_id"] = before
    assert not is_in(client)


def test_a_wrong_code_a_used_one_and_a_wrong_recovery_code_look_the_same(halfway, user, secret, session):
    services.check_totp(session, user.id, code_at(secret, NOON), now=NOON)
    session.commit()
    client = halfway(user)
    pages = set()
    for code in ("000000", code_at(secret, NOON), "ABCD-EFGH-IJKL-MNOP"):
        answer = client.post("/sign-in/second-factor", data={"code": code})
        assert answer.status_code == 422
        assert WRONG in text(answer)
        pages.add(text(answer).replace(code, "…"))
    assert len(pages) == 1
    assert not is_in(client)


def test_an_empty_code_is_missing(halfway, user, secret):
    answer = halfway(user).post("/sign-in/second-factor", data={"code": " ", "next": "/my"})
    assert answer.status_code == 422
    assert "This is missing." in text(answer)


def test_after_five_wrong_codes_one_waits(halfway, user, secret):
    client = halfway(user)
    for _time in range(5):
        client.post("/sign-in/second-factor", data={"code": "000000"})
    answer = client.post("/sign-in/second-factor", data={"code": code_at(secret, NOON)})
    assert answer.status_code == 422
    assert "too many" in text(answer)
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(halfway, user, secret, session):
    code = recovery.make_codes(session, user.id, now=NOON)[0]
    session.commit()
    client = halfway(user)
    assert client.post("/sign-in/second-factor", data={"code": code.lower()}).status_code == 302
    assert is_in(client)
    client = halfway(user)
    assert client.post("/sign-in/second-factor", data={"code": code}).status_code == 422


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_one_goes_on_within_the_platform_only(halfway, user, secret, target):
    client = halfway(user)
    done = client.post("/sign-in/second-factor", data={"code": code_at(secret, NOON), "next": target})
    assert done.location == "/my"
    assert client.get("/sign-in/second-factor", query_string={"next": target}).location == "/my"


def test_who_is_in_already_goes_on(sign_in, user, secret):
    client = sign_in(user)
    assert client.get("/sign-in/second-factor?next=/account").location == "/account"
    assert client.post("/sign-in/second-factor", data={"code": "000000", "next": "/account"}).location == "/account"


def test_who_is_not_signed_in_signs_in(client):
    assert client.get("/sign-in/second-factor").location.startswith("/sign-in?next=")


def test_with_a_passkey_alone_no_code_is_asked_for(halfway, user, session):
    add(session, user, SoftwarePasskey())
    recovery.make_codes(session, user.id, now=NOON)
    session.commit()
    page = text(halfway(user).get("/sign-in/second-factor"))
    assert "With your passkey" in page
    assert "With your authenticator app" not in page
    assert "Recovery code" in page


# ---- staff without any factor


def test_staff_without_a_factor_set_one_up(halfway, make, session):
    trainer = make.user(Role.TRAINER, trio=make.trio())
    client = halfway(trainer)
    assert client.get("/runs").location == "/sign-in/second-factor?next=/runs"
    page = text(client.get("/sign-in/second-factor?next=/runs"))
    assert "/account/totp?next=/runs" in page
    assert "/account/passkeys?next=/runs" in page
    assert client.get("/account/totp?next=/runs").status_code == 200
    assert client.post("/account/totp", data={"next": "/runs"}).status_code == 200
    secret = services.awaited_secret(session, trainer.id)
    done = client.post("/account/totp", data={"code": code_at(secret, NOON), "next": "/runs"})
    assert done.status_code == 200
    assert "Your recovery codes" in text(done)
    assert 'href="/runs"' in text(done)
    assert client.get("/runs").status_code == 200


@pytest.mark.parametrize(
    "way",
    ["/runs", "/my", "/account", "/account/recovery-codes", "/account/confirm", "/authoring/modules"],
)
def test_nothing_else_is_open_to_them(halfway, make, way):
    client = halfway(make.user(Role.SITE_ADMIN))
    assert client.get(way).location == f"/sign-in/second-factor?next={way}"


def test_to_public_pages_they_are_nobody(halfway, make):
    page = text(halfway(make.user(Role.SITE_ADMIN, name="Olena Bondar")).get("/"))
    assert "Olena" not in page
    assert "My page" not in page


def test_the_api_is_not_open_to_them(halfway, make):
    client = halfway(make.user(Role.SITE_ADMIN))
    assert client.get("/api/v1/reports/participation").status_code == 401
    run = make.run()
    assert client.put(f"/api/v1/runs/{run.id}/enrolment").status_code == 401


def test_a_form_of_theirs_is_not_sent(halfway, make, session):
    admin = make.user(Role.SITE_ADMIN, name="Before")
    assert halfway(admin).post("/account", data={"name": "After", "language": "en"}).status_code == 401
    session.refresh(admin)
    assert admin.name == "Before"


def test_long_after_signing_in_they_sign_in_anew(halfway, make):
    """Somebody else may have found the open browser."""
    client = halfway(make.user(Role.TRAINER), confirmed_at=NOON - timedelta(minutes=16))
    for way in ("/account/totp", "/account/passkeys"):
        assert client.get(way).location == f"/sign-in?next={way}"


# ---- no way round a factor that is there


@pytest.fixture
def passed_by(halfway, user, secret):
    """The browser of somebody who knows the password of a person with an app."""
    return halfway(user)


@pytest.mark.parametrize("way", ["/account/totp", "/account/passkeys", "/account/recovery-codes", "/account/confirm"])
def test_no_page_of_factors_opens(passed_by, way):
    assert passed_by.get(way).location == f"/sign-in/second-factor?next={way}"


@pytest.mark.parametrize(
    "way",
    [
        "/account/totp",
        "/account/totp/removal",
        "/account/recovery-codes",
        "/account/passkeys/1/removal",
        "/account/passkeys/1/name",
        "/account/confirm",
        "/account/confirm/link",
    ],
)
@pytest.mark.parametrize("form", [{}, {"code": "000000", "name": "x", "password": "x"}])
def test_no_form_of_factors_is_taken(passed_by, user, secret, session, way, form):
    before = factors_of(session, user.id)
    assert passed_by.post(way, data=form).status_code == 401
    assert factors_of(session, user.id) == before
    totp = session.get_one(Totp, user.id)
    assert (totp.secret, totp.next_secret) == (secret, None)


@pytest.mark.parametrize("way", ["/account/passkeys/options", "/account/passkeys"])
def test_no_passkey_is_added(passed_by, session, way):
    answer = passed_by.post(way, json={"credential": {}})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert rows(session, Passkey) == 0
    assert not is_in(passed_by)


def test_a_new_factor_makes_open_sessions_ask_for_it(sign_in, make, user, session, monkeypatch):
    """Somebody who is in by the password alone does not stay in."""
    client = sign_in(user)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = make.token(user, second_factor=False)
    assert is_in(client)
    set_up(session, user)
    session.commit()
    assert not is_in(client)


def test_at_any_time_of_the_clock(halfway, user, secret, monkeypatch):
    later = NOON + timedelta(seconds=47)
    monkeypatch.setattr(clock, "now", lambda: later)
    client = halfway(user)
    assert client.post("/sign-in/second-factor", data={"code": code_at(secret, later)}).status_code == 302
