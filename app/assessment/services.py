"""Beginning a test, keeping its answers, handing it in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.assessment import queries, rules
from app.assessment.models import Attempt, AttemptAnswer
from app.kit import outbox
from app.kit.actors import Actor
from app.kit.errors import Invalid
from app.kit.text import _
from app.kit.verdicts import ensure
from app.modules import queries as modules
from app.runs.models import Enrolment

Answers = Mapping[str, Sequence[int]]
"""What somebody chose, by item key: indexes of options; empty takes an answer back. Items left out stay as they are."""


def start(session: Session, enrolment_id: int, *, lessons_left: int, random: Random, now: datetime) -> Attempt:
    """Begin an attempt, or go on with the one that is open. ``lessons_left`` comes from the capability above.

    A passed one is returned as it is. Conflict when the test is not open yet or was tried too often. Whose enrolment
    it is, the caller has checked.
    """
    place = queries.get_place(session, enrolment_id, lock=True)
    items = [queries.facts(item) for item in modules.list_items(session, place.version_id)]
    attempts = queries.list_attempts(session, enrolment_id)
    for reached in attempts:
        if reached.submitted_at is None or reached.passed:
            return reached
    earlier = [attempt.facts for attempt in attempts]
    ensure(rules.may_start(place.state, earlier, items=len(items), lessons_left=lessons_left, now=now))
    drawn = [{"item": one.item, "order": list(one.order)} for one in rules.draw(items, place.test_draw, random)]
    attempt = Attempt(enrolment_id=enrolment_id, version_id=place.version_id, drawn=drawn, started_at=now)
    session.add(attempt)
    session.flush()
    return attempt


def answer(session: Session, actor: Actor, attempt_id: int, answers: Answers, *, now: datetime) -> None:
    """Keep answers of the actor's open attempt. Invalid when one does not fit its item: then none is kept."""
    attempt = queries.get_attempt(session, actor, attempt_id, lock=True)
    place = queries.get_place(session, attempt.enrolment_id)
    ensure(rules.may_answer(place.state, attempt.facts))
    _keep(session, attempt, _items(session, attempt), answers, now=now)


def hand_in(
    session: Session, actor: Actor, attempt_id: int, answers: Answers, *, sure: bool, now: datetime
) -> list[str]:
    """Keep the answers, and score the attempt for good unless an item is unanswered and the person is not ``sure``.

    Returns the keys of the unanswered items that keep it from being handed in; empty when it is handed in. Handing in
    again changes nothing.
    """
    attempt = queries.get_attempt(session, actor, attempt_id, lock=True)
    if attempt.submitted_at is not None:
        return []
    place = queries.get_place(session, attempt.enrolment_id)
    ensure(rules.may_answer(place.state, attempt.facts))
    items = _items(session, attempt)
    kept = _keep(session, attempt, items, answers, now=now)
    unanswered = [key for key in items if key not in kept]
    if unanswered and not sure:
        return unanswered
    _score(attempt, items, kept.values(), pass_mark=place.pass_mark, now=now)
    outbox.post(
        session,
        "assessment.submitted",
        at=now,
        key=f"assessment.submitted:{attempt.id}",
        enrolment_id=place.enrolment_id,
    )
    return []


def drop_open_attempts(session: Session, user_id: int) -> None:
    """Give up the tests that the person is in the middle of, answers and all: for when the person is erased."""
    theirs = select(Enrolment.id).where(Enrolment.user_id == user_id)
    attempts = select(Attempt.id).where(Attempt.enrolment_id.in_(theirs), Attempt.submitted_at.is_(None))
    session.execute(delete(AttemptAnswer).where(AttemptAnswer.attempt_id.in_(attempts)))
    session.execute(delete(Attempt).where(Attempt.id.in_(attempts)))


def _items(session: Session, attempt: Attempt) -> dict[str, rules.ItemFacts]:
    """The items drawn for the attempt, by key, in the order asked."""
    known = {item.key: queries.facts(item) for item in modules.list_items(session, attempt.version_id)}
    return {drawn["item"]: known[drawn["item"]] for drawn in attempt.drawn}


def _keep(
    session: Session, attempt: Attempt, items: Mapping[str, rules.ItemFacts], answers: Answers, *, now: datetime
) -> dict[str, AttemptAnswer]:
    """Write the answers that changed; return all that the attempt has now, by item key."""
    if not all(key in items and rules.fits(items[key], chosen) for key, chosen in answers.items()):
        raise Invalid(_("An answer does not fit its question. Reload the page and choose again."))
    kept = {row.item_key: row for row in attempt.answers}
    for key, chosen in answers.items():
        wanted, row = sorted(set(chosen)), kept.get(key)
        if row is None and wanted:
            kept[key] = AttemptAnswer(attempt_id=attempt.id, item_key=key, chosen=wanted, answered_at=now)
            session.add(kept[key])
        elif row is not None and not wanted:
            session.delete(kept.pop(key))
        elif row is not None and row.chosen != wanted:
            row.chosen, row.answered_at = wanted, now
    session.flush()
    return kept


def _score(
    attempt: Attempt,
    items: Mapping[str, rules.ItemFacts],
    answers: Iterable[AttemptAnswer],
    *,
    pass_mark: int,
    now: datetime,
) -> None:
    won = []
    for row in answers:
        won.append(rules.points(items[row.item_key], row.chosen))
        row.points = rules.hundredths(won[-1])
    outcome = rules.outcome(won, items=len(items), pass_mark=pass_mark)
    attempt.submitted_at, attempt.score, attempt.passed = now, outcome.score, outcome.passed
