from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.companies.models import Company
from app.kit import clock
from app.kit.actors import Role
from app.runs import queries
from app.runs.models import Attendance, Enrolment, Run
from app.runs.pages import answers
from app.runs.rules import EnrolmentState, Mark, RunState
from app.trios.models import Partnership
from app.trios.rules import OrganisationKind
from app.web import mail
from tests.conftest import rows
from tests.factories import NOON

DAY = timedelta(days=1)
NEWCOMER = {"name": "Oksana Bondar", "email": "o.bondar@firma.de"}


# ---- the run page


def test_everybody_reads_when_where_and_what_it_costs(client, make):
    basics = make.module()
    module = make.module(requires=[basics.code])
    run = make.run(module, sessions=2, provider=make.organisation(name="Bildungswerk Muldental"))
    page = client.get(f"/runs/{run.id}")
    assert page.status_code == 200
    for said in (
        "Cell basics", "Thursday, March 12, 2026", "Friday, March 13, 2026", "13:00 to 14:30",
        "Bildungswerk Muldental, Halle 2, Kamenz", "Bring sturdy shoes.", "Free of charge", "German", "12 seats left",
        "Your boss does not see your test results.", f"/modules/{basics.code}", 'name="email"',
    ):  # fmt: skip
        assert said in page.text


def test_a_full_run_tells_the_place_on_the_waiting_list(client, make):
    run = make.run(seats=1)
    make.enrolment(run)
    make.enrolment(run, EnrolmentState.WAITING)
    page = client.get(f"/runs/{run.id}").text
    assert "On the waiting list you would be number 2." in page
    assert "Join the waiting list" in page


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"enrolment_opens": NOON + DAY}, "It opens on 3 March at 13:00."),
        ({"enrolment_closes": NOON}, "Enrolment closed on 2 March."),
        ({"state": RunState.CANCELLED, "cancellation": "The trainer is ill."}, "This run was cancelled."),
        ({"starts_at": NOON - DAY}, "This run is over."),
    ],
    ids=["not open", "closed", "cancelled", "over"],
)
def test_the_button_carries_the_reason_the_service_would_give(client, make, given, reason):
    run = make.run(**given)
    page = client.get(f"/runs/{run.id}").text
    assert 'aria-disabled="true"' in page
    assert reason in page
    assert 'name="email"' not in page
    answer = client.post(f"/runs/{run.id}/enrolment", data=NEWCOMER)
    assert answer.status_code == 409
    assert reason in answer.text


def test_other_dates_stand_below_with_their_verdicts(sign_in, make):
    module, person = make.module(), make.user()
    run = make.run(module)
    make.run(module, city="Freiberg", enrolment_opens=NOON + DAY)
    full, mine = make.run(module, city="Zittau", seats=1), make.run(module, city="Bautzen")
    make.enrolment(full)
    make.enrolment(mine, user_id=person.id)
    make.run(module, city="Yesterday", starts_at=NOON - DAY)
    make.run(city="Elsewhere")
    page = sign_in(person).get(f"/runs/{run.id}").text
    for said in (
        "Freiberg",
        "Not open yet",
        "Zittau",
        "The only seat is taken.",
        "You are already enrolled in this run.",
    ):
        assert said in page
    for unsaid in ("Yesterday", "Elsewhere"):
        assert unsaid not in page


@pytest.mark.parametrize(
    "state, title, link",
    [
        (EnrolmentState.CONFIRMED, "You have a seat", "/learn"),
        (EnrolmentState.WAITING, "You are number 1 on the waiting list.", "withdrawal"),
        (EnrolmentState.ATTENDED, "You were there", "/evaluation"),
        (EnrolmentState.COMPLETED, "You have completed this course", "/evaluation"),
        (EnrolmentState.NO_SHOW, "You were not there", "Who sees what?"),
        (EnrolmentState.CANCELLED, "Take part", "Get a seat"),
    ],
)
def test_the_card_shows_where_one_stands(sign_in, make, state, title, link):
    run, person = make.run(), make.user()
    make.enrolment(run, state, user_id=person.id)
    page = sign_in(person).get(f"/runs/{run.id}").text
    assert title in page
    assert link in page


