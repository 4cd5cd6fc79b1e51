"""What the way through a course knows about people."""

from app.kit.personal import Audience, Basis, Erasure, Purpose, Register, Table
from app.kit.text import _

LESSONS = Purpose(
    _("Lessons"),
    _("People go on where they stopped, and see what they know already."),
    Basis.CONTRACT,
    (Audience.SELF,),
)
COMPLETING = Purpose(
    _("Completing a course"),
    _("Whoever meets the rule of the course gets the certificate; what was met is kept."),
    Basis.PUBLIC_TASK,
    (Audience.SELF, Audience.TRAINER, Audience.COMPANY, Audience.COUNTS),
)

_ENROLMENT = _("for which place")
_LESSON = _("which lesson")
_SUBJECT = ("enrolment_id -> enrolments.user_id",)

REGISTER = Register(
    (
        Table(
            "lesson_progress",
            _("lessons opened and worked through"),
            LESSONS,
            "proof",
            Erasure.DELETE,
            {
                "enrolment_id": _ENROLMENT,
                "lesson_key": _LESSON,
                "opened_at": _("when it was opened"),
                "seen_at": _("when it was last open"),
                "done_at": _("when it was worked through"),
            },
            subject=_SUBJECT,
        ),
        Table(
            "practice_answers",
            _("answers to questions in lessons"),
            LESSONS,
            "answers",
            Erasure.DELETE,
            {
                "enrolment_id": _ENROLMENT,
                "lesson_key": _LESSON,
                "block_key": _("which question"),
                "chosen": _("what was chosen"),
                "right": _("whether it was right"),
                "answered_at": _("when it was answered"),
            },
            subject=_SUBJECT,
        ),
        Table(
            "completions",
            _("completed courses"),
            COMPLETING,
            "proof",
            Erasure.PSEUDONYMISE,
            {
                "enrolment_id": _ENROLMENT,
                "completed_at": _("when it was completed"),
                "attendance": _("per cent of the time attended"),
                "score": _("per cent of the points in the test"),
                "rule": _("what the course asked for"),
            },
            subject=_SUBJECT,
            reason=_("Proof for the funder: it must be kept for five years after the final proof of the project "
                     "(ANBest-P)."),
        ),
    ),
)  # fmt: skip
