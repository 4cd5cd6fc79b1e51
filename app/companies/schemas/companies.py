"""What is typed into the register of companies."""

from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from app.companies.rules import (
    AidKind,
    CompanyFigures,
    Related,
    Relation,
    SizeBasis,
    WzVersion,
    YearFigures,
)
from app.companies.schemas.fields import Activity, Amount, Region, Website
from app.kit.text import _
from app.web.schemas import EmailAddress, OneLine, Whole, between, length

NOT_OFFERED: Any = {"unknown": _("Choose one of the values offered.")}
RELATED_ROWS = range(1, 5)


class CompanyIn(Schema):
    """What everybody may know of a company. ``sure``: it is not one of those that look like it."""

    name = OneLine(required=True, validate=length(2, 200))
    city = OneLine(load_default="", validate=length(0, 100))
    nuts3 = Region(load_default=None)
    nace = Activity(load_default=None)
    wz_version = fields.Enum(WzVersion, by_value=True, load_default=WzVersion.WZ2008, error_messages=NOT_OFFERED)
    website = Website(load_default=None)
    sure = fields.Boolean(load_default=False)


class EntryIn(Schema):
    """What a Trio notes about a company."""

    note = fields.String(load_default="", validate=length(0, 2000))
    is_mine = fields.Boolean(load_default=False)


class _FiguresIn(Schema):
    year = Whole(required=True, validate=between(1990, 2100))
    headcount = Amount(required=True, thousands=True, places=2)
    turnover = Amount(load_default=None)
    balance = Amount(load_default=None)
    relation = fields.Enum(Relation, by_value=True, required=True, error_messages=NOT_OFFERED)
    public_share = Amount(load_default=Decimal(0), most=100, places=2)
    is_exempt = fields.Boolean(load_default=False)
    is_new_owner = fields.Boolean(load_default=False)
    basis = fields.Enum(SizeBasis, by_value=True, required=True, error_messages=NOT_OFFERED)
    stated_on = fields.Date(required=True)
    evidence = OneLine(load_default="", validate=length(0, 500))


_ROWS: dict[str, fields.Field[Any]] = {}
for _row in RELATED_ROWS:
    _ROWS |= {
        f"name_{_row}": OneLine(load_default="", validate=length(0, 200)),
        f"share_{_row}": Amount(load_default=None, most=100, places=2),
        f"headcount_{_row}": Amount(load_default=None, thousands=True, places=2),
        f"turnover_{_row}": Amount(load_default=None),
        f"balance_{_row}": Amount(load_default=None),
    }


class FiguresIn(_FiguresIn.from_dict(_ROWS)):  # type: ignore[misc]
    """Figures of one year. Partner and linked companies are the rows ``name_1``, ``share_1`` … ``balance_4``.

    Loads into ``figures`` (``YearFigures``), ``basis``, ``stated_on`` and ``evidence``.
    """

    @validates_schema
    def _rows_fit(self, data: dict[str, Any], **_kwargs: Any) -> None:
        problems: dict[str, list[Any]] = {}
        for row in RELATED_ROWS:
            told = any(data.get(f"{name}_{row}") for name in ("name", "headcount", "turnover", "balance"))
            if told and data.get(f"share_{row}") is None:
                problems[f"share_{row}"] = [_("How many percent? Without the share its figures do not count.")]
        shares = [data[f"share_{row}"] for row in RELATED_ROWS if data.get(f"share_{row}") is not None]
        if data["relation"] is Relation.AUTONOMOUS and any(share >= 25 for share in shares):
            problems["relation"] = [_("With a share of 25 percent or more, the company is not independent.")]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _figures(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        figures = YearFigures(
            year=data["year"],
            own=CompanyFigures(data["headcount"], data["turnover"], data["balance"]),
            relation=data["relation"],
            related=tuple(_related(data, row) for row in RELATED_ROWS if data[f"share_{row}"] is not None),
            public_share=data["public_share"],
            is_exempt=data["is_exempt"],
            is_new_owner=data["is_new_owner"],
        )
        return {"figures": figures} | {name: data[name] for name in ("basis", "stated_on", "evidence")}


class SiteIn(Schema):
    """A place where a company works."""

    street = OneLine(load_default="", validate=length(0, 200))
    postcode = OneLine(load_default="", validate=length(0, 10))
    city = OneLine(required=True, validate=length(1, 100))
    nuts3 = Region(load_default=None)
    note = OneLine(load_default="", validate=length(0, 500))


class ContactIn(Schema):
    """Somebody to speak to. ``wants_news``: yes, no, or not asked."""

    name = OneLine(required=True, validate=length(2, 120))
    function = OneLine(load_default="", validate=length(0, 120))
    email = EmailAddress(load_default="")
    phone = OneLine(load_default="", validate=length(0, 40))
    source = OneLine(required=True, validate=length(3, 300))
    wants_news = fields.Boolean(load_default=None, allow_none=True)
    asked_on = fields.Date(load_default=None)

    @validates_schema
    def _asked(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.get("wants_news") is not None and data.get("asked_on") is None:
            raise ValidationError(_("On which day did they say so?"), "asked_on")  # type: ignore[arg-type]


class AidIn(Schema):
    """State aid; the amount in EUR."""

    kind = fields.Enum(AidKind, by_value=True, required=True, error_messages=NOT_OFFERED)
    amount = Amount(required=True, thousands=True, most=999_999_999, places=2)
    granted_on = fields.Date(required=True)
    grantor = OneLine(required=True, validate=length(2, 200))
    reference = OneLine(load_default="", validate=length(0, 200))

    @validates("granted_on")
    def _in_our_time(self, value: date, **_kwargs: Any) -> None:
        if not 1990 <= value.year <= 2100:
            raise ValidationError(_("Between 1990 and 2100."))  # type: ignore[arg-type]


class PairIn(Schema):
    """Two entries: which one stays, and which one becomes part of it."""

    keep_id = Whole(required=True, validate=validate.Range(1))
    merge_id = Whole(required=True, validate=validate.Range(1))


def _related(data: dict[str, Any], row: int) -> Related:
    figures = CompanyFigures(data[f"headcount_{row}"], data[f"turnover_{row}"], data[f"balance_{row}"])
    return Related(data[f"share_{row}"], figures, data[f"name_{row}"])
