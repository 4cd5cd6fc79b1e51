"""What Trios know about people: whom to reach at a partner."""

from app.kit.personal import Audience, Basis, Column, Emptied, Erasure, Impersonal, Purpose, Register, Table
from app.kit.text import _

PARTNERS = Purpose(
    _("Contact at partners"),
    _("Learners, companies and partners reach the organisation that answers for a course."),
    Basis.INTEREST,
    (Audience.EVERYBODY,),
)

REGISTER = Register(
    (
        Table(
            "organisations",
            _("telephone and address of partner organisations"),
            PARTNERS,
            "partners",
            Erasure.KEEP,
            {
                "phone": _("telephone of the organisation"),
                "email": Column(_("e-mail address of the organisation"), emptied=Emptied(None)),
            },
            things=("id", "kind", "name", "city", "website", "nuts3", "ror", "register_number"),
            subject=("email = users.email",),
            reason=_("The organisation stays; an address that is a person's own is taken out."),
        ),
    ),
    (
        Impersonal("trios", _("consortia and their public descriptions")),
        Impersonal("trio_logos", _("logos")),
        Impersonal("trio_legal_pages", _("legal pages of a Trio")),
        Impersonal("partnerships", _("which organisation takes part in which Trio, as what and until when")),
    ),
)
