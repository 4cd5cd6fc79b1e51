"""Signing in through OpenID Connect with a real browser, at a provider that others wrote, on this machine."""

import re
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.accounts.models import ExternalIdentity, Invitation, RoleGrant, SignInSession, User
from app.accounts.rules import Method
from app.accounts.services import digest
from app.kit.actors import Role
from app.web import oidc
from tests.browser.looking import frame, too_wide, violations
from tests.conftest import Live, _Silent, rows

with warnings.catch_warnings():  # the provider's own dependencies are older than they should be
    import authlib.deprecate  # noqa: F401 (it sets a filter of its own)

    warnings.simplefilter("ignore")
    import oidc_provider_mock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
]

NAME = "Universität Musterstadt"
EMAIL = "olena@uni.example"


@pytest.fixture
def live(live: Live) -> Live:
    """The platform at the time of the provider, which has a clock of its own."""
    live.now = datetime.now(UTC)
    return live


@pytest.fixture
def university(live: Live) -> Iterator[Flask]:
    """The provider of a university; the platform knows it."""
    claims = {"email": EMAIL, "email_verified": True, "name": "Olena Bondar"}
    users = [
        oidc_provider_mock.User(sub="olena", claims=claims),
        oidc_provider_mock.User(sub="unproved", claims=claims | {"email_verified": False}),
    ]
    provider = oidc_provider_mock.app(user_claims=users, require_nonce=True)
    listening = make_server("localhost", 0, provider, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = f"http://localhost:{listening.port}"
    live.app.config["OIDC"] = {"uni": {"issuer": address, "client": "lernzelle", "secret": "s", "name": NAME}}
    oidc.init_app(live.app)
    yield provider
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def phone(browser: Browser, live: Live, university: Flask) -> Iterator[Page]:
    """A phone of a German reader; the provider's style sheet, which is far away, stays away."""
    context = browser.new_context(base_url=live.url, locale="de-DE", viewport={"width": 390, "height": 844})
    context.route("**/cdn.jsdelivr.net/**", lambda route: route.fulfill(body="", content_type="text/css"))
    page = context.new_page()
    slips: list[str] = []
    page.on("pageerror", lambda error: slips.append(str(error)))
    page.on("response", lambda answer: slips.append(answer.url) if answer.status == 500 else None)
    yield page
    context.close()
    assert slips == []


def go_there(page: Page) -> None:
    """From the sign-in page to the provider, without pressing anything on the way."""
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name=f"Mit {NAME} anmelden").click()
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()


def sign_in(page: Page, who: str = "olena") -> None:
    go_there(page)
    page.get_by_role("button", name=who, exact=True).click()


def enter(page: Page, live: Live, user: User) -> None:
    """Signed in, without the sign-in page."""
    signer = live.app.session_interface.get_signing_serializer(live.app)  # type: ignore[attr-defined]
    value = signer.dumps({"_user_id": live.make.token(user)})
    page.context.add_cookies([{"name": live.app.config["SESSION_COOKIE_NAME"], "value": value, "url": live.url}])


