"""What happens in the demo world, moment after moment."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit import outbox
from app.kit.outbox import Message, State
from app.operations import worker

Act = Callable[[datetime], None]


class Diary:
    """Acts to come, in the order of time. An act may note further ones; what would lie after ``end`` never happens."""

    def __init__(self, session: Session, *, end: datetime) -> None:
        self.session, self.end = session, end
        self._acts: list[tuple[datetime, int, Act]] = []
        self._noted = 0

    def note(self, moment: datetime, act: Act) -> None:
        """Let ``act`` happen at that moment, which it is given."""
        if moment < self.end:
            self._noted += 1  # acts of one moment happen in the order in which they were noted
            heappush(self._acts, (moment, self._noted, act))

    def live(self) -> None:
        """Let everything happen, with what follows from it."""
        while self._acts:
            moment, _number, act = heappop(self._acts)
            act(moment)
            deliver(self.session, moment)


def deliver(session: Session, now: datetime) -> None:
    """Do the follow-up work that waits in the outbox. Letters count as sent: nobody reads them in the demo world."""
    query = select(Message).where(Message.state == State.READY, Message.due_at <= now).order_by(Message.id)
    while waiting := session.scalars(query).all():
        for message in waiting:
            if message.kind in worker.HANDLERS:
                worker.handle(session, message.kind, dict(message.payload), now=now)
            outbox.settle(message, now=now)
        session.flush()
