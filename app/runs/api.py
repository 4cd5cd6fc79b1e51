"""Runs as JSON: what is on offer, and one's own place in it."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from flask.views import MethodView

from app.companies.services import register_company
from app.kit import clock
from app.runs import queries, rules, services
from app.runs.queries import Offer
from app.runs.schemas import EnrolmentIn, EnrolmentOut, RunDetailOut, RunsArguments, RunsOut
from app.web import language
from app.web.api import Blueprint
from app.web.db import reading, transaction
from app.web.identity import current_actor, public, scope

bp = Blueprint("runs-api", __name__, url_prefix="/api/v1/runs", description="Dated runs of modules, and places in them")


@bp.route("")
@public
class Runs(MethodView):
    """Published runs."""

    @bp.arguments(RunsArguments, location="query")
    @bp.response(200, RunsOut, description="One page of runs, the soonest first.")
    def get(self, arguments):
        """List the runs that have not begun.

        Published runs of all Trios, page by page, optionally of one module, in one city or one language.
        """
        now = clock.now()
        page = queries.list_upcoming(
            reading(),
            now=now,
            module_slug=arguments.get("module"),
            city=arguments.get("city"),
            language=arguments.get("language"),
            page=arguments["page"],
            size=arguments["page_size"],
        )
        items = [_shown(offer, now=now) for offer in page.items]
        return {"items": items, "page": page.number, "pages": page.pages, "total": page.total}


@bp.route("/<int:run_id>")
@public
@scope("runs:read")
class RunById(MethodView):
    """One run."""

    @bp.response(200, RunDetailOut, description="The run with its sessions and free places.")
    @bp.alt_response(404, description="There is no such run.")
    def get(self, run_id):
        """Show one run with its sessions and free places."""
        session = reading()
        offer = queries.get_offer(session, current_actor(), run_id)
        return _shown(offer, now=clock.now()) | {"sessions": queries.list_sessions(session, run_id)}


@bp.route("/<int:run_id>/enrolment")
@scope("enrolments:write")
class MyEnrolment(MethodView):
    """The place of whoever asks."""

    @bp.arguments(EnrolmentIn)
    @bp.response(200, EnrolmentOut, description="The place: a seat, or the last one on the waiting list.")
    @bp.alt_response(404, description="There is no such run.")
    @bp.alt_response(409, description="Enrolment is not open; the detail says why and since or until when.")
    def put(self, arguments, run_id):
        """Take a seat in the run, or the next place on its waiting list.

        Whoever is enrolled already keeps the place they have.
        """
        with transaction() as session:
            company = arguments["company"].strip()
            enrolment = services.enrol(
                session,
                current_actor(),
                run_id,
                company_id=register_company(session, name=company) if company else None,
                shares_with_employer=arguments["shares_with_employer"],
                language=language.current(),
                now=clock.now(),
            )
            return {name: getattr(enrolment, name) for name in EnrolmentOut().fields}

    @bp.response(204, description="The place is given back.")
    @bp.alt_response(404, description="There is no such run, or no enrolment in it.")
    @bp.alt_response(409, description="The run has begun.")
    def delete(self, run_id):
        """Give the place back; the person who waits longest gets it."""
        with transaction() as session:
            services.withdraw(session, current_actor(), run_id, now=clock.now())


def _shown(offer: Offer, *, now: datetime) -> dict[str, Any]:
    """What ``RunOut`` shows of an offer."""
    shown = {field.name: getattr(offer, field.name) for field in fields(offer)}
    return shown | {"standing": rules.standing(offer.run.facts, offer.places, now=now)}
