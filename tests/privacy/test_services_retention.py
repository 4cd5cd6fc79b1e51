"""What has been kept long enough goes, and nothing goes a moment earlier."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from app.accounts.models import Consent, RoleGrant, SignInLink, SignInSession, User
from app.accounts.rules.consents import Purpose
from app.accounts.services.consents import give_consent
from app.assessment.models import Attempt, AttemptAnswer
from app.credentials.models import Certificate
from app.evaluation.models import Voter
from app.kit import audit, outbox
from app.kit.actors import ANYONE, Actor, Role
from app.kit.outbox import Message, State
from app.learning.models import Completion, LessonProgress, PracticeAnswer
from app.privacy import queries, rules, services
from app.privacy.models import AccountNotice, RetentionDay
from app.privacy.services import retention
from app.runs.models import Attendance, Enrolment, EnrolmentEvent, Run, RunSession
from app.runs.rules import EnrolmentState, RunState
from tests.counting import statements
from tests.factories import NOON
from tests.privacy.world import frozen

DAY = timedelta(days=1)


def run_all(session, rule_id, *, now=NOON):
    """As the job does: portion by portion, until nothing is left."""
    portions = []
    while rows := services.run_chunk(session, rule_id, now=now):
        portions.append(rows)
        audit.seal(session)
        session.commit()
    return portions


def due(session, rule_id, *, now=NOON):
    return {found.table: found.rows for found in queries.list_due(session, now=now) if found.rule.id == rule_id}


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def link(user, expires_at, token):
    return SignInLink(user_id=user.id, token_hash=token, target="/", created_at=NOON, expires_at=expires_at)


def test_what_ended_longer_ago_goes_and_the_rest_stays(session, make):
    person = make.user()
    session.add_all([link(person, NOON - 30 * DAY - timedelta(seconds=1), "old"), link(person, NOON - 30 * DAY, "new")])
    session.commit()
    assert due(session, "links") == {"sign_in_links": 1, "email_changes": 0}
    assert run_all(session, "links") == [1]
    assert session.scalars(select(SignInLink.token_hash)).all() == ["new"]
    assert due(session, "links")["sign_in_links"] == 0


def test_a_session_counts_from_its_end_or_from_its_last_use(session, make):
    person = make.user()
    long_ago, lately = NOON - 91 * DAY, NOON - 89 * DAY
    kept = [make.token(person, seen_at=long_ago, ended_at=lately), make.token(person, seen_at=lately)]
    for gone in ({"seen_at": long_ago}, {"seen_at": long_ago, "ended_at": long_ago}):
        make.token(person, **gone)
    assert run_all(session, "sessions") == [2]
    assert count(session, SignInSession) == len(kept)


def test_a_role_counts_from_its_last_day_where_nobody_took_it_back(session, make):
    trio = make.trio()
    old, now = date(2023, 3, 1), date(2023, 3, 2)
    for ends_on, revoked_at in ((old, None), (now, None), (old, NOON), (None, None)):
        user = make.user(Role.AUTHOR, trio=trio)
        (grant,) = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id))
        grant.ends_on, grant.revoked_at = ends_on, revoked_at
    session.commit()
    assert run_all(session, "roles") == [1]
    assert count(session, RoleGrant) == 3


def test_a_portion_has_five_hundred_rows_and_the_audit_has_the_numbers(session, make):
    person = make.user()
    rows = [
        {"user_id": person.id, "token_hash": f"t{number}", "target": "/", "purpose": "sign_in",
         "created_at": NOON - 90 * DAY, "expires_at": NOON - 60 * DAY}
        for number in range(1001)
    ]  # fmt: skip
    session.execute(insert(SignInLink), rows)
    session.commit()
    with statements(session) as said:
        assert run_all(session, "links") == [500, 500, 1]
    assert len(said) < 40
    entries = session.scalars(select(audit.Entry).where(audit.Entry.action == "retention.done")).all()
    assert [(entry.ref, entry.new["rows"], entry.actor) for entry in entries] == [
        ("sign_in_links", 500, ""), ("sign_in_links", 500, ""), ("sign_in_links", 1, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("rule_id", rules.RULES)
def test_on_an_empty_platform_no_rule_has_anything_to_do(session, rule_id):
    assert services.run_chunk(session, rule_id, now=NOON) == 0


@pytest.mark.parametrize("rule_id", rules.RULES)
def test_the_due_list_says_what_the_job_does(session, filled, rule_id):
    """In eleven years everything with a date is due; the list and the job agree on the number of rows."""
    now = NOON + 11 * 366 * DAY
    listed = due(session, rule_id, now=now)
    done = run_all(session, rule_id, now=now)
    if rule_id in {"answers", "seats", "proof"}:  # whole places go, with all that belongs to them
        assert bool(done) is any(listed.values())
    else:
        assert sum(done) == sum(listed.values())
    assert sum(due(session, rule_id, now=now).values()) == 0
    assert services.run_chunk(session, rule_id, now=now) == 0, "once more does nothing"


def test_done_messages_go_and_what_waits_does_not(session, make):
    person = make.user()
    outbox.post(session, "mail", at=NOON - 40 * DAY, user_id=person.id)
    outbox.post(session, "mail", at=NOON - 40 * DAY, user_id=person.id)
    session.flush()
    first, second = session.scalars(select(Message).order_by(Message.id))
    outbox.settle(first, now=NOON - 31 * DAY)
    session.commit()
    assert run_all(session, "mails") == [1]
    assert session.scalars(select(Message.id)).all() == [second.id]


def test_an_address_left_behind_in_a_sent_mail_is_taken_out(session):
    outbox.post(session, "mail", at=NOON, user_id=None, to="ada@example.org", template="t")
    session.flush()
    message = session.scalars(select(Message)).one()
    assert run_all(session, "addresses") == []
    message.state = State.DONE
    session.commit()
    assert due(session, "addresses") == {"outbox_messages": 1}
    assert run_all(session, "addresses") == [1]
    assert message.payload == {"user_id": None, "template": "t"}


def past_place(make, state, *, ended, trio=None, **given):
    run = make.run(
        make.module(trio=trio) if trio else None, starts_at=ended - timedelta(minutes=90), state=RunState.FINISHED
    )
    return make.enrolment(run, state, **given)


@pytest.mark.parametrize("state", EnrolmentState)
def test_places_nobody_took_go_half_a_year_after_the_run(session, make, state):
    place = past_place(make, state, ended=NOON - 200 * DAY)
    session.add(EnrolmentEvent(enrolment_id=place.id, after=state, at=NOON))
    session.add(LessonProgress(enrolment_id=place.id, lesson_key="a", opened_at=NOON, seen_at=NOON))
    fresh = past_place(make, state, ended=NOON - 170 * DAY)
    goes = state in {EnrolmentState.WAITING, EnrolmentState.CANCELLED}
    assert run_all(session, "seats") == ([1] if goes else [])
    assert count(session, Enrolment) == (1 if goes else 2)
    assert count(session, EnrolmentEvent) == count(session, LessonProgress) == (0 if goes else 1)
    assert session.get(Enrolment, fresh.id) is not None


def with_everything(session, place, key="lesson-1"):
    """Answers, progress, results, marks and history of a place."""
    run = session.get(Run, place.run_id)
    attempt = Attempt(enrolment_id=place.id, version_id=run.version_id, drawn=[{"item": "item-1", "order": [0]}],
                      started_at=NOON, submitted_at=NOON, score=90, passed=True)  # fmt: skip
    session.add(attempt)
    session.flush()
    held = session.scalars(select(RunSession.id).where(RunSession.run_id == run.id)).first()
    session.add_all([
        AttemptAnswer(attempt_id=attempt.id, item_key="item-1", chosen=[0], answered_at=NOON),
        PracticeAnswer(enrolment_id=place.id, lesson_key=key, block_key="ask", chosen=[0], right=True,
                       answered_at=NOON),
        LessonProgress(enrolment_id=place.id, lesson_key=key, opened_at=NOON, seen_at=NOON),
        Completion(enrolment_id=place.id, completed_at=NOON, attendance=100, score=90, rule={}),
        EnrolmentEvent(enrolment_id=place.id, after=place.state, actor_id=place.user_id, reason="ill", at=NOON),
        Attendance(session_id=held, enrolment_id=place.id, mark="present", marked_at=NOON),
        Voter(run_id=run.id, user_id=place.user_id),
    ])  # fmt: skip
    session.commit()
    return attempt


def test_answers_go_three_months_after_the_run_and_scores_stay(session, make):
    old = with_everything(session, past_place(make, EnrolmentState.COMPLETED, ended=NOON - 93 * DAY))
    new = with_everything(session, past_place(make, EnrolmentState.COMPLETED, ended=NOON - 80 * DAY))
    assert due(session, "answers") == {"practice_answers": 1, "attempt_answers": 1}
    assert sum(run_all(session, "answers")) == 2
    assert session.scalars(select(AttemptAnswer.attempt_id)).all() == [new.id]
    assert count(session, PracticeAnswer) == 1
    assert session.get(Attempt, old.id).score == 90
    assert count(session, LessonProgress) == 2


def test_five_years_after_the_proof_places_belong_to_nobody_and_counts_are_the_same(session, make):
    trio = make.trio(ends_on=date(2020, 8, 31))
    person = make.user()
    places = [
        past_place(make, EnrolmentState.COMPLETED, ended=NOON - 2300 * DAY, trio=trio, user_id=person.id)
        for _run in range(2)
    ]
    other = past_place(make, EnrolmentState.ATTENDED, ended=NOON - 2300 * DAY, trio=trio)
    living = past_place(make, EnrolmentState.ATTENDED, ended=NOON - 10 * DAY, user_id=person.id)
    attempts = [with_everything(session, place) for place in (*places, living)]
    give_consent(session, Actor(person.id), person.id, Purpose.EMPLOYER, about_kind="enrolment", about_id=places[0].id,
                 language="de", now=NOON)  # fmt: skip
    session.add(
        Certificate(code="A" * 20, enrolment_id=places[0].id, user_id=person.id, issued_at=NOON, frozen=frozen("P"))
    )
    session.commit()
    assert due(session, "proof") == {"enrolments": 3}
    assert run_all(session, "proof") == [3]
    nobodies = [session.get(User, place.user_id) for place in (*places, other)]
    assert all(nobody.erased_at == NOON for nobody in nobodies)
    assert nobodies[0] is nobodies[1] is not nobodies[2], "one person stays one, two stay two"
    assert living.user_id == person.id
    assert session.get(User, person.id).name == person.name, "the account itself stays"
    assert [attempt.drawn for attempt in attempts] == [[], [], [{"item": "item-1", "order": [0]}]]
    assert [attempt.score for attempt in attempts] == [90, 90, 90]
    assert count(session, AttemptAnswer) == count(session, PracticeAnswer) == count(session, LessonProgress) == 1
    assert count(session, Completion) == count(session, Attendance) == count(session, Voter) == 3
    assert set(session.scalars(select(EnrolmentEvent.actor_id))) == {person.id, nobodies[0].id}
    assert set(session.scalars(select(Voter.user_id))) == {person.id, nobodies[0].id}
    assert session.scalars(select(Consent)).one().withdrawn_at == NOON
    assert session.scalars(select(Certificate)).one().user_id == person.id, "the certificate is theirs for ten years"


def test_pseudonymising_takes_as_many_statements_for_many_people(session, make):
    trio = make.trio(ends_on=date(2020, 8, 31))
    module = make.module(trio=trio)

    def of_people(number):
        run = make.run(module, starts_at=NOON - 2300 * DAY, state=RunState.FINISHED)
        for _person in range(number):
            make.enrolment(run, EnrolmentState.ATTENDED)
        with statements(session) as said:
            assert services.run_chunk(session, "proof", now=NOON) == number
        session.commit()
        return len(said)

    assert of_people(1) == of_people(7)


def unused(make, *, days, **given):
    return make.user(seen_on=(NOON - days * DAY).date(), **given)


YEARS = 3 * 365 + 1


def test_whoever_was_away_for_almost_three_years_is_told_once(session, make):
    unused(make, days=YEARS - 70)
    away = unused(make, days=YEARS - 29)
    never = make.user(created_at=NOON - 4 * 366 * DAY)
    assert run_all(session, "account") == [2]
    assert set(session.scalars(select(AccountNotice.user_id))) == {away.id, never.id}
    mails = session.scalars(select(Message)).all()
    assert {mail.payload["user_id"] for mail in mails} == {away.id, never.id}
    assert mails[0].payload["values"]["day"] == {"de": "1. April 2026", "en": "April 1, 2026"}
    assert run_all(session, "account", now=NOON + 29 * DAY) == [], "neither told again nor erased too early"


def test_thirty_days_after_the_notice_the_account_goes(session, make):
    away = unused(make, days=YEARS - 29)
    run_all(session, "account")
    later = NOON + 30 * DAY
    assert due(session, "account", now=later) == {"users": 1}
    user_id = away.id
    assert run_all(session, "account", now=later) == [1]
    assert session.get(User, user_id) is None
    entry = session.scalars(select(audit.Entry).where(audit.Entry.action == "person.erased")).one()
    assert entry.actor == ""


def test_whoever_comes_back_stays_and_is_told_anew_the_next_time(session, make):
    away = unused(make, days=YEARS - 29)
    run_all(session, "account")
    away.seen_on = (NOON + 10 * DAY).date()
    session.commit()
    assert run_all(session, "account", now=NOON + 40 * DAY) == []
    assert count(session, AccountNotice) == 0
    assert run_all(session, "account", now=NOON + 10 * DAY + (YEARS - 20) * DAY) == [1]


def test_whom_somebody_needs_is_neither_told_nor_erased(session, make):
    learner, trainer, admin = (unused(make, days=2000) for _person in range(3))
    make.enrolment(user_id=learner.id)
    make.run(trainer_id=trainer.id)
    session.add(RoleGrant(user_id=admin.id, role=Role.TRIO_ADMIN, trio_id=make.trio().id, granted_at=NOON))
    session.commit()
    assert run_all(session, "account") == []


def test_one_worker_runs_the_day(session):
    assert services.begin_day(session, now=NOON)
    assert not services.begin_day(session, now=NOON + timedelta(hours=1))
    services.finish_day(session, NOON.date(), now=NOON + timedelta(hours=1))
    session.commit()
    assert not services.begin_day(session, now=NOON + timedelta(hours=8))
    assert services.begin_day(session, now=NOON + DAY)
    latest = queries.find_last_day(session)
    assert latest is not None
    assert latest.done_on == (NOON + DAY).date()


def test_a_job_that_died_is_taken_up_by_another_worker(session):
    begun = datetime(2026, 3, 2, 0, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert services.begin_day(session, now=begun)
    assert not services.begin_day(session, now=begun + timedelta(hours=5))
    assert services.begin_day(session, now=begun + timedelta(hours=7))
    assert count(session, RetentionDay) == 1


def test_whoever_acts_for_the_platform_is_no_person():
    assert retention.PLATFORM.user_id is ANYONE.user_id is None
