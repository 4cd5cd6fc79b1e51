"""The catalogue as JSON: published modules and profiles."""

from dataclasses import fields
from typing import Any

from flask.views import MethodView

from app.catalogue import queries
from app.catalogue.rules import ESCO_ATTRIBUTION
from app.catalogue.schemas import (
    BrowseArguments,
    ModuleDetailOut,
    ModulesOut,
    ProfileDetailOut,
    ProfilesOut,
    wanted_of,
)
from app.kit import clock
from app.runs.queries import Offer
from app.runs.rules import Standing
from app.web import language
from app.web.api import Blueprint
from app.web.db import reading
from app.web.identity import public

bp = Blueprint(
    "catalogue-api", __name__, url_prefix="/api/v1", description="Published modules and qualification profiles"
)


@bp.route("/modules")
@public
class Modules(MethodView):
    """Published modules."""

    @bp.arguments(BrowseArguments, location="query")
    @bp.response(200, ModulesOut, description="One page of modules.")
    def get(self, arguments):
        """Search the published modules.

        Words and filters of different kinds must all fit; values of one filter are alternatives. Each module names the
        next run that people can still enrol in.
        """
        found = queries.browse(
            reading(),
            wanted_of(arguments),
            language=language.current(),
            now=clock.now(),
            page=arguments["page"],
            size=arguments["page_size"],
        )
        return found.page


@bp.route("/modules/<code>")
@public
class ModuleByCode(MethodView):
    """One published module."""

    @bp.response(200, ModuleDetailOut, description="The module with lessons, competences and next runs.")
    @bp.alt_response(404, description="There is no such module, or it is not published.")
    def get(self, code):
        """Show one module by its code (M01) or its address (slug)."""
        course = queries.get_course(reading(), code, now=clock.now())
        shown = {field.name: getattr(course, field.name) for field in fields(course)}
        return shown | {"dates": [_run(offer, standing) for offer, standing in course.runs]}


@bp.route("/profiles")
@public
class Profiles(MethodView):
    """Published qualification profiles."""

    @bp.response(200, ProfilesOut, description="All profiles, by code.")
    def get(self):
        """List the qualification profiles and how far modules cover them."""
        return {"items": queries.list_profiles(reading()), "attribution": ESCO_ATTRIBUTION}


@bp.route("/profiles/<code>")
@public
class ProfileByCode(MethodView):
    """One published qualification profile."""

    @bp.response(200, ProfileDetailOut, description="The profile with its competences and the modules that teach them.")
    @bp.alt_response(404, description="There is no such profile, or it is not published.")
    def get(self, code):
        """Show one profile with its competences and the modules that teach them."""
        covered, _trio = queries.get_profile(reading(), code)
        return covered


def _run(offer: Offer, standing: Standing) -> dict[str, Any]:
    """What ``RunOut`` shows of an offer."""
    return {field.name: getattr(offer, field.name) for field in fields(offer)} | {"standing": standing}
