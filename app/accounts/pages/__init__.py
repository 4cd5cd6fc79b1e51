"""Pages: signing in and out, one's own account."""

from flask import Blueprint, Response

from app.accounts.sessions import note_use as note_use_of_session

bp = Blueprint("accounts", __name__)

from app.accounts.pages import (  # noqa: E402 (they add their routes to bp)
    confirm,  # noqa: F401
    details,  # noqa: F401
    email,  # noqa: F401
    invitations,  # noqa: F401
    passkeys,  # noqa: F401
    password,  # noqa: F401
    providers,  # noqa: F401
    second_factor,  # noqa: F401
    sessions,  # noqa: F401
    signing_in,  # noqa: F401
    tokens,  # noqa: F401
    totp,  # noqa: F401
)


@bp.after_app_request
def note_use(response: Response) -> Response:
    """Keep that the session was used, whatever page was asked for."""
    if not response.is_streamed:
        note_use_of_session()
    return response
