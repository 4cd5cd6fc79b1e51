"""Pages: one's own data, the privacy page, the record of processing, the due list."""

from flask import Blueprint

bp = Blueprint("privacy", __name__)

from app.privacy.pages import mine, record, retention  # noqa: E402, F401 (they add their routes to bp)
