"""JSON."""

from flask_smorest import Blueprint

bp = Blueprint("reporting-api", __name__, url_prefix="/api/v1/reporting", description="…")
