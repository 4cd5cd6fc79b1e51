"""Two and twenty people at the same moment: real commits, real threads."""

import threading

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evaluation.models import Counter, LooseText, Voter
from app.kit.errors import Conflict
from tests.evaluation.conftest import vote


def test_a_double_vote_at_the_same_moment_counts_once(committed, crowd):
    start, refused = threading.Barrier(2), []

    def answer():
        start.wait()
        try:
            vote(committed, crowd, 0, {"useful": "4", "change": "Twice."})
        except Conflict as reason:
            refused.append(str(reason))

    threads = [threading.Thread(target=answer) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["You have answered already. Thank you."]
    assert totals(committed, crowd) == (1, 1, 1)


def test_twenty_people_at_once_are_all_counted(committed, crowd):
    start = threading.Barrier(20)

    def answer(number):
        start.wait()
        vote(committed, crowd, number, {"useful": str(number % 4 + 1), "change": str(number)})

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals(committed, crowd) == (20, 20, 20)


def totals(engine, asked):
    """How many voters, counted answers and texts the run has."""
    with Session(engine) as session:
        run = asked.run.id
        return (
            len(session.scalars(select(Voter.user_id).where(Voter.run_id == run)).all()),
            sum(session.scalars(select(Counter.count).where(Counter.run_id == run))),
            len(session.scalars(select(LooseText.key).where(LooseText.run_id == run)).all()),
        )
