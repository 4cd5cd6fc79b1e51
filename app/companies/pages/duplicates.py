"""Companies that may stand in the register twice: making one of two, or keeping them apart."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from app.companies import queries, services
from app.companies.pages import bp, words
from app.companies.pages.frame import Frame, get_frame
from app.companies.schemas import PairIn
from app.kit import clock
from app.kit.text import _
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor


@bp.get("/companies/duplicates")
def duplicates() -> ResponseReturnValue:
    """Pairs that may be one company, the most alike first."""
    frame = get_frame()
    pairs = queries.list_pairs(reading(), frame.trio_id)
    return render_template(
        "companies/duplicates.html", frame=frame, pairs=pairs[:50], more=len(pairs) > 50, words=words
    )


@bp.post("/companies/duplicates/merge")
def merge() -> ResponseReturnValue:
    """Make one company of two."""
    frame, form = get_frame(), Form.read(PairIn())
    if form.errors:
        return _back(frame)
    with transaction() as session:
        services.merge_companies(session, current_actor(), frame.trio_id, **form.data, now=clock.now())
    flash(str(_("The two entries are one company now.")), "good")
    return _back(frame)


@bp.post("/companies/duplicates/apart")
def apart() -> ResponseReturnValue:
    """Say that two are not the same; the pair is not shown again."""
    frame, form = get_frame(), Form.read(PairIn())
    if form.errors:
        return _back(frame)
    ids = (form.data["keep_id"], form.data["merge_id"])
    with transaction() as session:
        services.keep_apart(session, current_actor(), frame.trio_id, *ids, now=clock.now())
    flash(str(_("The two stay two companies.")), "good")
    return _back(frame)


def _back(frame: Frame) -> ResponseReturnValue:
    return redirect(frame.link(".duplicates"))
