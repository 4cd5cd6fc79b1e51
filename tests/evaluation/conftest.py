"""A finished run whose people can answer the standard questionnaire."""

from dataclasses import dataclass

import pytest

from app.accounts.models import User
from app.evaluation import cli, services
from app.runs.models import Run
from app.runs.rules import EnrolmentState
from tests.factories import NOON, Make

ALL = {"useful": "4", "understood": "3", "trainer": "4", "recommend": "9", "change": "More time at the machine."}


@dataclass
class Asked:
    """A run and the people who took part in it, in the order of their ids."""

    run: Run
    people: list[User]


def ask(make: Make, people: int = 6, *, now=NOON, **given) -> Asked:
    """Make a finished run with so many people, and open its evaluation."""
    cli.load(make.session)
    run = make.run(**given)
    who = [make.user() for _number in range(people)]
    for person in who:
        make.enrolment(run, EnrolmentState.ATTENDED, user_id=person.id, attendance=100)
    services.open_evaluation(make.session, run.id, now=now)
    make.session.commit()
    return Asked(run, who)


@pytest.fixture
def asked(make) -> Asked:
    """Six people who can answer."""
    return ask(make)
