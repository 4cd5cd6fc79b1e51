"""The participation report: as a page, as a file, and the runs behind its numbers."""

from datetime import date

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.reporting import queries
from app.reporting.pages import export, words
from app.reporting.queries import Frame
from app.reporting.rules import Report
from app.web.db import reading
from app.web.identity import current_actor

bp = Blueprint("reporting", __name__, url_prefix="/reports")


@bp.get("/participation")
def participation() -> ResponseReturnValue:
    """Participation of a Trio, or of all, in a year."""
    frame, report = _report()
    return render_template(
        "reporting/participation.html",
        frame=frame,
        report=report,
        words=words,
        as_of=clock.now(),
        first_day=date(frame.year, 1, 1),
        last_day=date(frame.year, 12, 31),
    )


@bp.get("/participation.csv")
def participation_csv() -> Response:
    """The same numbers as a file for a spreadsheet."""
    frame, report = _report()
    answer = Response(export.as_csv(frame, report, now=clock.now()), mimetype="text/csv")
    name = f"participation-{frame.trio.slug if frame.trio else 'all'}-{frame.year}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/participation/runs")
def runs() -> ResponseReturnValue:
    """The runs behind one quarter."""
    session, frame = reading(), _frame()
    quarter = request.args.get("quarter", 0, type=int)
    found = queries.list_runs(session, frame, quarter, now=clock.now(), smallest=_smallest())
    return render_template(
        "reporting/runs.html", frame=frame, quarter=quarter, runs=found, smallest=_smallest(), words=words
    )


def _frame() -> Frame:
    """Which report the address asks for; a year that is no number counts as none."""
    year, trio = request.args.get("year", type=int), request.args.get("trio")
    return queries.get_frame(reading(), current_actor(), trio=trio, year=year, now=clock.now())


def _report() -> tuple[Frame, Report]:
    frame = _frame()
    return frame, queries.get_report(reading(), frame, now=clock.now(), smallest=_smallest())


def _smallest() -> int:
    smallest: int = current_app.config["REPORT_MIN_PERSONS"]
    return smallest
