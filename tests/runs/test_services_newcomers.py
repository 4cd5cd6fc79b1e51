from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Consent, SignInLink, User
from app.accounts.rules.limits import LIMITS, Kind
from app.accounts.rules.signing_in import LINKS_ALLOWED
from app.accounts.services import send_link
from app.companies.models import Company, TrioCompany
from app.kit import audit
from app.kit.errors import Conflict, NotFound
from app.kit.outbox import Message
from app.runs import queries, services
from app.runs.models import Enrolment
from app.runs.rules import EnrolmentState, RunState
from app.runs.rules.enrolment import DOUBLE_TAP
from app.runs.services.newcomers import BY_FORM
from tests.conftest import rows
from tests.factories import NOON, as_actor

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EMAIL = "o.bondar@firma.de"
CONFIRMED, WAITING, CANCELLED = EnrolmentState.CONFIRMED, EnrolmentState.WAITING, EnrolmentState.CANCELLED


@pytest.fixture
def enrol(session):
    """Fills in the form of a run without being signed in."""

    def _enrol(run, email=EMAIL, *, now=NOON, **given):
        words = {"name": "Oksana Bondar", "language": "en"} | given
        return services.enrol_newcomer(session, run.id, email=email, **words, now=now)

    return _enrol


@pytest.fixture
def mails(session):
    """What a worker makes of the messages that were posted: template and values of each mail about a run, with whom."""

    def _mails(*, now=NOON):
        for message in session.scalars(select(Message).where(Message.kind == "runs.newcomer")).all():
            services.write_to_newcomer(session, **message.payload, now=now)
            session.delete(message)
        posted = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id)).all()
        return [(m.payload["template"].removeprefix("runs/mail/"), m.payload["user_id"]) for m in posted]

    return _mails


def last_values(session):
    mail = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id.desc())).first()
    assert mail is not None
    return mail.payload["values"]


def place_of(session, run, email=EMAIL):
    user = session.scalars(select(User).where(User.email == email)).one()
    return queries.find_enrolment(session, run.id, user.id)


# ---- the place


def test_a_new_address_gets_an_account_a_place_and_one_mail(session, make, enrol, mails):
    run = make.run()
    assert enrol(run, "O.Bondar@Firma.de", company="Weber Drehteile", shares_with_employer=True) is CONFIRMED
    place = place_of(session, run)
    person = session.get_one(User, place.user_id)
    assert (person.name, person.language, person.verified_at, person.password_hash) == (
        "Oksana Bondar", "en", None, None,
    )  # fmt: skip
    assert (place.state, place.shares_with_employer) == (CONFIRMED, True)
    assert session.get_one(Company, place.company_id).name == "Weber Drehteile"
    assert session.get_one(TrioCompany, (run.trio_id, place.company_id)).has_enrolments
    assert session.query(Consent).one().about_id == place.id
    assert mails() == [("place_taken", person.id)]
    link = session.query(SignInLink).one()
    assert (link.user_id, link.target) == (person.id, f"/runs/{run.id}")
    values = last_values(session)
    assert (values["is_waiting"], values["is_known"], values["run_id"]) == (False, False, run.id)
    assert values["token"]


def test_nobody_stands_in_the_history_as_the_one_who_did_it(session, make, enrol):
    run = make.run()
    enrol(run)
    [event] = queries.list_events(session, place_of(session, run).id)
    assert (event.before, event.after, event.actor_id, event.reason) == (None, CONFIRMED, None, BY_FORM)
    audit.seal(session)
    entries = session.scalars(select(audit.Entry).where(audit.Entry.kind == "enrolment")).all()
    assert [(entry.action, entry.actor) for entry in entries] == [("enrolment.changed", "")]


def test_a_known_address_gets_a_place_and_nothing_else_of_it_changes(session, make, enrol, mails):
    run, known = make.run(), make.user(email=EMAIL, name="Olena", language="de")
    company = {"company": "Impostor GmbH", "shares_with_employer": True}
    assert enrol(run, name="Somebody Else", language="en", **company) is CONFIRMED
    place = place_of(session, run)
    assert (known.name, known.language, known.verified_at) == ("Olena", "de", None)
    assert (place.company_id, place.shares_with_employer) == (None, False)
    assert rows(session, Consent) == rows(session, TrioCompany) == 0
    assert mails() == [("place_taken", known.id)]
    assert last_values(session)["is_known"]


def test_a_known_person_comes_from_the_company_they_named_last_and_shows_it_nothing(session, make, enrol):
    run, known, company = make.run(), make.user(email=EMAIL), make.company()
    services.enrol(session, as_actor(known), make.run().id, company_id=company.id, shares_with_employer=True, now=NOON)
    enrol(run, company="Impostor GmbH", shares_with_employer=True)
    place = place_of(session, run)
    assert (place.company_id, place.shares_with_employer) == (company.id, False)


def test_who_gave_the_place_back_gets_one_again_that_the_company_does_not_see(session, make, enrol, mails):
    run, known, company = make.run(), make.user(email=EMAIL), make.company()
    actor = as_actor(known)
    services.enrol(session, actor, run.id, company_id=company.id, shares_with_employer=True, now=NOON)
    services.withdraw(session, actor, run.id, now=NOON)
    assert enrol(run, shares_with_employer=True, company="Impostor GmbH") is CONFIRMED
    place = place_of(session, run)
    assert (place.state, place.company_id, place.shares_with_employer) == (CONFIRMED, company.id, False)
    assert session.query(Consent).one().withdrawn_at == NOON
    assert mails()[-1] == ("place_taken", known.id)


