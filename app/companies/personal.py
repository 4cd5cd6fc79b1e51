"""What the registers of companies know about people: whom to speak to there, and who keeps the entry."""

from app.kit.personal import ACTED, Audience, Basis, Erasure, Impersonal, Purpose, Register, Table
from app.kit.text import _

CONTACTS = Purpose(
    _("Contact at companies"),
    _("The cluster of a Trio speaks to the companies whose people it trains, and knows where each address is from."),
    Basis.INTEREST,
    (Audience.TRIO_ADMINS,),
)

_STAYS = _("The entry about the company stays; who kept it becomes nobody.")
_FREE = _("The text is about a company. The Trio takes names out of it when it is asked to.")
_OF = ("id", "trio_id", "company_id")

REGISTER = Register(
    (
        Table(
            "company_contacts",
            _("people to speak to at a company"),
            CONTACTS,
            "partners",
            Erasure.DELETE,
            {
                "name": _("name"),
                "function": _("function in the company"),
                "email": _("e-mail address"),
                "phone": _("telephone"),
                "source": _("where this is from"),
                "wants_news": _("whether they want to be told of courses"),
                "asked_on": _("when they were asked"),
            },
            things=_OF,
            subject=("email = users.email",),
        ),
        Table(
            "trio_companies",
            _("who looks after a company"),
            CONTACTS,
            "partners",
            Erasure.KEEP,
            {"kept_by": _("who looks after it"), "note": _("note on the company")},
            things=("trio_id", "company_id", "origin", "is_checked", "has_enrolments", "since_on"),
            acting={"kept_by": "since_on"},
            reason=_STAYS,
        ),
        Table(
            "company_figures",
            _("who recorded figures of a company"),
            CONTACTS,
            "partners",
            Erasure.KEEP,
            {"recorded_by": ACTED, "recorded_at": _("when")},
            things=(
                *_OF, "year", "headcount", "turnover", "balance", "relation", "related", "public_share", "is_exempt",
                "is_new_owner", "basis", "stated_on", "evidence",
            ),
            acting={"recorded_by": "recorded_at"},
            reason=_STAYS,
        ),
        Table(
            "company_sites",
            _("sites of a company"),
            CONTACTS,
            "partners",
            Erasure.KEEP,
            {"note": _("note on the site")},
            things=(*_OF, "street", "postcode", "city", "nuts3"),
            reason=_FREE,
        ),
        Table(
            "company_imports",
            _("who read in a list of companies"),
            CONTACTS,
            "imports",
            Erasure.KEEP,
            {
                "user_id": ACTED,
                "created_at": _("when"),
                "file_name": _("name of the file"),
                "source": _("where this is from"),
            },
            things=(
                "id", "trio_id", "state", "sha256", "kind", "sheet", "head", "has_head", "heads", "columns", "unit",
                "year", "basis", "notes", "revision", "counts", "expires_at", "done_at",
            ),
            acting={"user_id": "created_at"},
            ends=("created_at",),
            unless="done_at",
            reason=_STAYS,
        ),
        Table(
            "company_import_rows",
            _("rows of lists that are being read in"),
            CONTACTS,
            "imports",
            Erasure.KEEP,
            {
                "cells": _("the row as it stood in the file"),
                "values": _("what it says, contacts too"),
                "changes": _("what would change"),
            },
            things=(
                "import_id", "number", "state", "problems", "remarks", "has_hints", "hints", "choice", "chosen",
                "company_id",
            ),
            reason=_("Rows go with their list: after one day, or as soon as it is taken over."),
        ),
    ),
    (
        Impersonal("companies", _("employers, their place and their size class")),
        Impersonal("company_keys", _("how names of companies are found again")),
        Impersonal("companies_kept_apart", _("which companies are not the same")),
        Impersonal("company_aids", _("state aid that a company declared")),
    ),
)  # fmt: skip
