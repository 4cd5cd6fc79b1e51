import pytest
from sqlalchemy import select

from app.companies.models import Company
from app.kit.paging import Page, page_of
from tests.counting import statements


def by_name():
    return select(Company).order_by(Company.name)


@pytest.mark.parametrize(
    "wanted,number,names",
    [
        (1, 1, ["A", "B"]),
        (2, 2, ["C", "D"]),
        (3, 3, ["E"]),
        (4, 3, ["E"]),
        (10**30, 3, ["E"]),
        (0, 1, ["A", "B"]),
        (-5, 1, ["A", "B"]),
    ],
)
def test_one_page_of_a_list(make, session, wanted, number, names):
    for name in "EDCBA":
        make.company(name=name)
    page = page_of(session, by_name(), number=wanted, size=2)
    assert [company.name for company in page.items] == names
    assert (page.number, page.pages, page.total) == (number, 3, 5)


def test_an_empty_list_is_one_empty_page(session):
    page = page_of(session, by_name(), number=3, size=20)
    assert (page.number, page.pages, page.total, page.first, page.last) == (1, 1, 0, 0, 0)


def test_positions():
    page = Page(["k", "l"], number=3, size=5, total=12)
    assert (page.first, page.last, page.pages) == (11, 12, 3)


def test_two_queries_however_long_the_list_is(make, session):
    for name in range(30):
        make.company(name=f"{name:02}")
    with statements(session) as said:
        page_of(session, by_name(), number=1, size=25)
    assert len(said) == 2
