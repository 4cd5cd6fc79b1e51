"""What can be asked of the catalogue, and what it answers as JSON."""

from typing import Any

from marshmallow import Schema, fields

from app.catalogue.rules import ESCO_ATTRIBUTION, Coverage, Facet, Sort, Wanted
from app.competences.rules import Stage
from app.kit.localised import LANGUAGES
from app.modules.schemas import UnitsOut
from app.runs.schemas import RunOut
from app.web.schemas import PageArguments, Texts, length, one_of


class BrowseArguments(PageArguments):
    """Which courses, in which order, and which page of them. A filter given several times means: one of these."""

    q = fields.String(
        load_default="", metadata={"description": "Words in title, summary or lesson titles; all must occur."}
    )
    stage = fields.List(
        fields.String(validate=one_of(*Stage)), load_default=[], metadata={"description": "Stages of the value chain."}
    )
    language = fields.List(
        fields.String(validate=one_of(*LANGUAGES)),
        load_default=[],
        metadata={"description": "Languages of the course."},
    )
    place = fields.List(
        fields.String(validate=length(1, 100)),
        load_default=[],
        metadata={"description": "Towns of runs that one can still enrol in, or `online`."},
    )
    trio = fields.List(
        fields.String(validate=length(1, 60)), load_default=[], metadata={"description": "Addresses (slugs) of Trios."}
    )
    sort = fields.Enum(Sort, by_value=True, load_default=Sort.DATE)


def wanted_of(arguments: dict[str, Any]) -> Wanted:
    """What the loaded arguments ask for."""
    chosen = {facet: frozenset(arguments[facet]) for facet in Facet}
    return Wanted(" ".join(arguments["q"].split()), chosen, arguments["sort"])


class TrioOut(Schema):
    """The Trio that publishes it."""

    slug = fields.String()
    name = fields.String()


class NextRunOut(Schema):
    """The next run that people can still enrol in."""

    id = fields.Integer(attribute="run.id")
    starts_at = fields.AwareDateTime(attribute="run.starts_at")
    city = fields.String(attribute="run.city")
    provider = fields.String()
    standing = fields.String()
    free = fields.Integer(attribute="places.free")


class ModuleOut(Schema):
    """A published module as it is listed."""

    code = fields.String(attribute="entry.code")
    slug = fields.String(attribute="entry.slug")
    title = Texts(attribute="entry.title")
    summary = Texts(attribute="entry.summary")
    trio = fields.Function(
        lambda hit: {"slug": hit.entry.trio, "name": hit.entry.trio_name}, metadata={"type": "object"}
    )
    languages = fields.List(fields.String(), attribute="entry.languages")
    stages = fields.List(fields.Enum(Stage, by_value=True), attribute="entry.stages")
    dqr = fields.Integer(attribute="entry.dqr", metadata={"description": "Orientation, no official assignment."})
    hv_level = fields.String(attribute="entry.hv_level", allow_none=True)
    units = fields.Nested(UnitsOut, attribute="entry.units")
    next_run = fields.Nested(
        NextRunOut, attribute="next", allow_none=True, metadata={"description": "Null where no run is open."}
    )


class ModulesOut(Schema):
    """One page of modules."""

    items = fields.List(fields.Nested(ModuleOut))
    page = fields.Integer(attribute="number")
    pages = fields.Integer()
    total = fields.Integer()


class LessonOut(Schema):
    """One lesson and what one can do after it."""

    key = fields.String()
    title = Texts()
    outcome = Texts()
    minutes = fields.Integer()


class CompletionOut(Schema):
    """When the module is completed, in per cent."""

    attendance = fields.Integer()
    test = fields.Integer()
    lessons = fields.Boolean(metadata={"description": "Whether all lessons must be worked through."})


class StepOut(Schema):
    """A process step."""

    code = fields.String()
    name = Texts()
    stage = fields.String()


class ReachedOut(Schema):
    """A competence and the level 1–4 that the module leads to."""

    code = fields.String()
    name = Texts()
    level = fields.Integer()


