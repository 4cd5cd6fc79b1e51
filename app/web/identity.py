"""From the signed-in person of the request to the ``Actor`` the services know. Closed by default.

Three kinds of doors, said at the view: ``@public`` (anybody), ``@halfway`` (also who has still to show a second factor)
and ``@confirmed`` (who proved lately who they are). Without a word, a view is for people who are fully signed in.
Programs come with an API token instead of a session, and only where ``@scope`` lets them in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Flask, current_app, g, request
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from flask_login import login_user as _remember
from flask_login import logout_user as _forget

from app.kit.actors import ANYONE, Actor
from app.kit.errors import Forbidden
from app.kit.text import _

View = TypeVar("View")
login_manager = LoginManager()


class SignInNeeded(Exception):
    """The page is for signed-in people and nobody is signed in."""

    challenge = "Bearer"
    """What the API says in ``WWW-Authenticate`` (RFC 6750)."""


class SecondFactorNeeded(SignInNeeded):
    """Somebody gave the first proof of who they are, and the second one is missing."""


class ConfirmationNeeded(SignInNeeded):
    """The act is dangerous, and it is long ago that the person proved who they are."""


class TokenRefused(SignInNeeded):
    """A program brings an API token that opens nothing: wrong, expired, revoked, or its person may not sign in."""

    challenge = 'Bearer error="invalid_token"'


class ScopeMissing(Forbidden):
    """A program brings an API token that is not meant for this."""

    def __init__(self, scope: str | None) -> None:
        super().__init__(
            _("This token lacks the scope %(scope)s.", scope=scope) if scope else _("Tokens do not work here.")
        )
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"' if scope else "Bearer"


def init_app(app: Flask) -> None:
    """Know who is signed in, and refuse everybody else where a view does not say ``@public``."""
    login_manager.init_app(app)
    app.before_request(_closed_by_default)


@dataclass(frozen=True)
class Person(UserMixin):
    """The signed-in person as pages need them: name, session and the actor for the services."""

    actor: Actor
    name: str
    email: str
    token: str
    """What the session cookie holds; the database knows only its hash."""
    session_id: int
    seen_at: datetime
    """When this session was last used, to about ten minutes."""
    is_pending: bool = False
    """A second factor is missing: until then they are nobody to all views but the ``@halfway`` ones."""
    is_confirmed: bool = False
    """They proved lately enough who they are for a dangerous act."""
    scopes: frozenset[str] | None = None
    """A program acts for them, with an API token that may be used for these; None: they sit there themselves."""

    @property
    def user_id(self) -> int:
        """The id of the person."""
        assert self.actor.user_id is not None
        return self.actor.user_id

    @property
    def first_name(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0]

    @property
    def is_authenticated(self) -> bool:
        """Whether they count as signed in."""
        return not self.is_pending

    def get_id(self) -> str:
        """What the session cookie holds."""
        return self.token


class Refused(AnonymousUserMixin):
    """Who brings an API token that opens nothing: nobody, and the answer to all that they ask."""

    def __init__(self, answer: Exception) -> None:
        self.answer = answer


def bearer_token() -> str | None:
    """The API token that a program sent along. No page knows any: there, only the session of a browser counts."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and request.path.startswith("/api/") else None


def current_actor() -> Actor:
    """Who acts in this request; ``ANYONE`` when nobody is signed in."""
    return current_user.actor if current_user.is_authenticated else ANYONE


def current_person() -> Person | None:
    """The signed-in person, or None."""
    return _person() if current_user.is_authenticated else None


def signed_in() -> Person:
    """The signed-in person of a view that is not ``@public``."""
    person = current_person()
    if person is None:
        raise SignInNeeded
    return person


def pending_person() -> Person | None:
    """Who is signed in, fully or up to the second factor; for ``@halfway`` views alone."""
    return _person() if isinstance(_person(), Person) else None


def known_person() -> Person | None:
    """Who is signed in, fully or not, if this request asked for it at all; never asks the database."""
    person = g.get("_login_user")
    return person if isinstance(person, Person) else None


def remember(person: Person) -> None:
    """Sign the person in, in this browser."""
    _remember(person, remember=False, force=True)


def forget() -> None:
    """Sign whoever is signed in out."""
    _forget()


def public(view: View) -> View:
    """Open a page or a resource to people who are not signed in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def halfway(view: View) -> View:
    """Open a page to people whose second factor is still missing."""
    view.is_halfway = True  # type: ignore[attr-defined]
    return view


def confirmed(view: View) -> View:
    """Let only those do this who proved lately who they are."""
    view.is_dangerous = True  # type: ignore[attr-defined]
    return view


def scope(name: str) -> Callable[[View], View]:
    """Open a resource, or one method of it, to API tokens with this scope; without a word, it is closed to tokens."""

    def named(view: View) -> View:
        view.scope = name  # type: ignore[attr-defined]
        return view

    return named


def scope_of(view: object, method: str) -> str | None:
    """The scope that a token needs for a method of a view; None where no token works."""
    part = getattr(view, "get" if method == "HEAD" else method.lower(), None)
    scopes = (getattr(each, "scope", None) for each in (part, view))
    return next((str(found) for found in scopes if found), None)


def _closed_by_default() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    view = getattr(view, "view_class", view)
    if view is None or request.endpoint == "static":
        return
    if bearer_token() is not None:
        _within_scope(view)
    if getattr(view, "is_public", False):
        return
    if not current_user.is_authenticated:
        if pending_person() is None:
            raise SignInNeeded
        if not getattr(view, "is_halfway", False):
            raise SecondFactorNeeded
    elif getattr(view, "is_dangerous", False) and not current_user.is_confirmed:
        raise ConfirmationNeeded


def _within_scope(view: object) -> None:
    """Refuse tokens that open nothing, or not this. What is public stays so: there, such a token counts as nobody."""
    person: object = _person()
    if not isinstance(person, Person) or person.scopes is None:
        raise getattr(person, "answer", TokenRefused())
    needed = scope_of(view, request.method)
    if needed is not None and needed in person.scopes:
        return
    if not getattr(view, "is_public", False):
        raise ScopeMissing(needed)
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 (flask-login's way)


def _person() -> Person:
    return current_user._get_current_object()  # noqa: SLF001 (werkzeug's way)
