import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.verdicts import Answer
from app.trios import rules
from app.trios.rules import branding

colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))


@pytest.mark.parametrize("slug", ["ab", "lausitz", "nord-2", "a" * 60, "b3"])
def test_addresses_that_are_fine(slug):
    assert rules.slug_fault(slug) is None


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "a",
        "new",
        "Lausitz",
        "-a",
        "a-",
        "a--b",
        "a b",
        "a/b",
        "a.b",
        "straße",
        "a" * 61,
        "lausitz\n",
        "../x",
        "ab%",
    ],
)
def test_addresses_that_are_not(slug):
    assert rules.slug_fault(slug) is not None


@pytest.mark.parametrize(
    "one,other,ratio", [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#0b5563", "#ffffff", 8.42)]
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert rules.contrast(one, other) == rules.contrast(other, one) == pytest.approx(ratio, abs=0.01)


@given(colours, colours)
def test_contrast_lies_between_one_and_twenty_one(one, other):
    assert 1 <= rules.contrast(one, other) <= 21.01


@pytest.mark.parametrize("typed", ["#0b5563", "0B5563", " #0B5563 "])
def test_colours_are_read_as_people_type_them(typed):
    assert rules.read_colour(typed) == "#0b5563"


@pytest.mark.parametrize(
    "typed",
    ["", "red", "red;}", "#fff", "#0b556", "#0b55633", "#0b556g", "#0b5563;}body{x:url(//evil)", "##0b5563",
     "#0b5563\n}", "var(--x)", "#\uff10b5563"],
)  # fmt: skip
def test_nothing_else_is_a_colour_or_reaches_a_style_sheet(typed):
    assert rules.read_colour(typed) is None
    assert rules.style_sheet(typed) == ""


@given(colours)
def test_a_refused_colour_comes_with_its_ratio_and_one_that_passes(colour):
    verdict = rules.may_wear(colour)
    near = rules.nearest(colour)
    assert rules.may_wear(near)
    if verdict:
        assert near == colour
    else:
        assert verdict.answer is Answer.NOT_NOW
        assert f"{rules.contrast(colour, '#ffffff'):.1f}" in str(verdict.reason)
        assert near in str(verdict.reason)


@given(colours)
def test_the_nearest_colour_is_near(colour):
    """A little lighter would not pass any more, so nothing nearer of its hue does."""
    near = rules.nearest(colour)
    assert near == colour or rules.contrast(near, "#ffffff") < 4.7


@given(colours)
def test_both_themes_can_be_read(colour):
    told = rules.colours_of(rules.nearest(colour))
    assert rules.contrast(told.light, told.on_light) >= 4.5
    assert rules.contrast(told.light, branding.PAPER) >= 3
    assert rules.contrast(told.dark, told.on_dark) >= 4.5
    assert rules.contrast(told.dark, branding.DARK_SURFACE) >= 4.5


def test_a_colour_that_is_light_enough_stays_itself_in_the_dark():
    assert rules.colours_of("#8899aa").dark == "#8899aa"


@given(colours)
def test_a_style_sheet_sets_two_properties_and_nothing_else(colour):
    css = rules.style_sheet(colour)
    assert set(re.findall(r"([a-z-]+):(?!root)", css)) == {"--brand", "--brand-on", "color"}
    assert css.count("{") == css.count("}") == 3
    assert "url" not in css
    assert "<" not in css


def test_without_a_colour_there_is_no_style_sheet():
    assert rules.style_sheet(None) == ""