class ModuleDetailOut(Schema):
    """A published module with all that its page says."""

    code = fields.String(attribute="module.code")
    slug = fields.String(attribute="module.slug")
    version = fields.Integer(attribute="version.number")
    released_at = fields.AwareDateTime(attribute="version.released_at")
    title = Texts(attribute="version.title")
    summary = Texts(attribute="version.summary")
    description = Texts(attribute="version.description", metadata={"description": "Markdown."})
    audience = Texts(attribute="version.audience")
    trio = fields.Nested(TrioOut)
    funding_notice = Texts(attribute="trio.funding_notice")
    languages = fields.List(fields.String(), attribute="version.languages")
    dqr = fields.Integer(attribute="version.dqr", metadata={"description": "Orientation, no official assignment."})
    hv_level = fields.String(attribute="version.hv_level", allow_none=True)
    units = fields.Nested(UnitsOut, attribute="version.units")
    completion = fields.Nested(CompletionOut, attribute="version.completion")
    requires = fields.List(fields.String(), attribute="version.requires")
    lessons = fields.List(fields.Nested(LessonOut))
    competences = fields.List(fields.Nested(ReachedOut))
    process_steps = fields.List(fields.Nested(StepOut), attribute="steps")
    licence = fields.String(attribute="version.licence")
    authors = fields.List(fields.String(), attribute="version.authors")
    runs = fields.List(fields.Nested(RunOut), attribute="dates", metadata={"description": "The next 20 runs."})


class EscoOut(Schema):
    """The ESCO occupation that the profile is anchored to."""

    uri = fields.String(attribute="esco_uri")
    label = fields.String(attribute="esco_label")


class ProfileOut(Schema):
    """A published profile, and how many of its competences published modules cover."""

    code = fields.String(attribute="published.profile.code")
    version = fields.Integer(attribute="published.version.number")
    released_at = fields.AwareDateTime(attribute="published.version.released_at")
    title = Texts(attribute="published.version.title")
    summary = Texts(attribute="published.version.summary")
    dqr = fields.Integer(
        attribute="published.version.dqr", metadata={"description": "Orientation, no official assignment."}
    )
    eqf = fields.Integer(
        attribute="published.version.eqf", metadata={"description": "Orientation, no official assignment."}
    )
    kldb = fields.String(attribute="published.version.kldb")
    isco = fields.String(attribute="published.version.isco")
    esco = fields.Nested(EscoOut, attribute="published.version")
    competences_total = fields.Function(lambda covered: len(covered.needs), metadata={"type": "integer"})
    competences_covered = fields.Integer(attribute="full")


class ProfilesOut(Schema):
    """All published profiles."""

    items = fields.List(fields.Nested(ProfileOut))
    attribution = fields.String()


class TeachingOut(Schema):
    """A module that teaches the competence, and the level it leads to."""

    code = fields.String()
    slug = fields.String()
    title = Texts()
    level = fields.Integer()


class NeedOut(Schema):
    """A competence that the profile asks for."""

    code = fields.String(attribute="competence.code")
    name = Texts(attribute="competence.name")
    level = fields.Integer(metadata={"description": "The target level, 1–4."})
    reached = fields.Integer(metadata={"description": "The highest level that a module leads to; 0 for none."})
    coverage = fields.Enum(Coverage, by_value=True)
    modules = fields.List(fields.Nested(TeachingOut), attribute="teaching")


class ProfileDetailOut(ProfileOut):
    """A published profile with its competences."""

    tasks = Texts(attribute="published.version.tasks", metadata={"description": "Markdown."})
    entry = Texts(attribute="published.version.entry")
    competences = fields.List(fields.Nested(NeedOut), attribute="needs")
    process_steps = fields.List(fields.Nested(StepOut), attribute="steps")
    attribution = fields.Function(lambda _covered: str(ESCO_ATTRIBUTION), metadata={"type": "string"})
