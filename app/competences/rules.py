"""The words of the framework: levels and their names."""

from app.kit.text import Text, _

LEVELS: dict[int, Text] = {
    0: _("no knowledge yet"),
    1: _("knows about it"),
    2: _("applies it under guidance"),
    3: _("applies it independently"),
    4: _("teaches and improves it"),
}
"""The scale of target and reached levels, 0 to 4."""