def test_missing_and_unpublished_runs_look_the_same(client, make):
    run = make.run(state=RunState.PLANNED)
    for run_id in (run.id, 999_999):
        page = client.get(f"/runs/{run_id}")
        assert page.status_code == 404
        assert "There is no such run." in page.text


# ---- enrolling


def test_an_account_is_made_on_the_way_and_nobody_is_signed_in(client, make, session):
    run = make.run()
    page = client.post(
        f"/runs/{run.id}/enrolment",
        data={**NEWCOMER, "company": "  Weber   Drehteile ", "shares_with_employer": "true"},
        follow_redirects=True,
    )
    assert page.status_code == 200
    for said in ("You have a seat", "o.bondar@firma.de", "You need no password.", "Sign in"):
        assert said in page.text
    assert "Oksana" not in page.text
    assert client.get("/my").status_code == 302
    enrolment = session.scalars(select(Enrolment)).one()
    assert session.get(Company, enrolment.company_id).name == "Weber Drehteile"
    assert enrolment.shares_with_employer
    assert session.get(User, enrolment.user_id).language == "en"


def test_the_company_one_types_is_the_one_that_is_known(client, make, session):
    run, company = make.run(), make.company(name="Weber Drehteile GmbH")
    client.post(f"/runs/{run.id}/enrolment", data={**NEWCOMER, "company": "weber drehteile gmbh"})
    assert session.scalars(select(Enrolment)).one().company_id == company.id
    assert rows(session, Company) == 1


def test_the_waiting_list_answers_in_its_own_words(client, make):
    run = make.run(seats=1)
    make.enrolment(run)
    page = client.post(f"/runs/{run.id}/enrolment", data=NEWCOMER, follow_redirects=True).text
    for said in ("You are on the waiting list", "o.bondar@firma.de", "your number on the list"):
        assert said in page


def test_the_address_stands_in_no_url_and_is_forgotten_after_a_quarter_of_an_hour(client, make, monkeypatch):
    run, other = make.run(), make.run()
    answer = client.post(f"/runs/{run.id}/enrolment", data=NEWCOMER)
    assert answer.headers["Location"] == f"/runs/{run.id}#place"
    for path in (f"/runs/{run.id}?another=", f"/runs/{other.id}"):
        page = client.get(path).text
        assert 'name="email"' in page
        assert NEWCOMER["email"] not in page
    monkeypatch.setattr(clock, "now", lambda: NOON + answers.KEPT - timedelta(seconds=1))
    assert NEWCOMER["email"] in client.get(f"/runs/{run.id}").text
    monkeypatch.setattr(clock, "now", lambda: NOON + answers.KEPT)
    assert NEWCOMER["email"] not in client.get(f"/runs/{run.id}").text
    with client.session_transaction() as cookie:
        assert "enrolled" not in cookie


def test_who_signs_in_meanwhile_sees_their_own_place_and_not_the_answer(client, make, sign_in):
    run = make.run()
    client.post(f"/runs/{run.id}/enrolment", data=NEWCOMER)
    page = sign_in(make.user()).get(f"/runs/{run.id}").text
    assert NEWCOMER["email"] not in page
    assert "Take part" in page


def test_a_place_without_a_company_asks_for_it_once(sign_in, make, session):
    run, person = make.run(), make.user()
    place = make.enrolment(run, user_id=person.id)
    client = sign_in(person)
    assert "Add your company" in client.get(f"/runs/{run.id}").text
    refused = client.post(f"/runs/{run.id}/company", data={"shares_with_employer": "true"})
    assert refused.status_code == 422
    assert "This is missing." in refused.text
    named = {"company": "Weber Drehteile", "shares_with_employer": "true"}
    for _double in range(2):
        page = client.post(f"/runs/{run.id}/company", data=named, follow_redirects=True).text
        assert "Your company is noted." in page
        assert "Add your company" not in page
    assert session.get_one(Company, place.company_id).name == "Weber Drehteile"
    assert place.shares_with_employer
    assert client.post(f"/runs/{run.id}/company", data={"company": "Another"}).status_code == 409


