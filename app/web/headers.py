"""Headers that every answer carries: what a browser may do with our pages, and who may keep them."""

from flask import Flask, Response, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Add them after every request."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    told = current_app.config["HSTS"]
    if told and (request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]):  # TLS may end at a proxy
        headers.setdefault("Strict-Transport-Security", told)
    if request.endpoint not in {"static", "vendor"}:
        headers.setdefault("Cache-Control", "private, no-store")
        headers.add("Vary", "Cookie, Accept-Language")
    return response
