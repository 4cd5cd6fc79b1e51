"""The states that the demo world does not have, and the ids that the addresses of its pages need."""

import io
from datetime import date, timedelta
from random import Random
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.accounts.models import RoleGrant, User
from app.accounts.queries import actor_of, find_with_grants
from app.accounts.rules import LinkPurpose, Method
from app.accounts.rules.invitations import Offer
from app.accounts.services import invitations
from app.accounts.services.signing_in import make_link
from app.assessment import services as assessment
from app.assessment.models import Attempt
from app.companies import sheets
from app.companies.models import CompanyAid, CompanyContact, CompanyFiguresOfYear, CompanySite
from app.companies.rules.columns import score
from app.companies.services.importing import Upload, start_import
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.kit.actors import ANYONE, Actor, Role
from app.kit.outbox import Message
from app.learning import services as learning
from app.modules import queries as modules
from app.modules.models import Module
from app.profiles.models import Profile
from app.runs import queries as runs
from app.runs import services as enrolments
from app.runs.models import Enrolment, Run
from app.runs.rules import EnrolmentState, RunState
from app.trios.models import Organisation, Partnership, Trio
from app.web.db import transaction
from tests.browser.world import World

LIST = """Firma;Ort;PLZ;Mitarbeiter;Umsatz in Mio. €;Jahr;WZ
Feinguss Tornwitz GmbH;Bautzen;02625;141;24,5;2024;24.53
Spreeachse Antriebsteile G.m.b.H;Cottbus;03050;91;15;2024;29.32
Drahtwerk Südhain GmbH;Kamenz;01917;34;4,4;2024;24.34
Blechform Ostring GmbH;Kamenz;01917;viele;3,1;2024;25.50
;Freiberg;09599;12;1,4;2024;25.62
"""
"""A company that is known, one that looks like another, a new one, and two rows with mistakes."""


def prepare(world: World) -> dict[str, object]:
    """Let the worker wait for a seat, fail a test and begin it anew, and begin what links and lists lead to.

    Returns what the addresses name.
    """
    with world.app.app_context(), transaction() as session:
        worker = actor(session, "worker")
        _wait(session, world, worker)
        _take_tests(session, world, worker)
        others = select(Certificate.code).where(Certificate.user_id != worker.user_id)
        code = session.scalars(others.order_by(Certificate.id).limit(1)).one()
        credentials.revoke(session, actor(session, "admin"), code, "Ausgestellt für die falsche Person.", now=world.now)
        begun = _links(session, world) | _cookies(session, world) | {"list": _list(session, world)}
    with world.reading() as session:
        places = _trios(session) | _companies(session)
        return begun | places | _runs(session, world) | _attempts(session) | _papers(session)


def actor(session: Session, role: str) -> Actor:
    """Whoever uses a demo account."""
    user_id = session.scalars(select(User.id).where(User.email == f"{role}@demo.lernzelle.example")).one()
    user = find_with_grants(session, user_id)
    assert user is not None
    return actor_of(user, on=date(2026, 3, 2))


def _wait(session: Session, world: World, worker: Actor) -> None:
    full = next(offer.run for offer in runs.list_upcoming(session, now=world.now).items if not offer.places.free)
    enrolments.enrol(session, worker, full.id, now=world.now)


def _take_tests(session: Session, world: World, worker: Actor) -> None:
    """All lessons done, one test failed, and a second attempt begun."""
    run = _coming(session, world, "M01")
    enrolments.enrol(session, worker, run.id, now=world.now)
    for lesson in modules.list_outline(session, run.version_id):
        learning.finish_lesson(session, worker, run.id, lesson.key, now=world.now)
    chance = Random(1)  # noqa: S311 (always the same questions)
    failed = learning.start_test(session, worker, run.id, random=chance, now=world.now)
    assessment.hand_in(session, worker, failed, {}, sure=True, now=world.now)
    learning.start_test(session, worker, run.id, random=chance, now=world.now)


def _links(session: Session, world: World) -> dict[str, object]:
    """What stands in mails: links to choose a new password and to accept an invitation."""
    hr, lead = actor(session, "hr").user_id, actor(session, "lead")
    assert hr is not None
    held = session.scalars(select(RoleGrant).where(RoleGrant.user_id == lead.user_id)).one()
    offer = Offer(Role.TRIO_ADMIN, held.trio_id, organisation_id=held.organisation_id)
    invitations.invite(session, lead, offer, "n.ostwald@zellcluster.example", language="de", now=world.now)
    session.flush()
    mail = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id.desc()).limit(1)).one()
    reset = make_link(session, hr, target="/my", purpose=LinkPurpose.RESET, now=world.now)
    return {"reset": reset, "invitation": mail.payload["values"]["token"]}


def _cookies(session: Session, world: World) -> dict[str, object]:
    """What browsers hold: of somebody who proved who they are an hour ago, and of staff without a second factor."""
    late = actor(session, "hr").user_id
    joined = accounts.join(
        session, name="Yasemin Ertürk", email="y.ertuerk@firma.example", language="de", now=world.now
    )
    accounts.grant(session, ANYONE, joined.user_id, Role.PROGRAMME_OFFICE, now=world.now)
    assert late is not None
    return {
        "late": _cookie(session, world, late, since=timedelta(hours=1)),
        "halfway": _cookie(session, world, joined.user_id, since=timedelta(0)),
    }


