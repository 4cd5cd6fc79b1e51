"""Opening runs and calling them off."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import Invalid
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.modules import queries as modules
from app.runs import queries, rules
from app.runs.models import Run, RunSession
from app.runs.rules import EnrolmentState, Plan, RunState
from app.runs.services import letters
from app.runs.services.enrolment import change_state


def faults_of_plan(session: Session, actor: Actor, plan: Plan, *, now: datetime) -> dict[str, Text]:
    """What is wrong with a plan, by field of the form: its dates, and whether module and provider fit together."""
    faults = rules.faults_of(plan, now=now)
    modules = {choice.module_id: choice for choice in queries.list_module_choices(session, actor)}
    module = modules.get(plan.module_id)
    if module is None:
        return {"module_id": _("Choose a published module of your Trio."), **faults}
    providers = queries.list_provider_choices(session, actor, on=local_date(now))
    partners = {(choice.organisation_id, choice.trio_id) for choice in providers}
    if (plan.provider_id, module.trio_id) not in partners:
        stranger = _("Choose an education provider of the Trio that the module belongs to.")
        return {"provider_id": stranger, **faults}
    return faults


def open_run(session: Session, actor: Actor, plan: Plan, *, now: datetime) -> Run:
    """Publish a run of the module's published version, with the actor as its trainer.

    The same plan sent once more gives the run that it made. Raises Forbidden, Invalid.
    """
    ensure(rules.may_open_runs(actor))
    faults = faults_of_plan(session, actor, plan, now=now)
    if faults:
        raise Invalid(_("This run cannot be opened yet."), [str(fault) for fault in faults.values()])
    module = next(c for c in queries.list_module_choices(session, actor) if c.module_id == plan.module_id)
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
