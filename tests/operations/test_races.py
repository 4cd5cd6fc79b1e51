"""Everything that may happen once, done twice at the same moment: real commits, two threads, both databases.

Enrolling and voting have races of their own (tests/runs, tests/evaluation), with a control that shows the race.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from app import tables
from app.accounts import services as accounts
from app.accounts.models import User
from app.assessment import services as assessment
from app.assessment.models import Attempt
from app.companies.models import Company
from app.companies.services import register_company
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.kit import database, outbox
from app.kit.actors import Actor, Role
from app.kit.errors import Conflict, DomainError, Invalid, NotFound
from app.kit.outbox import Message
from app.learning import services as learning
from app.learning.models import Completion
from app.modules import package
from app.modules import services as modules
from app.modules.models import Module, ModuleVersion
from app.runs import services as runs
from app.runs.models import Attendance, Enrolment, EnrolmentEvent, Run, RunSession
from app.runs.rules import EnrolmentState, Mark, Plan, RunFormat, RunState
from app.trios import queries as trios
from tests.factories import NOON, Make, as_actor
from tests.modules.test_package import files

ROUNDS = 3
"""How often each race is run: a lucky order of two threads proves little."""


@pytest.fixture(scope="module")
def engine(server) -> Iterator[Engine]:
    """A database of this module, for here rows are committed for good."""
    url = server("races")
    engine = create_engine(url, **database.engine_options(url))
    tables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def kept(engine) -> Iterator[Session]:
    """A session whose commits are commits."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def made(kept) -> Make:
    """Makers of rows that stay."""
    return Make(kept)


Outcome = Any
Twice = Callable[[Callable[[Session], Any]], list[Outcome]]


@pytest.fixture
def twice(engine, kept) -> Twice:
    """Does something in two transactions that begin together; what each gave, or the refusal it met."""

    def _twice(act: Callable[[Session], Any]) -> list[Outcome]:
        kept.commit()
        start = threading.Barrier(2)

        def once(_which: int) -> Outcome:
            with Session(engine) as session:
                start.wait()
                try:
                    with session.begin():
                        database.begin_writing(session)
                        return act(session)
                except DomainError as refusal:
                    return refusal

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(once, range(2)))
        kept.expire_all()
        return outcomes

    return _twice


