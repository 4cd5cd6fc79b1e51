"""Pages: a run and one's place in it, planning runs, attendance lists."""

from flask import Blueprint

bp = Blueprint("runs", __name__)

from app.runs.pages import attendance, companies, planning, run  # noqa: E402, F401 (they add their routes to bp)
