"""Reading the audit: who may, what is found, what leaves as a file, and what the command says."""

import ast
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from app.kit import audit
from app.kit.actors import ANYONE, Actor, Role
from app.kit.audit import Entry
from app.operations import audit as reading_audit
from app.operations.audit import Wanted
from app.operations.pages.words import ACTION_NAMES, KIND_NAMES
from tests.architecture.test_shape import SOURCES
from tests.counting import statements
from tests.factories import NOON, as_actor

NO_ACTS = {"runs.finished", "companies.merged", "email.old", "email.new"}
"""What looks like an act and is a message of the outbox, or what a token is for."""
BUILT = {f"{noun}.{act}" for noun in ("site", "contact", "aid") for act in ("added", "changed", "removed")} | {
    f"password.{act}" for act in ("set", "changed", "removed")
}
"""Names that are put together where they are recorded."""


def acts(session, number, *, trio_id=None):
    """So many sealed entries."""
    for ref in range(number):
        audit.record(session, ANYONE, "run.opened", "run", ref, trio_id=trio_id, at=NOON)
    audit.seal(session)


def kinds(source):
    """The kind of object of each call of ``audit.record`` in a source."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        if (
            getattr(call.func, "attr", "") == "record"
            and getattr(getattr(call.func, "value", None), "id", "") == "audit"
        ):
            yield call.args[3].value if isinstance(call.args[3], ast.Constant) else None


def actions(source):
    """What looks like the name of an act in a source that records some."""
    if "audit.record(" not in source:
        return set()
    texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}


@pytest.fixture
def trio(make):
    return make.trio()


@pytest.fixture
def lead(make, trio):
    return make.user(Role.TRIO_ADMIN, trio=trio, name="Lena Lead")


@pytest.fixture
def person(make):
    return make.user(name="Olena Bondar", email="o.bondar@example.org")


@pytest.fixture
def noted(session, make, trio, lead, person):
    """A role in the Trio, a run of it two days later, and an act of nobody in no Trio."""
    audit.record(
        session, Actor(lead.id), "role.granted", "user", person.id, trio_id=trio.id, at=NOON, new={"role": Role.AUTHOR}
    )
    audit.record(
        session, Actor(person.id), "run.opened", "run", 4, trio_id=trio.id, at=NOON + timedelta(days=2),
        new={"seats": 12},
    )  # fmt: skip
    audit.record(session, ANYONE, "retention.done", "table", "sign_in_links", at=NOON, new={"rows": 3})
    audit.seal(session)
    session.commit()


def numbers(session, actor, **wanted):
    return [entry.number for entry in reading_audit.find_entries(session, actor, Wanted(**wanted)).entries]


def test_newest_first_and_only_of_the_own_trio(session, make, noted, lead):
    assert numbers(session, make.actor(Role.SITE_ADMIN)) == [3, 2, 1]
    assert numbers(session, as_actor(lead)) == [2, 1]
    assert numbers(session, make.actor(Role.TRIO_ADMIN, trio=make.trio())) == []


@pytest.mark.parametrize(
    "wanted,found",
    [
        ({"person": "o.bondar@example.org"}, [2, 1]),
        ({"person": " O.Bondar@Example.org "}, [2, 1]),
        ({"person": "nobody@example.org"}, []),
        ({"action": "run.opened"}, [2]),
        ({"kind": "user"}, [1]),
        ({"kind": "run", "ref": "4"}, [2]),
        ({"ref": "5"}, []),
        ({"since": date(2026, 3, 3)}, [2]),
        ({"until": date(2026, 3, 2)}, [3, 1]),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 4)}, [3, 2, 1]),
    ],
    ids=str,
)
def test_what_is_asked_for(session, make, noted, wanted, found):
    assert numbers(session, make.actor(Role.SITE_ADMIN), **wanted) == found


def test_one_trio_of_several(session, make, noted, trio):
    assert numbers(session, make.actor(Role.SITE_ADMIN), trio_id=trio.id) == [2, 1]


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CLUSTER_MANAGER, Role.REVIEWER, Role.PROGRAMME_OFFICE, None])
def test_others_do_not_read_it(make, sign_in, trio, role):
    user = make.user(role, trio=trio) if role not in {None, Role.PROGRAMME_OFFICE} else make.user(role)
    client = sign_in(user)
    assert client.get("/administration/audit").status_code == 403
    assert client.get("/administration/audit.jsonl").status_code == 403


def test_the_page_tells_it_in_words(sign_in, lead, noted):
    page = sign_in(lead).get("/administration/audit").text
    for said in ("Role given", "Lena Lead", "Olena Bondar", "Run opened", "seats = 12", "role = author"):
        assert said in page
    assert "Data deleted" not in page.split("<tbody")[1].split("</tbody>")[0]


def test_somebody_who_is_gone_has_no_name(session, sign_in, lead, person, noted):
    person.key = "another key"
    session.commit()
    page = sign_in(lead).get("/administration/audit").text
    assert "a removed person" in page
    assert "Olena Bondar" not in page


def test_a_slip_in_the_address_shows_what_is_wrong(sign_in, make):
    client = sign_in(make.user(Role.SITE_ADMIN))
    page = client.get("/administration/audit?since=soon&trio_id=x")
    assert page.status_code == 200
    assert "This is not a date." in page.text
    assert client.get("/administration/audit?before=x").status_code == 200


def test_page_by_page_with_three_statements_each(session, make, sign_in, trio, lead):
    acts(session, 120, trio_id=trio.id)
    first = reading_audit.find_entries(session, as_actor(lead), Wanted())
    second = reading_audit.find_entries(session, as_actor(lead), Wanted(), before=first.next_before)
    third = reading_audit.find_entries(session, as_actor(lead), Wanted(), before=second.next_before)
    assert [len(shown.entries) for shown in (first, second, third)] == [50, 50, 20]
    assert third.next_before is None
    with statements(session) as said:
        reading_audit.find_entries(session, as_actor(lead), Wanted())
    assert len(said) <= 2
    page = sign_in(lead).get("/administration/audit?action=run.opened").text
    assert f"before={first.next_before}" in page
    assert "action=run.opened" in page.split("Older entries")[0].rsplit("href=", 1)[1]


def test_the_file_holds_the_chain_and_no_name(sign_in, session, make, noted):
    answer = sign_in(make.user(Role.SITE_ADMIN)).get("/administration/audit.jsonl")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    assert "Olena" not in answer.text
    assert "example.org" not in answer.text


def test_the_file_is_read_a_thousand_entries_at_a_time(session, make, noted, monkeypatch):
    asked: list[Any] = []
    scalars = session.scalars

    def noting(query):
        asked.append(query.get_execution_options())
        return scalars(query)

    monkeypatch.setattr(session, "scalars", noting)
    assert len(list(reading_audit.stream_entries(session, make.actor(Role.SITE_ADMIN), Wanted()))) == 3
    assert asked[-1]["yield_per"] == 1000


def test_every_act_and_every_kind_has_a_name():
    """What services record and the page cannot say in words would stand there as a code."""
    acts_named = {action for source in SOURCES.values() for action in actions(source)} - NO_ACTS
    kinds_named = {kind for source in SOURCES.values() for kind in kinds(source)} - {None}
    assert ((acts_named | BUILT) ^ set(ACTION_NAMES), kinds_named - set(KIND_NAMES)) == (set(), set())


def verify(app: Flask, *given: str) -> Result:
    return app.test_cli_runner().invoke(args=["operations", "verify-audit", *given])


def test_the_command_says_that_all_is_well_or_what_is_not(own_app, own_engine):
    from sqlalchemy.orm import Session

    with Session(own_engine) as session:
        acts(session, 5)
        session.commit()
        third = session.scalars(select(Entry.hash).where(Entry.number == 3)).one()
        whole = verify(own_app)
        assert whole.exit_code == 0, whole.output
        assert whole.output.startswith("5 entries are whole; the last hash is ")
        assert verify(own_app, "--expect", third).exit_code == 0
        strange = verify(own_app, "--expect", "0" * 64)
        assert (strange.exit_code, "not in the chain" in strange.output) == (1, True)
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER audit_entries_delete"))
        else:
            session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_refuse"))
        session.execute(text("DELETE FROM audit_entries WHERE number = 2"))
        session.commit()
    broken = verify(own_app)
    assert broken.exit_code == 1
    assert "NOT in order: Entry 2 is missing." in broken.output
    assert "Traceback" not in broken.output
