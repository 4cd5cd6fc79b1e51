"""Publishing profiles."""

from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.competences import queries as competences
from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.errors import Conflict, Invalid
from app.kit.text import Text, _
from app.kit.verdicts import ensure
from app.profiles import queries, rules
from app.profiles.models import Profile, ProfileCompetence, ProfileStep, ProfileVersion
from app.profiles.rules import Content
from app.trios import queries as trios
from app.trios import rules as trio_rules

_LINKED = {"competences", "steps"}


class Publication(NamedTuple):
    """The version of a profile that is published now, and whether this made it."""

    code: str
    number: int
    is_new: bool


def publish_profile(
    session: Session, actor: Actor, *, code: str, trio_id: int, content: Content, now: datetime
) -> Publication:
    """Make the content the published version of the profile; what is published already is not published again.

    Forbidden unless the actor reviews for the Trio. Conflict when the Trio is not complete or the profile belongs to
    another one. Invalid when the content cannot be used or names a competence or step that the framework does not have.
    """
    kinds = trios.list_partner_kinds(session, trio_id, on=local_date(now))
    ensure(rules.may_publish_profile(actor, trio_id, trio=trio_rules.may_publish(kinds)))
    ids = competences.ids_by_code(session, content.competences)
    faults = rules.faults_of(content) + _strangers(session, content, ids)
    if faults:
        raise Invalid(_("This profile cannot be published yet."), [str(fault) for fault in faults])
    profile = queries.find_profile(session, code, lock=True)
    if profile is None:
        profile = Profile(code=code, trio_id=trio_id)
        session.add(profile)
        session.flush()
    elif profile.trio_id != trio_id:
        raise Conflict(_("The profile %(code)s belongs to another Trio. Choose a code of your own.", code=code))
    levels = {ids[wanted]: level for wanted, level in content.competences.items()}
    current = queries.find_version(session, profile.published_id)
    if current is not None and _says(current, content, levels):
        return Publication(code, current.number, is_new=False)
    version = _write(session, profile, content, levels)
    version.released_at, version.released_by = now, actor.user_id
    profile.published_id, profile.draft_id = version.id, None
    session.flush()
    audit.record(
        session, actor, "profile.released", "profile", profile.id, trio_id=trio_id, at=now,
        old={"number": current.number if current is not None else None}, new={"number": version.number},
    )  # fmt: skip
    return Publication(code, version.number, is_new=True)


def _strangers(session: Session, content: Content, ids: dict[str, int]) -> list[Text]:
    """A fault that names what the framework does not have, if there is anything."""
    steps = set(content.steps)
    unknown = sorted((set(content.competences) - set(ids)) | (steps - competences.known_steps(session, steps)))
    return [_("The framework has no %(codes)s.", codes=", ".join(unknown))] if unknown else []


def _texts(content: Content) -> dict[str, object]:
    """What stands in the version itself, by column."""
    return {column: value for column, value in asdict(content).items() if column not in _LINKED}


def _says(version: ProfileVersion, content: Content, levels: dict[int, int]) -> bool:
    """Whether a version says the same already; how it differs from the one before (``changes``) does not count."""
    texts = {column: value for column, value in _texts(content).items() if column != "changes"}
    return (
        all(getattr(version, column) == value for column, value in texts.items())
        and {wanted.competence_id: wanted.level for wanted in version.competences} == levels
        and {step.step_code for step in version.steps} == set(content.steps)
    )


def _write(session: Session, profile: Profile, content: Content, levels: dict[int, int]) -> ProfileVersion:
    version = ProfileVersion(profile_id=profile.id, number=queries.next_number(session, profile.id), **_texts(content))
    session.add(version)
    session.flush()
    session.add_all(
        ProfileCompetence(version_id=version.id, competence_id=competence_id, level=level)
        for competence_id, level in levels.items()
    )
    session.add_all(ProfileStep(version_id=version.id, step_code=step) for step in sorted(set(content.steps)))
    session.flush()
    return version
