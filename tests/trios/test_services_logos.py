import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from app.kit.errors import Invalid
from app.trios.services import read_logo
from app.trios.services.logos import FORMATS


def picture(size=(200, 100), mode="RGB", colour=None, kind="PNG", **more):
    target = BytesIO()
    Image.new(mode, size, colour or "teal").save(target, kind, **more)
    return target.getvalue()


def opened(drawn):
    image = Image.open(BytesIO(drawn.png))
    image.load()
    return image


@pytest.mark.parametrize("kind", FORMATS)
def test_the_three_formats_become_png(kind):
    drawn = read_logo(picture(kind=kind))
    image = opened(drawn)
    assert (image.format, image.size) == ("PNG", (200, 100))
    assert (drawn.width, drawn.height) == (200, 100)


@pytest.mark.parametrize(
    "size,becomes",
    [((640, 640), (640, 640)), ((1280, 320), (640, 160)), ((100, 3000), (21, 640)), ((33, 33), (33, 33))],
)
def test_it_becomes_smaller_never_larger(size, becomes):
    drawn = read_logo(picture(size))
    assert (drawn.width, drawn.height) == opened(drawn).size == becomes


@pytest.mark.parametrize(
    "mode,colour,becomes",
    [("RGBA", (0, 80, 90, 0), "RGBA"), ("LA", (9, 0), "RGBA"), ("P", 3, "RGB"), ("1", 1, "RGB"), ("L", 9, "RGB"),
     ("I;16", 900, "RGB")],
)  # fmt: skip
def test_what_is_clear_stays_clear(mode, colour, becomes):
    assert opened(read_logo(picture(mode=mode, colour=colour))).mode == becomes


def test_a_palette_with_a_clear_colour_stays_clear():
    target = BytesIO()
    Image.new("P", (64, 64), 0).save(target, "PNG", transparency=0)
    image = opened(read_logo(target.getvalue()))
    assert image.mode == "RGBA"
    assert image.getpixel((5, 5))[3] == 0


def test_a_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    drawn = read_logo(picture((200, 100), kind="JPEG", exif=exif))
    assert (drawn.width, drawn.height) == (100, 200)


def test_nothing_comes_along_but_pixels():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Olena Bondar")
    exif = Image.Exif()
    exif[0x013B] = "Olena Bondar"
    for uploaded in (
        picture(pnginfo=told, exif=exif, icc_profile=b"secret profile"),
        picture(kind="JPEG", exif=exif, comment=b"secret"),
        picture(kind="WEBP", exif=exif),
        picture() + b"<script>secret</script>PK\x03\x04",
    ):
        png = read_logo(uploaded).png
        assert b"Olena" not in png
        assert b"secret" not in png
        assert set(_chunks(png)) == {b"IHDR", b"IDAT", b"IEND"}


def test_only_the_first_picture_of_an_animation_is_shown():
    target = BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    image = opened(read_logo(target.getvalue()))
    assert getattr(image, "n_frames", 1) == 1
    assert image.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    "uploaded",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf  <?xml version="1.0"?><svg/>',
        b"<!DOCTYPE svg PUBLIC><SVG></SVG>",
        b"\x1f\x8b\x08\x00compressed svg",
        b"GIF89a<svg onload=alert(1)>",
    ],
)
def test_svg_is_refused_with_the_reason(uploaded):
    with pytest.raises(Invalid, match="scripts"):
        read_logo(uploaded)


@pytest.mark.parametrize(
    "uploaded",
    [
        b"",
        b"not a picture",
        b"\x89PNG\r\n\x1a\n",
        picture()[:60],
        picture(size=(400, 400), kind="JPEG")[:-400][:300],
        picture(kind="WEBP")[:30],
        picture(kind="GIF"),
        picture(kind="BMP"),
        picture(kind="TIFF"),
        picture(kind="ICO", size=(64, 64)),
        b"%PDF-1.7\n",
        b"\x00\x00\x01\x00" * 40,
    ],
    ids=lambda uploaded: f"{uploaded[:4]!r}-{len(uploaded)}",
)
def test_whatever_else_is_no_picture(uploaded):
    with pytest.raises(Invalid, match="cannot be read"):
        read_logo(uploaded)


def test_a_broken_middle_is_no_picture():
    whole = bytearray(picture((300, 300), kind="PNG"))
    whole[60:80] = b"\xff" * 20
    with pytest.raises(Invalid, match="cannot be read"):
        read_logo(bytes(whole))


@pytest.mark.parametrize("size", [(4001, 4000), (60_000, 60_000), (2**31 - 1, 1)])
def test_huge_pictures_are_refused_before_they_are_unpacked(size):
    """A few bytes that claim to be gigabytes: the header alone is enough to refuse them."""
    with pytest.raises(Invalid, match="16 million"):
        read_logo(claiming(*size))


def test_a_zip_bomb_in_a_text_of_the_picture_is_refused():
    bomb = zlib.compress(b"a" * 100_000_000)
    with pytest.raises(Invalid, match="cannot be read"):
        read_logo(claiming(64, 64, extra=[(b"zTXt", b"Comment\x00\x00" + bomb)]))


def test_tiny_pictures_and_large_files_are_refused():
    for size in ((31, 200), (200, 1)):
        with pytest.raises(Invalid, match="too small"):
            read_logo(picture(size))
    with pytest.raises(Invalid, match="2 MB"):
        read_logo(picture() + b"\x00" * (2 * 1024 * 1024))


def _chunks(png):
    at = 8
    while at < len(png):
        length = struct.unpack(">I", png[at : at + 4])[0]
        yield png[at + 4 : at + 8]
        at += 12 + length


def claiming(width, height, extra=()):
    """A PNG whose header says it is that large."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = b"".join(chunk(kind, said) for kind, said in extra)
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")
