"""How many queries something takes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from tests.counting import statements


@pytest.fixture
def queries_of(connection) -> Callable[[], AbstractContextManager[list[str]]]:
    """A context whose value is the list of statements sent to the database inside it."""
    return partial(statements, connection)
