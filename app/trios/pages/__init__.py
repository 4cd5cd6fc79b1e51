"""Pages: a Trio as everybody sees it, managing it, making one, and the register of organisations."""

from flask import Blueprint

bp = Blueprint("trios", __name__)

from app.trios.pages import (  # noqa: E402, F401 (they add their routes to bp)
    administration,
    administrators,
    branding,
    files,
    founding,
    managing,
    member_roles,
    members,
    newcomers,
    organisations,
    partners,
    showing,
)