def test_nothing_typed_is_lost(client, make, session):
    run = make.run()
    typed = {"name": "O", "email": "o.bondar", "company": "Weber & Söhne", "shares_with_employer": "true"}
    page = client.post(f"/runs/{run.id}/enrolment", data=typed)
    assert page.status_code == 422
    for kept in ('value="O"', 'value="o.bondar"', 'value="Weber &amp; Söhne"', "checked", 'aria-invalid="true"'):
        assert kept in page.text
    assert "This is not an e-mail address." in page.text
    assert rows(session, User) == 0


@pytest.mark.parametrize("company", ["x" * 201, "x" * 100_000])
def test_a_company_name_is_not_a_novel(sign_in, make, company):
    run = make.run()
    page = sign_in(make.user()).post(f"/runs/{run.id}/enrolment", data={"company": company})
    assert page.status_code == 422
    assert "Between 0 and 200 characters." in page.text


def test_the_signed_in_enrol_with_one_tap_and_are_asked_for_the_company_once(sign_in, make, session):
    person, company = make.user(), make.company(name="Weber Drehteile")
    first, second = make.run(), make.run()
    client = sign_in(person)
    assert 'name="name"' not in client.get(f"/runs/{first.id}").text
    client.post(f"/runs/{first.id}/enrolment", data={"company": company.name})
    assert "Company: Weber Drehteile. Change" in client.get(f"/runs/{second.id}").text
    for _double in range(2):
        page = client.post(f"/runs/{second.id}/enrolment", data={"company": company.name}, follow_redirects=True)
        assert page.status_code == 200
        assert "You have a seat" in page.text
    assert rows(session, Enrolment) == 2


def test_giving_the_seat_back_twice(sign_in, make):
    run, person = make.run(), make.user()
    client = sign_in(person)
    client.post(f"/runs/{run.id}/enrolment")
    for _double in range(2):
        page = client.post(f"/runs/{run.id}/withdrawal", follow_redirects=True)
        assert page.status_code == 200
        assert "Your place is given back." in page.text


