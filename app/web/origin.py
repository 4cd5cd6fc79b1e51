"""Refuse state-changing requests that a browser sends from another site (CSRF).

``Sec-Fetch-Site`` is sent by every browser since 2023, ``Origin`` by older ones. A client that sends neither but does
send a cookie is refused: it could be a browser that we know nothing about.
"""

from flask import Flask, abort, request

from app.kit.text import _
from app.web.identity import bearer_token

SAFE = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask) -> None:
    """Check every request before anything else."""
    app.before_request(_same_site_only)


def _same_site_only() -> None:
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        welcome = site in {"same-origin", "none"}
    elif origin is not None:
        welcome = origin.partition("://")[2] == request.host
    else:
        welcome = not request.cookies or bearer_token() is not None  # beside a token, no cookie counts
    if not welcome:
        abort(403, str(_("This form was sent from another site. Open the page here and send it again.")))
