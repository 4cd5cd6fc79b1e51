"""From an uploaded file to a picture that is safe to show: decoded, and drawn anew.

Whatever else the file held (metadata, a second picture, a script behind the picture) does not come along.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from app.kit.errors import Invalid
from app.kit.text import Text, _
from app.trios.rules import branding

FORMATS = ("PNG", "JPEG", "WEBP")
_UNREADABLE = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError, MemoryError, struct.error
)  # fmt: skip
"""How Pillow's decoders fail on broken files: whatever comes to hand."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as PNG, with its size in pixels."""

    png: bytes
    width: int
    height: int


def read_logo(uploaded: bytes) -> Drawn:
    """The uploaded picture as PNG, at most 640 pixels wide and high. Invalid says what is wrong with it."""
    if len(uploaded) > branding.MOST_LOGO_BYTES:
        raise Invalid(_("The file is larger than 2 MB. Make the picture smaller and upload it again."))
    if _is_svg(uploaded):
        raise Invalid(_("SVG files can hold scripts, so they are not accepted. Save the logo as PNG and upload that."))
    picture = _decoded(uploaded)
    if min(picture.size) < branding.LEAST_LOGO_SIDE:
        raise Invalid(_("The picture is too small: it needs at least 32 pixels on each side."))
    picture.thumbnail((branding.LOGO_SIDE, branding.LOGO_SIDE), Image.Resampling.LANCZOS)
    clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # pixels, and nothing that came with them
    target = BytesIO()
    clean.save(target, "PNG", optimize=True)
    return Drawn(target.getvalue(), *clean.size)


def _decoded(uploaded: bytes) -> Image.Image:
    """The first frame, upright, in RGB or RGBA."""
    try:
        with Image.open(BytesIO(uploaded), formats=FORMATS) as opened:
            if opened.width * opened.height > branding.MOST_LOGO_PIXELS:  # known before anything is unpacked
                raise Invalid(_TOO_MANY)
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
            return upright.convert("RGBA" if clear else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(_TOO_MANY) from error
    except _UNREADABLE as error:
        raise Invalid(_("This file cannot be read as a picture. Save the logo as PNG, JPEG or WebP.")) from error


def _is_svg(uploaded: bytes) -> bool:
    start = uploaded[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<", b"\x1f\x8b")) or b"<svg" in start


_TOO_MANY: Text = _("The picture has more than 16 million pixels. Make it smaller and upload it again.")
