import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.spreadsheet import FORMULA, quoted, unquoted


@pytest.mark.parametrize("start", FORMULA, ids=ascii)
def test_what_looks_like_a_formula_is_text(start):
    assert quoted(f"{start}1+1") == f"'{start}1+1"
    assert quoted(f"'{start}1+1") == f"''{start}1+1"


@pytest.mark.parametrize("text", ["", "Zellwerk", "1.FC Zelle", "'s Werk", "a=1", " =1"])
def test_other_texts_stay(text):
    assert quoted(text) == unquoted(text) == text


@given(st.text())
def test_what_was_made_safe_is_read_back(text):
    assert unquoted(quoted(text)) == text
