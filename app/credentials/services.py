"""Issuing certificates and withdrawing them."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.credentials import queries, rules
from app.credentials.models import Certificate
from app.credentials.rules import Frozen, RuleSaid, UnitsSaid
from app.kit import audit, clock, outbox
from app.kit.actors import ANYONE, Actor
from app.kit.errors import Invalid
from app.kit.text import _
from app.kit.verdicts import ensure
from app.learning import queries as learning
from app.learning.models import Completion
from app.modules import queries as modules
from app.modules.models import Module
from app.modules.rules import Units
from app.runs import queries as runs
from app.runs.models import Enrolment, Run
from app.trios import queries as trios


def issue(session: Session, enrolment_id: int, *, now: datetime) -> Certificate:
    """Issue the certificate of a completed enrolment and write to the person; issued once, it is returned as it is.

    NotFound when there is no such enrolment, Conflict when it is not completed.
    """
    enrolment = runs.get_enrolment(session, enrolment_id, lock=True)
    issued = queries.find_for_enrolment(session, enrolment_id)
    if issued is not None:
        return issued
    completion = learning.find_completion(session, enrolment_id)
    ensure(rules.may_issue(enrolment.state, completed=completion is not None))
    assert completion is not None
    certificate = Certificate(
        code=rules.new_code(secrets.choice),
        enrolment_id=enrolment_id,
        user_id=enrolment.user_id,
        frozen=dict(_frozen(session, enrolment, completion, now=now)),
        issued_at=now,
    )
    session.add(certificate)
    session.flush()
    trio_id = session.get_one(Run, enrolment.run_id).trio_id
    audit.record(session, ANYONE, "certificate.issued", "certificate", certificate.id, trio_id=trio_id, at=now)
    _write_to(session, certificate, "issued", now=now)
    return certificate


def revoke(session: Session, actor: Actor, code: str, reason: str, *, now: datetime) -> Certificate:
    """Withdraw a certificate for a reason, and tell the person. It stays verifiable, as withdrawn.

    NotFound when there is none with this code, Forbidden for who does not administer its Trio, Conflict when it was
    withdrawn before, Invalid without a reason of 1 to 200 characters.
    """
    found = queries.get_by_code(session, code, lock=True)
    certificate = found.certificate
    ensure(rules.may_revoke(actor, found.trio_id, revoked=not certificate.is_valid))
    if not 1 <= len(reason.strip()) <= rules.LONGEST_REASON:
        raise Invalid(_("Say in 1 to %(most)s characters why it is withdrawn.", most=rules.LONGEST_REASON))
    certificate.revoked_at, certificate.revocation_reason = now, reason.strip()
    session.flush()
    audit.record(session, actor, "certificate.revoked", "certificate", certificate.id, trio_id=found.trio_id, at=now)
    _write_to(session, certificate, "revoked", now=now, reason=reason.strip())
    return certificate


def forget_names(session: Session, user_id: int) -> None:
    """Take the person's name off certificates, theirs and those on which they are trainer or reviewer.

    All else on the paper stays, and it can still be checked. For when the person is erased.
    """
    name = accounts.get_user(session, user_id).name
    last = 0
    while papers := queries.list_naming(session, user_id, name, after=last):
        for certificate in papers:
            certificate.frozen = dict(rules.without_name(certificate.says, name, own=certificate.user_id == user_id))
            last = certificate.id
        session.flush()


def _write_to(session: Session, certificate: Certificate, letter: str, *, now: datetime, **more: str) -> None:
    """Queue a mail; its ``values``: ``code`` as in the address, ``title`` (Localised), and ``more``."""
    outbox.post(
        session,
        "mail",
        at=now,
        key=f"credentials.{letter}:{certificate.id}",
        user_id=certificate.user_id,
        template=f"credentials/mail/{letter}",
        values={"code": certificate.shown_code, "title": dict(certificate.title), **more},
    )


def _frozen(session: Session, enrolment: Enrolment, completion: Completion, *, now: datetime) -> Frozen:
    """Gather all that the paper says, as it is on this day."""
    run = runs.get_run(session, enrolment.run_id)
    version = modules.list_versions(session, [run.version_id])[run.version_id]
    trio = trios.get_trio(session, run.trio_id)
    people = [enrolment.user_id, run.trainer_id, version.released_by]
    names = accounts.names_of(session, [person for person in people if person is not None])
    rule = _rule(completion.rule)
    return {
        "kind": rules.paper_of(rule),
        "person": names[enrolment.user_id],
        "module": {
            "code": session.get_one(Module, run.module_id).code,
            "version": version.number,
            "title": version.title,
        },
        "units": _units(version.units),
        "outcomes": [
            {"lesson": lesson.title, "outcome": lesson.outcome}
            for lesson in modules.list_outline(session, run.version_id)
        ],
        "dqr": version.dqr,
        "hv_level": version.hv_level,
        "provider": trios.list_organisations(session, [run.provider_id])[run.provider_id].name,
        "trio": trio.name,
        "run": _run(run),
        "trainer": names.get(run.trainer_id or 0),
        "reviewer": names.get(version.released_by or 0),
        "rule": rule,
        "met": rules.met(rule, attendance=completion.attendance),
        "funding_notice": trio.funding_notice,
        "issued_on": clock.local_date(now).isoformat(),
    }


def _rule(kept: dict[str, Any]) -> RuleSaid:
    return {"attendance": kept["attendance"], "test": kept["test"], "lessons": kept["lessons"]}


def _units(units: Units) -> UnitsSaid:
    return {
        "presence": float(units.presence),
        "online": float(units.online),
        "self_study": float(units.self_study),
        "practice": float(units.practice),
        "total": float(units.total),
        "workplace_hours": float(units.workplace_hours),
    }


def _run(run: Run) -> rules.RunSaid:
    return {
        "starts_on": clock.local_date(run.starts_at).isoformat(),
        "ends_on": clock.local_date(run.ends_at).isoformat(),
        "city": run.city,
        "format": run.format,
    }
