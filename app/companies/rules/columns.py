"""Which column of somebody else's list holds what: the names people give to columns, in German and English."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.companies.rules.amounts import Unit, unit_in
from app.kit.text import Text, _


class Field(StrEnum):
    """What the register can take from a column."""

    NAME = "name"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    NUTS3 = "nuts3"
    WZ = "wz"
    WEBSITE = "website"
    HEADCOUNT = "headcount"
    TURNOVER = "turnover"
    BALANCE = "balance"
    YEAR = "year"
    CONTACT = "contact"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FUNCTION = "function"
    EMAIL = "email"
    PHONE = "phone"
    NOTE = "note"


FIELD_NAMES: dict[Field, Text] = {
    Field.NAME: _("Company name"),
    Field.STREET: _("Street"),
    Field.POSTCODE: _("Postcode"),
    Field.CITY: _("City"),
    Field.NUTS3: _("NUTS 3 region"),
    Field.WZ: _("Industry (WZ)"),
    Field.WEBSITE: _("Website"),
    Field.HEADCOUNT: _("Head count"),
    Field.TURNOVER: _("Turnover"),
    Field.BALANCE: _("Balance sheet total"),
    Field.YEAR: _("Year of the figures"),
    Field.CONTACT: _("Contact: name"),
    Field.FIRST_NAME: _("Contact: first name"),
    Field.LAST_NAME: _("Contact: last name"),
    Field.FUNCTION: _("Contact: function"),
    Field.EMAIL: _("Contact: e-mail"),
    Field.PHONE: _("Contact: phone"),
    Field.NOTE: _("Note"),
}

MONEY = (Field.TURNOVER, Field.BALANCE)
FIGURES = (Field.HEADCOUNT, *MONEY)
CONTACTS = (Field.CONTACT, Field.FIRST_NAME, Field.LAST_NAME, Field.FUNCTION, Field.EMAIL, Field.PHONE)

_SYNONYMS: dict[Field, str] = {
    Field.NAME: """firma firmenname firmenbezeichnung unternehmen unternehmensname betrieb betriebsname arbeitgeber
        kmu organisation company companyname employer enterprise business organization name namederfirma
        namedesunternehmens namedesbetriebs nameofcompany""",
    Field.STREET: "strasse strassehausnummer strassehausnr strasseundhausnummer strassenr street streetaddress",
    Field.POSTCODE: "plz postleitzahl postcode postalcode zip zipcode",
    Field.CITY: "ort stadt wohnort standort sitz firmensitz gemeinde city town place location",
    Field.NUTS3: "nuts nuts3 nuts3region nuts3code nutscode nutsregion",
    Field.WZ: """wz wz2008 wzcode wznummer wzklasse wz08 branchencode wirtschaftszweig nace nacecode nacerev2
        industrycode industry branche""",
    Field.WEBSITE: "web website webseite webpage webadresse homepage internet internetadresse url www",
    Field.HEADCOUNT: """mitarbeitende mitarbeiter mitarbeiterinnen mitarbeiterzahl mitarbeiteranzahl
        anzahlmitarbeiter anzahlmitarbeitende anzma anzmitarbeiter anzahlma beschaeftigte beschaeftigtenzahl
        anzahlbeschaeftigte ma mazahl mak vzae awu jae jahresarbeitseinheiten personen belegschaft headcount
        employees staff numberofemployees noofemployees fte""",
    Field.TURNOVER: "umsatz jahresumsatz umsatzerloese turnover revenue annualturnover annualrevenue sales",
    Field.BALANCE: """bilanz bilanzsumme jahresbilanzsumme jahresbilanz balance balancesheet balancesheettotal
        totalassets""",
    Field.YEAR: """jahr jahrderzahlen yearofthefigures geschaeftsjahr berichtsjahr bezugsjahr year fiscalyear
        financialyear""",
    Field.CONTACT: """ansprechpartner ansprechpartnerin ansprechperson kontakt kontaktperson kontaktname
        ansprechpartnername nameansprechpartner nameansprechperson contactname contact contactperson""",
    Field.FIRST_NAME: """vorname kontaktvorname contactfirstname vornameansprechpartner ansprechpartnervorname
        firstname givenname""",
    Field.LAST_NAME: """nachname kontaktnachname contactlastname familienname zuname nachnameansprechpartner
        lastname surname familyname""",
    Field.FUNCTION: """funktion kontaktfunktion contactfunction position rolle stellung abteilung function role
        jobtitle""",
    Field.EMAIL: """email emailadresse kontaktemail contactemail mail mailadresse emailkontakt emailansprechpartner
        ansprechpartneremail emailaddress""",
    Field.PHONE: """telefon kontakttelefon contactphone telefonnummer telefonnr tel fon phone phonenumber telephone
        mobil handy mobiltelefon telefonansprechpartner""",
    Field.NOTE: """bemerkung bemerkungen notiz notizen anmerkung anmerkungen kommentar note notes remark remarks
        comment""",
}
_FIELDS = {word: found for found, words in _SYNONYMS.items() for word in words.split()}
_WEAK = "name"
"""Names the company only where no other column does."""
_FOLDING = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_FILLERS = re.compile(
    r"\b(?:in|je|pro|ca|stand|per|zum|teur|tsd|mio|mrd|meur|keur|eur|euro|million|thousand|awu|jae|vzae)\b\.?|\b[tkm]?€|€"
)

OUR_COLUMN = _("What is wrong")
"""The column that is added to the file of bad rows; a file that is uploaded again may still have it."""
OUR_COLUMN_NAMES = frozenset({"what is wrong", "was nicht stimmt"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands (columns from 0), units and years that the head of a column tells."""

    places: Mapping[Field, int]
    units: Mapping[Field, Unit] = field(default_factory=dict)
    years: Mapping[Field, int] = field(default_factory=dict)

    @property
    def is_usable(self) -> bool:
        """Whether the one column nobody can do without is there."""
        return Field.NAME in self.places


