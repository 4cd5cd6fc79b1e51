"""JSON."""

from flask_smorest import Blueprint

bp = Blueprint("runs-api", __name__, url_prefix="/api/v1/runs", description="…")
