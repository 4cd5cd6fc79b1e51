"""What a person gets when they ask for everything, and what they see of it."""

import pytest

from app.accounts.queries import get_user
from app.kit.actors import Role
from app.kit.personal import Audience
from app.privacy import queries
from app.privacy.queries.paths import Who, sql_table
from app.privacy.rules import TABLES
from app.runs.rules import EnrolmentState
from tests.counting import statements
from tests.factories import NOON

PERSONAL = [table for table in TABLES.values() if table.subject]


@pytest.mark.parametrize("table", PERSONAL, ids=lambda table: table.name)
def test_every_row_about_a_person_is_in_the_export(session, person, filled, table):
    own, _others = filled
    rows = list(queries.list_rows(session, table, Who.of(person)))
    keys = [column.name for column in sql_table(table.name).primary_key.columns]
    expected = (person.id,) if table.name == "users" else own[table.name]
    assert [tuple(row[key] for key in keys) for row in rows] == [expected]
    assert set(rows[0]) == set(sql_table(table.name).columns.keys()), "whole rows"


def test_the_counts_are_those_of_the_rows(session, person, filled):
    counts = queries.count_rows(session, Who.of(person))
    assert counts == {table.name: 1 for table in PERSONAL}


def test_secrets_say_only_that_they_are_there(session, person, filled):
    seen = 0
    for table in PERSONAL:
        for row in queries.list_rows(session, table, Who.of(person)):
            for name, value in row.items():
                if table.column(name).is_secret:
                    assert value in {True, False}, (table.name, name)
                    seen += 1
    assert seen > 12


def test_of_the_things_of_others_only_number_column_and_moment_are_told(session, person, filled):
    deeds = {table.name: list(queries.list_deeds(session, table, Who.of(person))) for table in TABLES.values()}
    acting = {table.name: len(table.acting) for table in TABLES.values() if table.acting}
    assert {name: len(found) for name, found in deeds.items() if found} == acting
    assert all(deed.at for found in deeds.values() for deed in found)
    assert sum(queries.count_deeds(session, Who.of(person)).values()) == sum(acting.values())


def test_nobody_gets_rows_of_somebody_else(session, make, filled):
    stranger = make.user()
    assert queries.count_rows(session, Who.of(stranger)) == {"users": 1}
    assert queries.count_deeds(session, Who.of(stranger)) == {}


def test_one_query_for_each_table_however_many_rows(session, make):
    person = make.user()
    who = Who.of(person)
    for _place in range(3):
        make.enrolment(user_id=person.id)
    with statements(session) as few:
        assert len(list(queries.list_rows(session, TABLES["enrolments"], who))) == 3
    with statements(session) as all_counts:
        queries.count_rows(session, who)
    assert (len(few), len(all_counts)) == (1, 1)


def test_the_page_names_the_trios_and_the_companies_that_see_something(session, make):
    person, shown, hidden = make.user(), make.company(name="Weber"), make.company(name="Adler")
    north, south = make.trio(name="Nord"), make.trio(name="Süd")
    make.enrolment(make.run(make.module(trio=north)), user_id=person.id, company_id=shown.id, shares_with_employer=True)
    make.enrolment(make.run(make.module(trio=north)), user_id=person.id, company_id=shown.id)
    make.enrolment(make.run(make.module(trio=south)), user_id=person.id, company_id=hidden.id)
    make.enrolment(make.run(), EnrolmentState.CANCELLED, user_id=person.id)
    mine = queries.get_mine(session, get_user(session, person.id))
    assert mine.names == {Audience.TRAINER: ["Nord", "Süd"], Audience.COMPANY: ["Weber"]}
    assert mine.hidden_from == ["Adler"]
    kept = {table: rows for found in mine.kept for table, rows in found.rows.items()}
    assert kept == {"users": 1, "enrolments": 4}


def test_the_page_takes_as_many_queries_for_much_as_for_little(session, make):
    person = make.user()
    make.enrolment(user_id=person.id)
    session.refresh(person)
    with statements(session) as few:
        queries.get_mine(session, person)
        queries.list_my_consents(session, person.id)
    for _place in range(5):
        make.enrolment(user_id=person.id, company_id=make.company().id)
    session.refresh(person)
    with statements(session) as many:
        queries.get_mine(session, person)
        queries.list_my_consents(session, person.id)
    assert len(few) == len(many) <= 5


def test_ties_count_who_else_could_do_it(session, make):
    trio = make.trio(name="Nord")
    admin = make.user(Role.TRIO_ADMIN, trio=trio)
    assert queries.get_ties(session, admin.id, now=NOON).trios == ["Nord"]
    make.user(Role.TRIO_ADMIN, trio=trio)
    assert queries.get_ties(session, admin.id, now=NOON, lock=True).trios == []
    assert queries.get_ties(session, make.user().id, now=NOON).trios == []


def test_a_trio_that_is_over_holds_nobody(session, make):
    trio = make.trio(ends_on=NOON.date().replace(year=2025))
    admin = make.user(Role.TRIO_ADMIN, trio=trio)
    assert queries.get_ties(session, admin.id, now=NOON).trios == []
