"""Signing in with a real browser, a virtual authenticator of that browser, and codes of the moment."""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from app.accounts.models import Passkey, User
from app.accounts.queries.factors import factors_of
from app.accounts.services import passwords, recovery
from app.accounts.services import totp as services
from app.kit.actors import Actor, Role
from tests.browser.looking import dark_stops, frame, too_wide, violations
from tests.conftest import Live, rows

pytestmark = pytest.mark.browser

PASSWORD = "Trockenraum-7-Kamenz"
STEP = timedelta(seconds=30)


@pytest.fixture
def live(live: Live) -> Live:
    """The platform at http://localhost: browsers give passkeys to names, not to numbers."""
    live.url = live.url.replace("127.0.0.1", "localhost")
    live.app.config["PUBLIC_URL"] = live.url
    return live


@pytest.fixture
def phone(browser: Browser, live: Live) -> Iterator[Callable[[], Any]]:
    """Opens a phone of a German reader, each with its own cookies; what fails in its scripts fails the test."""
    contexts, slips = [], []

    def _phone(**given: Any) -> Page:
        settings = {"locale": "de-DE", "viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"} | given
        contexts.append(browser.new_context(base_url=live.url, **settings))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: slips.append(str(error)))
        page.on("response", lambda answer: slips.append(answer.url) if answer.status >= 500 else None)
        return page

    yield _phone
    for context in contexts:
        context.close()
    assert slips == []


@pytest.fixture
def olena(live: Live) -> User:
    """A learner with a password."""
    return person(live)


def person(live: Live, role: Role | None = None, **given: Any) -> User:
    """Somebody with a password, who reads German."""
    make = live.make
    trio = make.trio() if role else None
    settings = {"name": "Olena Bondar", "email": "olena@firma.example", "language": "de"} | given
    user = make.user(role, trio=trio, **settings)
    passwords.set_password(live.session, user.id, PASSWORD, now=live.now)
    live.session.commit()
    return user


def give_app(live: Live, user: User) -> str:
    """Set an authenticator app up for the person, a while ago; the secret."""
    before, session = live.now - 10 * STEP, live.session
    secret = services.begin_totp(session, user.id, now=before)
    services.add_totp(session, Actor(user.id), user.id, pyotp.TOTP(secret).at(before), now=before)
    session.commit()
    return secret


