"""People with a row in every table."""

import pytest

from tests.privacy.world import fill


@pytest.fixture
def person(make):
    """Somebody with a name that stands nowhere by chance."""
    return make.user(name="Zwetelina Quastenberg", email="z.quastenberg@example.org", language="en")


@pytest.fixture
def other(make):
    """Somebody else, who must not be touched."""
    return make.user(name="Ottokar Vierzehn", email="o.vierzehn@example.org")


@pytest.fixture
def filled(session, person, other):
    """A row about each of them in every table; each did something to the rows of the other."""
    return fill(session, person, other), fill(session, other, person)
