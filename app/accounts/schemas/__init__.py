"""What people type to sign in, to change their account, and to prove who they are."""

from app.accounts.schemas.signing_in import DetailsIn, LinkIn, NewEmailIn, NewPasswordIn, PasswordIn

__all__ = ["DetailsIn", "LinkIn", "NewEmailIn", "NewPasswordIn", "PasswordIn"]
