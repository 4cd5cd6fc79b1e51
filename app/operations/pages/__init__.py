"""Pages for those who look after the platform: health, the audit chain."""

from flask import Blueprint

bp = Blueprint("operations", __name__)

from app.operations.pages import audit, health  # noqa: E402, F401 (they add their routes to bp)
