"""Importing a list: upload, say what the columns hold, see what would happen, decide, confirm."""

import hashlib
from pathlib import PurePath
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.companies import sheets
from app.companies.models import CompanyImport
from app.companies.pages import bp, import_files, words  # noqa: F401 (import_files adds its routes to bp)
from app.companies.pages.frame import Frame, get_frame
from app.companies.pages.import_shown import columns_page, shown, trio_of
from app.companies.queries import imports as queries
from app.companies.rules.cells import shortened
from app.companies.rules.columns import is_ours, score
from app.companies.rules.importing import (
    Choice,
    ImportState,
    RowState,
    may_confirm,
    may_go_on,
)
from app.companies.schemas.importing import ChoiceForAllIn, ColumnsIn, ConfirmIn, UploadIn, read_choices
from app.companies.services import importing as services
from app.companies.services.importing import Assignment, Outcome, Upload
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

TABS: dict[str, tuple[RowState, ...]] = {
    "errors": (RowState.BAD,),
    "doubles": (),
    "new": (RowState.NEW,),
    "changes": (RowState.CHANGED,),
    "same": (RowState.SAME,),
}
_SAID: dict[Outcome, tuple[Text, str]] = {  # that it is imported, the page itself says
    Outcome.ALREADY: (_("This list was imported already. Nothing was done a second time."), "info"),
    Outcome.CHANGED: (
        _("The register has changed meanwhile, so the list would now do something else. Nothing was written: "
          "please look once more and confirm again."),
        "warn",
    ),
}  # fmt: skip


@bp.get("/companies/import")
def new_import() -> ResponseReturnValue:
    """Where a list is uploaded, and lists that wait for being confirmed."""
    return _upload_page(get_frame(), Form())


@bp.post("/companies/import")
def start_import() -> ResponseReturnValue:
    """Read and check a list; nothing of it is in the register yet."""
    frame, form, file = get_frame(), Form.read(UploadIn()), request.files.get("list")
    if file is None or not file.filename:
        form.errors["list"] = [str(_("Choose the file with your list."))]
    if form.errors or file is None:
        return _upload_page(frame, form), 422
    try:
        upload = _read(file, form)
    except Invalid as refusal:
        return _upload_page(frame, form, refusal), 422
    with transaction() as session:
        import_id = services.start_import(session, current_actor(), frame.trio_id, upload, now=clock.now())
    return redirect(url_for(".show_import", import_id=import_id))


@bp.get("/companies/imports/<int:import_id>")
def show_import(import_id: int) -> ResponseReturnValue:
    """What the list would do: numbers, errors, rows to decide, and all that is new or changes."""
    batch = queries.get_import(reading(), current_actor(), import_id)
    facts, now = services.facts_of(batch), clock.now()
    if batch.state is ImportState.DONE:
        return render_template("companies/import_done.html", batch=batch, trio=trio_of(batch))
    ensure(may_go_on(facts, now=now))
    if batch.state is ImportState.OPEN:
        return redirect(url_for(".import_columns", import_id=import_id))
    tab = _tab(batch)
    number = request.args.get("page", 1, type=int)
    page = queries.list_rows(reading(), import_id, TABS[tab], hinted=tab == "doubles", page=number)
    verdict = may_confirm(facts, now=now)
    return render_template("companies/import_show.html", tab=tab, page=page, may_confirm=verdict, **shown(batch))


@bp.get("/companies/imports/<int:import_id>/columns")
def import_columns(import_id: int) -> ResponseReturnValue:
    """Which column holds what: as it was recognised, to be corrected."""
    batch = _open(import_id)
    raw: dict[str, Any] = {f"column_{column}": name for name, column in batch.columns.items()}
    raw |= {"unit": batch.unit, "year": batch.year} | ({"has_head": "true"} if batch.has_head else {})
    return columns_page(batch, Form(raw=raw))


@bp.post("/companies/imports/<int:import_id>/columns")
def assign_columns(import_id: int) -> ResponseReturnValue:
    """Take the columns as they were chosen, and check the list anew."""
    form = Form.read(ColumnsIn())
    if form.errors:
        return columns_page(_open(import_id), form), 422
    with transaction() as session:
        services.assign_columns(session, current_actor(), import_id, Assignment(**form.data), now=clock.now())
    return redirect(url_for(".show_import", import_id=import_id))


@bp.post("/companies/imports/<int:import_id>/choices")
def choose(import_id: int) -> ResponseReturnValue:
    """Keep what was chosen for the rows of a page, or one choice for all that are undecided."""
    form = Form.read(ChoiceForAllIn())
    with transaction() as session:
        actor, now = current_actor(), clock.now()
        if form.errors:
            services.choose(session, actor, import_id, read_choices(request.form), now=now)
        else:
            services.choose_for_all(session, actor, import_id, Choice(form.data["choice"]), now=now)
    flash(str(_("Your choice is kept. Nothing has been imported yet.")), "good")
    number = request.args.get("page", 1, type=int)
    return redirect(url_for(".show_import", import_id=import_id, show="doubles", page=number))


@bp.post("/companies/imports/<int:import_id>/confirmation")
def confirm_import(import_id: int) -> ResponseReturnValue:
    """Write what was shown into the register, once."""
    form = Form.read(ConfirmIn())
    with transaction() as session:
        outcome = services.confirm_import(
            session, current_actor(), import_id, revision=form.data.get("revision", 0), now=clock.now()
        )
    if outcome in _SAID:
        said, kind = _SAID[outcome]
        flash(str(said), kind)
    return redirect(url_for(".show_import", import_id=import_id))


@bp.post("/companies/imports/<int:import_id>/discard")
def discard_import(import_id: int) -> ResponseReturnValue:
    """Throw the list away."""
    with transaction() as session:
        services.discard_import(session, current_actor(), import_id, now=clock.now())
    flash(str(_("The list was thrown away. The register is as it was.")), "good")
    return redirect(url_for(".new_import"))


def _read(file: FileStorage, form: Form) -> Upload:
    """The list in the uploaded file; of the file's name, the last part only. Raises Invalid."""
    table = sheets.read(file.stream, score, form.data["sheet"])
    if any(map(is_ours, table.heads)):
        table = table.unquoted()
    file.stream.seek(0)
    sha256 = hashlib.sha256(file.stream.read()).hexdigest()
    name = shortened(PurePath((file.filename or "").replace("\\", "/")).name, 120)
    return Upload(table, "".join(filter(str.isprintable, name)), sha256, form.data["source"], form.data["basis"])


def _upload_page(frame: Frame, form: Form, refusal: Invalid | None = None) -> str:
    waiting = queries.list_imports(reading(), current_actor(), now=clock.now())
    bases = [(basis.value, name) for basis, name in words.BASIS_NAMES.items() if basis.value != "checked"]
    return render_template(
        "companies/import.html", frame=frame, form=form, refusal=refusal, waiting=waiting, bases=bases
    )


def _open(import_id: int) -> CompanyImport:
    batch = queries.get_import(reading(), current_actor(), import_id)
    ensure(may_go_on(services.facts_of(batch), now=clock.now()))
    return batch


def _tab(batch: CompanyImport) -> str:
    """The rows that are asked for; without being asked, those that need somebody first."""
    asked = request.args.get("show")
    if asked in TABS:
        return asked
    first = (("errors", "bad"), ("doubles", "undecided"), ("new", "new"), ("changes", "changed"))
    return next((tab for tab, state in first if batch.counts.get(state)), "same")
