"""Pages: the register of companies of a Trio, one company, its figures, possible duplicates, importing a list."""

from flask import Blueprint

bp = Blueprint("companies", __name__)

from app.companies.pages import details, duplicates, entries, figures, files, importing, register  # noqa: E402, F401 (they add their routes to bp)
