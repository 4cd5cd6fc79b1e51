"""Reading modules and their versions."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer, selectinload

from app.kit.errors import NotFound
from app.kit.text import _
from app.modules.models import Item, Lesson, Module, ModuleShare, ModuleVersion


def get_module(session: Session, code: str, *, lock: bool = False) -> Module:
    """The module with this code, or NotFound. With ``lock``, nobody else can change its pointers meanwhile."""
    query = select(Module).where(Module.code == code)
    module = session.scalar(query.with_for_update() if lock else query)
    if module is None:
        raise NotFound(_("There is no such module."))
    return module


def find_module(session: Session, code: str, *, lock: bool = False) -> Module | None:
    """The module with this code, or None."""
    query = select(Module).where(Module.code == code)
    return session.scalar(query.with_for_update() if lock else query)


def get_version(session: Session, version_id: int) -> ModuleVersion:
    """A version with lessons, items, pictures, competences and steps, or NotFound; six queries, however large."""
    query = select(ModuleVersion).where(ModuleVersion.id == version_id)
    version = session.scalar(
        query.options(
            selectinload(ModuleVersion.lessons),
            selectinload(ModuleVersion.items),
            selectinload(ModuleVersion.pictures),
            selectinload(ModuleVersion.competences),
            selectinload(ModuleVersion.steps),
        )
    )
    if version is None:
        raise NotFound(_("There is no such version."))
    return version


def get_version_by_number(session: Session, module_id: int, number: int) -> ModuleVersion:
    """A version of a module by its number, loaded as by ``get_version``."""
    query = select(ModuleVersion.id).where(ModuleVersion.module_id == module_id, ModuleVersion.number == number)
    version_id = session.scalar(query)
    if version_id is None:
        raise NotFound(_("There is no such version."))
    return get_version(session, version_id)


def get_lesson(version: ModuleVersion, key: str) -> Lesson:
    """A lesson of a loaded version by its key, or NotFound."""
    for lesson in version.lessons:
        if lesson.key == key:
            return lesson
    raise NotFound(_("There is no such lesson."))


def list_outline(session: Session, version_id: int) -> Sequence[Lesson]:
    """The lessons of a version in order, without their blocks."""
    query = select(Lesson).where(Lesson.version_id == version_id).order_by(Lesson.position)
    return session.scalars(query.options(defer(Lesson.blocks))).all()


def list_items(session: Session, version_id: int) -> Sequence[Item]:
    """The items of the final test of a version in order."""
    return session.scalars(select(Item).where(Item.version_id == version_id).order_by(Item.position)).all()


def list_versions(session: Session, version_ids: Iterable[int]) -> dict[int, ModuleVersion]:
    """Versions by id without their content, in one query: for titles in lists."""
    query = select(ModuleVersion).where(ModuleVersion.id.in_(set(version_ids)))
    return {version.id: version for version in session.scalars(query)}


def list_modules(
    session: Session, trio_ids: Iterable[int] | None
) -> Sequence[tuple[Module, ModuleVersion | None, ModuleVersion | None]]:
    """Modules with published and draft version, by code, in two queries; of all Trios when ``trio_ids`` is None."""
    query = select(Module).order_by(Module.code)
    if trio_ids is not None:
        query = query.where(Module.trio_id.in_(set(trio_ids)))
    modules = session.scalars(query.where(or_(Module.published_id.is_not(None), Module.draft_id.is_not(None)))).all()
    versions = list_versions(
        session,
        [pointer for module in modules for pointer in (module.published_id, module.draft_id) if pointer is not None],
    )
    return [(module, versions.get(module.published_id or 0), versions.get(module.draft_id or 0)) for module in modules]


def find_share(session: Session, module_id: int, trio_id: int) -> ModuleShare | None:
    """The sharing of a module with a Trio that holds now, or None."""
    query = select(ModuleShare).where(ModuleShare.module_id == module_id, ModuleShare.trio_id == trio_id)
    return session.scalar(query.where(ModuleShare.revoked_at.is_(None)))


def list_shares(session: Session, module_id: int) -> Sequence[ModuleShare]:
    """With whom a module is shared now, the first one first."""
    query = select(ModuleShare).where(ModuleShare.module_id == module_id, ModuleShare.revoked_at.is_(None))
    return session.scalars(query.order_by(ModuleShare.id)).all()


def list_shared_with(session: Session, trio_ids: Iterable[int]) -> Sequence[tuple[Module, ModuleVersion]]:
    """The modules of other Trios that are shared with these, with the published version, by code."""
    query = (
        select(Module, ModuleVersion)
        .join(ModuleVersion, ModuleVersion.id == Module.published_id)
        .where(
            Module.id.in_(
                select(ModuleShare.module_id).where(
                    ModuleShare.trio_id.in_(set(trio_ids)), ModuleShare.revoked_at.is_(None)
                )
            )
        )
        .order_by(Module.code)
    )
    return [(module, version) for module, version in session.execute(query)]


def next_number(session: Session, module_id: int) -> int:
    """The number that the next version of a module gets."""
    return (session.scalar(select(func.max(ModuleVersion.number)).where(ModuleVersion.module_id == module_id)) or 0) + 1


def fingerprints(version: ModuleVersion | None) -> dict[str, str]:
    """A fingerprint of each lesson and test item of a loaded version by ``kind:key``; empty for no version.

    Two versions with the same fingerprint for a key say the same there.
    """
    if version is None:
        return {}
    drawings = {picture.name: picture.source for picture in version.pictures}
    parts = {}
    for lesson in version.lessons:
        shown = [drawings.get(block["file"]) for block in lesson.blocks if block["type"] == "picture"]
        parts[f"lesson:{lesson.key}"] = _digest(
            [lesson.position, lesson.title, lesson.outcome, lesson.minutes, lesson.sources, lesson.blocks, shown]
        )
    for item in version.items:
        parts[f"item:{item.key}"] = _digest([item.kind, item.lesson_key, item.prompt, item.options, item.explanation])
    return parts


def part_titles(version: ModuleVersion | None) -> dict[str, dict[str, str]]:
    """What to call each lesson and test item of a loaded version, by ``kind:key``."""
    if version is None:
        return {}
    lessons = {f"lesson:{lesson.key}": dict(lesson.title) for lesson in version.lessons}
    return lessons | {f"item:{item.key}": dict(item.prompt) for item in version.items}


def _digest(content: list[object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
