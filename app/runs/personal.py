"""What runs know about people: who teaches, who takes part, who was there."""

from app.kit.personal import ACTED, NUMBER, PERSON, Audience, Basis, Erasure, Purpose, Register, Table, emptied
from app.kit.text import _

PLACES = Purpose(
    _("Places in courses, and attendance"),
    _("People get a seat, trainers know who is there, and the Trio proves to the funder that the course took place."),
    Basis.PUBLIC_TASK,
    (Audience.SELF, Audience.TRAINER, Audience.COMPANY, Audience.COUNTS),
)
TEACHING = Purpose(
    _("Teaching"),
    _("It is known who teaches a run and who answers for its attendance lists."),
    Basis.INTEREST,
    (Audience.TRAINER, Audience.TRIO_ADMINS),
)

_PROOF = _("Proof for the funder: it must be kept for five years after the final proof of the project (ANBest-P).")
_ENROLMENT = _("for which place")

REGISTER = Register(
    (
        Table(
            "enrolments",
            _("places in runs"),
            PLACES,
            "proof",
            Erasure.PSEUDONYMISE,
            {
                "id": NUMBER,
                "run_id": _("which run"),
                "user_id": PERSON,
                "company_id": _("for which company"),
                "state": _("where it stands"),
                "enrolled_at": _("when they enrolled"),
                "waiting_since": _("since when they wait"),
                "shares_with_employer": emptied(_("whether the employer may see it"), value=False),
                "attendance": _("per cent of the time attended"),
            },
            subject=("user_id",),
            reason=_PROOF,
        ),
        Table(
            "enrolment_events",
            _("history of a place"),
            PLACES,
            "proof",
            Erasure.PSEUDONYMISE,
            {
                "id": NUMBER,
                "enrolment_id": _ENROLMENT,
                "before": _("where it stood before"),
                "after": _("where it stood then"),
                "actor_id": ACTED,
                "reason": emptied(_("why, in words")),
                "at": _("when"),
            },
            subject=("enrolment_id -> enrolments.user_id",),
            acting={"actor_id": "at"},
            reason=_PROOF,
        ),
        Table(
            "attendances",
            _("marks in attendance lists"),
            PLACES,
            "proof",
            Erasure.PSEUDONYMISE,
            {
                "session_id": _("which session"),
                "enrolment_id": _ENROLMENT,
                "mark": _("present, late or absent"),
                "minutes_missed": _("minutes missed"),
                "marked_by": ACTED,
                "marked_at": _("when it was noted"),
            },
            subject=("enrolment_id -> enrolments.user_id",),
            acting={"marked_by": "marked_at"},
            reason=_PROOF,
        ),
        Table(
            "runs",
            _("who teaches a run"),
            TEACHING,
            "content",
            Erasure.KEEP,
            {"trainer_id": _("who teaches it")},
            things=(
                "id", "trio_id", "module_id", "version_id", "provider_id", "state", "format", "language", "city",
                "place", "note", "seats", "enrolment_opens", "enrolment_closes", "starts_at", "ends_at",
                "cancellation", "created_at",
            ),
            acting={"trainer_id": "created_at"},
            reason=_("The run stays as proof; who taught it becomes nobody."),
        ),
        Table(
            "run_sessions",
            _("who closed an attendance list"),
            TEACHING,
            "content",
            Erasure.KEEP,
            {"closed_by": ACTED, "closed_at": _("when")},
            things=("id", "run_id", "starts_at", "ends_at", "ue"),
            acting={"closed_by": "closed_at"},
            reason=_("The list stays as proof; who closed it becomes nobody."),
        ),
    ),
)  # fmt: skip