def test_a_form_sent_from_another_site_is_refused(sign_in, make):
    run = make.run()
    page = sign_in(make.user()).post(f"/runs/{run.id}/enrolment", headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403


# ---- calendar


def test_the_calendar_file_has_one_stable_event_per_session(client, make, session):
    run = make.run(sessions=2, place="Halle 2, hinten; links")
    file = client.get(f"/runs/{run.id}/sessions.ics")
    first, second = queries.list_sessions(session, run.id)
    assert file.mimetype == "text/calendar"
    assert file.text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert file.text.endswith("END:VCALENDAR\r\n")
    for line in (
        f"UID:run-session-{first.id}@localhost", f"UID:run-session-{second.id}@localhost", "DTSTART:20260312T120000Z",
        "DTEND:20260313T133000Z", "DTSTAMP:20260302T120000Z", "SUMMARY:Cell basics (2/2)", "STATUS:CONFIRMED",
        f"URL:http://localhost/runs/{run.id}",
    ):  # fmt: skip
        assert f"{line}\r\n" in file.text
    assert r"Halle 2\, hinten\; links" in file.text.replace("\r\n ", "")


def test_calendar_lines_are_at_most_75_bytes_and_a_cancelled_run_says_so(client, make):
    title = "Über Größe und Maß: " + "ä" * 60
    run = make.run(make.module(title={"de": title, "en": title}), state=RunState.CANCELLED)
    file = client.get(f"/runs/{run.id}/sessions.ics")
    assert max(len(line) for line in file.data.split(b"\r\n")) <= 75
    assert f"SUMMARY:{title}\r\n" in file.text.replace("\r\n ", "")
    assert "STATUS:CANCELLED\r\n" in file.text
    assert "SEQUENCE:1\r\n" in file.text


# ---- staff: index and planning


@pytest.fixture
def trio(make):
    return make.trio()


@pytest.fixture
def trainer(make, trio):
    return make.user(Role.TRAINER, trio=trio)


def test_the_index_shows_my_runs_and_the_lists_to_write(sign_in, make, trio, trainer):
    module = make.module(trio=trio, title={"de": "Zellbau", "en": "Cell making"})
    make.run(module, starts_at=NOON - DAY / 24, city="Today")
    make.run(module, starts_at=NOON - 3 * DAY, city="Earlier")
    make.run(city="Foreign")
    page = sign_in(trainer).get("/runs").text
    assert "Today" in page
    assert "List of Mar 2, 2026" in page
    assert "Earlier" not in page
    assert "Foreign" not in page
    past = sign_in(trainer).get("/runs?show=past&page=99").text
    assert "Earlier" in past
    assert "Today" not in past


def test_a_long_index_has_pages_and_an_empty_one_says_what_to_do(sign_in, make, trio, trainer):
    client = sign_in(trainer)
    assert "No runs planned" in client.get("/runs").text
    assert "No past runs" in client.get("/runs?show=past").text
    module = make.module(trio=trio)
    for _ in range(21):
        make.run(module)
    assert "1–20 of 21" in client.get("/runs?page=x").text
    assert "21–21 of 21" in client.get("/runs?page=2").text


@pytest.mark.parametrize("path", ["/runs", "/runs/new"])
def test_learners_plan_nothing(sign_in, make, path):
    page = sign_in(make.user()).get(path)
    assert page.status_code == 403
    assert "Only trainers and administrators of a Trio plan runs." in page.text
    assert sign_in(make.user()).post("/runs/new").status_code == 403


@pytest.fixture
def entered(make, session, trio):
    module = make.module(trio=trio)
    provider = session.scalars(
        select(Partnership.organisation_id).where(
            Partnership.trio_id == trio.id, Partnership.kind == OrganisationKind.PROVIDER
        )
    ).one()
    return {
        "module_id": module.id, "provider_id": provider, "format": "practice", "language": "de", "city": "Kamenz",
        "place": "Halle 2", "note_de": "Feste Schuhe.", "seats": "8", "enrolment_opens": "2026-03-02T08:00",
        "enrolment_closes": "2026-03-20T12:00", "date_1": "2026-03-28", "from_1": "14:30", "to_1": "19:30",
        "date_4": "2026-03-30", "from_4": "14:30", "to_4": "16:00",
    }  # fmt: skip


def test_planning_a_run(sign_in, session, trainer, entered):
    client = sign_in(trainer)
    assert "Cell basics" in client.get("/runs/new").text
    page = client.post("/runs/new", data=entered, follow_redirects=True)
    assert page.status_code == 200
    assert "The run is published." in page.text
    run = session.scalars(select(Run)).one()
    first, second = queries.list_sessions(session, run.id)
    assert first.starts_at.isoformat() == "2026-03-28T13:30:00+00:00"
    assert second.starts_at.isoformat() == "2026-03-30T12:30:00+00:00"  # summer time has begun
    assert (run.seats, run.note, run.trainer_id) == (8, {"de": "Feste Schuhe."}, trainer.id)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"seats": "0"}, "Between 1 and 500."),
        ({"seats": "many"}, "This is not a whole number."),
        ({"module_id": ""}, "This is missing."),
        ({"module_id": "999999"}, "Choose a published module of your Trio, or one shared with it."),
        ({"provider_id": "999999"}, "Choose an education provider of a Trio that may hold runs"),
        ({"format": "cinema"}, "Choose one of the values offered."),
        ({"language": "tlh"}, "Choose one of the values offered."),
        ({"enrolment_closes": "soon"}, "This is not a date with a time."),
        ({"enrolment_closes": "2026-03-01T08:00"}, "Enrolment must close after it opens."),
        ({"to_1": ""}, "This is missing."),
        ({"date_4": "32.13."}, "This is not a date."),
        ({"to_4": "12:00"}, "The session must end after it begins."),
        ({"date_1": "", "from_1": "", "to_1": "", "date_4": "", "from_4": "", "to_4": ""}, "at least one session"),
    ],
)
def test_a_faulty_plan_comes_back_as_it_was_entered(sign_in, session, trainer, entered, wrong, said):
    page = sign_in(trainer).post("/runs/new", data=entered | wrong)
    assert page.status_code == 422
    assert said in page.text
    for kept in ('value="Halle 2"', "Feste Schuhe.", 'value="2026-03-02T08:00"'):
        assert kept in page.text
    assert rows(session, Run) == 0


def test_without_a_published_module_there_is_nothing_to_plan(sign_in, make, trio, trainer):
    make.module(trio=trio, published=False)
    assert "No module to plan with" in sign_in(trainer).get("/runs/new").text


# ---- staff: roster and cancelling


