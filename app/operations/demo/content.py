"""What is taught: profiles and modules, and one module that is being revised."""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.modules import package, services
from app.modules.package import Package
from app.operations.demo.days import Days
from app.operations.demo.diary import Diary, deliver
from app.operations.demo.ground import LEADS, Places
from app.operations.demo.people import Cast
from app.operations.demo.reading import read
from app.profiles.rules import Content
from app.profiles.services import publish_profile

_FOLDERS = {
    "lausitz-mittelsachsen": ("batterie-basis", "lithium-sicher"),
    "ostalb-donau": ("trockenraum-fuehrerschein", "hv-unterweisung"),
}
_AUTHORS = {"lausitz-mittelsachsen": "author", "ostalb-donau": "miriam.vossler"}
_REVIEWERS = {"lausitz-mittelsachsen": "reviewer", "ostalb-donau": "albrecht.hain"}


Packages = dict[str, Package]


def read_packages(courses: Path) -> Packages:
    """The course packages by the name of their folder."""
    folders = [courses / name for names in _FOLDERS.values() for name in names]
    return {folder.name: package.read(package.from_folder(folder), name=folder.name) for folder in folders}


def publish(session: Session, places: Places, cast: Cast, days: Days, packages: Packages) -> None:
    """Import and release the course packages, and publish the profiles, before the first run is planned."""
    brought, released = days.at(days.day(-423), "10:15"), days.at(days.day(-418), "14:40")
    drafts = [
        (trio, services.import_package(
            session, cast.staff[_AUTHORS[trio]], packages[folder], trio_id=places.trios[trio], now=brought
        ))
        for trio, folders in _FOLDERS.items()
        for folder in folders
    ]  # fmt: skip
    for trio, draft in drafts:
        services.release(session, cast.staff[_REVIEWERS[trio]], draft.code, number=draft.number, now=released)
    for described in read("profiles"):
        reviewer = cast.staff[_REVIEWERS[described["trio"]]]
        publish_profile(
            session, reviewer, code=described["code"], trio_id=places.trios[described["trio"]],
            content=_profile(described), now=days.at(days.day(-416), "11:00"),
        )  # fmt: skip
    deliver(session, days.at(days.day(-415), "00:00"))


def plan_draft(diary: Diary, places: Places, cast: Cast, days: Days, packages: Packages) -> None:
    """Three days ago, the author brought in a revised M02: its draft waits beside the published version."""
    changed = revised(packages["lithium-sicher"], read("revision"))

    def bring_in(now: datetime) -> None:
        trio_id = places.trios["lausitz-mittelsachsen"]
        services.import_package(diary.session, cast.staff["author"], changed, trio_id=trio_id, now=now)

    diary.note(days.at(days.day(-3), "16:20"), bring_in)


def plan_sharing(diary: Diary, places: Places, cast: Cast, days: Days) -> None:
    """The first Trio lets the second one hold runs of M02 as well."""

    def share(now: datetime) -> None:
        owner, other = cast.staff[LEADS["lausitz-mittelsachsen"]], places.trios["ostalb-donau"]
        services.share(diary.session, owner, "M02", trio_id=other, now=now)

    diary.note(days.at(days.day(-64), "13:30"), share)


def revised(original: Package, revision: dict[str, Any]) -> Package:
    """The package with a text added to a block of a lesson, one more test item, and a note of what has changed."""
    lessons = deepcopy(original.lessons)
    lesson = next(lesson for lesson in lessons if lesson["key"] == revision["lesson"])
    block = next(block for block in lesson["blocks"] if block["id"] == revision["block"])
    block["text"] = {code: f"{text}\n\n{revision['addition'][code]}" for code, text in block["text"].items()}
    item = revision["item"] | {"lesson": revision["lesson"], "item": revision["item"]["key"]}
    return replace(
        original,
        module=original.module | {"changes": revision["changes"]},
        lessons=lessons,
        items=[*original.items, item],
    )


def _profile(described: dict[str, Any]) -> Content:
    texts = {key: described[key] for key in ("title", "summary", "tasks", "entry", "changes")}
    levels = {key: described[key] for key in ("dqr", "eqf", "kldb", "isco", "competences", "steps")}
    esco = described["esco"]
    return Content(**texts, **levels, esco_uri=esco["uri"], esco_label=esco["label"])
