"""The logos of the demo world: simple marks, drawn in the colour of the Trio."""

from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageColor, ImageDraw

SIDE = 320
"""How many pixels wide and high a logo is."""
_FINE = 4
"""Drawn so many times larger, and made smaller after that: edges become smooth."""

Colour = tuple[int, int, int]


def draw(shape: str, colour: str) -> bytes:
    """A logo as PNG: three ``layers`` on top of each other, or a charged ``cell`` in a hexagon."""
    canvas = Image.new("RGB", (SIDE * _FINE, SIDE * _FINE), "white")
    _SHAPES[shape](ImageDraw.Draw(canvas), canvas.width, ImageColor.getrgb(colour)[:3])
    target = BytesIO()
    canvas.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(target, "PNG")
    return target.getvalue()


def _layers(pen: ImageDraw.ImageDraw, side: int, colour: Colour) -> None:
    """Three sheets seen from above, the lowest one the lightest: electrode, separator, electrode."""
    for height, share in ((0.66, 0.35), (0.5, 0.65), (0.34, 1.0)):
        sheet = ((0.5, height - 0.22), (0.92, height), (0.5, height + 0.22), (0.08, height))
        corners = [(x * side, y * side) for x, y in sheet]
        pen.polygon(corners, fill=_lightened(colour, share), outline="white", width=side // 40)


def _cell(pen: ImageDraw.ImageDraw, side: int, colour: Colour) -> None:
    """A hexagon with three bars in it, as a charged cell shows them."""
    corners = [
        (side * (0.5 + 0.46 * sin(turn * pi / 3)), side * (0.5 - 0.46 * cos(turn * pi / 3))) for turn in range(6)
    ]
    pen.polygon(corners, fill=colour)
    for place, share in ((0.29, 0.5), (0.44, 0.75), (0.59, 1.0)):
        bar = (side * place, side * 0.34, side * (place + 0.11), side * 0.66)
        pen.rounded_rectangle(bar, radius=side // 40, fill=_lightened((255, 255, 255), share, onto=colour))


def _lightened(colour: Colour, share: float, onto: Colour = (255, 255, 255)) -> Colour:
    """So much of a colour on another one; a share of 1 is the colour itself."""
    red, green, blue = (
        round(share * mine + (1 - share) * theirs) for mine, theirs in zip(colour, onto, strict=True)
    )  # fmt: skip
    return red, green, blue


_SHAPES = {"layers": _layers, "cell": _cell}
