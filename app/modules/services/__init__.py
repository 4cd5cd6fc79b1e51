"""Bringing course packages in, releasing them, sharing modules with other Trios."""

from app.modules.services.packages import Imported, discard_draft, import_package, release
from app.modules.services.sharing import share, unshare

__all__ = ["Imported", "discard_draft", "import_package", "release", "share", "unshare"]
