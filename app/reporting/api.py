"""JSON: the same report that the page shows."""

from dataclasses import fields

from flask import current_app
from flask.views import MethodView

from app.kit import clock
from app.reporting import queries
from app.reporting.schemas import ParticipationOut, ReportArguments
from app.web.api import Blueprint
from app.web.db import reading
from app.web.identity import current_actor, scope

bp = Blueprint(
    "reporting-api", __name__, url_prefix="/api/v1/reports", description="Participation numbers for the funder"
)


@bp.route("/participation")
@scope("reports:read")
class Participation(MethodView):
    @bp.arguments(ReportArguments, location="query")
    @bp.response(200, ParticipationOut)
    @bp.alt_response(401, description="Nobody is signed in.")
    @bp.alt_response(403, description="The person reads no reports.")
    @bp.alt_response(404, description="No such Trio, or not this person's; no report for this year.")
    def get(self, arguments):
        """Participation of a Trio, or of all, in a year.

        For cluster managers and administrators of the Trio, the programme office and site administrators. Groups of few
        people are withheld, and so are the numbers from which they could be worked out.
        """
        session, now = reading(), clock.now()
        frame = queries.get_frame(session, current_actor(), **arguments, now=now)
        report = queries.get_report(session, frame, now=now, smallest=current_app.config["REPORT_MIN_PERSONS"])
        whole = {field.name: getattr(report, field.name) for field in fields(report)}
        trio = frame.trio.slug if frame.trio else None
        return whole | {"trio": trio, "as_of": now, "cells": report.cells, "held": report.held}
