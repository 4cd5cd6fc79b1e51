"""What final tests know about people."""

from app.kit.personal import NUMBER, Audience, Basis, Erasure, Purpose, Register, Table, emptied
from app.kit.text import _

TEST = Purpose(
    _("Final test"),
    _("The test can be gone on with, counted and repeated, and whoever passes gets the certificate."),
    Basis.CONTRACT,
    (Audience.SELF,),
)

REGISTER = Register(
    (
        Table(
            "attempts",
            _("tries at the final test"),
            TEST,
            "proof",
            Erasure.PSEUDONYMISE,
            {
                "id": NUMBER,
                "enrolment_id": _("for which place"),
                "version_id": _("which version of the course"),
                "drawn": emptied(_("which questions were asked, in which order"), value=[]),
                "started_at": _("when it began"),
                "submitted_at": _("when it was handed in"),
                "score": _("per cent of the points"),
                "passed": _("whether it was passed"),
            },
            subject=("enrolment_id -> enrolments.user_id",),
            reason=_("What a certificate rests on, kept as long as the place itself; without the answers."),
        ),
        Table(
            "attempt_answers",
            _("answers in the final test"),
            TEST,
            "answers",
            Erasure.DELETE,
            {
                "attempt_id": _("in which try"),
                "item_key": _("which question"),
                "chosen": _("what was chosen"),
                "answered_at": _("when it was answered"),
                "points": _("points for it"),
            },
            subject=("attempt_id -> attempts.enrolment_id -> enrolments.user_id",),
        ),
    ),
)
