"""Signing in by a link that is sent by mail."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts import queries, rules
from app.accounts.models import SignInLink
from app.accounts.rules.signing_in import LinkPurpose
from app.accounts.services.proving import prove_address
from app.accounts.services.tokens import digest
from app.kit import outbox
from app.kit.errors import NotFound
from app.kit.text import _
from app.kit.verdicts import ensure

_DIGESTS = {LinkPurpose.SIGN_IN: "link", LinkPurpose.RESET: "reset"}
_MAILS = {LinkPurpose.SIGN_IN: "accounts/mail/link", LinkPurpose.RESET: "accounts/mail/reset"}


def ask_for_link(
    session: Session, *, email: str, target: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN, now: datetime
) -> None:
    """Somebody typed an address and wants a link: the worker looks whether it has an account.

    What happens here is the same for every address, so that not even its duration tells which ones have one.
    """
    asked = {"email": rules.clean_email(email), "target": rules.safe_target(target), "purpose": purpose}
    outbox.post(session, "accounts.link_asked", at=now, **asked)


def send_link(
    session: Session, *, email: str, target: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN, now: datetime
) -> None:
    """Post a mail with a link that signs the person in once and goes on at ``target``.

    An unknown address gets nothing. Conflict when too many were sent.
    """
    user = queries.find_by_email(session, rules.clean_email(email))
    if user is None:
        return
    token = make_link(session, user.id, target=target, purpose=purpose, now=now)
    outbox.post(session, "mail", at=now, user_id=user.id, template=_MAILS[purpose], values={"token": token})


def make_link(
    session: Session, user_id: int, *, target: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN, now: datetime
) -> str:
    """The token of a new link that signs the person in once and goes on at ``target``, for the mail that carries it.

    Conflict when too many were sent.
    """
    ensure(rules.may_send_link(queries.count_links(session, user_id, since=now - timedelta(hours=1))))
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            user_id=user_id, purpose=purpose, token_hash=digest(_DIGESTS[purpose], token),
            target=rules.safe_target(target), created_at=now, expires_at=now + rules.LINK_LIFETIME,
        )
    )  # fmt: skip
    return token


def use_link(
    session: Session, token: str, *, purpose: LinkPurpose = LinkPurpose.SIGN_IN, now: datetime
) -> tuple[int, str]:
    """Whom the link signs in and where to go on. NotFound when it is wrong, used or expired: all look the same.

    The first one proves whose address it is, and ends what somebody began with it before (``prove_address``).
    """
    link = queries.find_link(session, digest(_DIGESTS[purpose], token), lock=True)
    if link is None or not rules.link_works(expires_at=link.expires_at, used_at=link.used_at, now=now):
        raise NotFound(_("This link does not work any more. Ask for a new one."))
    link.used_at = now
    user = queries.get_user(session, link.user_id)
    prove_address(session, user, now=now)
    return user.id, link.target