def test_the_roster_shows_people_states_and_lists(sign_in, make, trio, trainer):
    run = make.run(make.module(trio=trio), starts_at=NOON)
    person = make.user(name="Nguyễn Thị Mai")
    make.enrolment(run, EnrolmentState.ATTENDED, user_id=person.id, attendance=91)
    page = sign_in(trainer).get(f"/runs/{run.id}/roster").text
    for said in ("Nguyễn Thị Mai", "attended", "91%", "1 of 12", "List open", "not given"):
        assert said in page
    assert person.email not in page


def test_only_its_trainers_see_who_is_in_a_run(sign_in, make, session):
    run = make.run(starts_at=NOON)
    [only] = queries.list_sessions(session, run.id)
    stranger = sign_in(make.user(Role.TRAINER, trio=make.trio()))
    for path in (f"/runs/{run.id}/roster", f"/runs/{run.id}/sessions/{only.id}/attendance"):
        page = stranger.get(path)
        assert page.status_code == 403
        assert "Only trainers of this run" in page.text
    assert stranger.post(f"/runs/{run.id}/sessions/{only.id}/attendance").status_code == 403
    assert stranger.post(f"/runs/{run.id}/cancel", data={"reason": "Because"}).status_code == 403
    assert stranger.post(f"/runs/{run.id}/cancel", data={"reason": ""}).status_code == 403


def test_cancelling_needs_a_reason_and_tells_it(sign_in, make, trio, trainer):
    run, person = make.run(make.module(trio=trio)), make.user()
    make.enrolment(run, user_id=person.id)
    client = sign_in(trainer)
    page = client.post(f"/runs/{run.id}/cancel", data={"reason": "x"})
    assert page.status_code == 422
    assert "Between 3 and 200 characters." in page.text
    for _double in range(2):
        page = client.post(f"/runs/{run.id}/cancel", data={"reason": "The trainer is ill."}, follow_redirects=True)
        assert "The reason: The trainer is ill." in page.text
    assert "The reason: The trainer is ill." in client.get(f"/runs/{run.id}").text


# ---- staff: attendance


@pytest.fixture
def today(make, trio, session):
    """A run that began half an hour ago, its session, and two people in it."""
    run = make.run(make.module(trio=trio), starts_at=NOON - DAY / 48)
    people = [make.enrolment(run, user_id=make.user(name=name).id) for name in ("Oksana Bondar", "Marek Nowak")]
    return run, queries.list_sessions(session, run.id)[0], people


def test_keeping_and_closing_a_list(sign_in, session, trainer, today):
    run, only, (first, second) = today
    client, url = sign_in(trainer), f"/runs/{run.id}/sessions/{only.id}"
    page = client.get(f"{url}/attendance").text
    for said in ("Today", "Oksana Bondar", "2 open", "2 people have no entry yet.", f'name="mark-{first.id}"'):
        assert said in page

    page = client.post(f"{url}/attendance", data={f"mark-{first.id}": "present"}, follow_redirects=True).text
    assert "1 here" in page
    assert "1 person has no entry yet." in page
    assert client.post(f"{url}/close").status_code == 409
    client.post(f"{url}/attendance", data={f"mark-{first.id}": "late", f"mark-{second.id}": "absent"})
    for _double in range(2):
        page = client.post(f"{url}/close", follow_redirects=True)
        assert page.status_code == 200
        assert "The list is closed." in page.text
    page = client.get(f"{url}/attendance").text
    assert "This list is closed." in page
    assert "mark-" not in page
    assert session.get(Attendance, (only.id, first.id)).mark is Mark.LATE


def test_a_list_is_not_open_long_before(sign_in, make, session, trio, trainer):
    run = make.run(make.module(trio=trio))
    make.enrolment(run)
    [only] = queries.list_sessions(session, run.id)
    page = sign_in(trainer).get(f"/runs/{run.id}/sessions/{only.id}/attendance").text
    assert "The list opens one hour before the session begins." in page
    assert "Thursday, March 12, 2026" in page


def test_a_list_without_people_says_so(sign_in, make, session, trio, trainer):
    run = make.run(make.module(trio=trio), starts_at=NOON)
    [only] = queries.list_sessions(session, run.id)
    page = sign_in(trainer).get(f"/runs/{run.id}/sessions/{only.id}/attendance").text
    assert "Nobody has enrolled yet" in page
    assert "Close the list" in page


