"""What every template can use: the reader, the menu, languages, icons."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from app.kit.actors import Actor, Role
from app.kit.text import Text, _
from app.web import icons, language
from app.web.identity import current_actor, current_person


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu."""

    label: Text
    url: str
    current: bool


_TEACH = (Role.TRAINER, Role.TRIO_ADMIN, Role.SITE_ADMIN)
_WRITE = (Role.AUTHOR, Role.REVIEWER, *_TEACH)
_REGISTER = (Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.SITE_ADMIN)
_REPORT = (Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.PROGRAMME_OFFICE, Role.SITE_ADMIN)


def init_app(app: Flask) -> None:
    """Add the globals and the context of every page."""
    app.jinja_env.globals["icon"] = icons.icon
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    actor = current_actor()
    return {
        "locale": language.current(),
        "languages": language.LANGUAGES,
        "language_url": language.url_in,
        "person": current_person(),
        "nav_items": _menu(actor),
    }


def _menu(actor: Actor) -> list[NavItem]:
    entries: list[tuple[Text, str]] = [
        (_("Courses"), "catalogue.browse"),
        (_("Profiles"), "catalogue.profiles"),
    ]
    if actor.user_id is not None:
        entries.append((_("My page"), "home.mine"))
    if any(actor.has(role) for role in _TEACH):
        entries.append((_("Runs"), "runs.index"))
    if any(actor.has(role) for role in _WRITE):
        entries.append((_("Modules"), "modules.index"))
    if any(actor.has(role) for role in _REGISTER):
        entries.append((_("Companies"), "companies.index"))
    if any(actor.has(role) for role in _REPORT):
        entries.append((_("Reports"), "reporting.participation"))
    if actor.has(Role.HR_CONTACT):
        entries.append((_("Our people"), "home.company"))
    if actor.has(Role.TRIO_ADMIN) or actor.has(Role.SITE_ADMIN):
        entries.append((_("Administration"), "trios.administration"))
    return [NavItem(label, url_for(endpoint), request.endpoint == endpoint) for label, endpoint in entries]
