"""Icons for the templates: ``{{ icon("clock") }}`` draws one of Lucide's 1,745 into the page."""

from functools import lru_cache

from lucide import IconDoesNotExist
from lucide.jinja import lucide
from markupsafe import Markup

__all__ = ["IconDoesNotExist", "icon"]


@lru_cache(maxsize=512)
def icon(name: str, more: str = "") -> Markup:
    """One icon as inline SVG, silent for screen readers; the word beside it says what it means.

    ``more`` adds classes: ``icon("clock", "big")``. An unknown name raises ``IconDoesNotExist``, for a missing
    icon is a slip of the author and no state of the world.
    """
    drawing = lucide(name, size=None, **{"class": f"i {more}".strip(), "aria-hidden": "true", "focusable": "false"})
    return Markup("".join(line.strip() for line in drawing.splitlines()))  # noqa: S704 (drawn by the package)
