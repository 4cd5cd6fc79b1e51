"""The runs of a year: planned, filled, taught, closed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.kit.actors import Actor
from app.modules import queries as modules
from app.modules.models import Module
from app.modules.rules import CompletionRule
from app.operations.demo import fates, learners
from app.operations.demo.days import DAY, Days, is_working_day
from app.operations.demo.diary import Diary
from app.operations.demo.fates import Fate
from app.operations.demo.ground import Places
from app.operations.demo.learners import Learner
from app.operations.demo.people import Cast, Worker
from app.operations.demo.reading import read
from app.runs import queries, services
from app.runs.models import RunSession
from app.runs.rules import Plan, RunFormat

OPENS = 45
"""How many days before the first session enrolment opens."""

CLOSES = 2
"""How many days before the first session it closes, at six in the evening."""

RETURNS = 0.45
"""How often somebody is chosen who was in a run of another module before."""

TRAVELS = 0.03
"""The share of those who come from the other region, too."""


@dataclass(frozen=True, slots=True)
class Story:
    """A run to come, and who will be in it with which fate."""

    plan: Plan
    trainer: Actor
    people: list[tuple[Worker, Fate]]
    random: Random


@dataclass(slots=True)
class _Register:
    """Who was in which run so far: user ids by module, and everybody who ever was in one."""

    by_module: dict[str, set[int | None]] = field(default_factory=lambda: defaultdict(set))

    @property
    def known(self) -> set[int | None]:
        return set().union(*self.by_module.values())


def plan(diary: Diary, places: Places, cast: Cast, days: Days, random: Random) -> None:
    """Note every run of the file for when it is published: a week before enrolment opens, but five days ago at last."""
    register = _Register()
    for described in read("runs")["runs"]:
        own = Random(random.getrandbits(64))  # noqa: S311 (so that a change to one run leaves the others as they are)
        module = modules.get_module(diary.session, described["module"])
        owner = next(slug for slug, trio_id in places.trios.items() if trio_id == module.trio_id)
        region = described.get("trio", owner)  # a module that is shared is taught in another Trio, too
        rule, sessions = _rule(diary.session, module), len(described["sessions"])
        people = [
            (person, _fate(own, person, cast, described, rule, sessions))
            for person in _choose(own, described, region, cast, register)
        ]
        planned = _plan(described, module, places, days)
        story = Story(planned, cast.staff[described["trainer"]], people, own)
        published = min(planned.enrolment_opens - timedelta(days=7), days.midnight - timedelta(days=5))
        diary.note(published, _Opening(diary, story))


@dataclass(frozen=True, slots=True)
class _Opening:
    """The act that publishes a run and notes what follows."""

    diary: Diary
    story: Story

    def __call__(self, now: datetime) -> None:
        session, random = self.diary.session, self.story.random
        run = services.open_run(session, self.story.trainer, self.story.plan, now=now)
        for person, fate in self.story.people:
            place = _Place(session, run.id, person)
            enrols = learners.between(random, run.enrolment_opens, min(run.enrolment_closes, self.diary.end))
            self.diary.note(enrols, partial(place.take, fate))
            withdraws = learners.between(random, enrols, run.enrolment_closes)
            if fate.withdraws:
                self.diary.note(withdraws, place.give_back)
            own = Random(random.getrandbits(64))  # noqa: S311 (what others do changes nothing for this person)
            learner = Learner(session, person.actor, run.id, own)
            learner.plan(self.diary, fate, enrolled=enrols)
        keeper = _Keeper(session, self.story, run.id)
        for number, found in enumerate(queries.list_sessions(session, run.id)):
            keeper.plan(self.diary, found, number)


@dataclass(frozen=True, slots=True)
class _Place:
    """A person's place in a run, taken and perhaps given back."""

    session: Session
    run_id: int
    person: Worker

    def take(self, fate: Fate, now: datetime) -> None:
        person = self.person
        services.enrol(
            self.session, person.actor, self.run_id,
            company_id=person.company_id, shares_with_employer=fate.shares, now=now,
        )  # fmt: skip

    def give_back(self, now: datetime) -> None:
        services.withdraw(self.session, self.person.actor, self.run_id, now=now)


