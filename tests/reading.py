"""What a page says, apart from what it happens to carry along."""

import re


def says_number(text: str, number: str) -> bool:
    """Whether the whole number (or one with decimals behind it) stands in a page or document, in attributes too.

    Drawings, ids in paths and digits within words do not count: codes and counters hold any digits by chance.
    """
    without_drawings = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    return re.search(rf"(?<![\w/]){re.escape(number)}(?:[.,]\d+)?(?!\w)", without_drawings) is not None
