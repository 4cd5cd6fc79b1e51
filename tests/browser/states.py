"""The states that the demo world does not have, and the ids that the addresses of its pages need."""

from random import Random

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import actor_of, find_with_grants
from app.assessment import services as assessment
from app.assessment.models import Attempt
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.kit.actors import Actor
from app.learning import services as learning
from app.modules import queries as modules
from app.modules.models import Module
from app.profiles.models import Profile
from app.runs import queries as runs
from app.runs import services as enrolments
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState, RunState
from app.web.db import transaction
from tests.browser.world import World


def prepare(world: World) -> dict[str, object]:
    """Let the worker wait for a seat, fail a test and begin it anew; return what the addresses name."""
    with world.app.app_context(), transaction() as session:
        worker = actor(session, "worker")
        _wait(session, world, worker)
        _take_tests(session, world, worker)
        others = select(Certificate.code).where(Certificate.user_id != worker.user_id)
        code = session.scalars(others.order_by(Certificate.id).limit(1)).one()
        credentials.revoke(session, actor(session, "admin"), code, "Ausgestellt für die falsche Person.", now=world.now)
    with world.reading() as session:
        return _runs(session, world) | _attempts(session) | _papers(session)


def actor(session: Session, role: str) -> Actor:
    """Whoever uses a demo account."""
    user_id = session.scalars(select(User.id).where(User.email == f"{role}@demo.lernzelle.example")).one()
    user = find_with_grants(session, user_id)
    assert user is not None
    return actor_of(user)


def _wait(session: Session, world: World, worker: Actor) -> None:
    full = next(offer.run for offer in runs.list_upcoming(session, now=world.now).items if not offer.places.free)
    enrolments.enrol(session, worker, full.id, now=world.now)


def _take_tests(session: Session, world: World, worker: Actor) -> None:
    """All lessons done, one test failed, and a second attempt begun."""
    run = _coming(session, world, "M01")
    enrolments.enrol(session, worker, run.id, now=world.now)
    for lesson in modules.list_outline(session, run.version_id):
        learning.finish_lesson(session, worker, run.id, lesson.key, now=world.now)
    chance = Random(1)  # noqa: S311 (always the same questions)
    failed = learning.start_test(session, worker, run.id, random=chance, now=world.now)
    assessment.hand_in(session, worker, failed, {}, sure=True, now=world.now)
    learning.start_test(session, worker, run.id, random=chance, now=world.now)


def _runs(session: Session, world: World) -> dict[str, object]:
    user_id, now = actor(session, "worker").user_id, world.now
    mine = select(Enrolment.state, Enrolment.run_id).where(Enrolment.user_id == user_id)
    by_state = dict(session.execute(mine).all())
    finished = by_state[EnrolmentState.COMPLETED]
    running = session.scalars(select(Run).where(Run.starts_at <= now, Run.ends_at > now)).one()
    oldest = select(Run.id).where(Run.state == RunState.FINISHED, Run.trio_id == running.trio_id)
    return {
        "free": _coming(session, world, "M12").id,
        "full": by_state[EnrolmentState.WAITING],
        "unopened": session.scalars(select(Run.id).where(Run.enrolment_opens > now).order_by(Run.starts_at)).first(),
        "evaluated": session.scalars(oldest.order_by(Run.starts_at)).first(),
        "learnt": _coming(session, world, "M01").id,
        "running": running.id,
        "today": runs.list_sessions(session, running.id)[0].id,
        "lesson": modules.list_outline(session, running.version_id)[0].key,
        "finished": finished,
        "closed": runs.list_sessions(session, finished)[0].id,
    }


def _coming(session: Session, world: World, code: str) -> Run:
    """The next run of a module that has free seats."""
    offers = runs.list_upcoming(session, now=world.now).items
    return next(offer.run for offer in offers if offer.module_code == code and offer.places.free)


def _attempts(session: Session) -> dict[str, object]:
    user_id = actor(session, "worker").user_id
    query = select(Attempt.passed, Attempt.id).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    found = dict(session.execute(query.where(Enrolment.user_id == user_id)).all())
    return {"open": found[None], "passed": found[True], "failed": found[False]}


def _papers(session: Session) -> dict[str, object]:
    draft = select(Module.code).where(Module.draft_id.is_not(None), Module.published_id.is_not(None))
    return {
        "profile": session.scalars(select(Profile.code).order_by(Profile.code)).first(),
        "drafted": session.scalars(draft).one(),
        "certificate": _code(session, Certificate.user_id == actor(session, "worker").user_id),
        "withdrawn": _code(session, Certificate.revoked_at.is_not(None)),
    }


def _code(session: Session, *conditions: ColumnElement[bool]) -> str:
    return session.scalars(select(Certificate).where(*conditions)).first().shown_code  # type: ignore[union-attr]
