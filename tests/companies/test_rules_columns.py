import pytest

from app.companies.rules.amounts import Unit
from app.companies.rules.columns import (
    FIELD_NAMES,
    Columns,
    Field,
    field_of,
    is_ours,
    recognise,
    score,
    understood_names,
)


@pytest.mark.parametrize(
    "head,found",
    [
        ("Firma", Field.NAME),
        ("UNTERNEHMEN", Field.NAME),
        ("Firmenname*", Field.NAME),
        ("Company name", Field.NAME),
        ("Straße / Hausnr.", Field.STREET),
        ("PLZ", Field.POSTCODE),
        ("Ort", Field.CITY),
        ("NUTS-3", Field.NUTS3),
        ("WZ 2008", Field.WZ),
        ("NACE Rev. 2", Field.WZ),
        ("Webseite", Field.WEBSITE),
        ("Mitarbeiter:innen", Field.HEADCOUNT),
        ("Mitarbeiter (2023)", Field.HEADCOUNT),
        ("Anz. MA", Field.HEADCOUNT),
        ("Mitarbeitende in VZÄ", Field.HEADCOUNT),
        ("AWU", Field.HEADCOUNT),
        ("Umsatz 2023 in T€", Field.TURNOVER),
        ("Umsatz [Mio. EUR]", Field.TURNOVER),
        ("Bilanzsumme (€)", Field.BALANCE),
        ("Geschäftsjahr", Field.YEAR),
        ("Ansprechpartner/in", Field.CONTACT),
        ("Vorname", Field.FIRST_NAME),
        ("Nachname", Field.LAST_NAME),
        ("Funktion", Field.FUNCTION),
        ("E-Mail", Field.EMAIL),
        ("Telefon-Nr.", Field.PHONE),
        ("Bemerkungen", Field.NOTE),
        ("Lieblingsfarbe", None),
        ("", None),
    ],
)
def test_names_of_columns(head, found):
    assert field_of(head) is found


@pytest.mark.parametrize("name", understood_names())
def test_the_names_we_say_we_understand_are_understood(name):
    assert recognise([name]).is_usable


@pytest.mark.parametrize("field", list(Field))
def test_the_names_we_give_columns_ourselves_are_understood(field):
    assert set(FIELD_NAMES) == set(Field)
    german = {
        Field.NAME: "Name des Betriebs", Field.CONTACT: "Kontakt: Name", Field.YEAR: "Jahr der Zahlen",
        Field.WZ: "Branche (WZ)", Field.EMAIL: "Kontakt: E-Mail", Field.NUTS3: "NUTS-3-Region",
    }  # fmt: skip
    assert field_of(str(FIELD_NAMES[field])) is field
    assert field not in german or field_of(german[field]) is field


def test_where_units_and_years_are_told():
    heads = ["Firma", "Umsatz 2022 T€", "Umsatz 2023 T€", "Umsatz 2021", "Bilanzsumme", "WZ 2008"]
    assert recognise(heads) == Columns(
        {Field.NAME: 0, Field.WZ: 5, Field.TURNOVER: 2, Field.BALANCE: 4},
        {Field.TURNOVER: Unit.THOUSAND},
        {Field.TURNOVER: 2023},
    )


@pytest.mark.parametrize(
    "heads,places",
    [
        (["Name", "Ort"], {Field.NAME: 0, Field.CITY: 1}),
        (["Name", "Firma"], {Field.NAME: 1, Field.CONTACT: 0}),
        (["Firma", "Name", "Name"], {Field.NAME: 0, Field.CONTACT: 1}),
        (["Firma", "Kontakt", "Name"], {Field.NAME: 0, Field.CONTACT: 1}),
        (["Firma", "Unternehmen"], {Field.NAME: 0}),
        (["PLZ"], {Field.POSTCODE: 0}),
    ],
)
def test_a_column_called_name_is_the_companys_or_the_contacts(heads, places):
    assert recognise(heads).places == places


def test_the_head_is_told_from_titles():
    assert score(["KMU-Liste"]) == 0
    assert 0 < score(["Ort", "PLZ"]) < score(["Firma"]) < score(["Firma", "Ort"]) < score(["Firma", "Ort", "PLZ"])


def test_our_own_column():
    assert is_ours(" Was  nicht stimmt ")
    assert is_ours("What is wrong")
    assert not is_ours("Note")
