"""Pages of authoring: bringing packages in, looking at drafts, releasing and sharing them."""

from flask import Blueprint

bp = Blueprint("modules", __name__, url_prefix="/authoring")

from app.modules.pages import authoring, sharing  # noqa: E402, F401 (they add their routes to bp)
