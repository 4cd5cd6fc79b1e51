"""The logo and the colour of a Trio as files, each under an address that never shows anything else."""

from flask import Response

from app.kit.errors import NotFound
from app.kit.text import _
from app.trios import queries
from app.trios.pages import bp
from app.web.db import reading
from app.web.identity import public

FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/trios/<slug>/logo-<hash>.png")
@public
def logo(slug: str, hash: str) -> Response:  # noqa: A002 (the word in the address)
    """The logo with this hash."""
    return Response(
        queries.get_logo_png(reading(), slug, hash), mimetype="image/png", headers={"Cache-Control": FOR_EVER}
    )


@bp.get("/trios/<slug>/brand-<hash>.css")
@public
def brand_css(slug: str, hash: str) -> Response:  # noqa: A002
    """The style sheet with the Trio's colour, as long as its hash is this one."""
    brand = queries.get_brand_by_slug(reading(), slug)
    if not brand.css or brand.css_hash != hash:
        raise NotFound(_("There is no such page."))
    return Response(brand.css, mimetype="text/css", headers={"Cache-Control": FOR_EVER})
