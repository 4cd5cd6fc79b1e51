from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.accounts.models import Consent
from app.companies.models import TrioCompany
from app.kit.actors import ANYONE, Role
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.outbox import Message
from app.modules.models import Module
from app.runs import queries, services
from app.runs.models import Attendance, Enrolment
from app.runs.rules import EnrolmentState, Mark, Plan, RunFormat, RunState
from app.runs.services.attendance import NO_SEAT_LEFT
from app.trios.models import Partnership, Trio
from app.trios.rules import OrganisationKind
from tests.conftest import rows
from tests.factories import NOON, as_actor

DAY = timedelta(days=1)


def letters(session):
    """Which mails are in the outbox, and to whom."""
    mails = session.query(Message).filter_by(kind="mail").order_by(Message.id)
    return [(mail.payload["template"].removeprefix("runs/mail/"), mail.payload["user_id"]) for mail in mails]


def history(session, enrolment):
    return [(event.before, event.after, event.actor_id) for event in queries.list_events(session, enrolment.id)]


def enrolment_of(session, run, user_id):
    enrolment = queries.find_enrolment(session, run.id, user_id)
    assert enrolment is not None
    return enrolment


def state_of(session, run, actor):
    return enrolment_of(session, run, actor.user_id).state


# ---- enrolling


def test_the_first_get_seats_and_the_others_wait(session, make):
    run = make.run(seats=1)
    first, second = make.actor(), make.actor()
    seat = services.enrol(session, first, run.id, now=NOON)
    waiting = services.enrol(session, second, run.id, now=NOON)

    assert (seat.state, seat.waiting_since) == (EnrolmentState.CONFIRMED, None)
    assert (waiting.state, waiting.waiting_since) == (EnrolmentState.WAITING, NOON)
    assert history(session, seat) == [(None, EnrolmentState.CONFIRMED, first.user_id)]
    assert letters(session) == [("enrolled", first.user_id), ("waiting", second.user_id)]


def test_a_letter_carries_no_personal_data_and_speaks_both_languages(session, make):
    run = make.run()
    services.enrol(session, make.actor(), run.id, now=NOON)
    mail = session.query(Message).one()
    assert set(mail.payload) == {"user_id", "template", "values", "trio_id"}
    assert mail.payload["values"] == {
        "title": {"de": "Cell basics (de)", "en": "Cell basics"},
        "when": {"de": "Donnerstag, 12. März 2026, 13:00 Uhr", "en": "Thursday, 12 March 2026, 13:00"},
        "place": "Halle 2, Kamenz",
        "run_id": run.id,
    }


def test_enrolling_twice_keeps_the_place(session, make):
    run, actor = make.run(), make.actor()
    first = services.enrol(session, actor, run.id, now=NOON)
    again = services.enrol(session, actor, run.id, now=NOON + DAY)
    assert again is first
    assert again.enrolled_at == NOON
    assert len(letters(session)) == 1


def test_who_gave_the_seat_back_comes_last(session, make):
    run = make.run(seats=1)
    actor, other = make.actor(), make.actor()
    services.enrol(session, actor, run.id, now=NOON)
    services.enrol(session, other, run.id, now=NOON)
    services.withdraw(session, actor, run.id, now=NOON)
    again = services.enrol(session, actor, run.id, now=NOON + DAY)

    assert (again.state, again.waiting_since) == (EnrolmentState.WAITING, NOON + DAY)
    assert rows(session, Enrolment) == 2
    confirmed, cancelled, waiting = EnrolmentState.CONFIRMED, EnrolmentState.CANCELLED, EnrolmentState.WAITING
    assert history(session, again) == [
        (None, confirmed, actor.user_id),
        (confirmed, cancelled, actor.user_id),
        (cancelled, waiting, actor.user_id),
    ]


def test_the_company_sees_nothing_that_was_not_allowed(session, make):
    run, company = make.run(), make.company()
    plain = services.enrol(session, make.actor(), run.id, company_id=company.id, now=NOON)
    shared = services.enrol(session, make.actor(), run.id, company_id=company.id, shares_with_employer=True, now=NOON)
    nobody = services.enrol(session, make.actor(), run.id, shares_with_employer=True, now=NOON)
    assert [row.shares_with_employer for row in (plain, shared, nobody)] == [False, True, False]


