"""Staff pages: the runs of one's Trios, a new one, calling one off."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.clock import BERLIN
from app.kit.localised import pick
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.runs import queries, rules, services
from app.runs.pages import bp
from app.runs.pages.attendance import roster_page
from app.runs.schemas import ROWS, CancelIn, RunIn
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

ROWS_SHOWN = 2
"""Rows of sessions that stand open; the others are behind „More sessions“."""

LABELS: dict[str, Text] = {
    "module_id": _("Module"),
    "provider_id": _("Education provider"),
    "format": _("Format"),
    "language": _("Language"),
    "city": _("City"),
    "place": _("Building and room"),
    "note_de": _("What to know beforehand, in German"),
    "note_en": _("What to know beforehand, in English"),
    "seats": _("Seats"),
    "enrolment_opens": _("Enrolment opens"),
    "enrolment_closes": _("Enrolment closes"),
}
for _row in ROWS:
    LABELS |= {
        f"session_{_row}": _("Session %(number)s", number=_row),
        f"date_{_row}": _("Session %(number)s, date", number=_row),
        f"from_{_row}": _("Session %(number)s, beginning", number=_row),
        f"to_{_row}": _("Session %(number)s, end", number=_row),
    }


@bp.get("/runs")
def index() -> ResponseReturnValue:
    """The runs of the reader's Trios: to come, or past."""
    session, actor, now = reading(), current_actor(), clock.now()
    ensure(rules.may_open_runs(actor))
    past, number = request.args.get("show") == "past", request.args.get("page", 1, type=int)
    page = queries.list_runs_to_teach(session, actor, now=now, past=past, page=number)
    return render_template(
        "runs/index.html",
        page=page,
        past=past,
        due=queries.list_due_sessions(session, [offer.run.id for offer in page.items], now=now),
        names=rules,
    )


@bp.get("/runs/new")
def new() -> ResponseReturnValue:
    """The empty plan of a run."""
    ensure(rules.may_open_runs(current_actor()))
    opens = clock.now().astimezone(BERLIN)
    return _form(Form(raw={"seats": "12", "language": "de", "enrolment_opens": f"{opens:%Y-%m-%dT%H:%M}"}))


@bp.post("/runs/new")
def create() -> ResponseReturnValue:
    """Publish the run, or show again what was entered and what is wrong with it."""
    actor, now = current_actor(), clock.now()
    ensure(rules.may_open_runs(actor))
    form = _plan(now)
    if form.errors:
        return _form(form, 422)
    with transaction() as session:
        run_id = services.open_run(session, actor, form.data["plan"], now=now).id
    flash(str(_("The run is published. People can find it and enrol.")), "good")
    return redirect(url_for(".roster", run_id=run_id))


@bp.post("/runs/<int:run_id>/cancel")
def cancel(run_id: int) -> ResponseReturnValue:
    """Call the run off."""
    form = Form.read(CancelIn())
    if form.errors:
        return roster_page(run_id, form, 422)
    with transaction() as session:
        services.cancel_run(session, current_actor(), run_id, reason=form.data["reason"], now=clock.now())
    flash(str(_("The run is cancelled. Everybody who was enrolled gets a mail with your reason.")), "good")
    return redirect(url_for(".roster", run_id=run_id))


def _plan(now: datetime) -> Form:
    """The plan as it was entered, with everything that is wrong with it."""
    form = Form.read(RunIn())
    if not form.errors:
        faults = services.faults_of_plan(reading(), current_actor(), form.data["plan"], now=now)
        form.errors = {name: [str(fault)] for name, fault in faults.items()}
    return form


def _form(form: Form, status: int = 200) -> ResponseReturnValue:
    session, actor, reader = reading(), current_actor(), language.current()
    providers = queries.list_provider_choices(session, actor, on=clock.local_date(clock.now()))
    page = render_template(
        "runs/new.html",
        form=form,
        labels=LABELS,
        rows=ROWS,
        rows_shown=ROWS_SHOWN,
        more_rows=any(int(name[-1]) > ROWS_SHOWN for name in (*form.raw, *form.errors) if name[-1].isdigit()),
        modules=list(
            {
                choice.module_id: (choice.module_id, f"{choice.code} {pick(choice.title, reader)}")
                for choice in queries.list_module_choices(session, actor)
            }.values()
        ),
        providers=[(choice.organisation_id, f"{choice.name}, {choice.city} ({choice.trio})") for choice in providers],
        formats=[(format_.value, name) for format_, name in rules.FORMAT_NAMES.items()],
        run_languages=list(rules.LANGUAGE_NAMES.items()),
        may_publish=services.why_not_publish(session, actor, now=clock.now()),
    )
    return page, status