def count(session: Session, table: type[Any], *where: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def posted(session: Session, kind: str, **payload: Any) -> int:
    """How many messages of a kind say this."""
    session.rollback()
    messages = session.scalars(select(Message).where(Message.kind == kind))
    return sum(payload.items() <= message.payload.items() for message in messages)


again = pytest.mark.parametrize("number", range(ROUNDS))


@again
def test_a_test_begun_twice_is_one_attempt(kept, made, twice, number):
    enrolment = made.enrolment()
    run = kept.get_one(Run, enrolment.run_id)
    kept.get_one(ModuleVersion, run.version_id).needs_lessons = False
    actor = Actor(enrolment.user_id)
    chance = Random(1)  # noqa: S311 (only the order of the items hangs on it)
    first, second = twice(lambda s: learning.start_test(s, actor, run.id, random=chance, now=NOON))
    assert first == second
    assert count(kept, Attempt, Attempt.enrolment_id == enrolment.id) == 1


@again
def test_a_test_handed_in_twice_is_scored_once(kept, made, twice, number):
    enrolment = made.enrolment()
    version = kept.get_one(Run, enrolment.run_id).version_id
    drawn = [{"item": "item-1", "order": [0, 1]}]
    attempt = Attempt(enrolment_id=enrolment.id, version_id=version, drawn=drawn, started_at=NOON)
    kept.add(attempt)
    kept.commit()
    ident, actor = attempt.id, Actor(enrolment.user_id)
    answers = iter([{"item-1": [0]}, {"item-1": [1]}])
    outcomes = twice(lambda s: assessment.hand_in(s, actor, ident, next(answers), sure=True, now=NOON))
    assert outcomes == [[], []]
    assert posted(kept, "assessment.submitted", enrolment_id=enrolment.id) == 1
    assert kept.get_one(Attempt, ident).score in {0, 100}


@again
def test_a_draft_released_twice_is_released_once(kept, made, twice, number):
    trio = made.trio()
    module = made.module(trio=trio, published=False)
    code, draft = module.code, module.draft_id
    reviewers = [made.actor(Role.REVIEWER, trio=trio), made.actor(Role.REVIEWER, trio=trio)]
    who = iter(reviewers)
    assert twice(lambda s: modules.release(s, next(who), code, number=1, now=NOON)) == [None, None]
    assert (module.published_id, module.draft_id) == (draft, None)
    assert kept.get_one(ModuleVersion, draft).released_by in {actor.user_id for actor in reviewers}


@again
def test_a_package_brought_in_twice_is_one_draft(kept, made, twice, number):
    if number == 0:
        made.competence(code="C01")
        made.step(code="P08")
    code = f"M{900 + number}"
    raw = files()
    raw["module.yaml"] = (
        raw["module.yaml"].replace(b"M99", code.encode()).replace(b"slug: probe", b"slug: p-%d" % number)
    )
    content, trio = package.read(raw), made.trio()
    author = made.actor(Role.AUTHOR, trio=trio)
    outcomes = twice(lambda s: modules.import_package(s, author, content, trio_id=trio.id, now=NOON))
    assert sum(isinstance(outcome, modules.Imported) and outcome.is_new for outcome in outcomes) == 1
    assert all(isinstance(outcome, modules.Imported | Invalid) for outcome in outcomes)
    module_id = kept.scalars(select(Module.id).where(Module.code == code)).one()
    assert count(kept, ModuleVersion, ModuleVersion.module_id == module_id) == 1


@again
def test_a_list_closed_twice_ends_the_run_once(kept, made, twice, number):
    trainer = made.user()
    run = made.run(starts_at=NOON - timedelta(hours=2), trainer_id=trainer.id)
    enrolment = made.enrolment(run)
    dated = kept.scalars(select(RunSession.id).where(RunSession.run_id == run.id)).one()
    made.attendance(dated, enrolment)
    actor = as_actor(trainer)
    assert twice(lambda s: runs.close_list(s, actor, run.id, dated, now=NOON)) == [None, None]
    assert kept.get_one(Run, run.id).state is RunState.FINISHED
    assert posted(kept, "runs.finished", run_id=run.id) == 1
    assert count(kept, EnrolmentEvent, EnrolmentEvent.enrolment_id == enrolment.id) == 1


@again
def test_a_mark_set_twice_is_one_mark(kept, made, twice, number):
    trainer = made.user()
    run = made.run(starts_at=NOON - timedelta(minutes=5), trainer_id=trainer.id)
    enrolment = made.enrolment(run)
    dated = kept.scalars(select(RunSession.id).where(RunSession.run_id == run.id)).one()
    actor, marks = as_actor(trainer), iter([Mark.PRESENT, Mark.ABSENT])
    assert twice(lambda s: runs.mark(s, actor, run.id, dated, enrolment.id, next(marks), now=NOON)) == [None, None]
    assert count(kept, Attendance, Attendance.enrolment_id == enrolment.id) == 1


@again
def test_a_run_called_off_twice_writes_once_to_its_people(kept, made, twice, number):
    lead, run = made.actor(Role.SITE_ADMIN), made.run()
    person = made.enrolment(run).user_id
    reasons = iter(["First.", "Second."])
    assert twice(lambda s: runs.cancel_run(s, lead, run.id, reason=next(reasons), now=NOON)) == [None, None]
    assert posted(kept, "mail", user_id=person) == 1


@again
def test_a_completion_settled_twice_is_one(kept, made, twice, number):
    enrolment = made.enrolment(state=EnrolmentState.ATTENDED, attendance=100)
    version = kept.get_one(ModuleVersion, kept.get_one(Run, enrolment.run_id).version_id)
    version.needs_lessons, version.pass_mark = False, 0
    assert twice(lambda s: learning.settle(s, enrolment.id, now=NOON)) == [True, True]
    assert count(kept, Completion, Completion.enrolment_id == enrolment.id) == 1
    assert posted(kept, "learning.completed", enrolment_id=enrolment.id) == 1


@again
def test_a_certificate_issued_twice_is_one_and_withdrawn_twice_once(kept, made, twice, number):
    enrolment = made.enrolment(state=EnrolmentState.COMPLETED, attendance=100)
    rule = {"attendance": 80, "test": 0, "lessons": False}
    kept.add(Completion(enrolment_id=enrolment.id, completed_at=NOON, attendance=100, rule=rule))
    first, second = twice(lambda s: credentials.issue(s, enrolment.id, now=NOON).code)
    assert first == second
    assert count(kept, Certificate, Certificate.enrolment_id == enrolment.id) == 1
    admin, reasons = made.actor(Role.SITE_ADMIN), iter(["First.", "Second."])
    outcomes = twice(lambda s: credentials.revoke(s, admin, first, next(reasons), now=NOON).id)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert posted(kept, "mail", user_id=enrolment.user_id) == 2


@again
def test_a_link_used_twice_signs_in_once(kept, made, twice, number):
    user = made.user()
    accounts.send_link(kept, email=user.email, target="/my", now=NOON)
    kept.commit()
    token = kept.scalars(select(Message.payload).order_by(Message.id.desc())).first()["values"]["token"]
    outcomes = twice(lambda s: accounts.use_link(s, token, now=NOON))
    assert sum(outcome == (user.id, "/my") for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotFound) for outcome in outcomes) == 1