def test_nobody_enrols_in_what_is_closed_missing_or_without_a_name(session, make):
    run = make.run(state=RunState.FINISHED)
    with pytest.raises(Conflict, match=r"This run is over\."):
        services.enrol(session, make.actor(), run.id, now=NOON)
    with pytest.raises(NotFound, match="no such run"):
        services.enrol(session, make.actor(), 999_999, now=NOON)
    with pytest.raises(Forbidden, match="Sign in first"):
        services.enrol(session, ANYONE, make.run().id, now=NOON)
    assert rows(session, Enrolment) == 0


# ---- naming the company later


def test_a_company_left_open_is_named_later_once(session, make):
    run, actor, company = make.run(), make.actor(), make.company()
    enrolment = services.enrol(session, actor, run.id, now=NOON)
    for _double in range(2):
        services.name_company(session, actor, run.id, company_id=company.id, shares_with_employer=True, now=NOON)
    assert (enrolment.company_id, enrolment.shares_with_employer) == (company.id, True)
    assert session.query(Consent).one().user_id == actor.user_id
    assert session.get_one(TrioCompany, (run.trio_id, company.id)).has_enrolments
    with pytest.raises(Conflict, match="no company to add"):
        services.name_company(session, actor, run.id, company_id=make.company().id, now=NOON)


def test_only_who_is_enrolled_names_a_company(session, make):
    run, company = make.run(), make.company()
    with pytest.raises(NotFound, match="not enrolled"):
        services.name_company(session, make.actor(), run.id, company_id=company.id, now=NOON)
    with pytest.raises(Forbidden):
        services.name_company(session, ANYONE, run.id, company_id=company.id, now=NOON)


# ---- withdrawing


def test_the_one_who_waits_longest_gets_the_seat_given_back(session, make):
    run = make.run(seats=1)
    seated, first, second = make.actor(), make.actor(), make.actor()
    services.enrol(session, seated, run.id, now=NOON)
    services.enrol(session, first, run.id, now=NOON + DAY)
    services.enrol(session, second, run.id, now=NOON)

    services.withdraw(session, seated, run.id, now=NOON + DAY)

    moved = enrolment_of(session, run, second.user_id)
    assert (moved.state, moved.waiting_since) == (EnrolmentState.CONFIRMED, None)
    assert state_of(session, run, first) is EnrolmentState.WAITING
    assert state_of(session, run, seated) is EnrolmentState.CANCELLED
    assert history(session, moved)[-1] == (EnrolmentState.WAITING, EnrolmentState.CONFIRMED, None)
    assert letters(session)[-1] == ("moved_up", second.user_id)


def test_who_only_waited_frees_no_seat(session, make):
    run = make.run(seats=1)
    seated, waiting, last = make.actor(), make.actor(), make.actor()
    for actor in (seated, waiting, last):
        services.enrol(session, actor, run.id, now=NOON)
    services.withdraw(session, waiting, run.id, now=NOON)
    assert state_of(session, run, last) is EnrolmentState.WAITING
    assert queries.count_ahead(session, enrolment_of(session, run, last.user_id)) == 0


def test_withdrawing_twice_is_harmless_and_a_stranger_has_nothing_to_give_back(session, make):
    run, actor = make.run(), make.actor()
    enrolment = services.enrol(session, actor, run.id, now=NOON)
    services.withdraw(session, actor, run.id, now=NOON)
    services.withdraw(session, actor, run.id, now=NOON)
    assert len(history(session, enrolment)) == 2
    with pytest.raises(NotFound, match="not enrolled"):
        services.withdraw(session, make.actor(), run.id, now=NOON)
    with pytest.raises(Forbidden):
        services.withdraw(session, ANYONE, run.id, now=NOON)


def test_nobody_withdraws_from_a_run_that_has_begun(session, make):
    run = make.run()
    enrolment = make.enrolment(run)
    actor = as_actor(make.user())
    services.enrol(session, actor, run.id, now=NOON)
    with pytest.raises(Conflict, match="has begun"):
        services.withdraw(session, actor, run.id, now=run.starts_at)
    assert enrolment.state is EnrolmentState.CONFIRMED


