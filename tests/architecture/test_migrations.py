"""The migrations lead to the schema of the models and back, with data, on the database of this test run."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command, op
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, String, create_engine, inspect, text

import app as platform
from app import tables
from app.competences import cli as competences
from app.evaluation import cli as evaluation
from app.kit import database
from app.operations import demo, prepare
from app.web.db import db, transaction
from config import TestConfig

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY, LATER = NOON.date(), NOON + timedelta(days=1)
FIRST_ROWS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("users", {"id": number, "email": f"{name}@x.example", "name": name, "language": "de", "stamp": name,
                   "created_at": NOON, "is_demo": False})
        for number, name in ((1, "a"), (2, "b"))
    ),
    ("trios", {"id": 1, "slug": "t", "name": "T", "region": {}, "description": {}, "funding_notice": {},
               "starts_on": DAY, "ends_on": DAY}),
    ("organisations", {"id": 1, "kind": "provider", "name": "O", "city": "C"}),
    ("companies", {"id": 1, "name": "W", "name_key": "w", "city": "C", "size_class": "unchecked"}),
    ("role_grants", {"id": 1, "user_id": 1, "role": "author", "trio_id": 1}),
    ("modules", {"id": 1, "code": "M1", "slug": "m", "trio_id": 1}),
    ("module_versions", {
        "id": 1, "module_id": 1, "number": 1, "content_hash": "h", "dqr": 3, "licence": "x", "imported_at": NOON,
        "needs_lessons": False,
        **{name: {} for name in ("title", "summary", "description", "audience", "changes", "sources")},
        **{name: [] for name in ("languages", "requires", "authors")},
        **dict.fromkeys(("ue_presence", "ue_online", "ue_self_study", "ue_practice", "workplace_hours"), 0),
        **dict.fromkeys(("min_attendance", "pass_mark", "test_draw"), 0),
    }),
    ("runs", {
        "id": 1, "trio_id": 1, "module_id": 1, "version_id": 1, "provider_id": 1, "state": "published",
        "format": "presence", "language": "de", "city": "C", "place": "P", "note": {}, "seats": 3,
        "enrolment_opens": NOON - timedelta(days=1), "enrolment_closes": NOON, "starts_at": NOON, "ends_at": LATER,
        "created_at": NOON,
    }),
    ("enrolments", {"id": 1, "run_id": 1, "user_id": 2, "company_id": 1, "state": "confirmed", "enrolled_at": NOON,
                    "shares_with_employer": False}),
]  # fmt: skip
"""A person with a role and one who is enrolled, as the first schema keeps them."""

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
    assert indexes(url) == indexes(other)
    assert triggers(url) == triggers(other) != set()


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


def test_what_people_had_is_still_theirs_after_the_step_to_organisations(url):
    """A database of the first schema: accounts get keys, roles a beginning, companies a register; and back again."""
    config = prepare.migrations(url)
    command.upgrade(config, "9ce394aeca76")
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as plain, plain.execution_options(writes=True) as connection:
        known = MetaData()
        known.reflect(connection)
        for table, row in FIRST_ROWS:
            connection.execute(known.tables[table].insert(), row)
        connection.commit()
    engine.dispose()
    command.upgrade(config, "head")
    assert len(asked(url, *["SELECT key FROM users"] * 2)) == 2
    assert asked(url, *["SELECT length(key) FROM users"] * 2) == {32}
    assert asked(url, *["SELECT count(*) FROM role_grants WHERE granted_at IS NOT NULL"] * 2) == {1}
    assert asked(url, *["SELECT company_id FROM trio_companies WHERE has_enrolments"] * 2) == {1}
    command.downgrade(config, "9ce394aeca76")
    assert asked(url, *["SELECT email FROM users"] * 2) == {"a@x.example", "b@x.example"}
    assert asked(url, *["SELECT role FROM role_grants"] * 2) == {"author"}
    command.upgrade(config, "head")


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


def indexes(url: str) -> set[str]:
    """All of them with the condition of partial ones, which Alembic does not compare."""
    sqlite = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    postgresql = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    return {re.sub(r'["\s]+', " ", index) for index in asked(url, sqlite, postgresql)}


def triggers(url: str) -> set[str]:
    """What the database itself refuses."""
    sqlite = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    postgresql = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    return asked(url, sqlite, postgresql)


def asked(url: str, sqlite: str, postgresql: str) -> set[Any]:
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as connection:
        found = set(connection.scalars(text(sqlite if url.startswith("sqlite") else postgresql)))
    engine.dispose()
    return found


def counts(url: str) -> dict[str, int]:
    engine = create_engine(url, **database.engine_options(url))
    with engine.connect() as connection:
        result = {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608 (our own table names)
            for name in tables.metadata.tables
        }
    engine.dispose()
    return result
