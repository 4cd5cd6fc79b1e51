"""The signed-in session of a browser: the only place that builds a ``Person``, and that sets and clears the cookie."""

from datetime import UTC, datetime, timedelta

import flask
import structlog
from flask import Request, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.accounts import queries, rules, services
from app.accounts.queries.sessions import Found
from app.accounts.queries.tokens import FoundToken, find_token
from app.accounts.rules.devices import device_of
from app.accounts.rules.limits import Kind
from app.accounts.rules.signing_in import Method
from app.accounts.rules.tokens import is_well_formed, token_works
from app.accounts.services import limits
from app.accounts.services.api_tokens import PURPOSE, note_token_use
from app.accounts.services.passwords import renew_hash
from app.kit import clock
from app.kit.actors import Actor
from app.kit.errors import TooMany
from app.web import identity
from app.web.clients import client_key
from app.web.db import reading, transaction
from app.web.identity import Person, Refused, TokenRefused, login_manager

NOTED_EVERY = timedelta(minutes=10)
"""How exactly it is kept when a session was last used."""
HOUR = timedelta(hours=1)
"""How exactly it is kept when an API token was."""
NEVER = datetime.fromtimestamp(0, UTC)

log = structlog.get_logger()


def start(session: Session, user_id: int, *, method: Method, second_factor: bool = False) -> None:
    """Sign the person in, in the browser that sent this request; inside the caller's transaction.

    Whoever was signed in there before is signed out, for good.
    """
    now = clock.now()
    if (before := identity.pending_person()) is not None:
        services.end_session(session, before.session_id, now=now)
    device = device_of(request.user_agent.string)
    token = services.begin_session(session, user_id, method=method, device=device, second_factor=second_factor, now=now)
    _enter(session, token)
    log.info("signed in", user=user_id, method=method)


def confirm(session: Session, *, second_factor: bool = False) -> None:
    """The signed-in person proved again who they are: go on under a new token; inside the caller's transaction."""
    person = identity.pending_person()
    if person is None:
        raise identity.SignInNeeded
    token = services.confirm_session(session, person.session_id, second_factor=second_factor, now=clock.now())
    _enter(session, token)


def try_password(email: str, password: str) -> int | None:
    """Whom address and password sign in, or None. TooMany when there were too many wrong ones.

    Opens transactions of its own and none while the password is compared: that takes its time, and nobody should wait.
    """
    now = clock.now()
    with transaction() as session:
        guess = limits.begin_guess(session, Kind.PASSWORD, email=email, client=client_key(), now=now)
    user_id = services.check_password(reading(), email=email, password=password)
    if user_id is None:
        log.warning("wrong password")
        return None
    with transaction() as session:
        limits.was_right(session, guess)
        renew_hash(session, user_id, password)
    return user_id


def count_try(kind: Kind) -> None:
    """Count a try of the place this request comes from, in a transaction of its own, or raise TooMany."""
    with transaction() as session:
        limits.take(session, kind, client_key(), now=clock.now())


def end(session: Session) -> None:
    """Sign out of this browser; inside the caller's transaction."""
    if (person := identity.pending_person()) is not None:
        services.end_session(session, person.session_id, now=clock.now())
    identity.forget()


def _enter(session: Session, token: str) -> None:
    session.flush()
    found = queries.find_session(session, services.digest("session", token))
    assert found is not None, "it was written a moment ago"
    identity.remember(_person(found, token))
    flask.session.permanent = True  # a phone keeps it when it is restarted; how long it counts is decided here


@login_manager.user_loader
def _load(token: str) -> Person | None:
    """The person of the session cookie; None when it is garbage, ended or too old, or a program brings an API token."""
    if identity.bearer_token() is not None:
        return None
    found = queries.find_session(reading(), services.digest("session", str(token)))
    if found is None or found.user.erased_at is not None:
        return None
    signed, now = found.session, clock.now()
    person = _person(found, token)
    lives = rules.session_lives(
        created_at=signed.created_at, seen_at=signed.seen_at, ended_at=signed.ended_at,
        is_staff=bool(person.actor.grants), now=now,
    )  # fmt: skip
    return person if lives else None


@login_manager.request_loader
def _load_by_token(_request: Request) -> Person | Refused | None:
    """The person of the API token that a program brings, if any. One that opens nothing is counted."""
    token = identity.bearer_token()
    if token is None:
        return None
    found = find_token(reading(), services.digest(PURPOSE, token)) if is_well_formed(token) else None
    if found is not None and (person := _person_of_token(found, token)) is not None:
        return person
    try:
        count_try(Kind.TOKEN_CLIENT)
    except TooMany as answer:
        return Refused(answer)
    return Refused(TokenRefused())


def _person_of_token(found: FoundToken, token: str) -> Person | None:
    """Whom a program acts for, with the roles that they hold now; None while they lack a factor that they need."""
    held = found.token
    if not token_works(expires_at=held.expires_at, revoked_at=held.revoked_at, now=clock.now()):
        return None
    actor, needs = _standing(found)
    if needs and not found.has_second_factor:
        return None
    return Person(
        actor, found.user.name, found.user.email, token, 0, held.used_at or NEVER, scopes=frozenset(held.scopes)
    )


def _standing(found: Found | FoundToken) -> tuple[Actor, bool]:
    """What the person may now, and whether that needs a second factor."""
    actor = queries.actor_of(found.user, on=clock.local_date(clock.now()))
    return actor, rules.needs_second_factor(
        (grant.role for grant in actor.grants), has_one=found.has_second_factor,
        required=current_app.config["SECOND_FACTOR"], is_demo=found.user.is_demo,
    )  # fmt: skip


def _person(found: Found, token: str) -> Person:
    user, signed, now = found.user, found.session, clock.now()
    actor, needs = _standing(found)
    return Person(
        actor, user.name, user.email, token, signed.id, signed.seen_at,
        is_pending=needs and signed.second_factor_at is None,
        is_confirmed=rules.is_confirmed(signed.confirmed_at, now=now),
    )  # fmt: skip


def note_use() -> None:
    """Keep that the session was used, at most every ``NOTED_EVERY``; called after a request was answered."""
    person, now = identity.known_person(), clock.now()
    is_program = person is not None and person.scopes is not None
    if person is None or now - person.seen_at < (HOUR if is_program else NOTED_EVERY):
        return
    try:
        with transaction() as session:
            if is_program:
                note_token_use(session, person.token, now=now)
            else:
                services.note_use(session, person.session_id, now=now)
    except SQLAlchemyError as error:  # the answer stands, whether this can be written or not
        log.warning("session use not noted", error=type(error).__name__)