# ---- planning


@pytest.fixture
def plan(make):
    module = make.module()
    provider = make.organisation()
    make._save(
        Partnership(
            trio_id=module.trio_id,
            organisation_id=provider.id,
            kind=OrganisationKind.PROVIDER,
            starts_on=NOON.date(),
        )
    )
    begin = NOON + 10 * DAY
    return Plan(
        module_id=module.id, provider_id=provider.id, format=RunFormat.PRACTICE, language="de", city="Kamenz",
        place="Halle 2", note={"de": "Feste Schuhe."}, seats=8, enrolment_opens=NOON, enrolment_closes=begin - DAY,
        sessions={2: (begin, begin + timedelta(minutes=300)), 1: (begin + DAY, begin + DAY + timedelta(minutes=90))},
    )  # fmt: skip


@pytest.fixture
def trainer(make, session, plan):
    trio = session.get(Trio, session.get(Module, plan.module_id).trio_id)
    return make.actor(Role.TRAINER, trio=trio)


def test_opening_a_run_pins_the_published_version(session, make, plan, trainer):
    run = services.open_run(session, trainer, plan, now=NOON)
    sessions = queries.list_sessions(session, run.id)
    assert (run.state, run.trainer_id) == (RunState.PUBLISHED, trainer.user_id)
    assert queries.title_of(session, run)["en"] == "Cell basics"
    assert [found.ue for found in sessions] == [Decimal("6.5"), Decimal(2)]
    assert (run.starts_at, run.ends_at) == (sessions[0].starts_at, sessions[1].ends_at)
    assert run.note == {"de": "Feste Schuhe."}


def test_a_plan_must_fit_together(session, make, plan, trainer):
    foreign, draft = make.module(), make.module(published=False)
    for module in (foreign, draft):
        wrong = replace(plan, module_id=module.id)
        assert set(services.faults_of_plan(session, trainer, wrong, now=NOON)) == {"module_id"}
    stranger = replace(plan, provider_id=make.organisation().id, sessions={})
    assert set(services.faults_of_plan(session, trainer, stranger, now=NOON)) >= {"provider_id", "session_1"}
    with pytest.raises(Invalid, match="cannot be opened") as refusal:
        services.open_run(session, trainer, stranger, now=NOON)
    assert "A run needs at least one session." in refusal.value.problems


def test_learners_open_no_runs(session, make, plan):
    with pytest.raises(Forbidden):
        services.open_run(session, make.actor(), plan, now=NOON)


def test_calling_a_run_off_tells_everybody_who_counted_on_it(session, make):
    run = make.run(seats=1)
    seated, waiting, gone = (make.enrolment(run, state) for state in (
        EnrolmentState.CONFIRMED, EnrolmentState.WAITING, EnrolmentState.CANCELLED,
    ))  # fmt: skip
    admin = make.actor(Role.SITE_ADMIN)
    for _twice in range(2):
        services.cancel_run(session, admin, run.id, reason="The trainer is ill.", now=NOON)

    assert (run.state, run.cancellation) == (RunState.CANCELLED, "The trainer is ill.")
    assert {row.state for row in (seated, waiting, gone)} == {EnrolmentState.CANCELLED}
    assert waiting.waiting_since is None
    assert letters(session) == [("cancelled", seated.user_id), ("cancelled", waiting.user_id)]
    assert session.query(Message).first().payload["values"]["reason"] == "The trainer is ill."
    [event] = queries.list_events(session, seated.id)
    assert (event.reason, event.actor_id) == ("The trainer is ill.", admin.user_id)


def test_who_may_not_and_what_can_not_be_called_off(session, make):
    run = make.run(sessions=2)
    with pytest.raises(Forbidden):
        services.cancel_run(session, make.actor(Role.TRAINER, trio=make.trio()), run.id, reason="No", now=NOON)
    queries.list_sessions(session, run.id)[0].closed_at = NOON
    session.commit()
    with pytest.raises(Conflict, match="no longer be cancelled"):
        services.cancel_run(session, make.actor(Role.SITE_ADMIN), run.id, reason="No", now=NOON)


# ---- attendance


