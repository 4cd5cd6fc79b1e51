"""Real commits, real threads: what a session that is never committed cannot show."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import tables
from app.kit import database
from app.kit.actors import Actor
from app.runs import queries, services
from app.runs.models import Enrolment, EnrolmentEvent, Run
from app.runs.rules import EnrolmentState
from tests.factories import NOON, Make

PEOPLE = 20


@pytest.fixture(scope="module")
def engine(server) -> Iterator[Engine]:
    """An own database, for here rows are committed for good."""
    url = server("concurrency")
    options = database.engine_options(url)
    if not url.startswith("sqlite"):
        options |= {"pool_size": PEOPLE}
    engine = create_engine(url, **options)
    tables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def committed(engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


def all_at_once(act: Callable[[Actor], None], actors: list[Actor]) -> None:
    """Everybody starts together; what one of them raises is raised here."""
    start = threading.Barrier(len(actors))

    def _act(actor: Actor) -> None:
        start.wait()
        act(actor)

    with ThreadPoolExecutor(len(actors)) as pool:
        list(pool.map(_act, actors))


def enrolments_of(session: Session, run: Run) -> list[Enrolment]:
    session.rollback()  # ends the snapshot from before the race
    query = select(Enrolment).where(Enrolment.run_id == run.id).order_by(Enrolment.waiting_since, Enrolment.id)
    return list(session.scalars(query))


def crowd(session: Session, *, seats: int) -> tuple[Run, list[Actor]]:
    make = Make(session)
    return make.run(seats=seats), [make.actor() for _ in range(PEOPLE)]


def test_the_last_seat_is_given_once_and_nobody_is_lost(engine, committed):
    run, actors = crowd(committed, seats=1)

    def enrol(actor: Actor) -> None:
        with Session(engine) as session, session.begin():
            database.begin_writing(session)
            services.enrol(session, actor, run.id, now=NOON)

    all_at_once(enrol, actors)

    enrolments = enrolments_of(committed, run)
    assert Counter(row.state for row in enrolments) == {
        EnrolmentState.CONFIRMED: 1, EnrolmentState.WAITING: PEOPLE - 1,
    }  # fmt: skip
    assert {row.user_id for row in enrolments} == {actor.user_id for actor in actors}
    waiting = queries.list_waiting(committed, run.id)
    events = committed.scalars(
        select(EnrolmentEvent.enrolment_id)
        .where(EnrolmentEvent.enrolment_id.in_([row.id for row in enrolments]))
        .order_by(EnrolmentEvent.id)
    ).all()
    [seated] = (row.id for row in enrolments if row.state is EnrolmentState.CONFIRMED)
    assert events == [seated, *(row.id for row in waiting)]  # the queue is the order in which people came


def test_a_double_tap_takes_one_place(engine, committed):
    run, actors = crowd(committed, seats=PEOPLE)

    def enrol(_actor: Actor) -> None:
        with Session(engine) as session, session.begin():
            database.begin_writing(session)
            services.enrol(session, actors[0], run.id, now=NOON)

    all_at_once(enrol, actors)
    assert len(enrolments_of(committed, run)) == 1


def test_seats_given_back_at_once_go_to_those_who_waited_longest(engine, committed):
    run, actors = crowd(committed, seats=PEOPLE // 2)
    for actor in actors:
        services.enrol(committed, actor, run.id, now=NOON)
    committed.commit()

    def withdraw(actor: Actor) -> None:
        with Session(engine) as session, session.begin():
            database.begin_writing(session)
            services.withdraw(session, actor, run.id, now=NOON)

    seated, waiting = actors[: PEOPLE // 2], actors[PEOPLE // 2 :]
    all_at_once(withdraw, seated)
    states: dict[int | None, EnrolmentState] = {row.user_id: row.state for row in enrolments_of(committed, run)}
    assert {states[actor.user_id] for actor in seated} == {EnrolmentState.CANCELLED}
    assert {states[actor.user_id] for actor in waiting} == {EnrolmentState.CONFIRMED}


def test_without_the_lock_the_last_seat_is_given_twice(engine, committed, monkeypatch):
    """The control: left to itself, counting first and writing then goes wrong, so the tests above can fail.

    Everybody counts before anybody writes. On SQLite two plain transactions that have read cannot both write: one of
    them is refused, and its person is lost; on PostgreSQL both get the seat.
    """
    run, actors = crowd(committed, seats=1)
    pair = actors[:2]
    counted = threading.Barrier(len(pair))
    get_run, count_places = queries.get_run, queries.count_places

    def get_unlocked(session, run_id, **_lock):
        return get_run(session, run_id)

    def count_together(session, run):
        places = count_places(session, run)
        counted.wait(timeout=10)
        return places

    monkeypatch.setattr(queries, "get_run", get_unlocked)
    monkeypatch.setattr(queries, "count_places", count_together)

    def enrol(actor: Actor) -> None:
        with Session(engine) as session, session.begin():
            services.enrol(session, actor, run.id, now=NOON)

    refused: OperationalError | None = None
    try:
        all_at_once(enrol, pair)
    except OperationalError as error:
        refused = error
    enrolments = enrolments_of(committed, run)
    if engine.dialect.name == "sqlite":
        assert refused is not None
        assert len(enrolments) == 1
    else:
        assert [row.state for row in enrolments] == [EnrolmentState.CONFIRMED] * 2
