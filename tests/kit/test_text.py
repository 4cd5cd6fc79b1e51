import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import escape

from app.kit.text import Text, _, n_, translator
from app.kit.verdicts import not_now

GERMAN = {"Hello, %(name)s.": "Hallo %(name)s.", "one": "eins", "%(number)s places": "%(number)s Plätze"}


@pytest.fixture
def german():
    def translate(one, many, number):
        return GERMAN.get(one if many is None or number == 1 else many, one)

    token = translator.set(translate)
    yield
    translator.reset(token)


def test_english_is_the_source():
    assert str(_("Hello, %(name)s.", name="Olena")) == "Hello, Olena."


def test_the_language_is_chosen_when_the_sentence_is_read(german):
    assert str(_("Hello, %(name)s.", name="Olena")) == "Hallo Olena."


@pytest.mark.parametrize("number,sentence", [(0, "0 places"), (1, "1 place"), (2, "2 places")])
def test_numbers_choose_the_form(number, sentence):
    assert str(n_("%(number)s place", "%(number)s places", number)) == sentence


def test_numbers_take_more_parameters():
    assert str(n_("%(number)s place in %(city)s", "%(number)s in %(city)s", 3, city="Kamenz")) == "3 in Kamenz"


def test_a_sentence_without_parameters_may_hold_a_percent_sign():
    assert str(_("80 % attendance")) == "80 % attendance"


def test_equal_sentences_are_equal_and_can_be_keys():
    assert _("Hello, %(name)s.", name="A") == _("Hello, %(name)s.", name="A")
    assert _("Hello, %(name)s.", name="A") != _("Hello, %(name)s.", name="B")
    assert len({_("one"), _("one"), Text("two")}) == 2


TEMPLATE = Environment(autoescape=True).from_string("""<p title="{{ text }}" class='{{ text }}'>{{ text }}</p>""")


@given(st.text())
def test_parameters_are_escaped_as_any_string_is(name):
    text = _("Hello, %(name)s.", name=name)
    assert escape(text).unescape() == str(text)
    assert not set(escape(text)) & set("<>\"'")


def test_a_name_cannot_become_markup_in_a_template():
    name = """<b onclick="x">'&"""
    told = [
        _("Hello, %(name)s.", name=name),
        n_("%(name)s", "%(name)s", 2, name=name),
        not_now(_("%(n)s", n=name)).reason,
    ]
    for text in told:
        html = TEMPLATE.render(text=text)
        assert "<b" not in html
        assert html.count("'") == 2
        assert html.count('"') == 2
        assert "&lt;b onclick=" in html