@again
def test_a_newcomer_who_taps_twice_has_one_account_and_one_place(kept, made, twice, number):
    run, email = made.run(seats=1), f"twice-{number}@example.org"
    before = posted(kept, "runs.newcomer", had_place=False)
    words: dict[str, Any] = {"name": "Oksana Bondar", "email": email, "language": "de"}
    outcomes = twice(lambda s: runs.enrol_newcomer(s, run.id, **words, now=NOON))
    assert outcomes == [EnrolmentState.CONFIRMED] * 2
    assert count(kept, User, User.email == email) == 1
    assert count(kept, Enrolment, Enrolment.run_id == run.id) == 1
    assert posted(kept, "runs.newcomer", had_place=False) - before == 1
    assert posted(kept, "runs.newcomer", had_place=True) == 0


@again
def test_an_address_that_enrols_in_two_runs_at_once_has_one_account(kept, made, twice, number):
    ids, email = [made.run().id, made.run().id], f"both-{number}@example.org"
    turn = iter(ids)
    words: dict[str, Any] = {"name": "Oksana Bondar", "email": email, "language": "de"}
    outcomes = twice(lambda s: runs.enrol_newcomer(s, next(turn), **words, now=NOON))
    assert outcomes == [EnrolmentState.CONFIRMED] * 2
    assert count(kept, User, User.email == email) == 1
    assert count(kept, Enrolment, Enrolment.run_id.in_(ids)) == 2


@again
def test_a_company_named_twice_is_one(kept, twice, number):
    first, second = twice(lambda s: register_company(s, name=f"Racing {number} GmbH"))
    assert first == second
    assert count(kept, Company, Company.name == f"Racing {number} GmbH") == 1


@again
def test_a_plan_sent_twice_is_one_run(kept, made, twice, number):
    trio = made.trio()
    module, trainer = made.module(trio=trio), made.actor(Role.TRAINER, trio=trio)
    provider = next(one.organisation_id for one in trios.list_partners(kept, trio.id) if one.kind == "provider")
    starts = NOON + timedelta(days=30)
    plan = Plan(
        module_id=module.id, provider_id=provider, format=RunFormat.PRESENCE, language="de", city="Kamenz", place="",
        note={}, seats=9, enrolment_opens=NOON, enrolment_closes=starts,
        sessions={1: (starts, starts + timedelta(hours=4))},
    )  # fmt: skip
    first, second = twice(lambda s: runs.open_run(s, trainer, plan, now=NOON).id)
    assert first == second
    assert count(kept, Run, Run.module_id == module.id) == 1


@again
def test_a_message_with_a_key_posted_twice_is_one(kept, twice, number):
    twice(lambda s: outbox.post(s, "race", at=NOON, key=f"race:{number}"))
    assert count(kept, Message, Message.key == f"race:{number}") == 1
