"""Course packages: the exchange format of ``courses/README.md``.

``read(files)`` gives a ``Package``, or raises ``Broken`` with every mistake at once: file, line and what to do.
"""

from app.modules.package.checking import read
from app.modules.package.documents import Broken, Mistake, Package
from app.modules.package.files import from_folder, from_zip

__all__ = ["Broken", "Mistake", "Package", "from_folder", "from_zip", "read"]