def field_of(head: str) -> Field | None:
    """What a column of this name holds, or None when nobody knows."""
    words = _folded(head)
    return _FIELDS.get(_letters(words)) or _FIELDS.get(_letters(_bare(words)))


def recognise(heads: Sequence[str]) -> Columns:
    """Give each known field its column: the first of that name, of several years the latest."""
    places: dict[Field, int] = {}
    years: dict[Field, int] = {}
    weak: int | None = None
    for column, head in enumerate(heads):
        found = field_of(head)
        year = year_in(head) if found in FIGURES else None
        if _letters(_folded(head)) == _WEAK:
            weak = column if weak is None else weak
        elif found is not None and (found not in places or (year or 0) > years.get(found, 0)):
            places[found] = column
            if year:
                years[found] = year
    if weak is not None:
        _place_weak(places, weak)
    return columns_of(heads, places)


def columns_of(heads: Sequence[str], places: Mapping[Field, int]) -> Columns:
    """Units and years for a choice of columns, read from their heads."""
    said = {found: heads[column] for found, column in places.items() if column < len(heads)}
    units = {found: unit for found, head in said.items() if found in MONEY and (unit := unit_in(head)) is not None}
    years = {found: year for found, head in said.items() if found in FIGURES and (year := year_in(head)) is not None}
    return Columns(dict(sorted(places.items(), key=lambda item: list(Field).index(item[0]))), units, years)


def score(heads: Sequence[str]) -> int:
    """How much a row looks like the head of a list: the fields it names, and far more when one is the company."""
    places = recognise(heads).places
    return len(places) + (100 if Field.NAME in places and len(places) > 1 else 50 if Field.NAME in places else 0)


def year_in(head: str) -> int | None:
    """The year in the head of a column: "Umsatz 2025"."""
    found = _YEAR.search(head)
    return int(found[1]) if found else None


def is_ours(head: str) -> bool:
    """Whether this is the column of reasons from a file of bad rows."""
    return " ".join(head.casefold().split()) in OUR_COLUMN_NAMES


def understood_names() -> list[str]:
    """Names for the company's column that are understood, to be told when there is none."""
    return ["Firma", "Firmenname", "Unternehmen", "Betrieb", "Name", "Company"]


def _place_weak(places: dict[Field, int], column: int) -> None:
    """A column that is only called "Name" is the company's, or the contact's where the company has its own."""
    for found in (Field.NAME, Field.CONTACT):
        if found not in places:
            places[found] = column
            return


def _folded(head: str) -> str:
    return head[:200].casefold().translate(_FOLDING)


def _bare(words: str) -> str:
    """Without units, years and what stands in brackets."""
    return _YEAR.sub(" ", _FILLERS.sub(" ", re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", words)))


def _letters(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words)
