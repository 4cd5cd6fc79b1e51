"""What modules know about people: who wrote, imported and released one."""

from app.kit.personal import ACTED, REVOKED, Erasure, Impersonal, Register, Table
from app.kit.text import _
from app.profiles.personal import CONTENT

_CONTENT = _("content of courses")

REGISTER = Register(
    (
        Table(
            "module_versions",
            _("who wrote, imported and released a course"),
            CONTENT,
            "content",
            Erasure.KEEP,
            {
                "authors": _("names of the authors, as they themselves wrote them for the licence"),
                "imported_by": ACTED,
                "imported_at": _("when"),
                "released_by": ACTED,
                "released_at": _("when"),
            },
            things=(
                "id", "module_id", "number", "content_hash", "languages", "title", "summary", "description", "audience",
                "changes", "dqr", "hv_level", "ue_presence", "ue_online", "ue_self_study", "ue_practice",
                "workplace_hours", "min_attendance", "pass_mark", "needs_lessons", "test_draw", "requires", "licence",
                "sources",
            ),
            acting={"imported_by": "imported_at", "released_by": "released_at"},
            reason=_("The course stays, with the authors its licence wants named; who released it becomes nobody."),
        ),
        Table(
            "module_shares",
            _("who shared a course with another Trio"),
            CONTENT,
            "content",
            Erasure.KEEP,
            {"shared_by": ACTED, "shared_at": _("when"), "revoked_by": _("who took it back"), "revoked_at": REVOKED},
            things=("id", "module_id", "trio_id"),
            acting={"shared_by": "shared_at", "revoked_by": "revoked_at"},
            reason=_("Whether a course is shared stays known; who did it becomes nobody."),
        ),
    ),
    tuple(
        Impersonal(name, _CONTENT)
        for name in (
            "modules", "module_lessons", "module_items", "module_pictures", "module_competences", "module_steps",
        )
    ),
)  # fmt: skip
