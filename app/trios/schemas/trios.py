"""What people enter to make a Trio."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load

from app.trios.rules import OrganisationKind
from app.trios.schemas.organisations import NOT_OFFERED
from app.web.schemas import EmailAddress, OneLine, Whole, length


def both(entered: Mapping[str, Any], name: str) -> dict[str, str]:
    """The languages of a text that were filled in."""
    return {language: entered[f"{name}_{language}"] for language in ("de", "en") if entered[f"{name}_{language}"]}


class TextsIn(Schema):
    """What a Trio says about itself."""

    name = OneLine(required=True, validate=length(2, 120))
    region_de = OneLine(required=True, validate=length(2, 200))
    region_en = OneLine(load_default="", validate=length(0, 200))
    description_de = fields.String(required=True, validate=length(10, 4000))
    description_en = fields.String(load_default="", validate=length(0, 4000))
    funding_notice_de = OneLine(required=True, validate=length(10, 500))
    funding_notice_en = OneLine(load_default="", validate=length(0, 500))


class TrioIn(TextsIn):
    """A Trio to be. Loads to keywords of ``services.Plan``, and ``administrator``."""

    slug = OneLine(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    coordinator_id = Whole(required=True)
    coordinator_kind = fields.Enum(OrganisationKind, by_value=True, required=True, error_messages=NOT_OFFERED)
    administrator = EmailAddress(required=True)

    @post_load
    def to_plan(self, entered: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """``{"plan": keywords, "administrator": address}``."""
        plain = ("name", "slug", "starts_on", "ends_on", "coordinator_id", "coordinator_kind")
        texts = {name: both(entered, name) for name in ("region", "description", "funding_notice")}
        return {"plan": {name: entered[name] for name in plain} | texts, "administrator": entered["administrator"]}
