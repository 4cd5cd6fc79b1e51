"""What the framework of competences knows about people: nothing."""

from app.kit.personal import Impersonal, Register
from app.kit.text import _

_FRAMEWORK = _("the framework of process steps and competences")

REGISTER = Register(
    impersonal=tuple(Impersonal(name, _FRAMEWORK) for name in ("process_steps", "competences", "competence_anchors"))
)
