"""The public pages: finding courses, one course, the profiles."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.catalogue import queries
from app.catalogue.rules import ESCO_ATTRIBUTION, Facet, Sort, Wanted
from app.competences.rules import LEVELS, STAGE_NAMES
from app.kit import clock
from app.kit.localised import Localised, best_language, html_language
from app.modules.rendering import markdown
from app.modules.rules import completion_in_words
from app.runs.rules import LANGUAGE_NAMES
from app.web import language
from app.web.db import reading
from app.web.identity import public

bp = Blueprint("catalogue", __name__)

PAGE_SIZE = 20
LONGEST_QUERY = 200


@bp.get("/modules")
@public
def browse() -> ResponseReturnValue:
    """Search, filter and sort the published courses."""
    wanted, number = _wanted(), request.args.get("page", 1, type=int)
    spoken, now = language.current(), clock.now()
    found = queries.browse(reading(), wanted, language=spoken, now=now, page=number, size=PAGE_SIZE)
    return render_template(
        "catalogue/browse.html",
        found=found,
        wanted=wanted,
        facets=Facet,
        sorts=Sort,
        stages=STAGE_NAMES,
        languages_of_courses=LANGUAGE_NAMES,
        url_of=_url_of,
    )


@bp.get("/modules/<code>")
@public
def module(code: str) -> ResponseReturnValue:
    """One course; reached by its readable address, it says under which code it is cited."""
    course = queries.get_course(reading(), code, now=clock.now())
    if code != course.module.code:
        return redirect(url_for(".module", code=course.module.code))
    return render_template(
        "catalogue/module.html",
        course=course,
        version=course.version,
        rule=completion_in_words(course.version.completion),
        levels=LEVELS,
        stages=STAGE_NAMES,
        languages_of_courses=LANGUAGE_NAMES,
        prose=_prose,
    )


@bp.get("/profiles")
@public
def profiles() -> ResponseReturnValue:
    """All qualification profiles."""
    found = queries.list_profiles(reading())
    return render_template("catalogue/profiles.html", profiles=found, attribution=ESCO_ATTRIBUTION)


@bp.get("/profiles/<code>")
@public
def profile(code: str) -> ResponseReturnValue:
    """One qualification profile: its competences, and which courses teach them."""
    covered, trio = queries.get_profile(reading(), code)
    address = (current_app.config["PUBLIC_URL"] or request.host_url).rstrip("/") + url_for(".profile", code=code)
    return render_template(
        "catalogue/profile.html",
        covered=covered,
        profile=covered.published.profile,
        version=covered.published.version,
        trio=trio,
        levels=LEVELS,
        address=address,
        attribution=ESCO_ATTRIBUTION,
        prose=_prose,
    )


def _wanted() -> Wanted:
    """What the address asks for. An order nobody knows means the usual one; a value nobody has simply finds nothing."""
    words = " ".join(request.args.get("q", "")[:LONGEST_QUERY].split())
    chosen = {facet: frozenset(filter(None, request.args.getlist(facet))) for facet in Facet}
    sort = request.args.get("sort", Sort.DATE)
    return Wanted(words, chosen, Sort(sort) if sort in set(Sort) else Sort.DATE)


def _prose(texts: Localised) -> Markup:
    """A Markdown text as HTML, marked with ``lang`` where it is not in the reader's language."""
    spoken = language.current()
    best = best_language(texts, spoken)
    if best is None:
        return Markup("")
    html = markdown(texts[best])
    code = html_language(best)
    return html if code == spoken else Markup('<div lang="{}">{}</div>').format(code, html)


def _url_of(wanted: Wanted, page: int = 1) -> str:
    """The address of what is wanted, without what is usual."""
    arguments: dict[str, Any] = {facet.value: sorted(wanted.of(facet)) for facet in Facet}
    usual = wanted.sort is Sort.DATE
    return url_for(
        ".browse",
        q=wanted.words or None,
        sort=None if usual else wanted.sort.value,
        page=page if page > 1 else None,
        **arguments,
    )
