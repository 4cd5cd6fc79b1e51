"""What a row of a list would change about a company that is known. An empty cell never removes anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from app.companies.rules.columns import FIGURES, Field
from app.companies.rules.duplicates import place_key
from app.kit.text import Text, _


class Contact(NamedTuple):
    """Somebody a Trio speaks to."""

    name: str
    function: str = ""
    email: str = ""
    phone: str = ""


class Site(NamedTuple):
    """A place where a company works."""

    street: str
    postcode: str
    city: str


@dataclass(slots=True)
class Known:
    """What the directory and the Trio know of a company. Figures by year: head count, turnover, balance sheet."""

    company_id: int
    name: str
    city: str = ""
    nuts3: str | None = None
    wz: str | None = None
    website: str | None = None
    is_registered: bool = False
    note: str = ""
    figures: dict[int, tuple[Decimal | None, ...]] = field(default_factory=dict)
    checked_years: set[int] = field(default_factory=set)
    """Years whose figures somebody checked: a list does not replace them."""
    contacts: list[Contact] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)


class Change(NamedTuple):
    """One thing that would become another: by field, as a person reads it. ``old`` is "" where nothing was known."""

    field: str
    old: str
    new: str


REGISTERED = "registered"
"""The field of the change that a company of the directory comes into the register."""

CHANGE_NAMES: dict[str, Text] = {REGISTERED: _("Your register"), "site": _("Site"), "contact_entry": _("Contact")}


def changes_of(values: Mapping[str, Any], known: Known) -> list[Change]:
    """What a row would change about a company that is known. An empty cell never removes anything."""
    changes = [] if known.is_registered else [Change(REGISTERED, "", "")]
    for name, old in ((Field.NUTS3, known.nuts3), (Field.WZ, known.wz), (Field.WEBSITE, known.website)):
        if name in values and values[name] != old:
            changes.append(Change(name, old or "", values[name]))
    if values.get(Field.CITY) and not known.city:
        changes.append(Change(Field.CITY, "", values[Field.CITY]))
    if Field.NOTE in values and values[Field.NOTE] not in known.note:
        changes.append(Change(Field.NOTE, known.note, noted(known.note, values[Field.NOTE])))
    return [*changes, *_figure_changes(values, known), *_part_changes(values, known)]


def noted(old: str, new: str) -> str:
    """A note with another one below it."""
    return f"{old}\n{new}" if old else new


def contact_of(values: Mapping[str, Any]) -> Contact | None:
    """The contact a row names, or None."""
    if Field.CONTACT not in values:
        return None
    return Contact(*(values.get(name, "") for name in (Field.CONTACT, Field.FUNCTION, Field.EMAIL, Field.PHONE)))


def site_of(values: Mapping[str, Any]) -> Site | None:
    """The site a row names, or None: a city alone is the company's seat and no site."""
    if Field.STREET not in values and Field.POSTCODE not in values:
        return None
    return Site(*(values.get(name, "") for name in (Field.STREET, Field.POSTCODE, Field.CITY)))


def known_contact(contact: Contact, others: Sequence[Contact]) -> int | None:
    """Which of the contacts it is: the one with this address, or with this name where one of them has none."""
    for at, other in enumerate(others):
        if contact.email and contact.email.casefold() == other.email.casefold():
            return at
    for at, other in enumerate(others):
        if contact.name == other.name and not (contact.email and other.email):
            return at
    return None


def completed(contact: Contact, old: Contact) -> Contact:
    """The contact as the row says it, with what it does not say as it was."""
    return Contact(*(new or before for new, before in zip(contact, old, strict=True)))


def is_same_entry(name_key: str, city: str, known_key: str, known_city: str) -> bool:
    """Whether a row and a company of these names and places are one without asking: the place decides, if told."""
    same_place = place_key(city) == place_key(known_city) if city and known_city else city == known_city
    return name_key == known_key and same_place


def keeps_checked_figures(values: Mapping[str, Any], known: Known) -> bool:
    """Whether the row says other figures than those that somebody checked."""
    year = values.get(Field.YEAR)
    if year not in known.checked_years:
        return False
    told = [None if name not in values else Decimal(values[name]) for name in FIGURES]
    return any(new is not None and new != old for new, old in zip(told, known.figures[year], strict=True))


def _figure_changes(values: Mapping[str, Any], known: Known) -> list[Change]:
    if Field.YEAR not in values or values[Field.YEAR] in known.checked_years:
        return []
    before = known.figures.get(values[Field.YEAR], (None, None, None))
    return [
        Change(name, "" if old is None else f"{old.normalize():f}", values[name])
        for name, old in zip(FIGURES, before, strict=True)
        if name in values and Decimal(values[name]) != old
    ]


def _part_changes(values: Mapping[str, Any], known: Known) -> list[Change]:
    changes = []
    contact, site = contact_of(values), site_of(values)
    if contact is not None:
        at = known_contact(contact, known.contacts)
        if at is None:
            changes.append(Change("contact_entry", "", _line(contact)))
        elif completed(contact, known.contacts[at]) != known.contacts[at]:
            old = known.contacts[at]
            changes.append(Change("contact_entry", _line(old), _line(completed(contact, old))))
    if site is not None and site not in known.sites:
        changes.append(Change("site", "", _line(site)))
    return changes


def _line(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)
