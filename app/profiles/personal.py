"""What profiles know about people: who released one."""

from app.kit.personal import ACTED, Audience, Basis, Erasure, Impersonal, Purpose, Register, Table
from app.kit.text import _

CONTENT = Purpose(
    _("Responsibility for content"),
    _("It can be seen who wrote, imported and released courses and profiles, and who answers for them."),
    Basis.INTEREST,
    (Audience.TRIO_ADMINS,),
)
_CONTENT = _("content of profiles")

REGISTER = Register(
    (
        Table(
            "profile_versions",
            _("who released a profile"),
            CONTENT,
            "content",
            Erasure.KEEP,
            {"released_by": ACTED, "released_at": _("when")},
            things=(
                "id", "profile_id", "number", "title", "summary", "tasks", "entry", "changes", "dqr", "eqf", "kldb",
                "isco", "esco_uri", "esco_label",
            ),
            acting={"released_by": "released_at"},
            reason=_("The profile stays; who released it becomes nobody."),
        ),
    ),
    tuple(Impersonal(name, _CONTENT) for name in ("profiles", "profile_competences", "profile_steps")),
)  # fmt: skip
