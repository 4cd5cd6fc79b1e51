"""A finished run whose people can answer the standard questionnaire."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.orm import Session

from app import tables
from app.accounts.models import User
from app.evaluation import cli, services
from app.evaluation.models import Counter, LooseText, Voter
from app.kit import database
from app.kit.actors import Actor
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


@pytest.fixture(scope="package")
def committed(server) -> Iterator[Engine]:
    """A database of its own, in which transactions are really committed."""
    url = server("anonymity")
    engine = create_engine(url, **database.engine_options(url))
    tables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def crowd(committed) -> Iterator[Asked]:
    """Forty people who took part in a run; their answers are gone after the test."""
    with Session(committed, expire_on_commit=False) as session:
        yield ask(Make(session), people=40)
    with committed.begin() as connection:
        for table in (LooseText, Counter, Voter):
            connection.execute(delete(table))


def vote(engine: Engine, asked: Asked, number: int, answers: dict[str, str]) -> None:
    """Let one person answer, in a transaction of its own."""
    with Session(engine) as session, session.begin():
        database.begin_writing(session)
        services.vote(session, Actor(asked.people[number].id), asked.run.id, answers, now=NOON)