@pytest.mark.parametrize("is_known", [False, True])
def test_when_all_seats_are_taken_both_kinds_wait(session, make, enrol, mails, is_known):
    run = make.run(seats=1)
    make.enrolment(run)
    if is_known:
        make.user(email=EMAIL)
    assert enrol(run) is WAITING
    place = place_of(session, run)
    assert (place.state, place.waiting_since) == (WAITING, NOON)
    mails()
    assert last_values(session)["is_waiting"]


# ---- the answer


@pytest.mark.parametrize("state", [state for state in EnrolmentState if state is not CANCELLED])
def test_who_is_enrolled_keeps_the_place_and_reads_so_in_the_mail(session, make, enrol, mails, state):
    run, known, company = make.run(), make.user(email=EMAIL), make.company()
    place = make.enrolment(
        run, state, user_id=known.id, company_id=company.id, shares_with_employer=True, enrolled_at=NOON - DAY
    )
    before = (place.state, place.company_id, place.shares_with_employer, place.enrolled_at)
    enrol(run, company="Impostor GmbH")
    assert (place.state, place.company_id, place.shares_with_employer, place.enrolled_at) == before
    assert queries.list_events(session, place.id) == []
    assert mails() == [("place_kept", known.id)]
    assert last_values(session)["is_waiting"] is (state is WAITING)


@pytest.mark.parametrize("email", ["nobody@firma.de", "known@firma.de", "enrolled@firma.de"])
@pytest.mark.parametrize("seats", [2, 1], ids=["a seat is free", "all seats are taken"])
def test_the_answer_is_what_the_run_has_to_give_for_whomever_it_is_asked(make, enrol, email, seats):
    """Who has a seat in a full run is told the same as everybody else, or one could ask who has one."""
    run = make.run(seats=seats)
    make.user(email="known@firma.de")
    make.enrolment(run, user_id=make.user(email="enrolled@firma.de").id, enrolled_at=NOON - DAY)
    assert enrol(run, email) is (CONFIRMED if seats == 2 else WAITING)


@pytest.mark.parametrize("seats, state", [(1, CONFIRMED), (0, WAITING)])
def test_a_form_sent_twice_is_answered_twice_alike_with_one_mail(session, make, enrol, mails, seats, state):
    run = make.run(seats=1)
    for _ in range(1 - seats):
        make.enrolment(run)
    assert [enrol(run), enrol(run, now=NOON + DOUBLE_TAP / 2)] == [state, state]
    assert len(mails()) == 1
    enrol(run, now=NOON + DOUBLE_TAP)
    assert [template for template, _who in mails()] == ["place_taken", "place_kept"]


@pytest.mark.parametrize("is_enrolled", [False, True])
def test_what_is_closed_is_closed_for_everybody(session, make, enrol, is_enrolled):
    run = make.run(state=RunState.FINISHED)
    if is_enrolled:
        make.enrolment(run, user_id=make.user(email=EMAIL).id)
    with pytest.raises(Conflict, match="is over"):
        enrol(run)
    assert rows(session, Message) == 0


def test_no_account_is_made_for_a_run_that_is_missing(session):
    with pytest.raises(NotFound):
        services.enrol_newcomer(session, 999_999, name="Pat", email="pat@example.org", language="de", now=NOON)
    assert rows(session, User) == 0


# ---- how often


@pytest.mark.parametrize("is_known", [False, True])
def test_an_address_is_enrolled_five_times_an_hour_and_then_answered_alike(session, make, enrol, is_known):
    if is_known:
        make.user(email=EMAIL)
    most = LIMITS[Kind.NEWCOMER_ADDRESS].most
    runs = [make.run() for _ in range(most + 1)]
    assert [enrol(run, email) for run, email in zip(runs, [EMAIL, EMAIL.upper()] * 3, strict=True)] == [CONFIRMED] * 6
    assert rows(session, Enrolment) == most
    assert session.query(Message).filter_by(kind="runs.newcomer").count() == most
    enrol(runs[-1], "other@firma.de")
    enrol(runs[-1], now=NOON + HOUR + timedelta(seconds=1))
    assert rows(session, Enrolment) == most + 2


def test_with_enough_links_on_their_way_the_place_is_taken_all_the_same(session, make, enrol, mails):
    run, known = make.run(), make.user(email=EMAIL)
    for _ in range(LINKS_ALLOWED):
        send_link(session, email=EMAIL, target="/my", now=NOON)
    assert enrol(run) is CONFIRMED
    assert place_of(session, run).state is CONFIRMED
    assert mails()[-1] == ("place_taken", known.id)
    assert last_values(session)["token"] == ""
    before = len(mails())
    enrol(run, now=NOON + DOUBLE_TAP)
    assert len(mails()) == before
    assert rows(session, SignInLink) == LINKS_ALLOWED


def test_a_place_given_back_before_the_mail_went_out_is_not_told(session, make, enrol, mails):
    run, known = make.run(), make.user(email=EMAIL)
    enrol(run)
    services.withdraw(session, as_actor(known), run.id, now=NOON)
    assert mails() == []


def test_the_mail_tells_where_the_place_stands_when_it_is_written(session, make, enrol, mails):
    run, seated = make.run(seats=1), make.actor()
    services.enrol(session, seated, run.id, now=NOON)
    enrol(run)
    services.withdraw(session, seated, run.id, now=NOON)
    mails()
    assert last_values(session)["is_waiting"] is False
