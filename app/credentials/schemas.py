"""What people type to verify or withdraw a certificate, and a certificate as JSON."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.credentials.rules import LONGEST_REASON, Paper, level_in_words, read_code
from app.kit.text import _
from app.modules.schemas import UnitsOut
from app.runs.rules import RunFormat
from app.web.schemas import OneLine, Texts, length, one_of


class CodeIn(Schema):
    """A code as it stands on a certificate, in any case, with or without dashes."""

    code = fields.String(required=True)

    @validates_schema
    def is_a_code(self, data, **_more):
        """Refuse what can be no code before anybody looks for it."""
        if read_code(data["code"]) is None:
            raise ValidationError(
                str(_("The code has 20 letters and digits. Example: 7KX4-Q2MH-9TPA-WE3D-86CV")), "code"
            )


class RevocationIn(Schema):
    """Why a certificate is withdrawn."""

    reason = OneLine(required=True, validate=length(1, LONGEST_REASON))


class ModuleOnPaperOut(Schema):
    """The module in the version that was taught."""

    code = fields.String()
    version = fields.Integer()
    title = Texts()


class OutcomeOnPaperOut(Schema):
    """A lesson and what people can do after it."""

    lesson = Texts()
    outcome = Texts()


class RunOnPaperOut(Schema):
    """When and where the run took place."""

    starts_on = fields.String(metadata={"format": "date"})
    ends_on = fields.String(metadata={"format": "date"})
    city = fields.String()
    format = fields.String(validate=one_of(*RunFormat))


class RuleOnPaperOut(Schema):
    """When the module counts as completed: per cent of the time and of the test's points."""

    attendance = fields.Integer()
    test = fields.Integer()
    lessons = fields.Boolean()


class MetOnPaperOut(Schema):
    """What the person met: per cent of the time, whether the test was passed, all lessons worked through."""

    attendance = fields.Integer()
    test = fields.Boolean()
    lessons = fields.Boolean()


class CertificateOut(Schema):
    """What a certificate says, and whether it still counts."""

    code = fields.String(attribute="shown_code")
    valid = fields.Boolean(attribute="is_valid")
    revoked_at = fields.AwareDateTime(allow_none=True)
    kind = fields.Enum(Paper, by_value=True, attribute="paper")
    issued_on = fields.Date()
    person = fields.String(
        attribute="says.person", metadata={"description": "Empty once the name was removed at the holder's wish."}
    )
    module = fields.Nested(ModuleOnPaperOut, attribute="says.module")
    units = fields.Nested(UnitsOut, attribute="says.units")
    outcomes = fields.List(fields.Nested(OutcomeOnPaperOut), attribute="says.outcomes")
    level = fields.Function(
        lambda certificate: {
            "framework": "DQR",
            "level": certificate.says["dqr"],
            "wording": str(level_in_words(certificate.says["dqr"])),
        }
    )
    hv_level = fields.String(attribute="says.hv_level", allow_none=True)
    provider = fields.String(attribute="says.provider")
    trio = fields.String(attribute="says.trio")
    run = fields.Nested(RunOnPaperOut, attribute="says.run")
    trainer = fields.String(attribute="says.trainer", allow_none=True)
    reviewer = fields.String(attribute="says.reviewer", allow_none=True)
    rule = fields.Nested(RuleOnPaperOut, attribute="says.rule")
    met = fields.Nested(MetOnPaperOut, attribute="says.met")
    funding_notice = Texts(attribute="says.funding_notice")
