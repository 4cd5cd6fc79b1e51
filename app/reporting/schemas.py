"""What is asked for, and what the API answers."""

from marshmallow import Schema, fields

from app.reporting.rules import FIGURES
from app.web.schemas import Whole, between


class ReportArguments(Schema):
    """Which report: a Trio by its slug, and a year."""

    trio = fields.String(
        load_default=None,
        metadata={"description": "Slug of a Trio. Left out: the sum of all for who may see it, else one's own Trio."},
    )
    year = Whole(
        load_default=None,
        validate=between(2000, 9999),
        metadata={"description": "Calendar year in Berlin. Left out: this year."},
    )


class LineOut(Schema):
    """The figures of one quarter or of the year. A number that is withheld is null and named in ``withheld``."""

    period = fields.Integer(metadata={"description": "Quarter 1 to 4; 0 is the year, counted on its own."})
    withheld = fields.Function(
        lambda line: [name for name in FIGURES if name in line.withheld],
        metadata={"type": "array", "items": {"type": "string"}, "description": "Names of the withheld figures."},
    )
    runs = fields.Integer(allow_none=True, metadata={"description": "Finished runs with at least one participation."})
    participations = fields.Integer(
        allow_none=True, metadata={"description": "One per person and run, attendance above 0."}
    )
    people = fields.Integer(allow_none=True, metadata={"description": "Distinct people in the period."})
    completions = fields.Integer(
        allow_none=True, metadata={"description": "Participations that met the module's rule of completion."}
    )
    companies = fields.Integer(
        allow_none=True, metadata={"description": "Distinct companies with at least one participation."}
    )
    smes = fields.Integer(allow_none=True, metadata={"description": "Of these: micro, small or medium (2003/361/EC)."})
    unchecked = fields.Integer(allow_none=True, metadata={"description": "Of these: size not checked."})
    sme_share = fields.Integer(
        allow_none=True,
        metadata={"description": "SMEs per hundred checked companies; null and not withheld where none is checked."},
    )


class SizeOut(Schema):
    """People of one size class of company."""

    size_class = fields.String(attribute="key", metadata={"description": "`none`: people without a company."})
    people = fields.List(
        fields.Integer(allow_none=True),
        attribute="values",
        metadata={"description": "One number per quarter in `quarters`, then the year; null: withheld."},
    )


class RegionOut(Schema):
    """People from one region in the year."""

    nuts3 = fields.String(attribute="key", metadata={"description": "NUTS 3 code; empty: not known."})
    name = fields.String()
    people = fields.Function(
        lambda line: line.values[0], metadata={"type": ["integer", "null"], "description": "null: withheld."}
    )


class ParticipationOut(Schema):
    """The report of one Trio, or of all (``trio`` is null), in one year. Withheld numbers are null."""

    trio = fields.String(allow_none=True)
    year = fields.Integer()
    as_of = fields.AwareDateTime(metadata={"description": "The figures are live, not frozen: as of this moment."})
    smallest_group = fields.Integer(
        attribute="smallest", metadata={"description": "Groups of fewer people are withheld."}
    )
    quarters = fields.List(fields.Integer(), metadata={"description": "The quarters that have begun."})
    pending_quarter = fields.Integer(
        attribute="pending",
        allow_none=True,
        metadata={"description": "The running quarter, while too few people took part in it to count it in."},
    )
    by_quarter = fields.List(fields.Nested(LineOut), attribute="lines")
    total = fields.Nested(LineOut)
    people_by_size = fields.List(fields.Nested(SizeOut), attribute="sizes")
    people_by_region = fields.List(fields.Nested(RegionOut), attribute="regions")
    cells = fields.Integer(metadata={"description": "How many numbers of people and companies the report has."})
    withheld_cells = fields.Integer(attribute="held", metadata={"description": "How many of them are withheld."})
