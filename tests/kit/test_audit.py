"""The audit chain: what is recorded, that nobody can change it, and that every change behind its back is found."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.kit import audit
from app.kit.actors import ANYONE, Actor, Role
from app.kit.audit import Entry, Head, Who
from app.kit.database import begin_writing
from tests.factories import NOON, Make


@pytest.fixture
def chain(session, make):
    """Five acts in two transactions."""
    actor = make.actor()
    for number in range(5):
        audit.record(session, actor, "run.opened", "run", number, trio_id=7, new={"seats": number}, at=NOON)
        if number in (1, 4):
            audit.seal(session)
    session.commit()
    return session


@pytest.fixture
def unguarded(session):
    """The database without its own guard, as somebody with the file in their hands has it."""
    if session.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entries_{name}"))
    else:
        session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_refuse"))
    return session


def entries(session):
    return session.scalars(select(Entry).order_by(Entry.number)).all()


def test_an_act_says_who_did_what_to_which_object(session, make):
    actor, trio = make.user(), make.trio()
    audit.record(
        session, Actor(actor.id), "run.cancelled", "run", 12, trio_id=trio.id, at=NOON,
        old={"state": "published"}, new={"state": "cancelled", "on": NOON.date()},
    )  # fmt: skip
    audit.seal(session)
    (entry,) = entries(session)
    assert (entry.number, entry.at, entry.actor, entry.trio_id) == (1, NOON, actor.key, trio.id)
    assert (entry.action, entry.kind, entry.ref) == ("run.cancelled", "run", "12")
    assert (entry.old, entry.new) == ({"state": "published"}, {"state": "cancelled", "on": "2026-03-02"})
    assert (entry.previous, len(entry.hash)) == (audit.START, 64)


def test_people_stand_there_by_key_never_by_name_or_number(session, make):
    lead, person, other = make.user(), make.user(name="Olena Bondar"), make.user()
    audit.record(session, Actor(lead.id), "role.granted", "user", person.id, new={"by": Who(other.id)}, at=NOON)
    audit.seal(session)
    (entry,) = entries(session)
    assert (entry.actor, entry.ref, entry.new) == (lead.key, person.key, {"by": other.key})
    assert "Olena" not in json.dumps([entry.old, entry.new, entry.ref])


def test_the_platform_acts_without_a_key(session):
    audit.record(session, ANYONE, "run.finished", "run", 1, at=NOON)
    audit.seal(session)
    assert entries(session)[0].actor == ""


def test_what_changes_nothing_is_not_recorded(session):
    audit.record(session, ANYONE, "run.changed", "run", 1, old={"seats": 4}, new={"seats": 4}, at=NOON)
    audit.seal(session)
    assert entries(session) == []


def test_nothing_recorded_costs_nothing(session):
    audit.seal(session)
    assert session.get(Head, 1) is None


def test_a_whole_chain(chain):
    found = audit.verify(chain)
    assert (found.entries, found.problem) == (5, None)
    assert found.hash == entries(chain)[-1].hash
    assert audit.has_hash(chain, entries(chain)[2].hash)
    assert not audit.has_hash(chain, audit.START)


def test_an_empty_chain_is_whole(session):
    assert audit.verify(session) == audit.Verified(0, audit.START)


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_entries(chain, statement):
    with pytest.raises(DatabaseError, match="audit entries never change"), chain.begin_nested():
        chain.execute(text(statement))
    assert len(entries(chain)) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON + timedelta(seconds=1)}, {"actor": ""}, {"action": "run.closed"}, {"kind": "module"}, {"ref": "9"},
        {"trio_id": 8}, {"trio_id": None}, {"old": {"seats": 1}}, {"new": {}}, {"hash": "f" * 64},
    ],
    ids=lambda change: "{}={:.9}".format(*next((name, str(value)) for name, value in change.items())),
)  # fmt: skip
def test_a_changed_entry_is_found(chain, unguarded, change):
    chain.execute(update(Entry).where(Entry.number == 3).values(**change))
    chain.expire_all()
    found = audit.verify(chain)
    assert found.entries == 2
    assert found.problem == "Entry 3 was changed."


def test_a_changed_link_is_found(chain, unguarded):
    chain.execute(update(Entry).where(Entry.number == 3).values(previous="e" * 64))
    chain.expire_all()
    assert audit.verify(chain).problem == "Entry 3 does not follow the one before it."


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_a_missing_entry_is_found(chain, unguarded, missing):
    chain.execute(delete(Entry).where(Entry.number == missing))
    chain.expire_all()
    assert audit.verify(chain).problem == f"Entry {missing} is missing."


def test_missing_entries_at_the_end_are_found(chain, unguarded):
    chain.execute(delete(Entry).where(Entry.number >= 4))
    chain.expire_all()
    assert audit.verify(chain).problem == "Entries 4 to 5 are missing at the end."


def test_an_entry_added_behind_the_back_is_found(chain, unguarded):
    last = entries(chain)[-1]
    facts = {column.key: getattr(last, column.key) for column in Entry.__table__.columns}
    facts |= {"number": 6, "previous": last.hash, "action": "run.closed"}
    forged = facts | {"hash": audit._hash(facts)}
    chain.execute(insert(Entry), [forged])
    assert audit.verify(chain).problem == "The end of the chain was changed."


def test_a_transaction_that_is_undone_records_nothing(own_app, make):
    from app.web.db import reading, transaction

    def fail():
        with transaction() as session:
            audit.record(session, ANYONE, "run.opened", "run", 1, at=NOON)
            raise RuntimeError

    with own_app.app_context():
        with pytest.raises(RuntimeError):
            fail()
        with transaction() as session:
            audit.record(session, ANYONE, "run.opened", "run", 2, at=NOON)
        assert [entry.ref for entry in entries(reading())] == ["2"]


def test_eight_at_once_make_one_chain(own_engine):
    """On both databases: nobody overtakes, no number is used twice, the first entry included."""
    with Session(own_engine) as session:
        Make(session).user()
    start, slips = Barrier(8), []

    def act(number):
        try:
            with Session(own_engine) as session:
                start.wait()
                begin_writing(session)
                for step in range(3):
                    audit.record(session, ANYONE, "run.opened", "run", f"{number}.{step}", at=NOON)
                audit.seal(session)
                session.commit()
        except Exception as error:  # noqa: BLE001 (told to the test below)
            slips.append(error)

    threads = [Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slips == []
    with Session(own_engine) as session:
        found = audit.verify(session)
        assert (found.entries, found.problem) == (24, None)
        assert session.scalar(select(User.id)) is not None


def test_verifying_reads_a_thousand_at_a_time(chain, monkeypatch):
    seen: list[Any] = []
    query = chain.scalars

    def noting(statement):
        seen.append(statement.get_execution_options())
        return query(statement)

    monkeypatch.setattr(chain, "scalars", noting)
    audit.verify(chain)
    assert seen[0]["yield_per"] == 1000


def test_roles_are_stored_as_their_names(session, make):
    audit.record(session, ANYONE, "role.granted", "user", make.user().id, new={"role": Role.AUTHOR}, at=NOON)
    audit.seal(session)
    assert entries(session)[0].new == {"role": "author"}


def test_somebody_who_goes_in_the_same_transaction_keeps_the_key_in_the_chain(session, make):
    lead, person = make.user(), make.user()
    key = person.key
    audit.record(session, Actor(lead.id), "person.erased", "user", person.id, at=NOON)
    audit.keep_keys(session)
    session.delete(person)
    audit.record(session, Actor(lead.id), "run.opened", "run", 1, at=NOON)
    audit.seal(session)
    assert [(entry.actor, entry.ref) for entry in entries(session)] == [(lead.key, key), (lead.key, "1")]