@pytest.fixture
def keeper(make):
    return make.actor(Role.SITE_ADMIN)


@pytest.fixture
def running(session, make):
    """A run of two sessions, the first of which began an hour ago, with two people."""
    run = make.run(sessions=2, starts_at=NOON - timedelta(hours=1))
    return run, queries.list_sessions(session, run.id), [make.enrolment(run) for _ in range(2)]


def test_the_last_mark_counts_and_the_same_one_changes_nothing(session, running, keeper):
    run, (first, _second), (person, _other) = running
    for noted, now in ((Mark.ABSENT, NOON), (Mark.LATE, NOON + DAY / 24), (Mark.LATE, NOON + DAY)):
        services.mark(session, keeper, run.id, first.id, person.id, noted, now=now)
    row = session.query(Attendance).one()
    assert (row.mark, row.minutes_missed, row.marked_by) == (Mark.LATE, 15, keeper.user_id)
    assert row.marked_at == NOON + DAY / 24
    services.mark(session, keeper, run.id, first.id, person.id, Mark.LATE, late_by=40, now=NOON)
    assert row.minutes_missed == 40


def test_foreign_people_sessions_and_trainers_are_refused(session, make, running, keeper):
    run, (first, second), (person, _other) = running
    stranger = make.enrolment()
    with pytest.raises(NotFound, match="not in this run"):
        services.mark_all(
            session, keeper, run.id, first.id, {person.id: Mark.PRESENT, stranger.id: Mark.PRESENT}, now=NOON
        )
    assert rows(session, Attendance) == 0
    elsewhere = queries.list_sessions(session, make.run().id)[0]
    with pytest.raises(NotFound, match="no such session"):
        services.mark(session, keeper, run.id, elsewhere.id, person.id, Mark.PRESENT, now=NOON)
    with pytest.raises(NotFound, match="no such session"):
        services.close_list(session, keeper, run.id, 999_999, now=NOON)
    with pytest.raises(Forbidden, match="Only trainers"):
        services.mark(session, make.actor(), run.id, first.id, person.id, Mark.PRESENT, now=NOON)
    with pytest.raises(Forbidden, match="Only trainers"):
        services.close_list(session, make.actor(), run.id, first.id, now=NOON)
    with pytest.raises(Conflict, match="one hour before"):
        services.mark(session, keeper, run.id, second.id, person.id, Mark.PRESENT, now=NOON)


def test_who_gave_the_seat_back_meanwhile_is_left_out(session, running, keeper):
    run, (first, _second), (person, gone) = running
    gone.state = EnrolmentState.CANCELLED
    services.mark_all(session, keeper, run.id, first.id, dict.fromkeys((person.id, gone.id), Mark.PRESENT), now=NOON)
    assert [row.enrolment_id for row in session.query(Attendance)] == [person.id]


def test_a_list_is_closed_when_everybody_has_a_mark_and_then_stays_so(session, running, keeper):
    run, (first, _second), (person, other) = running
    services.mark(session, keeper, run.id, first.id, person.id, Mark.PRESENT, now=NOON)
    with pytest.raises(Conflict, match=r"1 person has no entry yet\."):
        services.close_list(session, keeper, run.id, first.id, now=NOON)
    services.mark(session, keeper, run.id, first.id, other.id, Mark.ABSENT, now=NOON)
    services.close_list(session, keeper, run.id, first.id, now=NOON)
    services.close_list(session, keeper, run.id, first.id, now=NOON + DAY)

    assert (first.closed_at, first.closed_by) == (NOON, keeper.user_id)
    assert run.state is RunState.PUBLISHED
    with pytest.raises(Conflict, match="This list is closed"):
        services.mark(session, keeper, run.id, first.id, person.id, Mark.ABSENT, now=NOON)


