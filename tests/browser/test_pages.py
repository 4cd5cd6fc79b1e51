"""Every page before everybody: with axe, narrow, enlarged, dark, in English, by keyboard, and without JavaScript."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import brotli
import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Response, Route, ViewportSize, expect
from werkzeug.exceptions import HTTPException

from app.modules import queries as modules
from app.runs import queries as runs
from tests.browser import looking, states
from tests.browser.places import NO_PAGES, NOBODY, PLACES, Place
from tests.browser.world import DESKTOP, PHONE, World, seat, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

NARROW: ViewportSize = {"width": 320, "height": 844}
CALM = {"reduced_motion": "reduce"}  # axe would meet colours that are still on their way
ENGLISH = {"locale": "en-GB"}
WITHOUT_SCRIPT = {"java_script_enabled": False}

Known = dict[str, object]
every_role = pytest.mark.parametrize("role", list(dict.fromkeys(place.role for place in PLACES)))


@pytest.fixture(scope="module")
def known(world: World) -> Known:
    """What the addresses of the places name."""
    return states.prepare(world)


@pytest.fixture(scope="module")
def titles() -> dict[str, set[str]]:
    """Which kinds of pages bear a title, over all roles."""
    return defaultdict(set)


# ---- every page


def test_every_page_is_in_the_list(flask_app: Flask):
    pages = {
        rule.endpoint
        for rule in flask_app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/") and rule.endpoint not in NO_PAGES
    }
    listed = {_endpoint(flask_app, re.sub(r"{\w+}", "1", place.url)) for place in PLACES}
    assert pages - listed == set()


@every_role
def test_everybody_can_use_it_on_phone_and_desktop(world: World, browser: Browser, known: Known, titles, role):
    faults: list[str] = []
    with _in_front(browser, world, role) as page:
        for place in _places(role):
            found = [*_visit(page, place, known), *looking.frame(page), *_on_a_phone(page), *_on_a_desktop(page)]
            if place.then is None and place.status == 200:
                title = page.title()
                titles[title].add(_endpoint(world.app, page.url))
                found += [f"“{title}” is the title of {titles[title]}"] if len(titles[title]) > 1 else []
            faults += [f"{place.name}: {fault}" for fault in dict.fromkeys(found)]
    assert not faults, "\n".join(faults)


@every_role
def test_everybody_can_use_it_in_english(world: World, browser: Browser, known: Known, role):
    faults: list[str] = []
    with _in_front(browser, world, role, **ENGLISH) as page:
        page.set_viewport_size(DESKTOP)
        for place in _places(role):
            found = [*_visit(page, place, known), *looking.frame(page), *looking.violations(page)]
            faults += [f"{place.name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def _places(role: str) -> list[Place]:
    return [place for place in PLACES if place.role == role]


@contextmanager
def _in_front(browser: Browser, world: World, role: str, **given: str) -> Iterator[Page]:
    with seat(browser, world, PHONE, **CALM, **given) as page:
        if role != NOBODY:
            sign_in(page, role)
        yield page


def _visit(page: Page, place: Place, known: Known) -> list[str]:
    """Go there as one comes there on a phone by day; what is wrong with the answer."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        if answer.request.is_navigation_request():
            answers.append(answer)

    page.on("response", note)
    page.goto(place.url.format(**known))
    if place.then:
        place.then(page)
    page.remove_listener("response", note)
    return [] if answers[-1].status == place.status else [f"it answers {answers[-1].status}"]


def _on_a_phone(page: Page) -> list[str]:
    faults = [*looking.violations(page), *looking.dark_stops(page)]
    page.set_viewport_size(NARROW)
    faults += [f"wider than 320 px: {part}" for part in looking.too_wide(page)]
    return faults


