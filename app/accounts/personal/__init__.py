"""What accounts know about people."""

from app.accounts.personal.people import ACCOUNT, CONSENT_TABLE, ROLE_TABLES, USERS
from app.accounts.personal.signing_in import ATTEMPTS, MEANS
from app.kit.personal import Impersonal, Register
from app.kit.text import _

__all__ = ["ACCOUNT", "REGISTER"]

REGISTER = Register(
    (USERS, *ROLE_TABLES, *MEANS, ATTEMPTS, CONSENT_TABLE),
    (Impersonal("consent_texts", _("wordings that people are asked to agree to")),),
)
