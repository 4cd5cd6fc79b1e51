"""``python -m app.modules.package FOLDER …`` checks course packages without a database."""

import sys
from pathlib import Path

from app.modules.package import Broken, from_folder, read


def main(arguments: list[str]) -> int:
    """Print every mistake as ``file:line: what``; 1 if there is any."""
    mistakes = 0
    for argument in arguments:
        folder = Path(argument)
        try:
            package = read(from_folder(folder), name=folder.name)
        except Broken as broken:
            mistakes += len(broken.mistakes)
            for mistake in broken.mistakes:
                print(f"{folder}/{mistake}")
        else:
            print(f"{folder}: {package.summary()}")
    return 1 if mistakes or not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
