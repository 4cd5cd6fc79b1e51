import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trios import rules


@pytest.mark.parametrize(
    "name,folded",
    [
        ("Bildungswerk Kamenz gGmbH", "bildungswerk kamenz"),
        ("Müller & Söhne GmbH & Co. KG", "mueller soehne"),
        ("Energy Saxony e. V.", "energy saxony"),
        ("IHK Dresden", "industrie handelskammer dresden"),
        ("Industrie- und Handelskammer Dresden", "industrie handelskammer dresden"),
        ("TU Dresden", "technische universitaet dresden"),
        ("Nowák, s.r.o.", "nowak s r o"),
        ("GmbH", ""),
        ("", ""),
        ("Straße\u0308", "strasse"),
    ],
)
def test_names_are_compared_without_legal_form_signs_and_abbreviations(name, folded):
    assert rules.folded(name) == folded


@pytest.mark.parametrize(
    "one,other",
    [
        ("Bildungswerk Kamenz gGmbH", "Bildungswerk Kamentz"),
        ("Technische Universität Dresden", "TU Dresden"),
        ("BTU Cottbus-Senftenberg", "Brandenburgische Technische Universität Cottbus-Senftenberg"),
        ("Kamenz Bildungswerk", "Bildungswerk Kamenz"),
        ("Energie Cluster Lausitz", "Energiecluster Lausitz e.V."),
        ("Müller Metallbau", "Mueller Metalbau GmbH"),
    ],
)
def test_slips_and_spellings_are_alike_in_the_same_place(one, other):
    assert rules.are_alike(rules.likeness(rules.folded(one), rules.folded(other)), same_place=True)


@pytest.mark.parametrize(
    "one,other",
    [
        ("IHK Dresden", "TU Dresden"),
        ("Handwerkskammer Dresden", "Handwerkskammer Cottbus"),
        ("Fraunhofer IKTS", "Fraunhofer IWU"),
        ("Bildungswerk Kamenz", "Cluster Energie"),
        ("GmbH", "Bildungswerk Kamenz"),
    ],
)
def test_other_organisations_are_not(one, other):
    assert not rules.are_alike(rules.likeness(rules.folded(one), rules.folded(other)), same_place=True)


def test_elsewhere_names_must_be_more_alike():
    assert rules.are_alike(88, same_place=True)
    assert not rules.are_alike(88, same_place=False)
    assert rules.are_alike(95, same_place=False)


@given(st.text(max_size=200))
def test_any_name_can_be_folded_and_is_like_itself(name):
    folded = rules.folded(name)
    assert folded == " ".join(folded.split())
    assert rules.likeness(folded, folded) == (100 if folded else 0)
