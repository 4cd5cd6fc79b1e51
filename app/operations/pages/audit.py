"""The audit chain as administrators read it, and as a file for an auditor."""

import json
from collections.abc import Iterator

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from app.kit.audit import Entry
from app.kit.verdicts import ensure
from app.operations import audit
from app.operations.audit import Wanted
from app.operations.pages import bp
from app.operations.pages.words import ACTION_NAMES, KIND_NAMES
from app.trios import queries as trios
from app.web.db import reading
from app.web.forms import Form
from app.web.identity import current_actor
from app.web.schemas import OneLine, Whole


class WantedIn(Schema):
    """Which entries are wanted; the names are those of ``Wanted``."""

    trio_id = Whole()
    person = OneLine()
    action = OneLine()
    kind = OneLine()
    ref = OneLine()
    since = fields.Date()
    until = fields.Date()


@bp.get("/administration/audit")
def audit_entries() -> ResponseReturnValue:
    """Who did what, newest first."""
    actor, form = current_actor(), Form.read(WantedIn(), request.args)
    ensure(audit.may_read(actor))
    before = request.args.get("before", type=int)
    shown = audit.find_entries(reading(), actor, Wanted(**form.data), before=before)
    return render_template(
        "operations/audit.html", form=form, shown=shown, trios=_trios(), actions=ACTION_NAMES, kinds=KIND_NAMES,
        asked=_asked(),
    )  # fmt: skip


@bp.get("/administration/audit.jsonl")
def audit_file() -> ResponseReturnValue:
    """The same entries, one JSON object a line, with the hashes of the chain: nothing in it names a person."""
    actor, form = current_actor(), Form.read(WantedIn(), request.args)
    ensure(audit.may_read(actor))
    lines = _lines(audit.stream_entries(reading(), actor, Wanted(**form.data)))
    answer = Response(stream_with_context(lines), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
    return answer


def _lines(entries: Iterator[Entry]) -> Iterator[str]:
    for entry in entries:
        facts = {column.key: getattr(entry, column.key) for column in Entry.__table__.columns}
        yield json.dumps(facts | {"at": entry.at.isoformat()}, ensure_ascii=False) + "\n"


def _trios() -> list[tuple[int, str]]:
    """The Trios whose entries the reader may ask for."""
    actor = current_actor()
    own = None if audit.reads_all(actor) else audit.trios_read(actor)
    return [(trio.id, trio.name) for trio in trios.list_trios(reading(), own)]


def _asked() -> dict[str, str]:
    """What the address asks for, for links that keep it."""
    return {name: value for name, value in request.args.items() if name in WantedIn().fields and value}
