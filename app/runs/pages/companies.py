"""How many people of a company took part, for who keeps the register of companies."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.companies.queries import get_entry, get_register
from app.runs import queries
from app.runs.pages import bp
from app.web.db import reading
from app.web.identity import current_actor


@bp.get("/companies/<int:company_id>/participations")
def company(company_id: int) -> ResponseReturnValue:
    """Counts by year; small ones are withheld."""
    session, actor = reading(), current_actor()
    trio = get_register(session, actor, request.args.get("trio"))
    found = get_entry(session, actor, trio.id, company_id)
    smallest: int = current_app.config["REPORT_MIN_PERSONS"]
    years = queries.list_years_of_company(session, actor, trio.id, found.company.id, smallest=smallest)
    return render_template("runs/company.html", trio=trio, company=found.company, years=years, smallest=smallest)
