"""Keeping and closing attendance lists, and what follows from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.kit import audit, outbox
from app.kit.actors import ANYONE, Actor
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.runs import queries, rules
from app.runs.models import Attendance, Enrolment, Run, RunSession
from app.runs.rules import SEATED, EnrolmentState, Mark, RunState
from app.runs.services.enrolment import change_state

NO_SEAT_LEFT = "no_seat_left"
"""The reason kept for people who still waited when the run was over."""


def mark(
    session: Session,
    actor: Actor,
    run_id: int,
    session_id: int,
    enrolment_id: int,
    noted: Mark,
    *,
    late_by: int | None = None,
    now: datetime,
) -> None:
    """Note that one person was there, came late (by so many minutes, else 15) or was missing; the last mark counts.

    Raises NotFound (the session is not of this run, the person not in it), Forbidden, Conflict (not open, closed).
    """
    mark_all(session, actor, run_id, session_id, {enrolment_id: noted}, late_by=late_by, now=now)


def mark_all(
    session: Session,
    actor: Actor,
    run_id: int,
    session_id: int,
    marks: Mapping[int, Mark],
    *,
    late_by: int | None = None,
    now: datetime,
) -> None:
    """Note marks by enrolment; people without one keep what they have. Raises as ``mark`` does, and then notes nothing.

    Somebody who gave the seat back while the list was being written is left out.
    """
    run = queries.get_run(session, run_id)
    ensure(rules.may_keep_attendance(actor, run.facts))
    run_session = queries.get_session(session, run_id, session_id, lock=True)
    ensure(rules.may_mark(run.facts, run_session.facts, now=now))
    people = {person.enrolment.id: person.enrolment for person in queries.list_participants(session, run_id)}
    if not marks.keys() <= people.keys():
        raise NotFound(_("This person is not in this run."))
    known = queries.list_marks(session, [session_id])
    for enrolment_id, noted in marks.items():
        if people[enrolment_id].state in SEATED:
            missed = rules.minutes_missed(noted, late_by)
            key = (session_id, enrolment_id)
            _note(session, known.get(key), key, noted, missed, actor, run.trio_id, now)
    session.flush()


def close_list(session: Session, actor: Actor, run_id: int, session_id: int, *, now: datetime) -> None:
    """Close the list of one session; when it was the last one, the run is finished. Once more does nothing.

    Raises NotFound, Forbidden, Conflict (somebody has no mark yet, the session has not begun).
    """
    run = queries.get_run(session, run_id, lock=True)
    ensure(rules.may_keep_attendance(actor, run.facts))
    run_session = queries.get_session(session, run_id, session_id, lock=True)
    if run_session.closed_at is not None:
        return
    unmarked = queries.count_unmarked(session, run_session)
    ensure(rules.may_close(run.facts, run_session.facts, unmarked=unmarked, now=now))
    run_session.closed_at, run_session.closed_by = now, actor.user_id
    session.flush()
    audit.record(session, actor, "attendance.closed", "run_session", session_id, trio_id=run.trio_id, at=now)
    sessions = queries.list_sessions(session, run_id)
    if all(found.closed_at is not None for found in sessions):
        _finish(session, run, sessions, now=now)


def complete(session: Session, enrolment_id: int, *, now: datetime) -> None:
    """The person met the completion rule: attended becomes completed. Once more does nothing.

    For the capability that knows the rule. Raises NotFound, Conflict (the person did not attend).
    """
    enrolment = queries.get_enrolment(session, enrolment_id, lock=True)
    if enrolment.state is EnrolmentState.COMPLETED:
        return
    ensure(rules.may_complete(enrolment.state))
    change_state(session, enrolment, EnrolmentState.COMPLETED, now=now)


def _note(  # one mark: which row, what stands there, what shall stand there, who says so
    session: Session,
    known: Attendance | None,
    key: tuple[int, int],
    noted: Mark,
    missed: int,
    actor: Actor,
    trio_id: int,
    now: datetime,
) -> None:
    session_id, enrolment_id = key
    old = {"mark": known.mark, "minutes_missed": known.minutes_missed} if known is not None else {}
    new = {"mark": noted, "minutes_missed": missed}
    if old == new:
        return
    if known is None:
        known = Attendance(session_id=session_id, enrolment_id=enrolment_id)
        session.add(known)
    audit.record(
        session, actor, "attendance.marked", "enrolment", enrolment_id, trio_id=trio_id, at=now,
        old=old, new=new | {"session_id": session_id},
    )  # fmt: skip
    known.mark, known.minutes_missed = noted, missed
    known.marked_by, known.marked_at = actor.user_id, now


def _finish(session: Session, run: Run, sessions: Sequence[RunSession], *, now: datetime) -> None:
    """All lists are closed: everybody gets their share of the time, and whoever still waited is released."""
    run.state = RunState.FINISHED
    audit.record(session, ANYONE, "run.finished", "run", run.id, trio_id=run.trio_id, at=now)
    marks = queries.list_marks(session, [found.id for found in sessions])
    for enrolment in queries.list_seated(session, run.id).values():
        enrolment.attendance = _percent(enrolment, sessions, marks)
        change_state(session, enrolment, rules.state_after(enrolment.attendance), now=now)
    for enrolment in queries.list_waiting(session, run.id):
        enrolment.waiting_since = None
        change_state(session, enrolment, EnrolmentState.CANCELLED, reason=NO_SEAT_LEFT, now=now)
    outbox.post(session, "runs.finished", at=now, key=f"runs.finished:{run.id}", run_id=run.id)


def _percent(enrolment: Enrolment, sessions: Sequence[RunSession], marks: Mapping[tuple[int, int], Attendance]) -> int:
    noted = [(found.facts.minutes, marks.get((found.id, enrolment.id))) for found in sessions]
    return rules.attendance_percent(
        (minutes, row.mark if row else None, row.minutes_missed if row else 0) for minutes, row in noted
    )
