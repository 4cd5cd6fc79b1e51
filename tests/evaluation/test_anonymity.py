"""Nothing joins an answer to a person: proved on real databases with real commits, hidden columns and files included.

Each proof has a negative control that shows that the attack finds something where the mechanism is left out.
"""

import secrets
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Select, column, create_engine, insert, literal_column, make_url, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app import tables
from app.evaluation import services
from app.evaluation.models import Counter, LooseText, RunEvaluation, Voter
from app.kit import database
from tests.conftest import DATABASE
from tests.evaluation.conftest import ask, vote
from tests.factories import Make

ANSWERS = (Counter, LooseText)
HIDDEN = "rowid" if DATABASE == "sqlite" else "ctid"
only_sqlite = pytest.mark.skipif(DATABASE != "sqlite", reason="rowids exist on SQLite only")
only_postgresql = pytest.mark.skipif(DATABASE != "postgresql", reason="xmin exists on PostgreSQL only")


def correlation(order: list[int]) -> float:
    """Spearman's rho between the order found and the order of voting; 1: the order is given away."""
    n = len(order)
    return 1 - 6 * sum((place - number) ** 2 for place, number in enumerate(order)) / (n * (n * n - 1))


# ---- the schema


@pytest.mark.parametrize("table", ANSWERS, ids=lambda table: table.__tablename__)
def test_no_column_of_an_answer_knows_a_person_a_time_or_a_sequence(table):
    columns = table.__table__.columns
    assert {key.column.table.name for column in columns for key in column.foreign_keys} == {"runs"}
    free = [column for column in columns if not column.foreign_keys]
    assert {column.type.python_type for column in free if column.name != "count"} == {str}


def test_who_answered_carries_nothing_but_that():
    assert set(Voter.__table__.columns.keys()) == {"run_id", "user_id"}


def test_no_table_of_the_platform_points_at_an_answer_or_at_who_answered():
    secret = {table.__tablename__ for table in (*ANSWERS, Voter)}
    for table in tables.metadata.tables.values():
        pointed_at = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        assert not pointed_at & secret, table.name


def test_the_only_thing_shared_by_answers_and_people_is_the_run():
    def parents(table):
        return {key.column.table.name for column in table.__table__.columns for key in column.foreign_keys}

    for table in ANSWERS:
        assert parents(table) & parents(Voter) == {"runs"}


# ---- hidden columns and places


@only_sqlite
@pytest.mark.parametrize("table", [*ANSWERS, Voter], ids=lambda table: table.__tablename__)
def test_there_is_no_rowid(committed, table):
    with committed.connect() as connection, pytest.raises(DatabaseError, match="no such column"):
        connection.execute(select(literal_column("rowid")).select_from(table))


@only_sqlite
def test_control_other_tables_have_one(committed):
    with committed.connect() as connection:
        connection.execute(select(literal_column("rowid")).select_from(RunEvaluation))


@only_postgresql
def test_all_rows_of_the_run_carry_the_same_transaction_after_each_vote(committed, crowd):
    for number in range(6):
        words = {"change": str(number)} if number % 2 else {}
        vote(committed, crowd, number, {"useful": str(number % 4 + 1)} | words)
        assert len(transactions(committed, crowd, Counter, LooseText, Voter)) == 1


@only_postgresql
def test_control_a_vote_that_touches_only_its_own_rows_gives_itself_away(committed, crowd):
    vote(committed, crowd, 0, {"useful": "1"})
    with Session(committed) as session, session.begin():
        session.execute(insert(Voter).values(run_id=crowd.run.id, user_id=crowd.people[1].id))
        chosen = (Counter.run_id == crowd.run.id, Counter.question_key == "useful", Counter.option == "4")
        session.execute(update(Counter).where(*chosen).values(count=Counter.count + 1))
    assert len(transactions(committed, crowd, Counter)) == 2
    assert len(transactions(committed, crowd, Voter) & transactions(committed, crowd, Counter)) == 2


def transactions(engine, asked, *kinds):
    """The hidden ids of the transactions that wrote the rows of the run."""
    found = set()
    with engine.connect() as connection:
        for kind in kinds:
            query: Select[Any] = (
                select(literal_column("xmin::text")).select_from(kind).where(kind.run_id == asked.run.id)
            )
            found |= set(connection.scalars(query))
    return found


@pytest.fixture
def fixed(monkeypatch):
    """The same chance in every run of this test."""
    chance = Random(2026)  # noqa: S311 (a test must not hang on chance)
    lottery = SimpleNamespace(SystemRandom=lambda: chance, token_hex=lambda size: chance.randbytes(size).hex())
    monkeypatch.setattr(services, "secrets", lottery)


@pytest.mark.usefixtures("fixed")
def test_neither_key_nor_place_tells_in_which_order_texts_came(committed, crowd):
    for number in range(40):
        vote(committed, crowd, number, {"change": str(number)})
    orders = ["key"] if DATABASE == "sqlite" else ["key", "ctid"]
    with committed.connect() as connection:
        for order in orders:
            query = select(LooseText.text).where(LooseText.run_id == crowd.run.id).order_by(literal_column(order))
            found = [int(told) for told in connection.scalars(query)]
            assert sorted(found) == list(range(40))
            assert abs(correlation(found)) < 0.3, order


def test_control_a_plain_table_gives_the_order_away(committed):
    with committed.begin() as connection:
        query: Select[Any] = select(column("text")).select_from(text("plain")).order_by(literal_column(HIDDEN))
        connection.execute(text("CREATE TABLE plain (key TEXT PRIMARY KEY, text TEXT)"))
        for number in range(40):
            row = {"key": secrets.token_hex(16), "text": str(number)}
            connection.execute(text("INSERT INTO plain VALUES (:key, :text)"), row)
        found = [int(told) for told in connection.scalars(query)]
        connection.execute(text("DROP TABLE plain"))
    assert correlation(found) == 1


@only_sqlite
@pytest.mark.usefixtures("fixed")
def test_the_place_in_the_file_does_not_tell_the_order_either(server, tmp_path):
    url = server("file")
    engine = create_engine(url, **database.engine_options(url))
    tables.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        asked = ask(Make(session), people=40)
    for number in range(40):
        vote(engine, asked, number, {"change": f"<answer {number:02}>"})
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    content = Path(make_url(url).database or "").read_bytes()
    for find in (content.find, content.rfind):  # remains of deleted rows may stand before or behind the living ones
        places = {number: find(f"<answer {number:02}>".encode()) for number in range(40)}
        assert -1 not in places.values()
        assert abs(correlation(sorted(places, key=lambda number: places[number]))) < 0.3
