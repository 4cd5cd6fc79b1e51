"""The whole way, as people go it: from the catalogue to the participation number, and a changed course package."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from app.accounts.models import User
from app.assessment.models import Attempt
from app.modules import queries as modules
from app.runs.models import Enrolment, Run, RunSession
from app.runs.rules import TOOK_PART, EnrolmentState
from app.trios.models import Trio
from tests.browser.looking import too_wide, violations
from tests.browser.world import COURSES, DESKTOP, PHONE, World, seat, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey")]

NAME, EMAIL = "Oleksandra Wójcik-Yıldız", "o.wojcik@firma.example"  # noqa: RUF001 (so are Turkish names written)
FOURTH_QUARTER = datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_from_the_catalogue_to_the_participation_number(world: World, browser: Browser):
    before = participations(world)
    with seat(browser, world, PHONE) as phone, seat(browser, world, DESKTOP) as desktop:
        run_id = choose_a_date(phone)
        enrol(phone, run_id)
        follow_the_link(phone, world, run_id)
        learn(phone, run_id)
        take_the_test(phone, world)
        keep_the_list(desktop, world, run_id)
        see_the_certificate(phone, world, run_id)
        evaluate(phone, run_id)
        after = participations(world)
        assert after == before + participants(world, run_id)
        read_the_report(desktop, world, after)


def choose_a_date(page: Page) -> int:
    """Public: catalogue, module, run with a free seat."""
    page.goto("/")
    page.get_by_role("searchbox").first.fill("Wie funktioniert eine Zelle")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name=re.compile("^1 Kurs"))).to_be_visible()
    page.get_by_role("link", name="Batterie-Basis: Wie funktioniert eine Zelle?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Batterie-Basis: Wie funktioniert eine Zelle?")
    free = page.locator("main li", has_text=re.compile("Noch .* Pl")).first
    free.get_by_role("link").click()
    page.wait_for_url("**/runs/*")
    return int(page.url.rsplit("/", 1)[1])


def enrol(page: Page, run_id: int) -> None:
    """A slip comes back with what was typed; then the place is taken at once, and a link is on its way."""
    page.get_by_label("Dein Name").fill(NAME)
    page.get_by_label("E-Mail").fill("o.wojcik@")
    page.get_by_role("button", name="Platz sichern").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Dein Name")).to_have_value(NAME)
    page.get_by_label("E-Mail").fill(EMAIL)
    page.get_by_role("button", name="Platz sichern").first.click()
    expect(page.get_by_role("heading", name="Du hast einen Platz")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(f"Wir haben einen Link an {EMAIL} geschickt.")
    assert page.url.endswith(f"/runs/{run_id}#place")
    assert [violations(page), too_wide(page)] == [[], []]


def follow_the_link(page: Page, world: World, run_id: int) -> None:
    """The mail holds all that is needed: one tap, and the place, the lessons and the way back are there."""
    world.deliver()
    page.goto(world.link_to(EMAIL))
    page.get_by_role("button", name="Jetzt anmelden").click()
    page.wait_for_url(f"**/runs/{run_id}")
    expect(page.get_by_role("heading", name="Du hast einen Platz")).to_be_visible()
    expect(page.get_by_role("button", name="Meinen Platz abgeben")).to_be_visible()
    assert [violations(page), too_wide(page)] == [[], []]


def learn(page: Page, run_id: int) -> None:
    """All lessons, one question answered wrongly and then rightly, and resuming in between."""
    page.get_by_role("link", name="Zu meinen Lektionen").click()
    page.get_by_role("link", name=re.compile("Lektion 1|Jetzt anfangen|Los geht")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was in einer Zelle steckt")
    expect(page.get_by_role("img", name=re.compile("Kupfer")).first).to_be_visible()
    answer_a_question(page)
    page.get_by_role("button", name=re.compile("^Weiter:")).click()
    page.goto("/my")
    expect(page.get_by_text("1 von 5").first).to_be_visible()
    page.get_by_role("link", name=re.compile("Weiter mit Lektion 2")).click()
    for _lesson in range(3):
        page.get_by_role("button", name=re.compile("^Weiter:")).click()
    page.get_by_role("button", name=re.compile("Lektion abschließen|Lektion beenden|Fertig")).click()
    expect(page.get_by_text("5 von 5").first).to_be_visible()
    page.goto(f"/runs/{run_id}/test")
    page.get_by_role("button", name="Test beginnen").click()
    page.wait_for_url("**/attempts/*")


def answer_a_question(page: Page) -> None:
    """A practice question says at once whether it was right, and why."""
    question = page.locator("form", has=page.get_by_role("radio")).first
    question.get_by_role("radio").first.check()
    question.get_by_role("button").click()
    expect(page.get_by_text(re.compile("Genau|Noch nicht")).first).to_be_visible()


def take_the_test(page: Page, world: World) -> None:
    """Every item answered rightly, by what the course package says; autosaved, then handed in."""
    attempt_id = int(page.url.split("?")[0].rsplit("/", 1)[1])
    with world.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        items = {item.key: item for item in modules.list_items(session, attempt.version_id)}
        right = {
            drawn["item"]: [n for n, option in enumerate(items[drawn["item"]].options) if option["right"]]
            for drawn in attempt.drawn
        }
    assert len(right) == 10
    for key, indexes in right.items():
        for index in indexes:
            page.locator(f"#q-{key} input[value='{index}']").check()
    expect(page.locator("#count")).to_have_text("10 von 10 beantwortet")
    page.get_by_role("button", name="Test abgeben").click()
    expect(page.get_by_text("Bestanden.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"100\s*%")).first).to_be_visible()


def keep_the_list(page: Page, world: World, run_id: int) -> None:
    """The trainer marks everybody present in every session and closes the lists."""
    with world.reading() as session:
        sessions = session.scalars(
            select(RunSession).where(RunSession.run_id == run_id).order_by(RunSession.starts_at)
        ).all()
        dates = [(each.id, each.starts_at) for each in sessions]
    for session_id, starts_at in dates:
        world.now = starts_at + timedelta(minutes=10)
        page.context.clear_cookies()  # days later: sessions of staff end by themselves
        sign_in(page, "trainer")
        page.goto(f"/runs/{run_id}/sessions/{session_id}/attendance")
        expect(page.get_by_role("group", name=NAME)).to_be_visible()
        close = page.get_by_role("button", name="Liste abschließen")
        expect(close).to_have_attribute("aria-disabled", "true")
        for person in page.get_by_role("radio", name="Da").all():
            person.check()
        expect(close).not_to_have_attribute("aria-disabled", "true")
        close.click()
        expect(page.get_by_text(re.compile("Liste ist (ab)?geschlossen")).first).to_be_visible()
    world.deliver()


def see_the_certificate(page: Page, world: World, run_id: int) -> None:
    """It is there as soon as the list is closed, and a stranger can check it."""
    page.goto("/my")
    page.locator("a[href^='/certificates/']").first.click()
    expect(page.get_by_role("article")).to_contain_text(NAME)
    expect(page.get_by_text("Qualifizierte Teilnahmebescheinigung")).to_be_visible()
    code = page.url.rsplit("/", 1)[1]
    with seat(page.context.browser, world, PHONE, locale="en-GB") as stranger:  # type: ignore[arg-type]
        stranger.goto("/certificates")
        stranger.get_by_role("textbox").fill(code.lower())
        stranger.keyboard.press("Enter")
        expect(stranger.get_by_role("heading", level=1)).to_contain_text("genuine and valid")
        expect(stranger.get_by_role("article")).to_contain_text(NAME)
    with world.reading() as session:
        state = session.scalar(
            select(Enrolment.state)
            .join(User, User.id == Enrolment.user_id)
            .where(User.email == EMAIL, Enrolment.run_id == run_id)
        )
        assert state is EnrolmentState.COMPLETED


def evaluate(page: Page, run_id: int) -> None:
    """One question after the other, one skipped; sent once, and not a second time."""
    page.goto(f"/runs/{run_id}/evaluation")
    for _question in range(3):
        page.get_by_role("radio").last.check()
        page.get_by_role("button", name="Weiter").click()
    page.get_by_role("button", name="Überspringen").click()
    page.get_by_role("textbox").fill("Mehr Übungen an der Zelle.")
    page.get_by_role("button", name=re.compile("abgeben|abschicken")).first.click()
    expect(page.get_by_role("heading", name=re.compile("Danke"))).to_be_visible()
    page.goto(f"/runs/{run_id}/evaluation")
    expect(page.get_by_role("heading", name="Deine Antworten sind gezählt")).to_be_visible()


def read_the_report(page: Page, world: World, wanted: int) -> None:
    """The cluster manager sees the number, in the table and in the CSV file."""
    page.get_by_role("group").filter(has_text="Abmelden").locator("summary").click()
    page.get_by_role("button", name="Abmelden").click()
    sign_in(page, "cluster")
    page.goto("/reports/participation?year=2026")
    quarter = page.get_by_role("region", name="Nach Quartal").get_by_role("row", name=re.compile("^4. Quartal"))
    expect(quarter.get_by_role("cell").nth(1)).to_have_text(str(wanted))
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("CSV")).click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")), delimiter=";"))
    column = rows[0].index("4. Quartal")
    assert [row[column] for row in rows[1:] if row and "Teilnahmen" in row[:3]] == [str(wanted)]
    with world.reading() as session:
        names = set(session.scalars(select(User.name)))
    assert not names & {cell for row in rows for cell in row}


def participations(world: World) -> int:
    """Participations of the cluster manager's Trio in the fourth quarter, counted in plain SQL."""
    with world.reading() as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(Enrolment)
                .join(Run, Run.id == Enrolment.run_id)
                .where(
                    Run.trio_id == select(Trio.id).order_by(Trio.id).limit(1).scalar_subquery(),
                    Run.ends_at.between(*FOURTH_QUARTER),
                    Enrolment.state.in_(TOOK_PART),
                )
            )
            or 0
        )


