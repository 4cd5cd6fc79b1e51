"""Finished runs with many people, quickly."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from app.accounts.models import User
from app.companies.models import Company
from app.companies.rules import SizeClass
from app.kit.actors import Role
from app.runs.models import Enrolment
from app.runs.rules import EnrolmentState, RunState
from tests.counting import statements
from tests.factories import NOON, Make, number

FEBRUARY = datetime(2026, 2, 10, 8, 0, tzinfo=UTC)


@dataclass
class World:
    """Makes what reports count. ``took_part`` makes a finished run; people may be given, to come again."""

    make: Make

    def people(self, count: int) -> list[int]:
        """The ids of new people."""
        users = [
            User(
                email=f"p{next(number)}@example.org",
                name="P",
                key=secrets.token_hex(16),
                created_at=NOON,
                language="en",
            )
            for _ in range(count)
        ]
        self.make.session.add_all(users)
        self.make.session.commit()
        return [user.id for user in users]

    def took_part(
        self,
        trio,
        *groups: tuple[Company | None, int],
        starts_at=FEBRUARY,
        people: Sequence[int] = (),
        done=None,
        **given,
    ):
        """A finished run with so many new people of each company; ``done``: how many of all completed (None: all)."""
        module = given.pop("module", None) or self.make.module(trio=trio)
        run = self.make.run(module, trio_id=trio.id, starts_at=starts_at, **{"state": RunState.FINISHED} | given)
        found = [(user_id, company) for company, count in groups for user_id in self.people(count)]
        found += [(user_id, None) for user_id in people]
        self.make.session.add_all(
            Enrolment(
                run_id=run.id,
                user_id=user_id,
                company_id=company.id if company else None,
                state=EnrolmentState.COMPLETED if done is None or at < done else EnrolmentState.ATTENDED,
                enrolled_at=NOON,
            )
            for at, (user_id, company) in enumerate(found)
        )
        self.make.session.commit()
        return run

    def companies(self, count: int, size: SizeClass = SizeClass.SMALL, **given):
        """Companies of one size class."""
        return [self.make.company(size_class=size, **given) for _ in range(count)]

    def busy(self, trio, *, starts_at=FEBRUARY, each=3):
        """A quarter in which nothing need be withheld: six small and six large companies in two regions."""
        firms = [(firm, each) for firm in self.companies(6, nuts3="DED2C")]
        firms += [(firm, each) for firm in self.companies(6, SizeClass.LARGE, nuts3="DED43")]
        return self.took_part(trio, *firms, starts_at=starts_at)


@pytest.fixture
def world(make) -> World:
    return World(make)


@pytest.fixture
def manager(make):
    """Makes a person who reads the reports of a Trio."""
    return lambda trio: make.user(Role.CLUSTER_MANAGER, trio=trio)


@pytest.fixture
def office(make):
    """A person who reads all reports."""
    return make.user(Role.PROGRAMME_OFFICE)


@pytest.fixture
def later():
    """A moment some days later."""
    return lambda days: FEBRUARY + timedelta(days=days)


@pytest.fixture
def queries_of(connection) -> Callable[[], AbstractContextManager[list[str]]]:
    """A context whose value is the list of statements sent to the database inside it."""
    return partial(statements, connection)
