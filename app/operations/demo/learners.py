"""What learners do in a run besides being there: lessons, final test, evaluation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy.orm import Session

from app.assessment import queries as tests
from app.assessment import services as assessment
from app.evaluation import queries as evaluations
from app.evaluation import services as evaluation
from app.evaluation.rules import says_something
from app.kit.actors import Actor
from app.kit.clock import BERLIN
from app.learning import services as learning
from app.learning.models import LessonProgress
from app.learning.rules import may_learn
from app.modules import queries as modules
from app.modules.models import Item
from app.operations.demo.diary import Diary
from app.operations.demo.fates import Fate
from app.operations.demo.reading import read
from app.runs import queries as runs
from app.runs.rules import TOOK_PART, EnrolmentState

FACES = {"useful": (2, 8, 45, 45), "understood": (1, 9, 50, 40), "trainer": (1, 4, 35, 60)}
"""How often the faces are chosen, from worst to best."""

RECOMMEND = (0, 0, 1, 1, 1, 3, 4, 12, 26, 24, 28)
"""How often 0 to 10 are chosen."""

NIGHT_ENDS = 5

SKIPS, WRITES = 0.04, 0.22
"""The share of questions that are left out, and of people who write something."""

PAUSES = (7, 9, 12, 16, 25, 300, 1440)
"""Minutes between one lesson and the next: in one go, later that day, on the next day."""


def between(random: Random, begin: datetime, end: datetime) -> datetime:
    """A moment from ``begin`` until before ``end`` at which people are awake; ``begin`` where there is no time between.

    It takes one random number, whatever the days are, so that the world stays the same relative to today.
    """
    minutes = max(int((end - begin).total_seconds() // 60), 0)
    moment = awake(begin + timedelta(minutes=int(random.random() * minutes)))
    return moment if moment < end else begin


def awake(moment: datetime) -> datetime:
    """The moment, or the morning after it where it lies in the night."""
    local = moment.astimezone(BERLIN)
    return moment + timedelta(hours=6) if local.hour < NIGHT_ENDS else moment


@dataclass(frozen=True, slots=True)
class Learner:
    """A person in a run. What they mean to do happens only while they have a place there."""

    session: Session
    actor: Actor
    run_id: int
    random: Random

    def plan(self, diary: Diary, fate: Fate, *, enrolled: datetime) -> None:
        """Note lessons, test and evaluation as the fate wants them."""
        run = runs.get_run(self.session, self.run_id)
        keys = [lesson.key for lesson in modules.list_outline(self.session, run.version_id)]
        moment = (
            between(self.random, enrolled, run.starts_at)
            if fate.before
            else awake(run.ends_at + self._minutes(20, 2880))
        )
        done = keys[: round(len(keys) * fate.lessons)]
        for key in done:
            diary.note(moment, partial(self._finish_lesson if key == done[-1] else self._work_through, key))
            moment = awake(moment + timedelta(minutes=self.random.choice(PAUSES)))
        begin = awake(max(moment, run.ends_at) + self._minutes(10, 600))
        for number, wrong in enumerate(fate.wrong):
            diary.note(awake(begin + timedelta(hours=19 * number)), partial(self._begin_test, diary, wrong))
        if fate.votes:
            in_the_room = self.random.random() < 0.7
            after = self._minutes(6, 20) if in_the_room else self._minutes(300, 7200)
            diary.note(awake(run.ends_at + after), self._vote)

    def _work_through(self, key: str, now: datetime) -> None:
        """A lesson before the last one: what the service would write, without reading the whole module each time."""
        enrolment = runs.find_enrolment(self.session, self.run_id, self.actor.user_id)
        if enrolment is not None and may_learn(enrolment.state):
            begun = now - self._minutes(5, 9)
            self.session.add(
                LessonProgress(enrolment_id=enrolment.id, lesson_key=key, opened_at=begun, seen_at=now, done_at=now)
            )

    def _finish_lesson(self, key: str, now: datetime) -> None:
        """The last lesson: with it, the module may be completed."""
        if may_learn(self._state()):
            learning.finish_lesson(self.session, self.actor, self.run_id, key, now=now)

    def _begin_test(self, diary: Diary, wrong: int, now: datetime) -> None:
        if may_learn(self._state()):
            attempt_id = learning.start_test(self.session, self.actor, self.run_id, random=self.random, now=now)
            diary.note(now + self._minutes(8, 25), partial(self._hand_in, attempt_id, wrong))

    def _hand_in(self, attempt_id: int, wrong: int, now: datetime) -> None:
        attempt = tests.get_attempt(self.session, self.actor, attempt_id)
        items = {item.key: item for item in modules.list_items(self.session, attempt.version_id)}
        drawn = [items[one["item"]] for one in attempt.drawn]
        missed = {item.key for item in self.random.sample(drawn, min(wrong, len(drawn)))}
        answers = {item.key: self._answer(item, right=item.key not in missed) for item in drawn}
        assessment.hand_in(self.session, self.actor, attempt_id, answers, sure=True, now=now)

    def _answer(self, item: Item, *, right: bool) -> list[int]:
        """The right options, or a mistake of the kind people make: another option, or one of several forgotten."""
        good = [index for index, option in enumerate(item.options) if option["right"]]
        bad = [index for index, option in enumerate(item.options) if not option["right"]]
        if right:
            return good
        if item.kind == "single":
            return [self.random.choice(bad)]
        return sorted({*self.random.sample(good, len(good) - 1), *self.random.sample(bad, min(len(bad), 1))})

    def _vote(self, now: datetime) -> None:
        asked = evaluations.find_evaluation(self.session, self.run_id)
        if asked is None or self._state() not in TOOK_PART:
            return
        answers = dict(self._opinions())
        if says_something(answers):
            evaluation.vote(self.session, self.actor, self.run_id, answers, now=now)

    def _opinions(self) -> list[tuple[str, str]]:
        """What the person thinks, but for the questions that they leave out."""
        opinions = [(key, str(self.random.choices((1, 2, 3, 4), weights)[0])) for key, weights in FACES.items()]
        opinions.append(("recommend", str(self.random.choices(range(11), RECOMMEND)[0])))
        given = [opinion for opinion in opinions if self.random.random() >= SKIPS]
        if self.random.random() < WRITES:
            given.append(("change", self.random.choice(read("remarks"))))
        return given

    def _state(self) -> EnrolmentState | None:
        enrolment = runs.find_enrolment(self.session, self.run_id, self.actor.user_id)
        return enrolment.state if enrolment else None

    def _minutes(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=least + int(self.random.random() * (most - least)))
