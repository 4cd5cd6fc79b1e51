"""``make bench``: pages, their statements, their time against a bare Flask page, their growth with the data."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.accounts.models import User
from app.accounts.rules import Method
from app.accounts.services import begin_session
from app.kit import clock
from app.web.db import db, transaction
from bench import world

ROUNDS = 25
PAGES = {
    "start page": ("", "/"),
    "catalogue": ("", "/modules?q=zelle"),
    "module": ("", "/modules/M01"),
    "profile": ("", "/profiles/T04"),
    "run": ("", "/runs/17"),
    "my page": ("worker", "/my"),
    "lesson": ("worker", "/runs/16/learn/gefahren"),
    "attendance list": ("trainer", "/runs/16/sessions/22/attendance"),
    "runs of a trainer": ("trainer", "/runs?when=past"),
    "participation report": ("cluster", "/reports/participation?year=2026"),
    "… as CSV": ("cluster", "/reports/participation.csv?year=2026"),
}


def main() -> int:
    """Measure, print, and fail when a page takes more statements on the larger world."""
    clock.now = lambda: datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # the demo world's own day
    with tempfile.TemporaryDirectory() as folder:
        app = world.build(Path(folder))
        bare = _timed(_bare().test_client(), "/")
        before = {name: _measure(app, *page) for name, page in PAGES.items()}
        participations = world.enlarge(app)
        after = {name: _measure(app, *page) for name, page in PAGES.items()}
        with app.app_context():
            db.engine.dispose()
    print(f"A bare Flask page through the same client: {bare * 1000:.2f} ms. Medians of {ROUNDS} calls.")
    print(f"Large: {world.RUNS:,} more runs, {participations:,} more participations.\n")
    print(f"{'page':22} {'statements':>10} {'demo':>9} {'× bare':>7} {'large':>9} {'growth':>7}")
    worse = []
    for name in PAGES:
        (few, quick), (many, slow) = before[name], after[name]
        times = f"{quick * 1000:7.1f}ms {quick / bare:6.0f}x {slow * 1000:7.1f}ms {slow / quick:6.1f}x"
        print(f"{name:22} {few:>4} → {many:<3} {times}")
        worse += [name] if many > few else []
    if worse:
        print(f"\nMore statements on more data: {', '.join(worse)}")
    return 1 if worse else 0


def _bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: "<!DOCTYPE html><title>bare</title>" + "<p>text</p>" * 500)
    return app


def _measure(app: Flask, role: str, path: str) -> tuple[int, float]:
    client = app.test_client()
    if role:
        _sign_in(app, client, role)
    return _statements(app, lambda: _get(client, path)), _timed(client, path)


def _timed(client: FlaskClient, path: str) -> float:
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        _get(client, path)
        times.append(time.perf_counter() - started)
    return median(times)


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "de"})
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _sign_in(app: Flask, client: FlaskClient, role: str) -> None:
    with app.app_context(), transaction() as session:
        query = select(User).where(User.email == f"{role}@demo.lernzelle.example")
        user = session.scalars(query).one()
        identity = begin_session(session, user.id, method=Method.PASSWORD, now=clock.now())
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = identity, True


def _statements(app: Flask, act: Callable[[], None]) -> int:
    said = []

    def note(*_arguments: object) -> None:
        said.append(1)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return len(said)


if __name__ == "__main__":
    sys.exit(main())
