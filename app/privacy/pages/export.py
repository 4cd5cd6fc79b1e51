"""Everything about a person as a file, written while it is read: it is never whole in memory."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, stream_template, stream_with_context

from app.kit import text
from app.kit.personal import BASIS_NAMES, PERSON, Table
from app.privacy import queries, rules
from app.privacy.queries.paths import Who
from app.web import language
from app.web.db import reading

NOT_SHOWN = "stored, not shown"


def as_json(who: Who, *, now: datetime) -> Response:
    """A file for other programs: by table every row about the person, and what they did elsewhere."""
    headers = {"Content-Disposition": 'attachment; filename="lernzelle-my-data.json"', "Cache-Control": "no-store"}
    return Response(stream_with_context(_json(who, now=now)), mimetype="application/json", headers=headers)


def as_page(who: Who, *, now: datetime) -> Response:
    """The same as a page to read and print, in the reader's language."""
    session = reading()
    page = stream_template(
        "privacy/export.html", tables=rules.TABLES.values(), rows=lambda table: _rows(table, who),
        deeds=lambda table: queries.list_deeds(session, table, who), bases=BASIS_NAMES, whose=PERSON,
        counts=queries.count_rows(session, who), acted=queries.count_deeds(session, who), now=now,
        names=queries.list_names(session, who), leads={name: queries.leads_of(name) for name in rules.TABLES},
    )  # fmt: skip
    return Response(_speaking(page), mimetype="text/html", headers={"Cache-Control": "no-store"})


def _speaking(parts: Iterator[str]) -> Iterator[str]:
    """Between two portions of an answer nobody speaks the reader's language any more: each of them begins anew."""
    try:
        while True:
            language.speak()
            yield next(parts)
    except StopIteration:
        return
    finally:
        text.translator.set(text.english)


def _json(who: Who, *, now: datetime) -> Iterator[str]:
    yield f'{{"exported_at": {_said(now)}, "about_you": {{'
    for number, table in enumerate(table for table in rules.TABLES.values() if table.subject):
        yield f"{',' if number else ''}\n{_said(table.name)}: ["
        yield from _listed(_rows(table, who))
        yield "]"
    yield '},\n"what_you_did": {'
    for number, table in enumerate(table for table in rules.TABLES.values() if table.acting):
        yield f"{',' if number else ''}\n{_said(table.name)}: ["
        deeds = queries.list_deeds(reading(), table, who)
        yield from _listed({"id": deed.ref, "column": deed.column, "at": deed.at} for deed in deeds)
        yield "]"
    yield "}}\n"


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {_said(row)}"


def _rows(table: Table, who: Who) -> Iterator[dict[str, Any]]:
    """The rows; of what is secret, whether it is there."""
    secrets = [name for name in table.columns if table.column(name).is_secret]
    for row in queries.list_rows(reading(), table, who):
        yield row | {name: NOT_SHOWN if row[name] else None for name in secrets}


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
