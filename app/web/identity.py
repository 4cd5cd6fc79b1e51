"""From the signed-in person of the request to the ``Actor`` the services know. Closed by default."""

from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, request
from flask_login import LoginManager, UserMixin, current_user
from flask_login import login_user as _remember
from flask_login import logout_user as _forget

from app.kit.actors import ANYONE, Actor

View = TypeVar("View")
login_manager = LoginManager()


class SignInNeeded(Exception):
    """The page is for signed-in people and nobody is signed in."""


def init_app(app: Flask) -> None:
    """Know who is signed in, and refuse everybody else where a view does not say ``@public``."""
    login_manager.init_app(app)
    app.before_request(_closed_by_default)


@dataclass(frozen=True)
class Person(UserMixin):
    """The signed-in person as pages need them: name, language and the actor for the services."""

    actor: Actor
    name: str
    email: str
    stamp: str
    """Changes when the password does, and so ends every other session."""

    @property
    def first_name(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0]

    def get_id(self) -> str:
        """What the session cookie holds."""
        return f"{self.actor.user_id}:{self.stamp}"


def current_actor() -> Actor:
    """Who acts in this request; ``ANYONE`` when nobody is signed in."""
    return current_user.actor if current_user.is_authenticated else ANYONE


def current_person() -> Person | None:
    """The signed-in person, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 (werkzeug's way)


def remember(person: Person) -> None:
    """Sign the person in, in this browser."""
    _remember(person, remember=False)


def forget() -> None:
    """Sign whoever is signed in out."""
    _forget()


def public(view: View) -> View:
    """Open a page or a resource to people who are not signed in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def _closed_by_default() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    view = getattr(view, "view_class", view)
    is_open = view is None or request.endpoint == "static" or getattr(view, "is_public", False)
    if not is_open and not current_user.is_authenticated:
        raise SignInNeeded
