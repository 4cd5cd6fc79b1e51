"""Authors bring packages in; reviewers look at drafts beside the published version and release them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kit import clock
from app.kit.actors import Role
from app.kit.errors import Invalid, NotFound
from app.kit.text import _
from app.kit.verdicts import ensure
from app.modules import package, queries, rendering, rules, services
from app.modules.models import Lesson, Module, ModuleVersion
from app.modules.pages import bp
from app.modules.pages.sharing import sharing_of
from app.modules.schemas import ImportIn, ReleaseIn
from app.trios import queries as trios
from app.trios import rules as trio_rules
from app.web import language
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import current_actor

_MEMBERS = (Role.AUTHOR, Role.REVIEWER, Role.TRAINER, Role.TRIO_ADMIN)


@bp.get("/modules")
def index() -> ResponseReturnValue:
    """The modules of my Trios, with draft and published version."""
    session, actor = reading(), current_actor()
    trio_ids = _my_trios()
    modules = queries.list_modules(session, trio_ids)
    names = {trio.id: trio.name for trio in trios.list_trios(session)}
    shared = queries.list_shared_with(session, trio_ids) if trio_ids is not None else []
    return render_template(
        "modules/index.html", modules=modules, shared=shared, trios=names, may_author=rules.may_author_anywhere(actor)
    )


@bp.get("/modules/<code>")
def show(code: str) -> ResponseReturnValue:
    """One module: the draft beside the published version, and what would change."""
    session, actor = reading(), current_actor()
    module = _visible(code)
    published = queries.get_version(session, module.published_id) if module.published_id else None
    own = rules.may_see_drafts(actor, module.trio_id)
    draft = queries.get_version(session, module.draft_id) if module.draft_id and own else None
    kinds = trios.list_partner_kinds(session, module.trio_id, on=clock.local_date(clock.now()))
    facts = rules.VersionFacts(
        module.trio_id, exists=draft is not None, imported_by=draft.imported_by if draft else None
    )
    return render_template(
        "modules/show.html",
        module=module,
        trio=trios.get_trio(session, module.trio_id),
        published=published,
        draft=draft,
        changes=rules.changes_between(queries.fingerprints(published), queries.fingerprints(draft)) if draft else [],
        titles=queries.part_titles(published) | queries.part_titles(draft),
        may_release=rules.may_release(actor, facts, trio=trio_rules.may_publish(kinds)),
        may_author=rules.may_author(actor, module.trio_id),
        is_own=own,
        sharing=sharing_of(session, actor, module),
    )


@bp.get("/modules/<code>/versions/<int:number>/lessons/<key>")
def lesson(code: str, number: int, key: str) -> ResponseReturnValue:
    """A lesson of any version as the learner will see it, with the right answers marked."""
    module, version = _visible_version(code, number)
    return _preview(module, version, queries.get_lesson(version, key))


@bp.get("/modules/<code>/versions/<int:number>/test")
def test(code: str, number: int) -> ResponseReturnValue:
    """The final test of any version with its answers and explanations."""
    module, version = _visible_version(code, number)
    spoken = _reading_language(version)
    items = [
        rendering.question(
            {"kind": item.kind, "prompt": item.prompt, "options": item.options, "explanation": item.explanation}, spoken
        )
        for item in version.items
    ]
    return render_template("modules/test.html", module=module, version=version, items=items, spoken=spoken)


@bp.get("/import")
def new_import() -> ResponseReturnValue:
    """Where a course package is uploaded."""
    ensure(rules.may_author_anywhere(current_actor()))
    return _import_page(Form())


@bp.post("/import")
def import_package() -> ResponseReturnValue:
    """Read the upload and make it a draft; a package with mistakes is refused whole and every mistake is listed."""
    ensure(rules.may_author_anywhere(current_actor()))
    form = Form.read(ImportIn())
    upload = request.files.get("package")
    if upload is None or not upload.filename:
        form.errors["package"] = [str(_("Choose the ZIP file of a course package."))]
    if form.errors or upload is None:
        return _import_page(form), 422
    try:
        content = package.read(package.from_zip(upload.stream))
        with transaction() as session:
            done = services.import_package(
                session, current_actor(), content, trio_id=form.data["trio_id"], now=clock.now()
            )
    except Invalid as refusal:
        return _import_page(form, refusal), 422
    flash(str(_imported(done)), "good" if done.is_new else "info")
    return redirect(url_for(".show", code=done.code))


@bp.post("/modules/<code>/release")
def release(code: str) -> ResponseReturnValue:
    """Publish the draft that was looked at."""
    form = Form.read(ReleaseIn())
    if form.errors:
        return redirect(url_for(".show", code=code))
    with transaction() as session:
        services.release(session, current_actor(), code, number=form.data["number"], now=clock.now())
    flash(str(_("Version %(number)s is published.", number=form.data["number"])), "good")
    return redirect(url_for(".show", code=code))


@bp.post("/modules/<code>/discard")
def discard(code: str) -> ResponseReturnValue:
    """Throw the draft away."""
    with transaction() as session:
        services.discard_draft(session, current_actor(), code, now=clock.now())
    flash(str(_("The draft was discarded. The published version is as it was.")), "good")
    return redirect(url_for(".index"))


def _imported(done: services.Imported) -> object:
    if done.is_new:
        return _(
            "%(code)s is here as draft version %(number)s. A reviewer can release it now.",
            code=done.code,
            number=done.number,
        )
    return _("%(code)s has exactly this content already. Nothing was changed.", code=done.code)


def _my_trios() -> frozenset[int] | None:
    """The Trios whose drafts the actor sees; None stands for all of them."""
    actor = current_actor()
    if actor.holds(Role.SITE_ADMIN):
        return None
    mine = frozenset[int]().union(*(actor.trios_as(role) for role in _MEMBERS))
    if not mine:
        ensure(rules.may_author_anywhere(actor))
    return mine


def _visible(code: str) -> Module:
    """The module; NotFound for whoever is no member of its Trio nor of one it is shared with."""
    session = reading()
    module = queries.get_module(session, code)
    readers = (module.trio_id, *(shared.trio_id for shared in queries.list_shares(session, module.id)))
    if not rules.may_see_published(current_actor(), readers):
        raise NotFound(_("There is no such module."))
    return module


def _visible_version(code: str, number: int) -> tuple[Module, ModuleVersion]:
    """A version of it; to members of a Trio it is shared with, only the published one."""
    module = _visible(code)
    version = queries.get_version_by_number(reading(), module.id, number)
    if version.id != module.published_id and not rules.may_see_drafts(current_actor(), module.trio_id):
        raise NotFound(_("There is no such version."))
    return module, version


def _reading_language(version: ModuleVersion) -> str:
    wanted = request.args.get("language", language.current())
    return wanted if wanted in version.languages else language.current()


def _preview(module: Module, version: ModuleVersion, chosen: Lesson) -> ResponseReturnValue:
    spoken = _reading_language(version)
    return render_template(
        "modules/lesson.html",
        module=module,
        version=version,
        lesson=chosen,
        blocks=rendering.lesson_blocks(version, chosen, spoken),
        sources=rendering.lesson_sources(version, chosen),
        spoken=spoken,
    )


def _import_page(form: Form, refusal: Invalid | None = None) -> str:
    actor = current_actor()
    mine = None if actor.holds(Role.SITE_ADMIN) else actor.trios_as(Role.AUTHOR) | actor.trios_as(Role.TRIO_ADMIN)
    choices = trios.list_trios(reading(), mine)
    return render_template(
        "modules/import.html", form=form, trio_options=[(trio.id, trio.name) for trio in choices], refusal=refusal
    )
