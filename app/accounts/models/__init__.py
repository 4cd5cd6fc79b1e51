"""The tables of ``accounts``."""

from app.accounts.models.consents import Consent, ConsentText
from app.accounts.models.factors import ApiToken, ExternalIdentity, Passkey, RecoveryCode, Totp
from app.accounts.models.people import Invitation, RoleGrant, User
from app.accounts.models.signing_in import Attempt, EmailChange, SignInLink, SignInSession

__all__ = [
    "ApiToken",
    "Attempt",
    "Consent",
    "ConsentText",
    "EmailChange",
    "ExternalIdentity",
    "Invitation",
    "Passkey",
    "RecoveryCode",
    "RoleGrant",
    "SignInLink",
    "SignInSession",
    "Totp",
    "User",
]
