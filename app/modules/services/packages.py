"""Bringing course packages in as drafts, and releasing them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.competences import queries as competences
from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import Conflict, Invalid
from app.kit.text import _
from app.kit.verdicts import ensure
from app.modules import queries, rules
from app.modules.models import (
    Item,
    Lesson,
    Module,
    ModuleCompetence,
    ModuleStep,
    ModuleVersion,
    Picture,
)
from app.modules.package.documents import Package
from app.modules.rules import VersionFacts
from app.trios import queries as trios
from app.trios import rules as trio_rules


class Imported(NamedTuple):
    """The module a package went to, and whether it brought anything new."""

    code: str
    number: int
    is_new: bool


def import_package(session: Session, actor: Actor, package: Package, *, trio_id: int, now: datetime) -> Imported:
    """Make the package the draft of its module, beside the published version; the same content again changes nothing.

    Forbidden unless the actor is an author of the Trio; NotFound when there is no such Trio. Conflict when the module
    belongs to another Trio. Invalid when its slug belongs to another module, or when the package names a competence or
    process step that the framework does not have.
    """
    ensure(rules.may_author(actor, trio_id))
    trios.get_trio(session, trio_id)
    content = package.module
    module = queries.find_module(session, content["module"], lock=True) or _new_module(session, content, trio_id)
    if module.trio_id != trio_id:
        raise Conflict(_("The module %(code)s belongs to another Trio. Choose a code of your own.", code=module.code))
    current = session.get(ModuleVersion, module.draft_id or module.published_id or 0)
    if current is not None and current.content_hash == package.content_hash:
        return Imported(module.code, current.number, is_new=False)
    if module.draft_id is not None:
        _drop_draft(session, module)
    version = _write_version(session, module, package, imported_by=actor.user_id, now=now)
    module.draft_id = version.id
    session.flush()
    _note(session, actor, "module.imported", module, new={"number": version.number}, now=now)
    return Imported(module.code, version.number, is_new=True)


def _new_module(session: Session, content: dict[str, Any], trio_id: int) -> Module:
    """A new module. Code and slug are unique on the platform; the database says whether they are free."""
    module = Module(code=content["module"], slug=content["slug"], trio_id=trio_id)
    try:
        with session.begin_nested():
            session.add(module)
    except IntegrityError as error:  # another module has the slug, or the code since a moment ago
        raise Invalid(
            _("Another module has the slug %(slug)s already. Choose one of your own.", slug=content["slug"])
        ) from error
    return module


def release(session: Session, actor: Actor, code: str, *, number: int, now: datetime) -> None:
    """Publish the draft ``number`` of a module. Runs that pinned an older version keep it.

    Releasing what is published already changes nothing; a draft that was replaced meanwhile is a Conflict.
    """
    module = queries.get_module(session, code, lock=True)
    ensure(rules.may_see_drafts(actor, module.trio_id))
    published = session.get(ModuleVersion, module.published_id or 0)
    if published is not None and published.number == number:
        return
    draft = session.get(ModuleVersion, module.draft_id or 0)
    kinds = trios.list_partner_kinds(session, module.trio_id, on=local_date(now))
    facts = VersionFacts(module.trio_id, exists=draft is not None, imported_by=draft.imported_by if draft else None)
    ensure(rules.may_release(actor, facts, trio=trio_rules.may_publish(kinds)))
    if draft is None or draft.number != number:
        raise Conflict(_("This draft was replaced meanwhile. Look at the new one before you release it."))
    draft.released_at, draft.released_by = now, actor.user_id
    module.published_id, module.draft_id = draft.id, None
    session.flush()
    before = {"number": published.number if published is not None else None}
    _note(session, actor, "module.released", module, old=before, new={"number": number}, now=now)


def discard_draft(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """Throw the draft of a module away; the published version stays. Nothing happens when there is none."""
    module = queries.get_module(session, code, lock=True)
    ensure(rules.may_author(actor, module.trio_id))
    draft = session.get(ModuleVersion, module.draft_id or 0)
    if draft is not None:
        _note(session, actor, "module.draft_discarded", module, old={"number": draft.number}, now=now)
        _drop_draft(session, module)


def _note(
    session: Session, actor: Actor, action: str, module: Module, *, old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None, now: datetime,
) -> None:  # fmt: skip
    audit.record(session, actor, action, "module", module.id, trio_id=module.trio_id, old=old, new=new, at=now)


def _drop_draft(session: Session, module: Module) -> None:
    """A draft was never taught, so nothing hangs on it."""
    draft_id, module.draft_id = module.draft_id, None
    session.flush()
    for part in (Lesson, Item, Picture, ModuleCompetence, ModuleStep):
        session.execute(delete(part).where(part.version_id == draft_id))
    session.execute(delete(ModuleVersion).where(ModuleVersion.id == draft_id))


def _write_version(
    session: Session, module: Module, package: Package, *, imported_by: int | None, now: datetime
) -> ModuleVersion:
    content, units, completion = package.module, package.module["units"], package.module["completion"]
    version = ModuleVersion(
        module_id=module.id,
        number=queries.next_number(session, module.id),
        content_hash=package.content_hash,
        languages=content["languages"],
        title=content["title"],
        summary=content["summary"],
        description=content["description"],
        audience=content["audience"],
        changes=content["changes"],
        dqr=content["dqr"],
        hv_level=content["hv_level"],
        ue_presence=units["presence"],
        ue_online=units["online"],
        ue_self_study=units["self_study"],
        ue_practice=units["practice"],
        workplace_hours=units["workplace_hours"],
        min_attendance=completion["attendance"],
        pass_mark=completion["test"],
        needs_lessons=completion["lessons"],
        test_draw=package.draw,
        requires=content["requires"],
        licence=content["licence"],
        authors=content["authors"],
        sources=content["sources"],
        imported_at=now,
        imported_by=imported_by,
    )
    session.add(version)
    session.flush()
    session.add_all(_lessons(version.id, package))
    session.add_all(_items(version.id, package))
    session.add_all(
        Picture(version_id=version.id, name=name, svg=picture.svg, source=picture.source)
        for name, picture in package.pictures.items()
    )
    _link_framework(session, version.id, package)
    session.flush()
    return version


def _lessons(version_id: int, package: Package) -> list[Lesson]:
    return [
        Lesson(
            version_id=version_id,
            position=position,
            key=lesson["key"],
            title=lesson["title"],
            outcome=lesson["outcome"],
            minutes=lesson["minutes"],
            sources=lesson["sources"],
            blocks=lesson["blocks"],
        )
        for position, lesson in enumerate(package.lessons, 1)
    ]


def _items(version_id: int, package: Package) -> list[Item]:
    return [
        Item(
            version_id=version_id,
            position=position,
            key=item["key"],
            lesson_key=item["lesson"],
            kind=item["kind"],
            prompt=item["prompt"],
            options=item["options"],
            explanation=item["explanation"],
        )
        for position, item in enumerate(package.items, 1)
    ]


def _link_framework(session: Session, version_id: int, package: Package) -> None:
    """Competences and process steps by their codes; an unknown code refuses the whole package."""
    levels = {entry["area"]: entry["level"] for entry in package.module["competences"]}
    known, steps = competences.ids_by_code(session, levels), set(package.module["process_steps"])
    unknown = sorted((set(levels) - set(known)) | (steps - competences.known_steps(session, steps)))
    if unknown:
        raise Invalid(_("The framework has no %(codes)s. Correct module.yaml.", codes=", ".join(unknown)))
    session.add_all(
        ModuleCompetence(version_id=version_id, competence_id=known[code], level=level)
        for code, level in levels.items()
    )
    session.add_all(ModuleStep(version_id=version_id, step_code=code) for code in steps)