def did_not_work(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Die Anmeldung mit {NAME} hat nicht geklappt")
    assert violations(page) == []


def signed_in_as(live: Live) -> User:
    """Whose session is the newest; it began at the provider."""
    live.session.rollback()
    newest = select(SignInSession).order_by(SignInSession.id.desc()).limit(1)
    signed = live.session.scalars(newest).one()
    assert signed.method is Method.PROVIDER
    return live.session.get_one(User, signed.user_id)


def test_an_unknown_person_becomes_a_learner_and_comes_back_to_the_same_account(phone: Page, live: Live):
    sign_in(phone)
    expect(phone.get_by_label("Dein Name")).to_have_value("Olena Bondar")
    assert phone.url == f"{live.url}/account"
    user = signed_in_as(live)
    assert (user.email, user.language) == (EMAIL, "de")
    assert rows(live.session, RoleGrant) == 0
    phone.context.clear_cookies()
    sign_in(phone)
    expect(phone.get_by_label("Dein Name")).to_have_value("Olena Bondar")
    assert signed_in_as(live).id == user.id
    assert rows(live.session, User) == rows(live.session, ExternalIdentity) == 1


def test_an_invited_person_gets_the_role_and_is_asked_for_a_second_factor(phone: Page, live: Live):
    inviter = live.make.user(Role.SITE_ADMIN)
    live.session.add(
        Invitation(
            email=EMAIL, role=Role.PROGRAMME_OFFICE, token_hash=digest("invitation", "x"), invited_by=inviter.id,
            created_at=live.now, expires_at=live.now + timedelta(days=14),
        )
    )  # fmt: skip
    live.session.commit()
    sign_in(phone)
    phone.wait_for_url(re.compile("/sign-in/second-factor"))
    user = signed_in_as(live)
    held = live.session.scalars(select(RoleGrant.role).where(RoleGrant.user_id == user.id)).all()
    assert held == [Role.PROGRAMME_OFFICE]


def test_who_has_an_account_connects_it_and_signs_in_with_it_from_then_on(phone: Page, live: Live):
    user = live.make.user(email=EMAIL, name="Olena Bondar", verified_at=live.now)
    sign_in(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Du hast hier schon ein Konto")
    assert violations(phone) == []
    assert rows(live.session, ExternalIdentity) == 0
    enter(phone, live, user)
    phone.goto("/account/security")
    phone.get_by_role("button", name=f"{NAME} verbinden").click()
    phone.get_by_role("button", name="unproved", exact=True).click()
    expect(phone.get_by_text(f"Verbunden. Ab jetzt kannst du dich mit {NAME} anmelden.")).to_be_visible()
    assert phone.url == f"{live.url}/account/security"
    phone.context.clear_cookies()
    sign_in(phone, "unproved")
    expect(phone.get_by_label("Dein Name")).to_have_value("Olena Bondar")
    assert signed_in_as(live).id == user.id


def test_an_address_that_is_not_proved_makes_no_account(phone: Page, live: Live):
    sign_in(phone, "unproved")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wir wissen nicht, wer du bist")
    assert rows(live.session, User) == 0


def test_who_says_no_at_the_provider_is_not_signed_in(phone: Page, live: Live):
    go_there(phone)
    phone.get_by_role("button", name="Deny").click()
    did_not_work(phone)
    phone.get_by_role("button", name="Noch einmal versuchen").click()
    expect(phone.get_by_role("heading", name="Authorize Client")).to_be_visible()
    assert rows(live.session, SignInSession) == 0


def test_a_wrong_state_signs_nobody_in(phone: Page, live: Live):
    changed = lambda route: route.continue_(url=re.sub("state=[^&]+", "state=wrong", route.request.url))  # noqa: E731
    phone.route(re.compile("/oauth2/authorize"), changed)
    sign_in(phone)
    did_not_work(phone)
    assert rows(live.session, User) == 0


def test_the_same_answer_signs_in_once(phone: Page, live: Live):
    came: list[str] = []
    phone.on("request", lambda request: came.append(request.url) if "/callback" in request.url else None)
    sign_in(phone)
    expect(phone.get_by_label("Dein Name")).to_be_visible()
    phone.goto(came[0])
    did_not_work(phone)


@pytest.mark.parametrize("fault", ["another key", "expired", "another nonce", "no signature"])
def test_a_forged_or_old_token_signs_nobody_in(phone: Page, live: Live, university: Flask, fault: str):
    now = int(live.now.timestamp())
    real = university.view_functions["oidc-provider-mock.issue_token"]
    storage: dict[str, Any] = {}

    def forging() -> Any:
        answer = flask.make_response(real())
        told = answer.get_json()
        own = RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
        claims = jwt.decode(told["id_token"], own).claims
        stranger = RSAKey.generate_key(2048, {"kid": own.kid or ""})
        changes: dict[str, dict[str, Any]] = {"expired": {"exp": now - 3600}, "another nonce": {"nonce": "x"}}
        claims |= changes.get(fault, {})
        key = stranger if fault == "another key" else own
        forged = jwt.encode({"alg": "RS256", "kid": own.kid}, claims, key)
        told["id_token"] = forged.rpartition(".")[0] + "." if fault == "no signature" else forged
        storage["forged"] = fault
        return flask.jsonify(told)

    university.view_functions["oidc-provider-mock.issue_token"] = forging
    sign_in(phone)
    did_not_work(phone)
    assert storage == {"forged": fault}
    assert rows(live.session, User) == 0


def test_a_browser_that_does_not_go_on_by_itself_has_a_link(phone: Page, live: Live):
    phone.goto("/sign-in")
    phone.route(re.compile("/oauth2/authorize"), lambda route: route.fulfill(status=204))
    phone.get_by_role("button", name=f"Mit {NAME} anmelden").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"Weiter zu {NAME}")
    assert [*violations(phone), *too_wide(phone), *frame(phone)] == []
    phone.unroute(re.compile("/oauth2/authorize"))
    phone.get_by_role("link", name="Weiter", exact=True).press("Enter")
    expect(phone.get_by_role("heading", name="Authorize Client")).to_be_visible()


def test_a_token_is_made_shown_once_and_revoked(phone: Page, live: Live):
    user = live.make.user(email=EMAIL, name="Olena Bondar", verified_at=live.now)
    enter(phone, live, user)
    phone.goto("/account/tokens")
    phone.get_by_role("link", name="Token erstellen").click()
    phone.get_by_label("Wofür es ist").fill("Bericht")
    phone.get_by_label("Die Berichte lesen").check()
    phone.get_by_role("button", name="Token erstellen").press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Dein neues Token")
    token = phone.locator("[data-token]").inner_text()
    assert "lz_" not in phone.url
    assert [*violations(phone), *too_wide(phone)] == []
    answer = phone.request.get("/api/v1/reports/participation", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 403
    assert "reports:read" not in answer.text()  # the token would do: the person may not
    phone.get_by_role("link", name="Ich habe es, weiter").click()
    assert token not in phone.content()
    phone.get_by_role("button", name="Widerrufen").click()
    expect(phone.get_by_text("Das Token gilt nicht mehr.")).to_be_visible()
    answer = phone.request.get("/api/v1/reports/participation", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401