@pytest.mark.parametrize(
    "sent, status",
    [
        ({"mark-x": "present"}, 422),
        ({"mark-": "present"}, 422),
        ({"mark-1": "asleep"}, 422),
        ({"mark-999999": "present"}, 404),
        ({"mark-99999999999999999999999": "present"}, 404),
        ({"other": "present"}, 302),
        ({}, 302),
    ],
    ids=str,
)
def test_garbage_marks_change_nothing(sign_in, session, trainer, today, sent, status):
    run, only, _people = today
    answer = sign_in(trainer).post(f"/runs/{run.id}/sessions/{only.id}/attendance", data=sent)
    assert answer.status_code == status
    assert rows(session, Attendance) == 0


def test_a_session_of_another_run_is_not_found(sign_in, make, session, trainer, today):
    run, _only, _people = today
    [foreign] = queries.list_sessions(session, make.run().id)
    for session_id in (foreign.id, 999_999):
        assert sign_in(trainer).get(f"/runs/{run.id}/sessions/{session_id}/attendance").status_code == 404


# ---- speed, language


def test_the_run_page_takes_as_many_queries_for_many_dates(client, make, queries_of, session):
    module = make.module()
    run, counts = make.run(module), []
    for _longer in range(2):
        for _row in range(5):
            make.enrolment(make.run(module))
        session.expire_all()
        with queries_of() as sent:
            client.get(f"/runs/{run.id}")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 9


def test_the_attendance_page_takes_as_many_queries_for_many_people(sign_in, make, queries_of, session, trainer, today):
    run, only, _people = today
    client, counts = sign_in(trainer), []
    for _longer in range(2):
        for _row in range(5):
            make.enrolment(run)
        session.expire_all()
        with queries_of() as sent:
            client.get(f"/runs/{run.id}/sessions/{only.id}/attendance")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6


def test_the_page_speaks_german(client, make):
    run = make.run(enrolment_opens=NOON + DAY)
    page = client.get(f"/runs/{run.id}", headers={"Accept-Language": "de"}).text
    assert "Anmelden geht noch nicht. Es geht los am 3. März um 13:00\N{NO-BREAK SPACE}Uhr." in page
    assert "Donnerstag, 12. März 2026" in page


@pytest.mark.parametrize(
    "letter, subject",
    [
        ("enrolled", "Du hast einen Platz: Zelle & Pack"),
        ("waiting", "Du stehst auf der Warteliste: Zelle & Pack"),
        ("moved_up", "Ein Platz für dich: Zelle & Pack"),
        ("cancelled", "Abgesagt: Zelle & Pack"),
    ],
)
def test_letters_come_in_the_language_of_the_person(flask_app, letter, subject):
    values = {
        "title": {"de": "Zelle & Pack", "en": "Cell & pack"}, "when": {"de": "Montag", "en": "Monday"},
        "place": "Halle 2, Kamenz", "run_id": 7, "reason": "Die Trainerin ist krank.",
    }  # fmt: skip
    template = f"runs/mail/{letter}"
    message = mail.compose(flask_app, to="pat@example.org", locale="de", template=template, values=values, at=NOON)
    text = message.get_content()
    assert message["Subject"] == subject
    for said in ("Zelle & Pack\n", "Montag\n", "Halle 2, Kamenz\n", "http://localhost/runs/7\n"):
        assert said in text
    assert ("Der Grund: Die Trainerin ist krank." in text) is (letter == "cancelled")


def test_a_learner_shows_the_company_less_or_more_on_the_page_of_the_run(sign_in, make):
    person, run = make.user(), make.run()
    make.enrolment(run, user_id=person.id, company_id=make.company().id)
    client = sign_in(person)
    assert "Your company sees nothing of this course." in client.get(f"/runs/{run.id}").text
    page = client.post(f"/runs/{run.id}/sharing", data={"shares": "true"}, follow_redirects=True)
    assert "Your company sees: enrolled, attended, certificate." in page.text
    page = client.post(f"/runs/{run.id}/sharing", data={"shares": "garbage"}, follow_redirects=True)
    assert "Your company sees nothing of this course any more." in page.text
