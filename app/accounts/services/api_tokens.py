"""Personal API tokens: made, used, revoked."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import ApiToken
from app.accounts.queries.tokens import count_tokens, get_token, has_token_named
from app.accounts.rules.providers import may_add_way_in
from app.accounts.rules.tokens import (
    SECRET_BYTES,
    Scope,
    ends_at,
    hint_of,
    last_used,
    may_make_token,
    token_of,
)
from app.accounts.services.notices import notify
from app.accounts.services.tokens import digest
from app.kit import audit
from app.kit.actors import Actor
from app.kit.errors import Invalid
from app.kit.text import _
from app.kit.verdicts import Verdict, ensure

PURPOSE = "api token"
"""What they are hashed for: the token of a session or a link is none of these."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; ``text`` is shown once and kept nowhere."""

    id: int
    text: str = field(repr=False)


def may_make(session: Session, actor: Actor, *, now: datetime) -> Verdict:
    """Whether the actor may have one more token; for the button, too."""
    user = queries.get_user(session, actor.user_id)
    way_in = may_add_way_in(is_verified=user.verified_at is not None, is_demo=user.is_demo)
    return may_make_token(way_in, alive=count_tokens(session, user.id, now=now))


def make_token(
    session: Session, actor: Actor, *, name: str, scopes: Collection[Scope], days: int, now: datetime
) -> NewToken:
    """Make a token for the actor, with this name, these scopes and this many days to live.

    Invalid when one that works has the name already: the same form, sent twice, makes one token. Conflict when there
    are too many, or the actor's address is not proved.
    """
    user = queries.get_user(session, actor.user_id)
    session.refresh(user, with_for_update=True)
    ensure(may_make(session, actor, now=now))
    if has_token_named(session, user.id, name, now=now):
        raise Invalid(
            _("You have a token of this name already. If you have not kept it, revoke it and make a new one.")
        )
    text = token_of(secrets.token_bytes(SECRET_BYTES))
    wanted = sorted(set(scopes))
    made = ApiToken(
        user_id=user.id, name=name, hint=hint_of(text), token_hash=digest(PURPOSE, text),
        scopes=[scope.value for scope in wanted], created_at=now, expires_at=ends_at(days, now=now),
    )  # fmt: skip
    session.add(made)
    session.flush()
    new = {"user": audit.Who(user.id), "scopes": made.scopes, "expires_at": made.expires_at}
    audit.record(session, actor, "token.created", "token", made.id, new=new, at=now)
    notify(session, user.id, "accounts/mail/token_created", now=now)
    return NewToken(made.id, text)


def revoke_token(session: Session, actor: Actor, token_id: int, *, now: datetime) -> None:
    """The token opens nothing any more, at once; twice changes nothing. NotFound when it is not the actor's."""
    token = get_token(session, actor.user_id, token_id)
    if token.revoked_at is not None:
        return
    token.revoked_at = now
    audit.record(session, actor, "token.revoked", "token", token.id, new={"user": audit.Who(token.user_id)}, at=now)


def note_token_use(session: Session, token: str, *, now: datetime) -> None:
    """Keep in which hour the token was used last."""
    hour = last_used(now)
    older = or_(ApiToken.used_at.is_(None), ApiToken.used_at < hour)
    session.execute(update(ApiToken).where(ApiToken.token_hash == digest(PURPOSE, token), older).values(used_at=hour))
