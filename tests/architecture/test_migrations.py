"""The migrations lead to the schema of the models and back, with data, on the database of this test run."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from alembic import command, op
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import String, create_engine, inspect, text

import app as platform
from app import tables
from app.competences import cli as competences
from app.evaluation import cli as evaluation
from app.kit import database
from app.operations import demo, prepare
from app.web.db import db, transaction
from config import TestConfig

COURSES = Path(__file__).parents[2] / "courses"


@pytest.fixture
def url(server: Callable[[str], str], request: pytest.FixtureRequest) -> str:
    return server(request.node.name)


def test_up_check_down_and_up_again(url):
    config = prepare.migrations(url)
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    assert table_names(url) == {"alembic_version"}
    command.upgrade(config, "head")
    assert table_names(url) == {"alembic_version", *tables.metadata.tables}


def test_constraints_are_those_of_the_models(url, server):
    """Alembic's own comparison does not see check constraints, nor which tables have no rowid."""
    command.upgrade(prepare.migrations(url), "head")
    other = server("from_models")
    engine = create_engine(other, **database.engine_options(other))
    tables.metadata.create_all(engine)
    engine.dispose()
    assert checks(url) == checks(other)
    assert without_rowid(url) == without_rowid(other)


def test_data_survive_a_rebuild_of_their_tables(url, tmp_path):
    """SQLite rebuilds a table to change it; children must not be lost on the way."""
    command.upgrade(prepare.migrations(url), "head")
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA": tmp_path, "DEMO": False}
    own = platform.create_app(type("Config", (TestConfig,), settings))
    with own.app_context():
        with transaction() as session:
            competences.load(session)
            evaluation.load(session)
        with transaction() as session:
            demo.build(session, today=date(2026, 11, 24), courses=COURSES)
        before = counts(url)
        db.engine.dispose()
    rebuild(url)
    assert counts(url) == before
    assert before["enrolments"] > 0


def rebuild(url: str) -> None:
    """What a migration does that changes a column of a parent: run through the project's own environment."""
    config = prepare.migrations(url)
    script = ScriptDirectory.from_config(config)

    def widen(_revision, _context):
        with op.batch_alter_table("runs", recreate="always" if url.startswith("sqlite") else "auto") as table:
            table.alter_column("city", type_=String(120))
        return []

    with EnvironmentContext(config, script, fn=widen):
        script.run_env()


def table_names(url: str) -> set[str]:
    engine = create_engine(url, **database.engine_options(url))
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def checks(url: str) -> dict[str, set[str]]:
    engine = create_engine(url, **database.engine_options(url))
    found = inspect(engine)
    names = tables.metadata.tables
    result = {name: {str(check["name"]) for check in found.get_check_constraints(name)} for name in names}
    engine.dispose()
    return result


def without_rowid(url: str) -> set[str]:
    if not url.startswith("sqlite"):
        return set()
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as connection:
        query = text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")
        names = set(connection.scalars(query))
    engine.dispose()
    return names


def counts(url: str) -> dict[str, int]:
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as connection:
        result = {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608 (our own table names)
            for name in tables.metadata.tables
        }
    engine.dispose()
    return result
