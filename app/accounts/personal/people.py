"""What accounts know about people: who they are, which roles they hold, what they agreed to."""

from app.accounts.personal.signing_in import CHECK_VALUE
from app.kit.personal import CREATED, EXPIRES, NUMBER, PERSON, REVOKED, Audience, Basis, Erasure, Purpose, Table, secret
from app.kit.text import _

ACCOUNT = Purpose(
    _("Account"),
    _("People can sign in, get mails about their courses in their language, and find their name on certificates."),
    Basis.CONTRACT,
    (Audience.SELF, Audience.TRAINER, Audience.SITE_ADMINS),
)
ROLES = Purpose(
    _("Roles and invitations"),
    _("Staff may do what their organisation needs them to do, and nobody else may; it can be seen who gave the role."),
    Basis.INTEREST,
    (Audience.SELF, Audience.TRIO_ADMINS, Audience.SITE_ADMINS),
)
CONSENTS = Purpose(
    _("Consents"),
    _("It can be proved who agreed to which words and when, and agreeing can be taken back at any time."),
    Basis.DUTY,
    (Audience.SELF,),
)

TRIO = _("for which Trio")
COMPANY = _("for which company")
ORGANISATION = _("for which organisation")
ROLE = _("which role")
USERS = Table(
    "users",
    _("name, address and language"),
    ACCOUNT,
    "account",
    Erasure.DELETE,
    {
        "id": NUMBER,
        "key": _("random key that stands in the record of acts instead of a name"),
        "email": _("e-mail address"),
        "name": _("name"),
        "password_hash": secret(_("check value of the password, if there is one")),
        "language": _("language of mails"),
        "created_at": CREATED,
        "verified_at": _("when a link sent to the address was first followed"),
        "seen_on": _("day of the last visit"),
        "erased_at": _("when this row took the place of somebody who was erased"),
    },
    things=("is_demo",),
    subject=("id",),
)

ROLE_TABLES = (
    Table(
        "role_grants",
        _("roles"),
        ROLES,
        "roles",
        Erasure.DELETE,
        {
            "id": NUMBER,
            "user_id": PERSON,
            "role": ROLE,
            "trio_id": TRIO,
            "company_id": COMPANY,
            "organisation_id": ORGANISATION,
            "granted_at": _("when it was given"),
            "granted_by": _("who gave it"),
            "ends_on": _("last day"),
            "revoked_at": REVOKED,
            "revoked_by": _("who took it back"),
        },
        subject=("user_id",),
        acting={"granted_by": "granted_at", "revoked_by": "revoked_at"},
        ends=("revoked_at", "ends_on"),
    ),
    Table(
        "invitations",
        _("invitations"),
        ROLES,
        "invitations",
        Erasure.DELETE,
        {
            "id": NUMBER,
            "email": _("address that was invited"),
            "role": ROLE,
            "trio_id": TRIO,
            "company_id": COMPANY,
            "organisation_id": ORGANISATION,
            "language": _("language of the invitation"),
            "token_hash": CHECK_VALUE,
            "invited_by": _("who invited"),
            "created_at": CREATED,
            "expires_at": EXPIRES,
            "accepted_at": _("when it was accepted"),
            "accepted_by": _("who accepted it"),
            "revoked_at": REVOKED,
            "revoked_by": _("who took it back"),
        },
        subject=("accepted_by", "email = users.email"),
        acting={"invited_by": "created_at", "revoked_by": "revoked_at"},
        ends=("accepted_at", "revoked_at", "expires_at"),
    ),
)


CONSENT_TABLE = Table(
    "consents",
    _("consents given and taken back"),
    CONSENTS,
    "consents",
    Erasure.PSEUDONYMISE,
    {
        "id": NUMBER,
        "user_id": PERSON,
        "text_id": _("to which words"),
        "about_kind": _("about what kind of thing"),
        "about_id": _("its number"),
        "language": _("language in which the words were shown"),
        "given_at": _("when it was given"),
        "withdrawn_at": _("when it was taken back"),
    },
    subject=("user_id",),
    ends=("withdrawn_at",),
    reason=_("Proof that what an employer saw was allowed at that time (Art. 7(1) GDPR)."),
)