def participants(world: World, run_id: int) -> int:
    """How many people took part in the run."""
    with world.reading() as session:
        query = select(func.count()).where(Enrolment.run_id == run_id, Enrolment.state.in_(TOOK_PART))
        return session.scalar(query) or 0


def test_a_changed_course_package_stands_as_a_draft_beside_the_published_version(
    world: World, browser: Browser, tmp_path
):
    packed = tmp_path / "package.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted((COURSES / "batterie-basis").rglob("*.*")):
            content = file.read_text("utf-8")
            if file.name.startswith("01-"):
                content = content.replace("Was in einer Zelle steckt", "Was alles in einer Zelle steckt")
            archive.writestr(f"batterie-basis/{file.relative_to(COURSES / 'batterie-basis').as_posix()}", content)
    with seat(browser, world, DESKTOP) as page:
        sign_in(page, "author")
        page.goto("/authoring/import")
        page.get_by_label("Verbund").or_(page.get_by_label("Trio")).first.select_option(index=0)
        page.locator("input[type=file]").set_input_files(packed)
        page.get_by_role("button", name=re.compile("einspielen|übernehmen|hochladen|einbringen", re.IGNORECASE)).click()
        page.wait_for_url("**/authoring/modules/M01")
        expect(page.get_by_role("heading", name="Veröffentlicht")).to_be_visible()
        expect(page.get_by_role("heading", name="Entwurf", exact=True)).to_be_visible()
        expect(page.get_by_role("row", name=re.compile("Was alles in einer Zelle steckt"))).to_contain_text("geändert")
        page.goto("/modules/M01")
        expect(page.get_by_text("Was alles in einer Zelle steckt")).to_have_count(0)
