"""Opening runs and calling them off."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import Invalid
from app.kit.text import Text, _
from app.kit.verdicts import YES, Verdict, ensure
from app.modules import queries as modules
from app.runs import queries, rules
from app.runs.models import Run, RunSession
from app.runs.queries import ModuleChoice
from app.runs.rules import EnrolmentState, Plan, RunState
from app.runs.services import letters
from app.runs.services.enrolment import change_state
from app.trios import queries as trios
from app.trios import rules as trio_rules


def faults_of_plan(session: Session, actor: Actor, plan: Plan, *, now: datetime) -> dict[str, Text]:
    """What is wrong with a plan, by field of the form: its dates, and whether module and provider fit together."""
    faults = rules.faults_of(plan, now=now)
    choices = _choices(session, actor, plan)
    if not choices:
        return {"module_id": _("Choose a published module of your Trio, or one shared with it."), **faults}
    choice = _choice(session, actor, plan, choices, now=now)
    if choice is None:
        stranger = _("Choose an education provider of a Trio that may hold runs of this module.")
        return {"provider_id": stranger, **faults}
    complete = _may_publish(session, [choice.trio_id], now=now)
    return faults if complete or complete.reason is None else {"provider_id": complete.reason, **faults}


def why_not_publish(session: Session, actor: Actor, *, now: datetime) -> Verdict:
    """Whether at least one of the Trios in which the actor plans is complete; the reason names who is missing."""
    trio_ids = rules.trios_planned_by(actor)
    return YES if trio_ids is None else _may_publish(session, trio_ids, now=now)


def _may_publish(session: Session, trio_ids: Iterable[int], *, now: datetime) -> Verdict:
    kinds = trios.list_kinds_by_trio(session, trio_ids, on=local_date(now))
    verdicts = [trio_rules.may_publish(found) for found in kinds.values()]
    return next((verdict for verdict in verdicts if verdict), verdicts[0] if verdicts else YES)


def _choices(session: Session, actor: Actor, plan: Plan) -> list[ModuleChoice]:
    return [choice for choice in queries.list_module_choices(session, actor) if choice.module_id == plan.module_id]


def _choice(
    session: Session, actor: Actor, plan: Plan, choices: list[ModuleChoice], *, now: datetime
) -> ModuleChoice | None:
    """In which Trio the run takes place: one in which the provider is a partner, the owner of the module first."""
    providers = queries.list_provider_choices(session, actor, on=local_date(now))
    trio_ids = {provider.trio_id for provider in providers if provider.organisation_id == plan.provider_id}
    return next((choice for choice in choices if choice.trio_id in trio_ids), None)


def open_run(session: Session, actor: Actor, plan: Plan, *, now: datetime) -> Run:
    """Publish a run of the module's published version, with the actor as its trainer.

    The same plan sent once more gives the run that it made. Raises Forbidden, Invalid.
    """
    ensure(rules.may_open_runs(actor))
    faults = faults_of_plan(session, actor, plan, now=now)
    if faults:
        raise Invalid(_("This run cannot be opened yet."), [str(fault) for fault in faults.values()])
    module = _choice(session, actor, plan, _choices(session, actor, plan), now=now)
    assert module is not None
    modules.get_module(session, module.code, lock=True)  # two plans sent at once come one after the other
    slots = sorted(plan.sessions.values())
    run = Run(
        trio_id=module.trio_id, module_id=module.module_id, version_id=module.version_id,
        provider_id=plan.provider_id, trainer_id=actor.user_id, state=RunState.PUBLISHED, format=plan.format,
        language=plan.language, city=plan.city, place=plan.place, note=dict(plan.note), seats=plan.seats,
        enrolment_opens=plan.enrolment_opens, enrolment_closes=plan.enrolment_closes,
        starts_at=slots[0][0], ends_at=slots[-1][1], created_at=now,
    )  # fmt: skip
    same = queries.find_same_run(session, run)
    if same is not None:
        return same
    session.add(run)
    session.flush()
    session.add_all(_session_of(run.id, start, end) for start, end in slots)
    session.flush()
    audit.record(
        session, actor, "run.opened", "run", run.id, trio_id=run.trio_id, at=now,
        new={"version_id": run.version_id, "seats": run.seats, "starts_at": run.starts_at},
    )  # fmt: skip
    return run


def cancel_run(session: Session, actor: Actor, run_id: int, *, reason: str, now: datetime) -> None:
    """Call the run off and tell everybody who has or waits for a seat why; once more does nothing.

    Raises NotFound, Forbidden, Conflict.
    """
    run = queries.get_run(session, run_id, lock=True)
    closed = [found for found in queries.list_sessions(session, run_id) if found.closed_at is not None]
    ensure(rules.may_open_run(actor, run.trio_id))
    if run.state is RunState.CANCELLED:
        return
    ensure(rules.may_cancel_run(actor, run.facts, lists_closed=len(closed)))
    audit.record(
        session, actor, "run.cancelled", "run", run_id, trio_id=run.trio_id, at=now,
        old={"state": run.state}, new={"state": RunState.CANCELLED},
    )  # fmt: skip
    run.state, run.cancellation = RunState.CANCELLED, reason
    people = queries.list_to_cancel(session, run_id)
    for person in people:
        person.waiting_since = None
        change_state(
            session, person, EnrolmentState.CANCELLED, actor_id=actor.user_id, reason=reason, now=now
        )  # fmt: skip
    letters.post(session, run, "cancelled", [person.user_id for person in people], now=now, reason=reason)


def _session_of(run_id: int, start: datetime, end: datetime) -> RunSession:
    minutes = int((end - start).total_seconds() // 60)
    return RunSession(run_id=run_id, starts_at=start, ends_at=end, ue=rules.units_of(minutes))
