"""What the retention job knows about people."""

from app.accounts.personal import ACCOUNT
from app.kit.personal import PERSON, Erasure, Impersonal, Register, Table
from app.kit.text import _

REGISTER = Register(
    (
        Table(
            "account_notices",
            _("notice that an unused account will be erased"),
            ACCOUNT,
            "account",
            Erasure.DELETE,
            {
                "user_id": PERSON,
                "posted_at": _("when the notice was sent"),
                "unused_since_on": _("day of the last visit when it was sent"),
            },
            subject=("user_id",),
        ),
    ),
    (Impersonal("retention_days", _("on which days the retention job ran")),),
)
