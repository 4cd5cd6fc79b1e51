"""Reading published profiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.kit.errors import NotFound
from app.kit.text import _
from app.profiles.models import Profile, ProfileVersion


@dataclass(frozen=True, slots=True)
class Published:
    """A profile with its published version, whose ``competences`` and ``steps`` are loaded."""

    profile: Profile
    version: ProfileVersion

    @property
    def levels(self) -> dict[int, int]:
        """Target levels 1–4 by the id of the competence."""
        return {wanted.competence_id: wanted.level for wanted in self.version.competences}

    @property
    def step_codes(self) -> list[str]:
        """The codes of the process steps, in the order of the chain."""
        return sorted(step.step_code for step in self.version.steps)


def get_profile(session: Session, code: str) -> Published:
    """The published profile with this code, or NotFound; three queries."""
    row = session.execute(_published().where(Profile.code == code)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such profile."))
    profile, version = row
    return Published(profile, version)


def list_published(session: Session, *, trio_ids: Iterable[int] | None = None) -> Sequence[Published]:
    """All published profiles by code, or those of some Trios; three queries, however many there are."""
    query = _published().order_by(Profile.code)
    if trio_ids is not None:
        query = query.where(Profile.trio_id.in_(set(trio_ids)))
    return [Published(profile, version) for profile, version in session.execute(query)]


def find_profile(session: Session, code: str, *, lock: bool = False) -> Profile | None:
    """The profile with this code, published or not, or None. With ``lock``, nobody else can publish it meanwhile."""
    query = select(Profile).where(Profile.code == code)
    return session.scalar(query.with_for_update() if lock else query)


def find_version(session: Session, version_id: int | None) -> ProfileVersion | None:
    """A version with its competences and steps, or None."""
    if version_id is None:
        return None
    query = select(ProfileVersion).where(ProfileVersion.id == version_id)
    return session.scalar(query.options(*_PARTS))


def next_number(session: Session, profile_id: int) -> int:
    """The number that the next version of a profile gets."""
    latest = session.scalar(select(func.max(ProfileVersion.number)).where(ProfileVersion.profile_id == profile_id))
    return (latest or 0) + 1


_PARTS = (selectinload(ProfileVersion.competences), selectinload(ProfileVersion.steps))


def _published() -> Select[Profile, ProfileVersion]:
    joined = select(Profile, ProfileVersion).join(ProfileVersion, ProfileVersion.id == Profile.published_id)
    return joined.options(*_PARTS)
