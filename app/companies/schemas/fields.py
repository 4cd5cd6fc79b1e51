"""Fields for what people type about companies: numbers with German or English separators, codes, addresses."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

from app.companies.rules import WzVersion, find_activity, find_region
from app.companies.rules.amounts import Misread, read_number
from app.kit.text import _


class Amount(fields.Field[Decimal]):
    """A number that is not negative: ``1.234,5`` and ``1,234.5``. What can be read in two ways is asked back.

    ``thousands``: a single separator before three digits separates thousands, as with people and euros.
    """

    default_error_messages: dict[str, Any] = {
        "too_large": _("This number is too large."),
    }

    def __init__(
        self, *, thousands: bool = False, most: Decimal | int = 999_999, places: int = 3, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.thousands, self.most, self.places = thousands, Decimal(most), places
        messages: dict[str, Any] = self.error_messages
        messages["too_exact"] = _("At most %(places)s decimals.", places=places)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:  # noqa: ARG002
        number = read_number(str(value), thousands=self.thousands)
        if isinstance(number, Misread):
            raise ValidationError(number.why)  # type: ignore[arg-type]
        if number > self.most:
            raise self.make_error("too_large")
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise self.make_error("too_exact")
        return number


class Region(fields.String):
    """A NUTS 3 region, as a code or by its name; it gives the code."""

    default_error_messages: dict[str, Any] = {
        "unknown": _("We do not know this region. Choose one of the list, for example DED2C – Bautzen.")
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        code = find_region(super()._deserialize(value, attr, data, **kwargs))
        if code is None:
            raise self.make_error("unknown")
        return code


class Activity(fields.String):
    """A code of WZ 2008, in any spelling; it gives the official one."""

    default_error_messages: dict[str, Any] = {
        "unknown": _("We do not know this code. Choose one of the list, for example 29.32, or leave it empty.")
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        version = WzVersion.WZ2025 if (data or {}).get("wz_version") == WzVersion.WZ2025 else WzVersion.WZ2008
        code = find_activity(super()._deserialize(value, attr, data, **kwargs), version)
        if code is None:
            raise self.make_error("unknown")
        return code


class Website(fields.String):
    """The address of a web page; ``https://`` is put in front where it is missing."""

    default_error_messages: dict[str, Any] = {"unusable": _("This is not a web address. Example: www.firma.de")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs).strip()
        address = typed if "://" in typed else f"https://{typed}"
        try:
            parts = urlsplit(address)
            usable = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not parts.username
        except ValueError:
            usable = False
        if not usable or not address.isprintable() or " " in address or len(address) > 200:
            raise self.make_error("unusable")
        return address
