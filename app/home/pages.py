"""The start page, each role's own page, a company's people, the legal pages."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue.rules import ESCO_ATTRIBUTION
from app.competences.rules import STAGE_NAMES
from app.home import queries, rules
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.runs.rules import STATE_NAMES
from app.web.db import reading
from app.web.identity import current_actor, public

bp = Blueprint("home", __name__)

_LEGAL = {page: f"home/{page}.html" for page in ("imprint", "accessibility", "help")}


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    """What this is, where to go, and what is next."""
    session, now = reading(), clock.now()
    front = queries.get_front(session, least=_least(), now=now)
    return render_template("home/start.html", front=front, stages=STAGE_NAMES, now=now)


@bp.get("/my")
def mine() -> ResponseReturnValue:
    """Each role's own page: a learner's next step, and what staff have to do."""
    session, actor, now = reading(), current_actor(), clock.now()
    return render_template(
        "home/mine.html",
        mine=queries.get_my_page(session, actor, now=now),
        todo=queries.get_todo(session, actor, least=_least(), now=now),
        may_see_company=rules.may_see_company(actor),
        is_staff=bool(actor.grants),
        states=STATE_NAMES,
        now=now,
    )


@bp.get("/company")
def company() -> ResponseReturnValue:
    """What a company sees of its people: those who agreed, and no more than they agreed to."""
    actor, number = current_actor(), request.args.get("page", 1, type=int)
    ensure(rules.may_see_company(actor))
    found = queries.get_colleagues(reading(), actor, least=_least(), page=number)
    return render_template("home/company.html", found=found)


@bp.get("/legal/<page>")
@public
def legal(page: str) -> ResponseReturnValue:
    """Imprint, accessibility, help. Privacy is told by the capability above, which has the register."""
    if page not in _LEGAL:
        raise NotFound(_("There is no such page."))
    config = current_app.config
    operator = {key: config[f"OPERATOR_{key.upper()}"] for key in ("name", "address", "email")}
    return render_template(_LEGAL[page], operator=operator, least=_least(), attribution=ESCO_ATTRIBUTION)


def _least() -> int:
    """Groups of fewer people are not counted in public."""
    return int(current_app.config["REPORT_MIN_PERSONS"])
