"""JSON."""

from flask_smorest import Blueprint

bp = Blueprint("catalogue-api", __name__, url_prefix="/api/v1/catalogue", description="…")
