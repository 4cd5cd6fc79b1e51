"""Other people's runs: what a foreign Trio, a stranger or another run's id in the address gets, by page and by API."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.rules.limits import Kind
from app.accounts.services import limits, send_link
from app.kit.actors import Role
from app.kit.outbox import Message
from app.modules.models import Module
from app.runs import queries, services
from app.runs.models import Attendance, Enrolment, Run, RunSession
from app.runs.rules import EnrolmentState, RunState
from app.trios import queries as trios
from tests.conftest import rows
from tests.factories import NOON, as_actor


@dataclass
class Two:
    """Two Trios, each with a trainer and a run with one person whose list can be kept now."""

    trainers: list[User]
    runs: list[Run]
    enrolments: list[Enrolment]
    sessions: list[RunSession]


@pytest.fixture
def two(session, make) -> Two:
    found = Two([], [], [], [])
    for _ in range(2):
        trio = make.trio()
        run = make.run(make.module(trio=trio), starts_at=NOON - timedelta(minutes=10), place="Secret hall")
        found.trainers.append(make.user(Role.TRAINER, trio=trio))
        found.runs.append(run)
        found.enrolments.append(make.enrolment(run))
        found.sessions.append(session.scalars(select(RunSession).where(RunSession.run_id == run.id)).one())
    return found


def test_a_trainer_of_another_trio_sees_and_changes_nothing(session, sign_in, two):
    client, run, dated = sign_in(two.trainers[0]), two.runs[1], two.sessions[1]
    name = session.get_one(User, two.enrolments[1].user_id).name
    for path in ("roster", f"sessions/{dated.id}/attendance", "evaluation/results", "learn", "test"):
        answer = client.get(f"/runs/{run.id}/{path}")
        assert answer.status_code in {403, 404}
        assert name not in answer.text
    mark = {f"mark-{two.enrolments[1].id}": "present"}
    assert client.post(f"/runs/{run.id}/sessions/{dated.id}/attendance", data=mark).status_code == 403
    assert client.post(f"/runs/{run.id}/sessions/{dated.id}/close").status_code == 403
    assert client.post(f"/runs/{run.id}/cancel", data={"reason": "Because."}).status_code == 403
    assert rows(session, Attendance) == 0
    assert session.get_one(Run, run.id).state is RunState.PUBLISHED
    listed = client.get("/runs").text
    assert f"/runs/{two.runs[0].id}/roster" in listed
    assert f"/runs/{run.id}/roster" not in listed


def test_a_session_of_another_run_is_none_of_this_one(session, sign_in, two):
    """Own run, foreign session; and foreign run, own session."""
    client = sign_in(two.trainers[0])
    for run, dated in ((two.runs[0], two.sessions[1]), (two.runs[1], two.sessions[0])):
        path = f"/runs/{run.id}/sessions/{dated.id}"
        assert client.get(f"{path}/attendance").status_code in {403, 404}
        mark = {f"mark-{enrolment.id}": "present" for enrolment in two.enrolments}
        assert client.post(f"{path}/attendance", data=mark).status_code in {403, 404}
        assert client.post(f"{path}/close").status_code in {403, 404}
    assert rows(session, Attendance) == 0
    assert all(session.get_one(RunSession, dated.id).closed_at is None for dated in two.sessions)


def test_a_person_of_another_run_gets_no_mark_and_neither_does_anybody_else(session, sign_in, two):
    client, run, dated = sign_in(two.trainers[0]), two.runs[0], two.sessions[0]
    mark = {f"mark-{enrolment.id}": "present" for enrolment in two.enrolments}
    answer = client.post(f"/runs/{run.id}/sessions/{dated.id}/attendance", data=mark)
    assert answer.status_code == 404
    assert rows(session, Attendance) == 0


def test_no_run_is_planned_with_a_module_or_provider_of_another_trio(session, sign_in, two):
    mine, theirs = two.runs
    plan = {
        "format": "presence", "language": "de", "city": "Kamenz", "seats": "12", "enrolment_opens": "2026-03-01T08:00",
        "enrolment_closes": "2026-04-01T08:00", "date_1": "2026-04-02", "from_1": "08:00", "to_1": "12:00",
    }  # fmt: skip
    client, before = sign_in(two.trainers[0]), rows(session, Run)
    for module, provider in (
        (theirs.module_id, theirs.provider_id),
        (mine.module_id, theirs.provider_id),
        (10**9, 10**9),
    ):
        form = plan | {"module_id": str(module), "provider_id": str(provider)}
        assert client.post("/runs/new", data=form).status_code == 422
    page = client.get("/runs/new").text
    assert trios.list_organisations(session, [theirs.provider_id])[theirs.provider_id].name not in page
    assert session.get_one(Module, theirs.module_id).code not in page
    assert rows(session, Run) == before


def test_a_run_that_is_only_planned_looks_like_none(client, make, sign_in, two):
    trio_id = two.runs[0].trio_id
    hidden = make.run(make.module(), state=RunState.PLANNED, city="Hidden")
    for person in (None, two.trainers[0], make.user()):
        if person is not None:
            sign_in(person)
        for path in ("/runs/{}", "/runs/{}/sessions.ics", "/api/v1/runs/{}"):
            there, nowhere = client.get(path.format(hidden.id)), client.get(path.format(hidden.id + 1000))
            assert there.status_code == nowhere.status_code == 404
            assert "Hidden" not in there.text
            if path.startswith("/api"):
                assert there.get_json() == nowhere.get_json()
        assert "Hidden" not in client.get("/api/v1/runs").text + client.get("/modules").text
    assert trio_id != hidden.trio_id


def test_nobody_takes_or_gives_back_the_place_of_somebody_else(client, session, make, sign_in):
    run = make.run(starts_at=NOON + timedelta(days=9))
    theirs = make.enrolment(run)
    sign_in(make.user())
    body = {"company": "", "user_id": theirs.user_id, "state": "completed", "attendance": 100}
    assert client.put(f"/api/v1/runs/{run.id}/enrolment", json=body).status_code == 422
    assert client.delete(f"/api/v1/runs/{run.id}/enrolment").status_code == 404
    assert client.post(f"/runs/{run.id}/withdrawal").status_code == 404
    form = {"user_id": str(theirs.user_id), "state": "completed", "attendance": "100", "enrolment_id": str(theirs.id)}
    assert client.post(f"/runs/{run.id}/enrolment", data=form).status_code == 302
    assert client.post(f"/runs/{run.id}/sharing", data={**form, "shares": "true"}).status_code in {302, 404}
    session.expire_all()
    assert (theirs.state, theirs.attendance, theirs.shares_with_employer) == (EnrolmentState.CONFIRMED, None, False)


@pytest.mark.parametrize("state", [RunState.FINISHED, RunState.CANCELLED])
def test_a_run_that_is_over_does_not_tell_how_many_were_in_it(client, make, state):
    """Reports withhold the participations of small runs; seats minus free seats would tell them."""
    run = make.run(starts_at=NOON - timedelta(days=5), state=state)
    for _ in range(3):
        make.enrolment(run, EnrolmentState.COMPLETED)
    shown = client.get(f"/api/v1/runs/{run.id}").get_json()
    assert shown["seats"] == 12
    assert (shown["free"], shown["waiting"]) == (None, None)
    page = client.get(f"/runs/{run.id}").text
    assert "seats left" not in page


def test_a_roster_holds_no_address_and_no_result(session, sign_in, two):
    page = sign_in(two.trainers[0]).get(f"/runs/{two.runs[0].id}/roster").text
    person = session.get_one(User, two.enrolments[0].user_id)
    assert person.name in page
    assert person.email not in page


def test_the_address_of_somebody_else_signs_nobody_in_and_changes_nothing_of_theirs(client, session, make):
    run, known = make.run(starts_at=NOON + timedelta(days=9)), make.user(name="Known Person")
    form = {"name": "Impostor", "email": known.email.upper(), "company": "Weber", "shares_with_employer": "true"}
    answer = client.post(f"/runs/{run.id}/enrolment", data=form, follow_redirects=True)
    assert "Known Person" not in answer.text
    assert client.get("/my").status_code == 302
    assert session.get_one(User, known.id).name == "Known Person"
    place = session.scalars(select(Enrolment)).one()
    assert (place.user_id, place.company_id, place.shares_with_employer) == (known.id, None, False)


STATES = {
    "enrolled": EnrolmentState.CONFIRMED,
    "seated": EnrolmentState.ATTENDED,
    "waiting": EnrolmentState.WAITING,
    "cancelled": EnrolmentState.CANCELLED,
}


def address(session, make, run, who):
    """An address of a kind that the platform could answer differently; all of them are equally long."""
    email = f"{who:x<10}@firma.example"
    if who == "too-often":
        for _ in range(5):
            limits.take(session, Kind.NEWCOMER_ADDRESS, email, now=NOON)
        session.commit()
    if who in {"nobody", "too-often"}:
        return email
    user = make.user(Role.TRAINER if who == "staff" else None, email=email, is_demo=who == "demo")
    if who in STATES:
        make.enrolment(run, STATES[who], user_id=user.id, enrolled_at=NOON - timedelta(days=1))
    for _ in range(5 if who == "has-links" else 0):
        send_link(session, email=email, target="/my", now=NOON)
    session.commit()
    return email


def all_told(app, run, email):
    """All that a stranger gets to see who fills in the form with an address, but for the number of free seats."""
    browser = app.test_client()
    browser.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    form = {"name": "Oksana Bondar", "email": email, "company": "Weber", "shares_with_employer": "true"}
    answer = browser.post(f"/runs/{run.id}/enrolment", data=form)
    page = browser.get(answer.headers["Location"])
    with browser.session_transaction() as cookie:
        told: list[object] = [dict(cookie)]
    for one in (answer, page):
        headers = [(name, value) for name, value in one.headers if name != "Set-Cookie"]
        told += [one.status, headers, re.sub(r"\d\d seats left", "", one.text)]
    return [str(part).replace(email, "THE ADDRESS") for part in told]


@pytest.mark.parametrize("seats", [60, 1], ids=["a seat is free", "all seats are taken"])
def test_the_form_tells_of_no_address_whether_it_has_an_account(client, flask_app, session, make, seats):
    run = make.run(starts_at=NOON + timedelta(days=9), seats=seats)
    make.enrolment(run)
    expected = all_told(flask_app, run, address(session, make, run, "nobody"))
    assert "THE ADDRESS" in expected[-1]
    taken = set()
    for who in ["known", "staff", "demo", "has-links", "too-often", *STATES]:
        if who == "waiting" and seats == 60:
            continue  # while somebody waits, everybody waits
        email = address(session, make, run, who)
        before = queries.count_places(session, run)
        assert all_told(flask_app, run, email) == expected, who
        taken |= {who} if queries.count_places(session, run) != before else set()
    assert taken == {"known", "staff", "demo", "has-links", "cancelled"}


# ---- sent twice, and again and again


def test_who_enrols_again_and_again_floods_no_mailbox(session, make):
    run, person = make.run(starts_at=NOON + timedelta(days=9)), as_actor(make.user())
    for _ in range(5):
        services.enrol(session, person, run.id, now=NOON)
        services.withdraw(session, person, run.id, now=NOON)
    assert len(session.scalars(select(Message).where(Message.kind == "mail")).all()) == 1
    services.enrol(session, person, run.id, now=NOON + timedelta(days=1))
    assert len(session.scalars(select(Message).where(Message.kind == "mail")).all()) == 2


def test_a_plan_sent_twice_is_one_run(session, make, sign_in):
    trio = make.trio()
    module = make.module(trio=trio)
    provider = next(one.organisation_id for one in trios.list_partners(session, trio.id) if one.kind == "provider")
    client = sign_in(make.user(Role.TRAINER, trio=trio))
    plan = {
        "module_id": str(module.id), "provider_id": str(provider), "format": "presence", "language": "de",
        "city": "Kamenz", "seats": "12", "enrolment_opens": "2026-03-01T08:00", "enrolment_closes": "2026-04-01T08:00",
        "date_1": "2026-04-02", "from_1": "08:00", "to_1": "12:00",
    }  # fmt: skip
    first, second = (client.post("/runs/new", data=plan) for _ in range(2))
    other = client.post("/runs/new", data=plan | {"place": "Hall 2"})
    assert first.status_code == second.status_code == other.status_code == 302
    assert first.location == second.location != other.location
    assert rows(session, Run) == 2
    assert len(queries.list_sessions(session, session.scalars(select(Run.id).order_by(Run.id)).first() or 0)) == 1
