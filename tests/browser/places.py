"""Every page of the platform as the people meet it whose page it is, in the states it can be in."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from playwright.sync_api import Page

from tests.browser.world import COURSES, sign_in

NOBODY = "nobody"
ROLES = (NOBODY, "worker", "trainer", "author", "reviewer", "cluster", "lead", "funder", "hr", "admin")


@dataclass(frozen=True, slots=True)
class Place:
    """A page as one role meets it: its address, with names of ``Known`` in braces, and what is done there first."""

    role: str
    url: str
    then: Callable[[Page], None] | None = None
    status: int = 200

    @property
    def name(self) -> str:
        """What it is called when something is wrong with it."""
        return f"{self.role} {self.url}" + (f", {self.then.__name__.strip('_')}" if self.then else "")


# ---- what people do on a page


def _send(page: Page, form: str) -> None:
    with page.expect_navigation():
        page.locator(form).first.evaluate("form => form.requestSubmit()")


def _press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def _send_empty(page: Page) -> None:
    _send(page, "main form[method=post]")


def _send_slips(page: Page) -> None:
    page.locator("#f-email").first.fill("o.wojcik@")
    _send_empty(page)


def _enrol_an_address(page: Page) -> None:
    page.locator("#f-name").fill("Oksana Bondar")
    page.locator("#f-email").fill("o.bondar@firma.example")
    _send_empty(page)


def _plan_a_run_with_slips(page: Page) -> None:
    page.locator("#f-module_id").select_option(index=1)
    for name, value in {"date_1": "2026-11-20", "from_1": "10:00", "to_1": "09:00", "date_5": "2026-12-01"}.items():
        page.locator(f"#f-{name}").evaluate("(field, value) => (field.value = value)", value)
    _send_empty(page)


def _bring_in_mistakes(page: Page) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted((COURSES / "batterie-basis").rglob("*.*")):
            text = file.read_text("utf-8").replace("minutes:", "minuten:").replace("right: true", "right: maybe")
            archive.writestr(f"batterie-basis/{file.relative_to(COURSES / 'batterie-basis').as_posix()}", text)
    upload = {"name": "batterie-basis.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]
    _send_empty(page)


def _ask_for_a_link(page: Page) -> None:
    page.locator("#f-link-email").fill("neu@firma.example")
    _send_empty(page)


def _check_no_answer(page: Page) -> None:
    page.locator("article form").first.evaluate("form => [...form.elements].forEach(part => (part.checked = false))")
    _send(page, "article form")


def _answer_wrongly(page: Page) -> None:
    question = "article form:has(input[type=radio])"
    page.locator(question).first.get_by_role("radio").last.check()
    _send(page, question)


def _hand_in_gaps(page: Page) -> None:
    _press(page, "button[formaction]")


def _skip(questions: int) -> Callable[[Page], None]:
    def skip(page: Page) -> None:
        for _question in range(questions):
            _press(page, "button[value=skip]")

    skip.__name__ = f"skip {questions}"
    return skip


def _lose_the_session(page: Page) -> None:
    sign_in(page, "worker")
    page.goto("/account")
    page.context.clear_cookies()
    _send_empty(page)


def _open_the_menus(page: Page) -> None:
    page.locator("details.pop").last.locator("summary").click()


def _withdraw_without_a_reason(page: Page) -> None:
    page.locator("main details summary").click()
    _send_empty(page)


def _come_back(page: Page) -> None:
    """Take the cookie that the address names, and go where it leads."""
    found = re.search(r"cookie=([\w.-]+)&then=([\w/-]+)", unquote(page.url))
    assert found is not None, page.url
    page.context.add_cookies([{"name": "lernzelle", "value": found[1], "url": page.url}])
    page.goto(found[2])


def _upload_nothing(page: Page) -> None:
    _send(page, "main form[enctype]")


# ---- the places

PLACES = (
    Place(NOBODY, "/"),
    Place(NOBODY, "/", _open_the_menus),
    Place(NOBODY, "/modules"),
    Place(NOBODY, "/modules?stage=cell&language=de&q=Batterie"),
    Place(NOBODY, "/modules?q=Laserschweissen&place=Kamenz"),
    Place(NOBODY, "/modules/M01"),
    Place(NOBODY, "/modules/M12"),
    Place(NOBODY, "/profiles"),
    Place(NOBODY, "/profiles/{profile}"),
    Place(NOBODY, "/runs/{free}"),
    Place(NOBODY, "/runs/{free}", _send_slips, 422),
    Place(NOBODY, "/runs/{full}"),
    Place(NOBODY, "/runs/{unopened}"),
    Place(NOBODY, "/runs/{finished}"),
    Place(NOBODY, "/runs/{free}", _enrol_an_address),
    Place(NOBODY, "/runs/{full}", _enrol_an_address),
    Place(NOBODY, "/certificates"),
    Place(NOBODY, "/certificates", _send_empty, 422),
    Place(NOBODY, "/certificates/{certificate}"),
    Place(NOBODY, "/certificates/{withdrawn}"),
    Place(NOBODY, "/certificates/AAAA-BBBB-CCCC-DDDD-EEEE", status=404),
    Place(NOBODY, "/sign-in"),
    Place(NOBODY, "/sign-in", _send_empty, 422),
    Place(NOBODY, "/sign-in", _ask_for_a_link),
    Place(NOBODY, "/sign-in/link/used"),
    Place(NOBODY, "/sign-in/link/used", _send_empty, 404),
    Place(NOBODY, "/sign-in/reset"),
    Place(NOBODY, "/sign-in/reset/{reset}"),
    Place(NOBODY, "/account/email/confirmations/used"),
    Place(NOBODY, "/account/email/confirmations/used", _send_empty, 404),
    Place(NOBODY, "/invitations/{invitation}"),
    Place(NOBODY, "/invitations/{invitation}", _send_empty, 422),
    Place(NOBODY, "/invitations/used", status=404),
    Place(NOBODY, "/trios"),
    Place(NOBODY, "/trios/{trio}"),
    Place(NOBODY, "/trios/{trio}/legal/imprint"),
    Place(NOBODY, "/legal/imprint"),
    Place(NOBODY, "/legal/privacy"),
    Place(NOBODY, "/legal/accessibility"),
    Place(NOBODY, "/legal/help"),
    Place(NOBODY, "/nowhere", status=404),
    Place(NOBODY, "/", _lose_the_session, 401),
    Place("worker", "/my"),
    Place("worker", "/my", _open_the_menus),
    Place("worker", "/account"),
    Place("worker", "/account/security"),
    Place("worker", "/account/sessions"),
    Place("worker", "/account/password"),
    Place("worker", "/account/email"),
    Place("worker", "/account/totp"),
    Place("worker", "/account/passkeys"),
    Place("worker", "/account/recovery-codes"),
    Place("worker", "/account/data"),
    Place("worker", "/account/data/erase"),
    Place("worker", "/runs/{free}"),
    Place("worker", "/runs/{running}"),
    Place("worker", "/runs/{full}"),
    Place("worker", "/runs/{finished}"),
    Place("worker", "/runs/{running}/learn"),
    Place("worker", "/runs/{finished}/learn"),
    Place("worker", "/runs/{learnt}/learn"),
    Place("worker", "/runs/{running}/learn?language=de-simple"),
    Place("worker", "/runs/{running}/learn/{lesson}"),
    Place("worker", "/runs/{running}/learn/{lesson}?language=de-simple"),
    Place("worker", "/runs/{running}/learn/{lesson}", _check_no_answer, 422),
    Place("worker", "/runs/{running}/learn/{lesson}", _answer_wrongly),
    Place("worker", "/runs/{running}/test"),
    Place("worker", "/runs/{learnt}/test"),
    Place("worker", "/attempts/{open}"),
    Place("worker", "/attempts/{open}", _hand_in_gaps),
    Place("worker", "/attempts/{passed}"),
    Place("worker", "/attempts/{failed}"),
    Place("worker", "/certificates/{certificate}"),
    Place("worker", "/runs/{finished}/evaluation"),
    Place("worker", "/runs/{finished}/evaluation", _skip(3)),
    Place("worker", "/runs/{finished}/evaluation", _skip(4)),
    Place("worker", "/runs/{finished}/evaluation", _skip(5)),
    Place("worker", "/runs/{running}/evaluation"),
    Place("worker", "/runs", status=403),
    Place("trainer", "/my"),
    Place("trainer", "/runs"),
    Place("trainer", "/runs?show=past"),
    Place("trainer", "/runs/new"),
    Place("trainer", "/runs/new", _send_empty, 422),
    Place("trainer", "/runs/new", _plan_a_run_with_slips, 422),
    Place("trainer", "/runs/{running}"),
    Place("trainer", "/runs/{running}/roster"),
    Place("trainer", "/runs/{unopened}/roster"),
    Place("trainer", "/runs/{running}/sessions/{today}/attendance"),
    Place("trainer", "/runs/{finished}/sessions/{closed}/attendance"),
    Place("trainer", "/runs/{finished}/evaluation/results"),
    Place("trainer", "/runs/{evaluated}/evaluation/results"),
    Place("trainer", "/runs/{running}/learn/{lesson}"),
    Place("author", "/my"),
    Place("author", "/authoring/modules"),
    Place("author", "/authoring/modules/M01"),
    Place("author", "/account/roles"),
    Place("author", "/account/tokens"),
    Place("author", "/account/tokens/new"),
    Place("author", "/account/tokens/new", _send_empty, 422),
    Place("author", "/authoring/import"),
    Place("author", "/authoring/import", _send_empty, 422),
    Place("author", "/authoring/import", _bring_in_mistakes, 422),
    Place("author", "/authoring/modules/{drafted}/versions/2/lessons/{lesson}"),
    Place("author", "/authoring/modules/{drafted}/versions/2/test"),
    Place("reviewer", "/my"),
    Place("reviewer", "/authoring/modules/{drafted}"),
    Place("cluster", "/my"),
    Place("cluster", "/companies"),
    Place("cluster", "/companies?q=gmbh&size=small"),
    Place("cluster", "/companies/new"),
    Place("cluster", "/companies/new", _send_empty, 422),
    Place("cluster", "/companies/{company}"),
    Place("cluster", "/companies/{company}/edit"),
    Place("cluster", "/companies/{company}/figures/{year}"),
    Place("cluster", "/companies/{company}/figures/new"),
    Place("cluster", "/companies/{company}/figures/new", _send_empty, 422),
    Place("cluster", "/companies/{company}/sites/new"),
    Place("cluster", "/companies/{company}/sites/{site}"),
    Place("cluster", "/companies/{company}/contacts/{contact}"),
    Place("cluster", "/companies/{company}/aids/{aid}"),
    Place("cluster", "/companies/{company}/participations"),
    Place("cluster", "/companies/duplicates"),
    Place("cluster", "/companies/import"),
    Place("cluster", "/companies/import", _upload_nothing, 422),
    Place("cluster", "/companies/imports/{list}"),
    Place("cluster", "/companies/imports/{list}?show=doubles"),
    Place("cluster", "/companies/imports/{list}?show=new"),
    Place("cluster", "/companies/imports/{list}/columns"),
    Place("cluster", "/reports/participation"),
    Place("cluster", "/reports/participation/runs?quarter=3"),
    Place("lead", "/my"),
    Place("lead", "/trios/{trio}"),
    Place("lead", "/trios/{trio}/manage"),
    Place("lead", "/trios/{trio}/manage/branding"),
    Place("lead", "/trios/{trio}/manage/legal/imprint"),
    Place("lead", "/trios/{trio}/manage/partners/{partner}"),
    Place("lead", "/trios/{trio}/manage/partners/new?q=Technik"),
    Place("lead", "/trios/{trio}/manage/partners/new/{stranger}"),
    Place("lead", "/trios/{trio}/manage/partners/new-organisation"),
    Place("lead", "/trios/{trio}/people"),
    Place("lead", "/trios/{trio}/people/{member}"),
    Place("lead", "/trios/{trio}/people/invite"),
    Place("lead", "/trios/{trio}/people/invite", _send_empty, 422),
    Place("lead", "/administration/audit"),
    Place("lead", "/authoring/modules/M02"),
    Place("funder", "/my"),
    Place("funder", "/reports/participation"),
    Place("hr", "/my"),
    Place("hr", "/company"),
    Place("hr", "/account/confirm?next=/my%3Fcookie={late}%26then=/account/confirm", _come_back),
    Place("hr", "/sign-in/second-factor?next=/my%3Fcookie={halfway}%26then=/sign-in/second-factor", _come_back),
    Place("admin", "/my"),
    Place("admin", "/administration"),
    Place("admin", "/administration/people"),
    Place("admin", "/administration/people?q=Win"),
    Place("admin", "/administration/people/{member}"),
    Place("admin", "/administration/people/invite"),
    Place("admin", "/administration/audit"),
    Place("admin", "/administration/audit?action=role.granted"),
    Place("admin", "/administration/retention"),
    Place("admin", "/administration/processing-record"),
    Place("admin", "/organisations"),
    Place("admin", "/organisations/new"),
    Place("admin", "/organisations/new", _send_empty, 422),
    Place("admin", "/organisations/{organisation}"),
    Place("admin", "/trios/new"),
    Place("admin", "/trios/new?coordinator_id={organisation}"),
    Place("admin", "/authoring/modules"),
    Place("admin", "/certificates/{certificate}"),
    Place("admin", "/certificates/{certificate}", _withdraw_without_a_reason, 422),
)

NO_PAGES = {
    "static", "vendor", "operations.healthz", "runs.calendar", "reporting.participation_csv",
    "companies.as_csv", "companies.as_xlsx", "companies.import_template", "companies.bad_rows",
    "operations.audit_file", "privacy.record_csv", "privacy.record_json", "trios.brand_css", "trios.logo",
    "accounts.provider_callback",
}  # fmt: skip
"""Routes for GET whose answer is no page of its own; those of the API are none either."""
