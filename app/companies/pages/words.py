"""What the pages and files of the register call things."""

from decimal import Decimal

from flask_babel import format_decimal

from app.companies import rules
from app.companies.rules import (
    SIZE_NAMES,
    AidKind,
    Alike,
    CompanyFigures,
    Hint,
    Origin,
    Related,
    Relation,
    SizeBasis,
    SizeClass,
    StaffClass,
    Step,
    Why,
    WzVersion,
)
from app.kit.localised import pick
from app.kit.text import Text, _
from app.web import language

BASIS_NAMES: dict[SizeBasis, Text] = {
    SizeBasis.SELF_DECLARED: _("declared by the company"),
    SizeBasis.CHECKED: _("checked against documents"),
    SizeBasis.ESTIMATED: _("estimated"),
}
RELATION_NAMES: dict[Relation, Text] = {
    Relation.AUTONOMOUS: _("independent: nobody holds 25 percent or more"),
    Relation.PARTNER: _("partner: 25 to 50 percent above or below"),
    Relation.LINKED: _("linked: more than 50 percent above or below"),
    Relation.UNKNOWN: _("not known"),
}
STAFF_NAMES: dict[StaffClass, Text] = {
    StaffClass.UNDER_50: _("fewer than 50 people"),
    StaffClass.UNDER_500: _("50 to 499 people"),
    StaffClass.FROM_500: _("500 people and more"),
    StaffClass.UNKNOWN: _("not known"),
}
ORIGIN_NAMES: dict[Origin, Text] = {
    Origin.ADDED: _("added by hand"),
    Origin.IMPORTED: _("from a list"),
    Origin.ENROLMENT: _("from an enrolment"),
}
AID_NAMES: dict[AidKind, Text] = {
    AidKind.DE_MINIMIS: _("de minimis"),
    AidKind.GBER: _("block exemption (AGVO)"),
    AidKind.OTHER: _("other"),
}
VERSION_NAMES: dict[WzVersion, Text] = {WzVersion.WZ2008: _("WZ 2008"), WzVersion.WZ2025: _("WZ 2025")}
NEWS_NAMES: dict[bool | None, Text] = {
    True: _("wants to be informed"),
    False: _("does not want to be informed"),
    None: _("not asked yet"),
}
ALIKE_NAMES: dict[Alike, Text] = {
    Alike.SAME: _("the same name"),
    Alike.LEGAL_FORM: _("the same name but for legal form, spaces or umlauts"),
    Alike.SPELLING: _("a name spelt almost the same"),
    Alike.PART: _("one name is part of the other"),
}
SHORT_SIZES: dict[SizeClass, Text] = {
    SizeClass.MICRO: _("micro"),
    SizeClass.SMALL: _("small"),
    SizeClass.MEDIUM: _("medium"),
    SizeClass.LARGE: _("large"),
    SizeClass.UNCHECKED: _("not checked"),
}
LABELS: dict[str, Text] = {
    "name": _("Name"),
    "city": _("City"),
    "nuts3": _("Region (NUTS 3)"),
    "nace": _("Economic activity (WZ)"),
    "wz_version": _("Edition of the classification"),
    "website": _("Web page"),
    "note": _("Note"),
    "is_mine": _("I look after this company"),
    "year": _("Year"),
    "headcount": _("People (annual work units)"),
    "turnover": _("Turnover in million euros"),
    "balance": _("Balance sheet total in million euros"),
    "relation": _("Group"),
    "public_share": _("Share in public hands, in percent"),
    "is_exempt": _(
        "The public owner is a university, a research centre, a public investment company or a small municipality"
    ),
    "is_new_owner": _("The company changed hands in this year"),
    "basis": _("How we know"),
    "stated_on": _("Of which day"),
    "evidence": _("What shows it"),
    "street": _("Street and number"),
    "postcode": _("Postcode"),
    "function": _("Function"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "source": _("Where from"),
    "wants_news": _("News about courses"),
    "asked_on": _("Said on"),
    "kind": _("Kind of aid"),
    "amount": _("Amount in euros"),
    "granted_on": _("Granted on"),
    "grantor": _("Granted by"),
    "reference": _("Reference"),
    "share": _("Share in percent"),
}  # fmt: skip
_WHYS: dict[Why, Text] = {
    Why.FIRST: _("first year with figures: it counts by itself"),
    Why.SAME: _("as before"),
    Why.ONE_YEAR: _("one year alone changes nothing: the class changes only after a second one"),
    Why.TWO_YEARS: _("the second year in a row: the class changes"),
    Why.BACK: _("back to where it was: the class stays"),
    Why.GAP: _("no figures for the year before: it counts by itself"),
    Why.OWNER: _("other owners: it counts at once"),
    Why.PUBLIC: _("25 percent or more in public hands: no SME (Article 3, paragraph 4)"),
    Why.MISSING: _("figures are missing: nothing can be said"),
}


def activity(code: str | None) -> str:
    """The name of an economic activity in the reader's language; empty where it is not known."""
    return pick(rules.activity_name(code), language.current())


def activities() -> list[tuple[str, str]]:
    """All activities with their names, for a list of suggestions."""
    spoken = language.current()
    return [(code, pick(names, spoken)) for code, names in rules.activities().items()]


def regions() -> list[tuple[str, str]]:
    """All regions with their names, for a list of suggestions."""
    return list(rules.regions().items())


def region(code: str | None) -> str:
    """The name of a region; empty where nobody knows it."""
    return rules.region_name(code)


def plain(value: Decimal | int | None) -> str:
    """A number as the reader types it into a form: 12,5 or 12.5, without separators of thousands."""
    if value is None:
        return ""
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if language.current() == "de" else text


def sum_of_heads(step: Step) -> str:
    """How the people of a year add up: ``240 + 50 % · 60 = 270``; empty where nobody knows."""
    own, total = step.figures.own.headcount, step.total.headcount
    parts = [_part(one) for one in step.figures.related if one.weight]
    if own is None:
        return ""
    if not parts:
        return language.number(own, 2)
    result = language.number(total, 2) if total is not None else "?"
    return " + ".join([language.number(own, 2), *parts]) + f" = {result}"


def money(figures: CompanyFigures) -> list[tuple[Text, str]]:
    """Turnover and balance sheet total, as far as they are known."""
    told = ((_("Turnover"), figures.turnover), (_("Balance sheet"), figures.balance))
    return [(name, language.number(value, 3)) for name, value in told if value is not None]


def euros(amount: Decimal) -> str:
    """An amount with two decimals, or none where it is whole: 45.500,50."""
    return format_decimal(amount, "#,##0" if amount == amount.to_integral_value() else "#,##0.00")


def why(step: Step) -> Text:
    """Why the class that holds is what it is."""
    return _WHYS[step.why]


def size(value: SizeClass) -> Text:
    """The name of a size class, with its numbers of people."""
    return SIZE_NAMES[value]


def hint(found: Hint) -> list[Text]:
    """Why two entries look like one company."""
    place = _("the same place, or one of them unknown") if found.is_same_place else _("another place")
    return [ALIKE_NAMES[found.why], place]


def _part(one: Related) -> str:
    heads = "?" if one.figures.headcount is None else language.number(one.figures.headcount, 2)
    share = language.number(one.weight * 100, 2)
    return heads if one.weight == 1 else f"{share}\N{NARROW NO-BREAK SPACE}% · {heads}"
