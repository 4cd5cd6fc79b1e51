"""The one place that commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import app as platform
from app.companies.models import Company
from app.companies.services import register_company
from app.web.db import db, reading, transaction
from config import TestConfig
from tests.counting import statements


@pytest.fixture
def context(own_app):
    with own_app.app_context():
        yield


def names(engine):
    with Session(engine) as session:
        return list(session.scalars(select(Company.name).order_by(Company.name)))


def test_what_the_block_did_is_there_for_everybody(context, own_engine):
    with transaction() as session:
        register_company(session, name="Zellwerk")
    assert names(own_engine) == ["Zellwerk"]


def _begin_and(end):
    with transaction() as session:
        register_company(session, name="Zellwerk")
        session.flush()
        end()


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_block_that_fails_or_is_stopped_leaves_nothing(context, own_engine, kind):
    def stop():
        raise kind

    with pytest.raises(kind):
        _begin_and(stop)
    assert names(own_engine) == []
    assert list(reading().scalars(select(Company))) == []
    _begin_and(lambda: None)
    assert names(own_engine) == ["Zellwerk"]


def test_transactions_do_not_nest(context, own_engine):
    with pytest.raises(RuntimeError, match="open already"):
        _begin_and(lambda: _begin_and(lambda: None))
    assert names(own_engine) == []
    _begin_and(lambda: None)
    assert names(own_engine) == ["Zellwerk"]


def test_rows_are_read_again_after_the_commit(context, own_engine):
    with transaction() as session:
        company = session.get_one(Company, register_company(session, name="Zellwerk"))
    assert not session.in_transaction()
    with Session(own_engine) as other:
        other.get_one(Company, company.id).city = "Kamenz"
        other.commit()
    reading().rollback()
    assert company.city == "Kamenz"


def test_what_was_read_before_belongs_to_an_older_state_and_is_read_again(context, own_engine):
    with transaction() as session:
        company_id = register_company(session, name="Zellwerk")
    before = reading().get_one(Company, company_id)
    assert before.city == ""
    with Session(own_engine) as other:
        other.get_one(Company, company_id).city = "Kamenz"
        other.commit()
    with transaction() as session:
        assert session.get_one(Company, company_id).city == "Kamenz"


def test_reading_takes_no_lock_that_a_writer_would_wait_for(context, own_engine):
    reading().scalars(select(Company)).all()
    with own_engine.connect() as plain:
        if own_engine.dialect.name == "sqlite":
            plain.exec_driver_sql("PRAGMA busy_timeout=0")
            plain.rollback()
        writer = plain.execution_options(writes=True)
        register_company(Session(writer), name="Zellwerk")
        writer.commit()
    assert reading().in_transaction()


def test_a_transaction_says_nothing_to_the_database_twice(context):
    reading()
    with statements(db.session()) as said, transaction() as session:
        session.scalar(select(Company.id))
    assert len([statement for statement in said if statement.startswith("SELECT")]) == 1


def test_threads_that_read_and_then_write_all_succeed(own_app, own_engine):
    """A company is looked for before it is registered: twelve threads with four names make four rows."""
    start = Barrier(12)

    def register(n):
        with own_app.app_context():
            start.wait()
            with transaction() as session:
                return register_company(session, name=f"Company {n % 4}", city="Kamenz")

    with ThreadPoolExecutor(12) as threads:
        ids = list(threads.map(register, range(12)))
    assert len(set(ids)) == 4
    assert len(names(own_engine)) == 4


@pytest.mark.parametrize("url", ["lernzelle", "", "://"])
def test_an_address_of_a_database_that_is_none_ends_the_program_with_one_sentence(url, tmp_path):
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA": tmp_path}
    with pytest.raises(SystemExit, match="DATABASE_URL is not the address of a database"):
        platform.create_app(type("Config", (TestConfig,), settings))
