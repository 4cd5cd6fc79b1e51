"""What certificates know about people."""

from app.kit.personal import (
    NUMBER,
    PERSON,
    REVOKED,
    Audience,
    Basis,
    Column,
    Erasure,
    Purpose,
    Register,
    Table,
    emptied,
)
from app.kit.text import _

CERTIFICATES = Purpose(
    _("Certificates"),
    _("What was learnt can be proved, and everybody who is given the certificate can check that it is genuine."),
    Basis.CONTRACT,
    (Audience.SELF, Audience.CODE, Audience.TRAINER, Audience.COMPANY, Audience.COUNTS),
)

REGISTER = Register(
    (
        Table(
            "certificates",
            _("certificates"),
            CERTIFICATES,
            "certificates",
            Erasure.PSEUDONYMISE,
            {
                "id": NUMBER,
                "code": _("code by which it can be checked"),
                "enrolment_id": _("for which place"),
                "user_id": PERSON,
                "frozen": Column(_("what stood on it on the day of issue; erasure takes the name out")),
                "issued_at": _("when it was issued"),
                "revoked_at": REVOKED,
                "revocation_reason": emptied(_("why it was taken back")),
            },
            subject=("user_id",),
            ends=("issued_at",),
            reason=_("So that a printed certificate can still be checked; without the name."),
        ),
    ),
)
