"""Where administrators begin: of their Trios, and of the platform."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.kit.actors import Role
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.trios import queries
from app.trios.pages import bp
from app.trios.rules import members as rules
from app.web.db import reading
from app.web.identity import current_actor

Entry = tuple[str, Text | str, Text, str]
"""Icon, name, what it is for, address."""


@bp.get("/administration")
def administration() -> ResponseReturnValue:
    """The reader's own Trios, and what concerns the whole platform for those who look after that."""
    actor = current_actor()
    ensure(rules.may_administer_something(actor))
    own = actor.trios_as(Role.TRIO_ADMIN)
    platform = _platform() if rules.may_administer(actor) else []
    return render_template("trios/administration.html", trios=_trios(own), platform=platform, audit=_audit())


def _trios(trio_ids: frozenset[int]) -> list[Entry]:
    about = _("Partners, people and their roles, appearance, and who is missing.")
    return [
        ("network", trio.name, about, url_for(".manage", slug=trio.slug))
        for trio in queries.list_trios(reading(), trio_ids)
    ]


def _audit() -> Entry:
    about = _("Who did what to which object, and whether all of it is still there.")
    return "scroll-text", _("Audit"), about, url_for("operations.audit_entries")


def _platform() -> list[Entry]:
    return [
        ("users", _("People"), _("All accounts, their roles, and who is invited."), url_for(".people")),
        ("building-2", _("Organisations"), _("The register of all partners."), url_for(".organisations")),
        ("git-merge", _("Trios"), _("Make a Trio and appoint its first administrator."), url_for(".new")),
        ("timer-reset", _("Retention"), _("What is due to be forgotten, and when."), url_for("privacy.due_list")),
        ("file-lock", _("Record of processing"), _("Which personal data are kept, why, and who sees them."),
         url_for("privacy.record")),
    ]  # fmt: skip
