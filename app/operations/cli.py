"""``flask operations run | prepare | worker | doctor``."""

import sys
import threading
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.services.consents import load_wordings
from app.companies.services import write_missing_keys
from app.competences import cli as competences
from app.evaluation import cli as evaluation
from app.kit import audit, clock, database
from app.operations import demo, prepare, retention, worker
from app.operations.prepare import NotReady
from app.operations.server import Server
from app.trios.models import Trio
from app.web import secret
from app.web.db import db, reading, transaction

group = AppGroup("operations", help="Start and look after the platform.")

DEMO_PASSWORD = demo.PASSWORD
COURSES = Path(__file__).parents[2] / "courses"


@group.command("run")
def run() -> None:
    """Prepare everything, start web and worker, and say where. Ctrl-C stops all of it."""
    app = _app()
    try:
        prepare.data_folder(Path(app.config["DATA"]))
        port = prepare.port(app.config["HOST"], app.config["PORT"])
        _prepare(app)
    except NotReady as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)
    address = f"http://{app.config['HOST']}:{port}"
    app.config["PUBLIC_URL"] = app.config["PUBLIC_URL"] or address
    _greet(address)
    db.session.remove()  # the server's own process opens its own connections: give all back, then close them
    db.engine.dispose()
    Server(app, host=app.config["HOST"], port=port).run()


@group.command("prepare")
def prepare_all() -> None:
    """Make data folder and database ready without starting anything: for servers and containers."""
    app = _app()
    try:
        prepare.data_folder(Path(app.config["DATA"]))
        _prepare(app)
    except NotReady as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)


@group.command("worker")
def work() -> None:
    """Deliver what the outbox holds, until Ctrl-C."""
    stop = threading.Event()
    try:
        worker.run(_app(), stop)
    except KeyboardInterrupt:
        stop.set()


@group.command("verify-audit")
@click.option("--expect", metavar="HASH", help="A hash noted earlier: it must still be in the chain.")
def verify_audit(expect: str | None) -> None:
    """Walk the audit chain; exit code 1 when an entry was changed, is missing or was added behind its back."""
    session = reading()
    found = audit.verify(session)
    problem = found.problem
    if problem is None and expect and expect != found.hash and not audit.has_hash(session, expect):
        problem = "The hash noted earlier is not in the chain any more."
    click.echo(f"{found.entries} entries are whole; the last hash is {found.hash}.")
    if problem is not None:
        click.echo(f"NOT in order: {problem}", err=True)
        sys.exit(1)


@group.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def keep_no_longer(dry_run: bool) -> None:
    """Delete what has been kept long enough; the worker does this by itself once a day."""
    if dry_run:
        for due in retention.due():
            click.echo(f"{due.rule.id:<12} {due.table:<20} {due.rows:>7}  ended before {due.before}: {due.rule.act}")
        return
    done = retention.run()
    for rule_id, rows in done.items():
        click.echo(f"{rule_id:<12} {rows:>7}")
    if not done:
        click.echo("Nothing is due.")


@group.command("doctor")
def doctor() -> None:
    """Say what is in order and what is not; exit code 1 when something is not."""
    app = _app()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    checks = {
        "schema is up to date": prepare.revision(url) == prepare.head(),
        "secret key is there": bool(app.config["SECRET_KEY"]),
        "fonts are there": bool(app.jinja_env.globals["fonts_present"]),
    }
    if url.startswith("sqlite"):
        checks[f"SQLite {database.SQLITE_VERSION} is free of the WAL-reset bug"] = database.sqlite_is_sound()
    for name, fine in checks.items():
        click.echo(f"{'ok ' if fine else 'NOT'} {name}")
    sys.exit(0 if all(checks.values()) else 1)


def _prepare(app: Flask) -> None:
    secret.make_key(app)
    prepare.migrate(app.config["SQLALCHEMY_DATABASE_URI"])
    with transaction() as session:
        competences.load(session)
        evaluation.load(session)
        load_wordings(session)
    _write_keys()
    if app.config["DEMO"] and reading().scalar(select(Trio.id).limit(1)) is None:
        click.echo("Filling the demo world …")
        with transaction() as session:
            demo.build(session, today=clock.local_date(clock.now()), courses=COURSES)


def _write_keys() -> None:
    """Companies from before names were searched by keys get theirs, a thousand in a transaction."""
    written = 1
    while written:
        with transaction() as session:
            written = write_missing_keys(session)


def _greet(address: str) -> None:
    people = accounts.list_demo_people(reading())
    click.echo(f"\n  Lernzelle runs at {address}  (Ctrl-C stops it)\n")
    if people:
        click.echo(f"  Demo accounts, all with the password {DEMO_PASSWORD}:")
        for person in people:
            click.echo(f"    {person.email}")
        click.echo("")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (Flask's own way)