@contextmanager
def authenticator(page: Page, **given: Any) -> Iterator[Callable[[str, dict[str, Any]], Any]]:
    """A device with a lock and room for passkeys, as the browser's own test tools provide it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    } | given
    ident = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield lambda order, more: tools.send(f"WebAuthn.{order}", {"authenticatorId": ident} | more)
    tools.detach()


def arrives(page: Page, path: str) -> None:
    """Wait until the page at the path is there: not one that only wants to go on there."""
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def type_password(page: Page) -> None:
    """Sign in with the password, without a mouse."""
    page.goto("/sign-in")
    form = page.locator("form[action='/sign-in']")
    form.get_by_label("E-Mail").focus()
    page.keyboard.type("olena@firma.example")
    form.locator("input[type=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    page.locator("details.pop").last.locator("summary").click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("status")).to_contain_text("abgemeldet")


def is_fine(page: Page) -> None:
    """What a machine sees of a page."""
    assert violations(page) == []
    assert too_wide(page) == []
    assert frame(page) == []
    assert dark_stops(page) == []


def mailbox(live: Live) -> list[str]:
    """What the platform wrote, oldest first, after the worker did its work."""
    live.deliver()
    folder = Path(live.app.config["DATA"]) / "mail"
    mails = (
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    )
    return [f"{mail['Subject']}\n{mail.get_content()}" for mail in mails]


def test_a_passkey_is_added_and_signs_in_without_typing_anything(live: Live, phone, olena):
    page = phone()
    with authenticator(page) as device:
        type_password(page)
        arrives(page, "/my")
        page.goto("/account/passkeys")
        is_fine(page)
        page.get_by_label("Name").fill("Mein Handy")
        page.get_by_role("button", name="Passkey hinzufügen").press("Enter")
        page.wait_for_url("**/account/recovery-codes?next=**")
        expect(page.get_by_role("status")).to_contain_text("Der Passkey ist da")
        page.get_by_role("button", name="Codes zeigen").click()
        expect(page.locator("code")).to_have_count(10)
        assert "Mein Handy" in page.goto("/account/passkeys").text()
        [credential] = device("getCredentials", {})["credentials"]
        assert (credential["isResidentCredential"], credential["rpId"]) == (True, "localhost")
        sign_out(page)
        page.goto("/sign-in?next=/account")
        page.get_by_role("button", name="Mit Passkey anmelden").press("Enter")
        arrives(page, "/account")
        expect(page.get_by_label("Dein Name")).to_have_value("Olena Bondar")
    assert any("Passkey" in mail for mail in mailbox(live))


def test_the_passkey_is_the_second_step_after_the_password(live: Live, phone, olena):
    page = phone()
    with authenticator(page):
        add_passkey(page)
        sign_out(page)
        type_password(page)
        arrives(page, "/sign-in/second-factor")
        is_fine(page)
        page.goto("/account")
        page.wait_for_url("**/sign-in/second-factor?next=/account")
        page.get_by_role("button", name="Passkey benutzen").click()
        arrives(page, "/account")


def add_passkey(page: Page) -> None:
    type_password(page)
    arrives(page, "/my")
    page.goto("/account/passkeys")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    page.wait_for_url("**/account/recovery-codes?next=**")


def test_every_refusal_of_the_browser_is_one_sentence(live: Live, phone, olena):
    page = phone()
    with authenticator(page) as device:
        add_passkey(page)
        page.goto("/account/passkeys")
        alert = page.get_by_role("alert")
        page.get_by_role("button", name="Passkey hinzufügen").click()
        expect(alert).to_have_text("Dieses Gerät hat schon einen Passkey für dein Konto.")
        device("setUserVerified", {"isUserVerified": False})
        sign_out(page)
        page.goto("/sign-in")
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(alert).to_contain_text("Daraus wurde nichts")
        device("setUserVerified", {"isUserVerified": True})
        live.session.rollback()
        live.session.query(Passkey).delete()
        live.session.commit()
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(alert).to_contain_text("Dieser Passkey funktioniert hier nicht.")
        page.context.set_offline(True)
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(alert).to_contain_text("Kein Netz.")


def test_at_another_address_passkeys_say_where_they_work(live: Live, phone, olena):
    page = phone()
    with authenticator(page):
        page.goto(live.url.replace("localhost", "127.0.0.1") + "/sign-in")
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(page.get_by_role("alert")).to_contain_text("offiziellen Adresse")


def test_without_passkeys_in_the_browser_nothing_offers_them(live: Live, phone, olena):
    page = phone()
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_hidden()
    type_password(page)
    arrives(page, "/my")
    page.goto("/account/passkeys")
    expect(page.get_by_role("button", name="Passkey hinzufügen")).to_be_hidden()
    expect(page.get_by_text("Dieser Browser kann keine Passkeys.")).to_be_visible()


def test_an_app_is_set_up_by_its_secret_and_signs_in(live: Live, phone, olena):
    page = phone()
    type_password(page)
    arrives(page, "/my")
    page.goto("/account/totp")
    is_fine(page)
    page.get_by_role("button", name="QR-Code zeigen").click()
    page.get_by_text("Lieber eintippen").click()
    is_fine(page)
    app = pyotp.TOTP(page.locator("[data-secret]").inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Einrichtung abschließen").click()
    expect(page.get_by_role("alert")).to_contain_text("nicht der Code zu diesem Schlüssel")
    page.get_by_label("Code", exact=True).fill(app.at(live.now))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deine Ersatzcodes")
    expect(page.locator("code")).to_have_count(10)
    is_fine(page)
    sign_out(page)
    live.now += STEP
    type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Noch ein Schritt")
    is_fine(page)
    page.get_by_label("Code", exact=True).fill(f"{app.at(live.now)[:3]} {app.at(live.now)[3:]}")
    page.keyboard.press("Enter")
    arrives(page, "/my")


def test_a_code_works_in_one_of_two_browsers(live: Live, phone, olena):
    app = pyotp.TOTP(give_app(live, olena))
    one, other = phone(), phone()
    for page in (one, other):
        type_password(page)
        page.get_by_label("Code", exact=True).fill(app.at(live.now))
        page.get_by_role("button", name="Weiter", exact=True).click()
    arrives(one, "/my")
    expect(other.get_by_role("alert")).to_contain_text("Dieser Code passt nicht.")


def test_recovery_codes_are_saved_and_let_in_once(live: Live, phone, olena):
    app = pyotp.TOTP(give_app(live, olena))
    page = phone()
    type_password(page)
    page.get_by_label("Code", exact=True).fill(app.at(live.now))
    page.keyboard.press("Enter")
    arrives(page, "/my")
    page.goto("/account/recovery-codes")
    page.get_by_role("button", name="Neue Codes machen").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Als Datei speichern").click()
    assert download.value.suggested_filename == "lernzelle-codes.txt"
    codes = Path(download.value.path()).read_text("utf-8").split()[1:]
    assert codes == page.locator("code").all_inner_texts()
    sign_out(page)
    for code, works in ((codes[0].lower(), True), (codes[0], False), (codes[1].replace("-", " "), True)):
        type_password(page)
        page.get_by_text("Handy nicht zur Hand?").click()
        page.get_by_label("Ersatzcode").fill(code)
        page.keyboard.press("Enter")
        if works:
            arrives(page, "/my")
            sign_out(page)
        else:
            expect(page.get_by_role("alert")).to_contain_text("Dieser Code passt nicht.")
            page.context.clear_cookies()
    with live.app.app_context():
        live.session.rollback()
        assert factors_of(live.session, olena.id).codes == 8
    assert sum("Ersatzcode wurde benutzt" in mail for mail in mailbox(live)) == 2


def test_a_link_signs_in_once(live: Live, phone, olena):
    page = phone()
    page.goto("/sign-in?next=/account")
    page.locator("#f-link-email").fill("olena@firma.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Schau in dein Postfach")
    link = re.search(r"http://\S+/sign-in/link/\S+", mailbox(live)[-1])
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Jetzt anmelden").press("Enter")
    arrives(page, "/account")
    stranger = phone()
    stranger.goto(link[0])
    stranger.get_by_role("button", name="Jetzt anmelden").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Dieser Link gilt nicht mehr")


def test_staff_without_a_second_step_set_one_up_before_anything_else(live: Live, phone):
    person(live, Role.TRAINER)
    page = phone()
    type_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Schütze deinen Zugang")
    is_fine(page)
    for way in ("/runs", "/my", "/account", "/authoring/modules"):
        page.goto(way)
        page.wait_for_url(f"**/sign-in/second-factor?next={way}")
    page.goto("/runs")
    page.get_by_role("link", name="App einrichten").press("Enter")
    page.get_by_role("button", name="QR-Code zeigen").click()
    secret = pyotp.parse_uri(page.get_by_role("link", name="Auf diesem Handy: App öffnen").get_attribute("href") or "")
    assert isinstance(secret, pyotp.TOTP)
    page.get_by_label("Code", exact=True).fill(secret.at(live.now))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ich habe sie, weiter").press("Enter")
    arrives(page, "/runs")


def test_staff_may_choose_a_passkey(live: Live, phone):
    person(live, Role.TRAINER)
    page = phone()
    with authenticator(page):
        type_password(page)
        page.get_by_role("link", name="Passkey einrichten").click()
        is_fine(page)
        page.get_by_role("button", name="Passkey hinzufügen").click()
        page.wait_for_url("**/account/recovery-codes?next=**")
        page.get_by_role("link", name="Später").click()
        arrives(page, "/my")
    assert rows(live.make.session, Passkey) == 1


def test_a_dangerous_page_asks_anew_after_a_while(live: Live, phone, olena):
    secret = give_app(live, olena)
    recovery.make_codes(live.session, olena.id, now=live.now)
    live.session.commit()
    page = phone()
    type_password(page)
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).at(live.now))
    page.keyboard.press("Enter")
    arrives(page, "/my")
    live.now += timedelta(minutes=16)
    page.goto("/account/totp")
    page.wait_for_url("**/account/confirm?next=/account/totp")
    is_fine(page)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    arrives(page, "/account/totp")
    page.get_by_role("button", name="App entfernen").click()
    expect(page.get_by_role("status")).to_contain_text("entfernt")
