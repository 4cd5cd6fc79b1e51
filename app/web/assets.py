"""Files of others (fonts) that the set-up fetched: an allow-list, served for a year; everything works without them."""

from pathlib import Path

from flask import Flask, Response, abort, current_app, send_from_directory

from app.web.identity import public

_ATKINSON = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-{}-wght-normal.woff2"

FILES = {
    "atkinson-latin.woff2": _ATKINSON.format("latin"),
    "atkinson-latin-ext.woff2": _ATKINSON.format("latin-ext"),
}


def init_app(app: Flask) -> None:
    """Serve ``/vendor/<name>``, and tell templates whether the fonts are here."""
    app.add_url_rule("/vendor/<name>", "vendor", vendor)
    present = all((Path(app.config["VENDOR"]) / path).is_file() for path in FILES.values())
    app.jinja_env.globals["fonts_present"] = present


@public
def vendor(name: str) -> Response:
    """One file from the allow-list."""
    if name not in FILES:
        abort(404)
    return send_from_directory(Path(current_app.config["VENDOR"]), FILES[name], max_age=60 * 60 * 24 * 365)
