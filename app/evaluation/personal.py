"""What evaluations know about people: that they answered, never what."""

from app.kit.personal import PERSON, Audience, Basis, Erasure, Impersonal, Purpose, Register, Table
from app.kit.text import _

EVALUATION = Purpose(
    _("Evaluation"),
    _("Courses become better. Nobody answers twice, and nobody learns who answered what."),
    Basis.INTEREST,
    (Audience.NOBODY,),
)

REGISTER = Register(
    (
        Table(
            "evaluation_voters",
            _("that the person has answered, not what"),
            EVALUATION,
            "proof",
            Erasure.PSEUDONYMISE,
            {"run_id": _("which run"), "user_id": PERSON},
            subject=("user_id",),
            reason=_("So that the number of answers stays true; the answers themselves never had a name."),
        ),
        Table(
            "evaluation_texts",
            _("free texts, without name, time and order"),
            EVALUATION,
            "content",
            Erasure.KEEP,
            {"text": _("what somebody wrote")},
            things=("key", "run_id", "question_key"),
            reason=_("Nobody can tell who wrote it, not even from the database."),
        ),
    ),
    (
        Impersonal("questionnaires", _("questions")),
        Impersonal("run_evaluations", _("when a run can be evaluated")),
        Impersonal("evaluation_counters", _("how often an answer was given; who gave it is kept nowhere")),
    ),
)
