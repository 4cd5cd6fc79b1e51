import re

import pytest

from app.companies import rules
from app.companies.rules import WzVersion

DOMAIN = set(
    re.findall(
        r"\S+",
        "29.10 29.20 29.31 29.32 25.50 25.61 25.62 25.73 24.51 24.53 22.19 22.29 28.15 28.99 27.11 27.12 27.20 27.90 "
        "20.13 20.59 38.12 38.32 72.19 85.32 85.59",
    )
)
REGIONS = set(
    re.findall(
        r"\S+",
        "DE912 DE911 DEF0E DEF05 DEG0F DE40C DE300 DE40B DE402 DED51 DEE05 DE11D DE144 DE262 DE242 DEA33 DEA2D DEB32",
    )
)


def test_the_lists_are_whole():
    assert (len(rules.activities()), len(rules.regions())) == (615, 401)
    assert rules.activities().keys() >= DOMAIN
    assert rules.regions().keys() >= REGIONS
    assert all(names["de"] and names["en"] for names in rules.activities().values())
    assert all(rules.regions().values())


@pytest.mark.parametrize(
    "typed,code",
    [
        ("29.32", "29.32"),
        ("2932", "29.32"),
        ("C29.32", "29.32"),
        ("c 29.32.0", "29.32.0"),
        ("29320", "29.32.0"),
        (" 29.32 – Herstellung von Teilen", "29.32"),
        ("99.99", None),
        ("29.3", None),
        ("29.32.00", None),
        ("٢٩٣٢", None),
        ("", None),
        ("Batterien", None),
    ],
)
def test_a_code_in_any_spelling(typed, code):
    assert rules.find_activity(typed) == code


def test_of_wz_2025_only_the_form_is_checked():
    assert rules.find_activity("99.99", WzVersion.WZ2025) == "99.99"
    assert rules.find_activity("x", WzVersion.WZ2025) is None


def test_the_name_of_an_activity():
    assert rules.activity_name("27.20.0")["de"] == "Herstellung von Batterien und Akkumulatoren"
    assert rules.activity_name("27.20")["en"] == "Manufacture of batteries and accumulators"
    assert rules.activity_name(None) == rules.activity_name("00.00") == {}


@pytest.mark.parametrize(
    "typed,code",
    [
        ("DED2C", "DED2C"),
        ("ded2c – Bautzen", "DED2C"),
        ("bautzen", "DED2C"),
        ("DED", None),
        ("Rosenheim", None),
        ("", None),
    ],
)
def test_a_region_by_code_or_name(typed, code):
    assert rules.find_region(typed) == code


def test_the_name_of_a_region():
    assert rules.region_name("DED2C") == "Bautzen"
    assert (rules.region_name("AT130"), rules.region_name(None)) == ("AT130", "")
