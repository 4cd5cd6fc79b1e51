"""What is due to be deleted, for administrators of the platform."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.verdicts import ensure
from app.privacy import queries, rules
from app.privacy.pages import bp
from app.web.db import reading
from app.web.identity import current_actor


@bp.get("/administration/retention")
def due_list() -> ResponseReturnValue:
    """The rules, what is due by each of them now, and when the job last ran."""
    ensure(rules.may_see_record(current_actor()))
    session = reading()
    return render_template(
        "privacy/retention.html", due=queries.list_due(session, now=clock.now()), rules=rules.RULES,
        acts=rules.ACT_NAMES, tables=rules.TABLES, last=queries.find_last_day(session),
    )  # fmt: skip
