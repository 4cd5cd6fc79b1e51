"""The demo world on a real server, and people in front of it with a phone or a desktop."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize
from sqlalchemy.orm import Session

from app.competences import cli as competences
from app.evaluation import cli as evaluation
from app.operations import demo, prepare, worker
from app.web.db import db, transaction

COURSES = Path(__file__).parents[2] / "courses"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class World:
    """The running platform; ``now`` is what its clock shows."""

    app: Flask
    address: str
    now: datetime

    def deliver(self) -> None:
        """Let the worker do all that is due."""
        with self.app.app_context():
            worker.deliver_due(self.app)

    def link_to(self, address: str) -> str:
        """The link to sign in by of the one mail that was written to somebody."""
        folder = Path(self.app.config["DATA"]) / "mail"
        parser = BytesParser(EmailMessage, policy=policy.default)
        mails = [parser.parsebytes(file.read_bytes()) for file in folder.glob("*.eml")]
        [mail] = [mail for mail in mails if mail["To"] == address]
        [link] = re.findall(r"http\S+/sign-in/link/\S+", mail.get_content())
        return str(link)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to look something up, as the test could not know it from a page."""
        with self.app.app_context():
            yield db.session()


@dataclass
class Seat:
    """Somebody in front of a screen. Errors on the console, failed requests and 5xx are noted in ``slips``."""

    page: Page
    slips: list[str] = field(default_factory=list)


@contextmanager
def seat(browser: Browser, world: World, size: ViewportSize, **given: Any) -> Iterator[Page]:
    """A browser window of that size; a slip on its console fails the test at the end."""
    settings: dict[str, Any] = {"locale": "de-DE", "timezone_id": "Europe/Berlin"} | given
    context = browser.new_context(base_url=world.address, viewport=size, **settings)
    at = Seat(context.new_page())
    at.page.on("pageerror", lambda error: at.slips.append(str(error)))
    at.page.on("console", lambda said: at.slips.append(said.text) if _is_slip(said) else None)
    at.page.on("response", lambda answer: at.slips.append(answer.url) if answer.status >= 500 else None)
    yield at.page
    context.close()
    assert at.slips == [], at.slips


def _is_slip(said: ConsoleMessage) -> bool:
    """An error or a warning on the console. That a page was refused (4xx) stands there too: as it should."""
    is_file = re.search("/(static|vendor)/", said.location["url"])
    return said.type in {"error", "warning"} and (bool(is_file) or "with a status of 4" not in said.text)


def fill(app: Flask, url: str, today: date) -> None:
    """Migrate the database and fill it with the framework and the demo world."""
    prepare.migrate(url)
    with app.app_context():
        with transaction() as session:
            competences.load(session)
            evaluation.load(session)
        with transaction() as session:
            demo.build(session, today=today, courses=COURSES)


def sign_in(page: Page, role: str) -> None:
    """Sign one of the demo accounts in, by the page."""
    page.goto("/sign-in")
    form = page.locator("form[action='/sign-in']")
    form.get_by_role("textbox", name="E-Mail").fill(f"{role}@demo.lernzelle.example")
    form.locator("input[type=password]").fill(demo.PASSWORD)
    form.locator("button[type=submit]").click()
    page.wait_for_url("**/my")
