"""The register leaves nothing out: every table, every column, every way to a person."""

from sqlalchemy import Date

from app.kit.base import Base, Moment
from app.kit.personal import Erasure, Path
from app.privacy.rules import BY_PURPOSE, IMPERSONAL, RULES, TABLES

SCHEMA = Base.metadata.tables


def test_every_table_of_the_database_is_in_exactly_one_register():
    assert sorted([*TABLES, *IMPERSONAL]) == sorted(SCHEMA)


def test_every_column_of_a_personal_table_is_listed_and_no_other():
    for table in TABLES.values():
        assert sorted([*table.columns, *table.things]) == sorted(SCHEMA[table.name].columns.keys()), table.name


def test_every_way_to_a_person_is_known_as_subject_or_as_acting():
    for name, found in SCHEMA.items():
        keys = {c.name for c in found.columns for foreign in c.foreign_keys if foreign.column.table.name == "users"}
        table = TABLES.get(name)
        paths = [*table.subject, *table.acting] if table else []
        assert keys <= {Path.parse(said).column for said in paths}, name


def test_no_column_of_a_person_counts_as_a_thing():
    telling = {"email", "name", "phone", "user_id", "password_hash", "device"}
    for table in TABLES.values():
        if table.name != "organisations":
            assert not telling & set(table.things), table.name


def test_every_path_leads_along_foreign_keys_to_a_person():
    for table in TABLES.values():
        for path in map(Path.parse, [*table.subject, *table.acting]):
            column, at = SCHEMA[table.name].c[path.column], table.name
            for target, following in path.hops:
                (foreign,) = column.foreign_keys
                assert foreign.column.table.name == target, (at, path)
                column, at = SCHEMA[target].c[following], target
            if path.leads_to == "id" and path.key is None and table.name != "users":
                assert [foreign.column.table.name for foreign in column.foreign_keys] == ["users"]


def test_moments_are_moments():
    for table in TABLES.values():
        for name in (*table.ends, *table.acting.values()):
            assert isinstance(SCHEMA[table.name].c[name].type, Moment | Date), (table.name, name)


def test_every_table_has_a_rule_of_retention_and_whoever_outlives_a_person_says_why():
    assert {table.retention for table in TABLES.values()} <= set(RULES)
    for table in TABLES.values():
        stays = table.erasure is not Erasure.DELETE or not table.subject
        assert bool(table.reason) is stays, table.name


def test_a_period_that_ends_has_something_to_count_from():
    """A column of its own; other rules have their own way, and rows of an import go with it (ON DELETE CASCADE)."""
    special = {"account", "proof", "answers"}
    for table in TABLES.values():
        if RULES[table.retention].period and table.retention not in special and table.name != "company_import_rows":
            assert table.ends, table.name


def test_the_record_tells_of_every_table_once():
    told = [table.name for activity in BY_PURPOSE for table in activity.tables]
    assert sorted(told) == sorted(TABLES)
