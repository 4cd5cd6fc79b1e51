import pytest

from tests.reading import says_number


@pytest.mark.parametrize("text", ["<p>87 %</p>", '<i data-x="87">', "87.5", "(87,5%)", '{"score": 87}'])
def test_a_number_is_seen_wherever_it_is_said(text):
    assert says_number(text, "87")


@pytest.mark.parametrize("text", ["/runs/87", "M87", "Trio 1187", "T87X-4K", '<svg><path d="M1 87h4"/></svg>'])
def test_digits_that_are_there_by_chance_are_none(text):
    assert not says_number(text, "87")
