"""Erasing a person: one act that is complete. What has to stay stays, and belongs to nobody."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.services.consents import end_consents
from app.accounts.services.erasing import make_nobodies
from app.assessment.services import drop_open_attempts
from app.credentials.services import forget_names
from app.kit import audit, outbox
from app.kit.actors import Actor
from app.kit.errors import Conflict, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.privacy import queries, rules
from app.privacy.queries.paths import Who
from app.privacy.services import acting
from app.runs import queries as runs
from app.runs import services as enrolments


def erase_person(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    """Erase the actor, or somebody who asked an administrator for it. Their sessions end with their rows.

    Places in coming runs are given back first, so that waiting people move up. What has to stay (the register says why)
    belongs afterwards to a row without name and address; a mail to the old address says that it is done.
    NotFound when there is no such person (any more), Forbidden, Conflict while others need them.
    """
    _check(session, actor, user_id, now=now)
    _give_places_back(session, user_id, now=now)
    user = session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None:
        raise NotFound(_("There is no such person."))
    if runs.list_coming_enrolments(session, user_id, now=now):
        raise Conflict(_("Something has changed in this very moment. Try once more."))
    who, language = Who.of(user), user.language
    (nobody,) = make_nobodies(session, 1, now=now)
    audit.record(session, actor, "person.erased", "user", user_id, at=now)
    end_consents(session, of=user_id, now=now)
    audit.keep_keys(session)  # while the key of the person can still be read: afterwards it points to nobody
    _forget(session, who, nobody)
    outbox.post(
        session, "mail", at=now, user_id=None, to=who.email, language=language,
        template="privacy/mail/erased", values={},
    )  # fmt: skip


def _check(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    if session.scalar(select(User.id).where(User.id == user_id, User.erased_at.is_(None))) is None:
        raise NotFound(_("There is no such person."))
    ensure(rules.may_erase(actor, user_id, queries.get_ties(session, user_id, now=now, lock=True)))


def _give_places_back(session: Session, user_id: int, *, now: datetime) -> None:
    for run_id in runs.list_coming_enrolments(session, user_id, now=now):
        enrolments.withdraw(session, Actor(user_id), run_id, now=now)


def _forget(session: Session, who: Who, nobody: int) -> None:
    """Everything that the register lists, those rows first that refer to others; the account itself goes last."""
    session.flush()
    forget_names(session, who.id)
    drop_open_attempts(session, who.id)
    for table in acting.tables_upwards():
        acting.forget_rows(session, table, who, nobody)
    session.expire_all()