def _on_a_desktop(page: Page) -> list[str]:
    """In the dark, with all that can be unfolded; then with letters of twice the size."""
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    page.evaluate("() => document.querySelectorAll('details:not(.pop)').forEach(part => (part.open = true))")
    faults = [*looking.violations(page), *looking.dark_stops(page)]
    page.evaluate("() => (document.documentElement.style.fontSize = '200%')")
    faults += [f"too wide at 200 %: {part}" for part in looking.too_wide(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    return faults


def _endpoint(app: Flask, url: str) -> str:
    routes = app.url_map.bind("")
    for method in ("GET", "POST"):
        try:
            return routes.match(urlsplit(url).path, method)[0]
        except HTTPException:
            continue
    return "nowhere"


# ---- by keyboard alone


def test_a_worker_comes_from_the_start_page_to_a_seat_and_through_a_lesson(world: World, browser: Browser):
    with seat(browser, world, PHONE) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # "Skip to content" is the first stop
        assert page.evaluate("() => document.activeElement.id") == "content"
        _press(page, page.locator(".day", has_text="Batterie-Basis").get_by_role("link"))
        _type(page, page.get_by_label("Dein Name"), "Zbyněk Ďurčo")
        _type(page, page.get_by_label("E-Mail"), "z.durco@firma.example")
        _press(page, page.get_by_role("button", name="Platz sichern").first)
        expect(page.get_by_role("heading", name="Du hast einen Platz")).to_be_visible()

        world.deliver()
        page.goto(world.link_to("z.durco@firma.example"))
        _press(page, page.get_by_role("button", name="Jetzt anmelden"))
        _press(page, page.get_by_role("link", name="Zu meinen Lektionen"))
        _press(page, page.get_by_role("link", name=re.compile("Lektion 1")))
        question = page.locator("article form").first
        _tab_to(page, question.locator("input").first)
        page.keyboard.press("Space")
        _press(page, question.get_by_role("button"))
        expect(page.get_by_text(re.compile(r"^(Genau|Noch nicht)\.$")).first).to_be_visible()
        _press(page, page.get_by_role("button", name=re.compile("^Weiter:")))
        expect(page.get_by_role("img", name=re.compile("Lektion 2 von 5"))).to_be_visible()


def test_a_trainer_keeps_the_list_of_today(world: World, browser: Browser, known: Known):
    with seat(browser, world, DESKTOP) as page:
        sign_in(page, "trainer")
        _press(page, page.get_by_role("main").get_by_role("link", name="Sicher umgehen").first)
        people = page.get_by_role("main").get_by_role("group")
        for number in range(people.count()):
            _tab_to(page, people.nth(number).get_by_role("radio").first)
            page.keyboard.press("Space")
            if number == 0:
                page.keyboard.press("ArrowRight")  # from "here" to "later"
        expect(page.get_by_role("button", name="Liste abschließen")).not_to_have_attribute("aria-disabled", "true")
        _press(page, page.get_by_role("button", name="Liste abschließen"))
        expect(page.get_by_text("Die Liste ist abgeschlossen.")).to_be_visible()


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; at every stop one sees where one is."""
    for _stop in range(60):
        page.keyboard.press("Tab")
        assert looking.shows_where_one_is(page)
        if target.evaluate("part => part === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {target}")


def _press(page: Page, target: Locator) -> None:
    _tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _type(page: Page, target: Locator, words: str) -> None:
    _tab_to(page, target)
    page.keyboard.type(words)


# ---- without JavaScript


def test_finding_a_course_and_enrolling_needs_no_script(world: World, browser: Browser):
    with seat(browser, world, PHONE, **WITHOUT_SCRIPT) as page:
        page.goto("/modules")
        page.get_by_text("Filter", exact=True).click()
        page.get_by_role("checkbox", name=re.compile("^Module und Packs")).check()
        page.get_by_role("button", name="Filter anwenden").click()
        expect(page.get_by_role("link", name=re.compile("^Module und Packs .*entfernen"))).to_be_visible()
        page.get_by_role("searchbox").fill("Hochvolt")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile("^1 Kurs"))).to_be_visible()
        page.get_by_role("main").get_by_role("link", name="HV-Unterweisung").click()
        page.locator("li", has_text="Noch").get_by_role("link").first.click()
        page.get_by_label("Dein Name").fill("Małgorzata Żak")
        page.get_by_label("E-Mail").fill("m.zak@firma.example")
        page.get_by_role("button", name="Platz sichern").first.click()
        expect(page.get_by_role("heading", name="Du hast einen Platz")).to_be_visible()


def test_learning_and_the_final_test_need_no_script(world: World, browser: Browser, known: Known):
    with seat(browser, world, PHONE, **WITHOUT_SCRIPT) as page:
        sign_in(page, "worker")
        page.goto("/runs/{running}/learn/{lesson}".format(**known))
        question = page.locator("article form:has(button)").first
        question.locator("input").first.check()
        question.get_by_role("button").click()
        expect(page.get_by_text(re.compile(r"^(Genau|Noch nicht)\.$")).first).to_be_visible()
        page.get_by_role("button", name=re.compile("^Weiter:")).click()
        expect(page.get_by_role("img", name=re.compile("Lektion 2 von 6"))).to_be_visible()

        page.goto("/attempts/{open}".format(**known))
        for card in page.locator("form .card").all()[1:]:
            card.locator("input:not([type=hidden])").first.check()
        page.get_by_role("button", name="Speichern").click()
        expect(page.locator("#count")).to_have_text("9 von 10 beantwortet")
        page.get_by_role("button", name="Test abgeben").click()
        page.get_by_role("button", name="Trotzdem abgeben").click()
        expect(page.get_by_role("heading", name="Was richtig war, und warum")).to_be_visible()


def test_the_attendance_list_needs_no_script(world: World, browser: Browser, known: Known, monkeypatch):
    with world.reading() as session:
        tomorrow = runs.list_sessions(session, int(str(known["running"])))[1]
        url = f"/runs/{known['running']}/sessions/{tomorrow.id}/attendance"
        monkeypatch.setattr(world, "now", tomorrow.starts_at + timedelta(minutes=15))
    with seat(browser, world, PHONE, **WITHOUT_SCRIPT) as page:
        sign_in(page, "trainer")
        page.goto(url)
        for person in page.get_by_role("radio", name="Da").all():
            person.check()
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("0 offen")).to_be_visible()
        page.get_by_role("button", name="Liste abschließen").click()
        expect(page.get_by_text("Die Liste ist abgeschlossen.")).to_be_visible()


def test_the_evaluation_needs_no_script(world: World, browser: Browser, known: Known):
    with seat(browser, world, PHONE, **WITHOUT_SCRIPT) as page:
        sign_in(page, "worker")
        page.goto("/runs/{finished}/evaluation".format(**known))
        for _question in range(4):
            page.get_by_role("radio").last.check()
            page.get_by_role("button", name="Weiter").click()
        page.get_by_role("textbox").fill("Mehr Zeit für Fragen.")
        page.get_by_role("button", name="Zurück").click()
        expect(page.get_by_role("radio").last).to_be_checked()
        page.get_by_role("button", name="Weiter").click()
        expect(page.get_by_role("textbox")).to_have_value("Mehr Zeit für Fragen.")
        page.get_by_role("button", name=re.compile("abgeben|abschicken")).first.click()
        expect(page.get_by_role("heading", name="Danke")).to_be_visible()


# ---- weight


def test_a_lesson_fits_through_a_thin_line(world: World, browser: Browser, known: Known):
    with world.reading() as session:
        run = runs.get_run(session, int(str(known["running"])))
        keys = [lesson.key for lesson in modules.list_outline(session, run.version_id)]
    with seat(browser, world, PHONE) as page:
        sign_in(page, "worker")
        bodies: dict[str, bytes] = {}
        page.goto("about:blank")
        page.context.route("**", lambda route: _fetched(route, bodies))
        for key in keys:
            page.goto(f"/runs/{known['running']}/learn/{key}", wait_until="networkidle")
    weights = {path: len(brotli.compress(body)) for path, body in bodies.items()}
    pages = {path: weight for path, weight in weights.items() if "/learn/" in path}
    files = {path: weight for path, weight in weights.items() if path not in pages}
    assert len(pages) == len(keys)
    assert {"/static/lernzelle.css", "/static/icon.svg"} < set(files)
    assert max(pages.values()) + sum(files.values()) <= 120 * 1024
    assert sum(weight for path, weight in files.items() if path.endswith(".js")) <= 10 * 1024


def _fetched(route: Route, bodies: dict[str, bytes]) -> None:
    """Let a request pass and keep what came back: brotli is the business of the server in front."""
    answer = route.fetch()
    bodies[urlsplit(route.request.url).path] = answer.body()
    route.fulfill(response=answer)
