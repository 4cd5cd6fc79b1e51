"""From an empty database to the demo world."""

from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from app.competences import cli as competences
from app.evaluation import cli as evaluation
from app.operations.demo import content, ground, people, register, runs
from app.operations.demo.days import Days
from app.operations.demo.diary import Diary

PASSWORD = "batterie-demo-2026"  # noqa: S105 (public on purpose: it opens nothing but the demo world)

SEED = 2026


def build(session: Session, *, today: date, courses: Path) -> None:
    """Fill an empty database with the demo world of a day; ``courses`` holds the course packages.

    The same day gives the same world, but for what must be secret (codes of certificates, keys, password hashes).
    Nothing in it happens after the midnight with which the day begins, except what is planned.
    """
    random, days = Random(SEED), Days(today)  # noqa: S311 (a world, not a secret)
    competences.load(session)
    evaluation.load(session)
    diary = Diary(session, end=days.midnight)
    admin = people.begin(session, days, password=PASSWORD)
    places = ground.settle(session, admin, days)
    cast = people.appoint(session, admin, places, days)
    ground.dress(diary, places, cast.staff, days)
    register.fill(diary, places, cast.staff, days)
    people.employ(session, places, cast, days, Random(random.getrandbits(64)))  # noqa: S311
    people.plan_invitations(diary, places, cast, days)
    packages = content.read_packages(courses)
    content.publish(session, places, cast, days, packages)
    runs.plan(diary, places, cast, days, Random(random.getrandbits(64)))  # noqa: S311
    content.plan_draft(diary, places, cast, days, packages)
    content.plan_sharing(diary, places, cast, days)
    diary.live()