@dataclass(frozen=True, slots=True)
class _Keeper:
    """The trainer, who keeps the lists."""

    session: Session
    story: Story
    run_id: int

    def plan(self, diary: Diary, session: RunSession, number: int) -> None:
        """Note marks for five minutes after the beginning of a session, and the end of its list."""
        session_id = session.id
        diary.note(session.starts_at + timedelta(minutes=5), partial(self._mark, session_id, number))
        diary.note(session.ends_at + timedelta(minutes=5), partial(self._close, session_id))

    def _close(self, session_id: int, now: datetime) -> None:
        services.close_list(self.session, self.story.trainer, self.run_id, session_id, now=now)

    def _mark(self, session_id: int, number: int, now: datetime) -> None:
        by_person = {person.actor.user_id: fate for person, fate in self.story.people}
        seated = queries.list_seated(self.session, self.run_id)
        marks = {enrolment.id: by_person[enrolment.user_id].marks[number] for enrolment in seated.values()}
        services.mark_all(self.session, self.story.trainer, self.run_id, session_id, marks, now=now)


def _plan(described: dict[str, Any], module: Module, places: Places, days: Days) -> Plan:
    first = days.working_day(described["day"])
    sessions = {}
    for row, (after, begin, end) in enumerate(described["sessions"], 1):
        day = _later(first, after, described)
        sessions[row] = (days.at(day, begin), days.at(day, end))
    return Plan(
        module_id=module.id, provider_id=places.organisations[described["provider"]],
        format=RunFormat(described.get("format", "presence")), language="de",
        city=described["city"], place=described["place"], note=described["note"], seats=described["seats"],
        enrolment_opens=days.at(first - timedelta(days=described.get("opens", OPENS)), "08:00"),
        enrolment_closes=days.at(first - timedelta(days=CLOSES), "18:00"),
        sessions=sessions,
    )  # fmt: skip


def _later(first: date, after: int, described: dict[str, Any]) -> date:
    """The day of a further session: the next working day, but tomorrow for the run that takes place now."""
    day = first + after * DAY
    while described["day"] != 0 and not is_working_day(day):
        day += DAY
    return day


def _rule(session: Session, module: Module) -> CompletionRule:
    assert module.published_id is not None
    return modules.list_versions(session, [module.published_id])[module.published_id].completion


def _fate(
    random: Random, person: Worker, cast: Cast, described: dict[str, Any], rule: CompletionRule, sessions: int
) -> Fate:
    if person is cast.worker:
        return fates.of_the_demo_worker(described["worker"], sessions=sessions)
    return fates.draw(random, rule, sessions=sessions)


def _choose(random: Random, described: dict[str, Any], region: str, cast: Cast, register: _Register) -> list[Worker]:
    """Who enrols: people of the region who have not been in this module, often two or three of one company."""
    been, known = register.by_module[described["module"]], register.known
    others = [person for person in cast.workers if person is not cast.worker and person.actor.user_id not in been]
    returning = [
        person
        for person in others
        if person.actor.user_id in known and (person.trio == region or random.random() < TRAVELS)
    ]
    fresh = [person for person in others if person.actor.user_id not in known and person.trio == region]
    chosen = [cast.worker] if "worker" in described else []
    while len(chosen) < described["people"]:
        pool = returning if returning and random.random() < RETURNS else fresh
        first = random.choice(pool)
        mates = [person for person in pool if person is not first and person.company_id == first.company_id is not None]
        group = [first, *mates[: random.choice((0, 0, 0, 1, 1))]][: described["people"] - len(chosen)]
        chosen += group
        for person in group:
            pool.remove(person)
    been.update(person.actor.user_id for person in chosen)
    return chosen
