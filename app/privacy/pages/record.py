"""The privacy page for everybody, and the record of processing for administrators: both from the register."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.kit.personal import AUDIENCE_NAMES, BASIS_NAMES, ERASURE_NAMES, Table
from app.kit.verdicts import ensure
from app.privacy import rules
from app.privacy.pages import bp
from app.web.identity import current_actor, public

COLUMNS = (
    "purpose", "why", "legal_basis", "seen_by", "table", "meaning", "column", "column_meaning", "retention", "from",
    "then", "on_erasure", "reason",
)  # fmt: skip


@bp.get("/legal/privacy")
@public
def notice() -> ResponseReturnValue:
    """What is stored, what for, who sees it and how long: for everybody."""
    return render_template("privacy/notice.html", least=current_app.config["REPORT_MIN_PERSONS"], **_record())


@bp.get("/administration/processing-record")
def record() -> ResponseReturnValue:
    """The record of processing activities (Art. 30 GDPR)."""
    ensure(rules.may_see_record(current_actor()))
    return render_template("privacy/record.html", **_record())


@bp.get("/administration/processing-record.csv")
def record_csv() -> Response:
    """The record as a table, one line for each column."""
    ensure(rules.may_see_record(current_actor()))
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, delimiter=";")
    writer.writeheader()
    writer.writerows(_lines())
    headers = {"Content-Disposition": 'attachment; filename="processing-record.csv"'}
    return Response("\ufeff" + file.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/administration/processing-record.json")
def record_json() -> Response:
    """The record for programs."""
    ensure(rules.may_see_record(current_actor()))
    answer = jsonify(columns=list(_lines()), impersonal={t.name: str(t.reason) for t in rules.IMPERSONAL.values()})
    answer.headers["Content-Disposition"] = 'attachment; filename="processing-record.json"'
    return answer


def _record() -> dict[str, Any]:
    config = current_app.config
    return {
        "operator": {key: config[f"OPERATOR_{key.upper()}"] for key in ("name", "address", "email")},
        "activities": rules.BY_PURPOSE,
        "impersonal": rules.IMPERSONAL,
        "rules": rules.RULES,
        "acts": rules.ACT_NAMES,
        "audiences": AUDIENCE_NAMES,
        "bases": BASIS_NAMES,
        "fates": ERASURE_NAMES,
    }


def _lines() -> Iterator[dict[str, str]]:
    for activity in rules.BY_PURPOSE:
        for table in activity.tables:
            for name in (*table.columns, *table.things):
                yield _line(table, name)


def _line(table: Table, name: str) -> dict[str, str]:
    purpose, rule = table.purpose, rules.RULES[table.retention]
    values = (
        purpose.title, purpose.why, BASIS_NAMES[purpose.basis],
        ", ".join(str(AUDIENCE_NAMES[who]) for who in purpose.seen_by),
        table.name, table.meaning, name, table.column(name).meaning, rule.period or "", rule.begins,
        rules.ACT_NAMES[rule.act], ERASURE_NAMES[table.erasure], table.reason or "",
    )  # fmt: skip
    return dict(zip(COLUMNS, map(str, values), strict=True))