def test_the_last_list_finishes_the_run(session, make, running, keeper):
    run, sessions, (person, other) = running
    waiting = make.enrolment(run, EnrolmentState.WAITING)
    marks = [{person.id: Mark.PRESENT, other.id: Mark.ABSENT}, {person.id: Mark.LATE, other.id: Mark.ABSENT}]
    for found, noted in zip(sessions, marks, strict=True):
        services.mark_all(session, keeper, run.id, found.id, noted, now=found.starts_at)
        services.close_list(session, keeper, run.id, found.id, now=found.ends_at)

    assert run.state is RunState.FINISHED
    assert (person.state, person.attendance) == (EnrolmentState.ATTENDED, 91)
    assert (other.state, other.attendance) == (EnrolmentState.NO_SHOW, 0)
    assert (waiting.state, waiting.attendance) == (EnrolmentState.CANCELLED, None)
    assert queries.list_events(session, waiting.id)[-1].reason == NO_SEAT_LEFT
    assert history(session, person) == [(EnrolmentState.CONFIRMED, EnrolmentState.ATTENDED, None)]
    [message] = session.query(Message).filter_by(kind="runs.finished")
    assert (message.key, message.payload) == (f"runs.finished:{run.id}", {"run_id": run.id})


def test_a_run_without_people_can_be_finished(session, make, keeper):
    run = make.run(starts_at=NOON)
    [only] = queries.list_sessions(session, run.id)
    services.close_list(session, keeper, run.id, only.id, now=NOON)
    assert run.state is RunState.FINISHED


def test_somebody_without_a_mark_in_a_session_missed_it(session, make, keeper):
    run = make.run(sessions=2, starts_at=NOON - 2 * DAY)
    first, second = queries.list_sessions(session, run.id)
    first.closed_at = NOON
    late_comer = make.enrolment(run)
    services.mark(session, keeper, run.id, second.id, late_comer.id, Mark.PRESENT, now=NOON)
    services.close_list(session, keeper, run.id, second.id, now=NOON)
    assert late_comer.attendance == 50


def test_completing_is_for_those_who_attended_and_harmless_when_repeated(session, make):
    attended, confirmed = make.enrolment(state=EnrolmentState.ATTENDED), make.enrolment()
    for _twice in range(2):
        services.complete(session, attended.id, now=NOON)
    assert history(session, attended) == [(EnrolmentState.ATTENDED, EnrolmentState.COMPLETED, None)]
    with pytest.raises(Conflict, match="attended"):
        services.complete(session, confirmed.id, now=NOON)
    with pytest.raises(NotFound, match="no such enrolment"):
        services.complete(session, 999_999, now=NOON)


def test_consent_towards_the_employer_is_taken_back_as_easily_as_it_was_given(session, make):
    run, company, person = make.run(), make.company(), make.actor()
    enrolment = services.enrol(session, person, run.id, company_id=company.id, shares_with_employer=True, now=NOON)
    services.share_with_employer(session, person, run.id, shares=False, now=NOON)
    assert not enrolment.shares_with_employer
    services.share_with_employer(session, person, run.id, shares=True, now=NOON)
    assert enrolment.shares_with_employer


def test_what_the_company_may_see_is_written_down_with_its_words(session, make):
    run, company, person = make.run(), make.company(), make.actor()
    enrolment = services.enrol(
        session, person, run.id, company_id=company.id, shares_with_employer=True, language="en", now=NOON
    )
    consent = session.scalars(select(Consent)).one()
    assert (consent.user_id, consent.about_kind, consent.about_id) == (person.user_id, "enrolment", enrolment.id)
    assert (consent.language, consent.given_at, consent.withdrawn_at) == ("en", NOON, None)
    services.withdraw(session, person, run.id, now=NOON)
    services.enrol(session, person, run.id, company_id=company.id, now=NOON)
    assert consent.withdrawn_at == NOON, "enrolled anew, and not asked for it again"
    services.enrol(session, make.actor(), run.id, shares_with_employer=True, now=NOON)
    assert session.scalars(select(Consent)).all() == [consent], "without a company there is nothing to agree to"


def test_there_is_nothing_to_share_without_a_company_or_an_enrolment(session, make):
    run, person = make.run(), make.actor()
    with pytest.raises(NotFound):
        services.share_with_employer(session, person, run.id, shares=True, now=NOON)
    services.enrol(session, person, run.id, now=NOON)
    with pytest.raises(NotFound):
        services.share_with_employer(session, person, run.id, shares=True, now=NOON)
    with pytest.raises(Forbidden):
        services.share_with_employer(session, ANYONE, run.id, shares=True, now=NOON)
