"""The demo world, and the same one with years of runs on top."""

import random
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.companies.models import Company
from app.competences import cli as competences
from app.evaluation import cli as evaluation
from app.operations import demo, prepare
from app.runs.models import Enrolment, Run, RunSession
from app.runs.rules import EnrolmentState, RunState
from app.web.db import transaction
from config import TestConfig

COURSES = Path(__file__).parents[1] / "courses"
TODAY = date(2026, 11, 24)
RUNS, PEOPLE_A_RUN = 1_500, 12


def build(folder: Path) -> Flask:
    """A platform with the demo world in this folder."""
    url = f"sqlite:///{folder / 'bench.db'}"
    prepare.migrate(url)
    app = create_app(type("Config", (TestConfig,), {"SQLALCHEMY_DATABASE_URI": url, "DATA": folder}))
    with app.app_context():
        with transaction() as session:
            competences.load(session)
            evaluation.load(session)
        with transaction() as session:
            demo.build(session, today=TODAY, courses=COURSES)
    return app


def enlarge(app: Flask) -> int:
    """Add finished runs with their participations, spread over the past year; how many participations there are now."""
    chance = random.Random(1)
    with app.app_context(), transaction() as session:
        pattern = session.scalars(select(Run).where(Run.state == RunState.FINISHED).order_by(Run.id)).all()
        companies = session.scalars(select(Company.id)).all()
        people = _people(session)
        for number in range(RUNS):
            run_id = _copy(session, pattern[number % len(pattern)], days=chance.randrange(300))
            rows = [
                {
                    "run_id": run_id,
                    "user_id": person,
                    "company_id": chance.choice(companies),
                    "state": EnrolmentState.COMPLETED,
                    "enrolled_at": pattern[0].created_at,
                    "shares_with_employer": False,
                    "attendance": 100,
                }
                for person in chance.sample(people, PEOPLE_A_RUN)
            ]
            session.execute(insert(Enrolment), rows)
    return RUNS * PEOPLE_A_RUN


def _people(session: Session) -> list[int]:
    some = session.scalars(select(User).limit(1)).one()
    rows = [
        {
            "email": f"bench{number}@example.org",
            "name": f"Bench {number}",
            "language": "de",
            "key": f"bench{number}",
            "created_at": some.created_at,
            "is_demo": False,
        }
        for number in range(6_000)
    ]
    session.execute(insert(User), rows)
    return list(session.scalars(select(User.id).where(User.email.like("bench%"))))


def _copy(session: Session, run: Run, *, days: int) -> int:
    back = timedelta(days=days, minutes=run.id)
    columns = {column.name: getattr(run, column.name) for column in Run.__table__.columns if column.name != "id"}
    for moment in ("enrolment_opens", "enrolment_closes", "starts_at", "ends_at"):
        columns[moment] -= back
    copy = Run(**columns)
    session.add(copy)
    session.flush()
    session.add(
        RunSession(run_id=copy.id, starts_at=copy.starts_at, ends_at=copy.ends_at, ue=2, closed_at=copy.ends_at)
    )
    return copy.id
