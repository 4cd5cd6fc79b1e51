"""JSON."""

from flask_smorest import Blueprint

bp = Blueprint("credentials-api", __name__, url_prefix="/api/v1/credentials", description="…")