def _cookie(session: Session, world: World, user_id: int, *, since: timedelta) -> str:
    token = accounts.begin_session(session, user_id, method=Method.PASSWORD, now=world.now - since)
    signer = SecureCookieSessionInterface().get_signing_serializer(world.app)
    assert signer is not None
    return str(signer.dumps({"_user_id": token}))


def _list(session: Session, world: World) -> int:
    """A list of companies that waits for being confirmed."""
    cluster = actor(session, "cluster")
    (trio_id,) = cluster.trios_as(Role.CLUSTER_MANAGER)
    table = sheets.read(io.BytesIO(LIST.encode("cp1252")), score)
    upload = Upload(table, "mitglieder.csv", "0" * 64, "Mitgliederliste des Clusters")
    return start_import(session, cluster, trio_id, upload, now=world.now)


def _trios(session: Session) -> dict[str, object]:
    """The Trio of ``lead``: a partner, an organisation that is none, somebody who holds a role in it."""
    trio = session.scalars(select(Trio).where(Trio.slug == "lausitz-mittelsachsen")).one()
    mine = select(Partnership).where(Partnership.trio_id == trio.id, Partnership.is_coordinator.is_(False))
    partner = session.scalars(mine.order_by(Partnership.id).limit(1)).one()
    partners = select(Partnership.organisation_id).where(Partnership.trio_id == trio.id)
    strangers = select(Organisation.id).where(Organisation.id.not_in(partners)).order_by(Organisation.id)
    return {
        "trio": trio.slug,
        "partner": partner.id,
        "organisation": partner.organisation_id,
        "stranger": session.scalars(strangers.limit(1)).one(),
        "member": actor(session, "trainer").user_id,
    }


def _companies(session: Session) -> dict[str, object]:
    """A company of which much is known."""
    company_id = session.scalars(select(CompanyAid.company_id).order_by(CompanyAid.id).limit(1)).one()
    tables: dict[str, Any] = {"site": CompanySite, "contact": CompanyContact, "aid": CompanyAid}
    first = {name: session.scalars(_of(table.id, table, company_id)).one() for name, table in tables.items()}
    year = session.scalars(_of(CompanyFiguresOfYear.year, CompanyFiguresOfYear, company_id)).one()
    return {"company": company_id, "year": year} | first


def _of(column: Any, table: Any, company_id: int) -> Any:
    return select(column).where(table.company_id == company_id).order_by(table.id).limit(1)


def _runs(session: Session, world: World) -> dict[str, object]:
    user_id, now = actor(session, "worker").user_id, world.now
    mine = select(Enrolment.state, Enrolment.run_id).where(Enrolment.user_id == user_id)
    by_state = dict(session.execute(mine).all())
    finished = by_state[EnrolmentState.COMPLETED]
    running = session.scalars(select(Run).where(Run.starts_at <= now, Run.ends_at > now)).one()
    oldest = select(Run.id).where(Run.state == RunState.FINISHED, Run.trio_id == running.trio_id)
    return {
        "free": _coming(session, world, "M12").id,
        "full": by_state[EnrolmentState.WAITING],
        "unopened": session.scalars(select(Run.id).where(Run.enrolment_opens > now).order_by(Run.starts_at)).first(),
        "evaluated": session.scalars(oldest.order_by(Run.starts_at)).first(),
        "learnt": _coming(session, world, "M01").id,
        "running": running.id,
        "today": runs.list_sessions(session, running.id)[0].id,
        "lesson": modules.list_outline(session, running.version_id)[0].key,
        "finished": finished,
        "closed": runs.list_sessions(session, finished)[0].id,
    }


def _coming(session: Session, world: World, code: str) -> Run:
    """The next run of a module that has free seats."""
    offers = runs.list_upcoming(session, now=world.now).items
    return next(offer.run for offer in offers if offer.module_code == code and offer.places.free)


def _attempts(session: Session) -> dict[str, object]:
    user_id = actor(session, "worker").user_id
    query = select(Attempt.passed, Attempt.id).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    found = dict(session.execute(query.where(Enrolment.user_id == user_id)).all())
    return {"open": found[None], "passed": found[True], "failed": found[False]}


def _papers(session: Session) -> dict[str, object]:
    draft = select(Module.code).where(Module.draft_id.is_not(None), Module.published_id.is_not(None))
    return {
        "profile": session.scalars(select(Profile.code).order_by(Profile.code)).first(),
        "drafted": session.scalars(draft).one(),
        "certificate": _code(session, Certificate.user_id == actor(session, "worker").user_id),
        "withdrawn": _code(session, Certificate.revoked_at.is_not(None)),
    }


def _code(session: Session, *conditions: ColumnElement[bool]) -> str:
    return session.scalars(select(Certificate).where(*conditions)).first().shown_code  # type: ignore[union-attr]
