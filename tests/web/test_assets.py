import pytest
from flask import Flask

import app as platform
from app.web import assets
from config import TestConfig


@pytest.fixture
def with_fonts(tmp_path) -> Flask:
    for path in assets.FILES.values():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"wOF2")
    (tmp_path / "package.json").write_text("{}")
    return platform.create_app(type("Config", (TestConfig,), {"VENDOR": tmp_path, "DATA": tmp_path}))


def test_the_fonts_are_served_for_a_year(with_fonts):
    with with_fonts.test_client().get("/vendor/atkinson-latin.woff2") as answer:
        assert answer.data == b"wOF2"
        assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["package.json", "..%2Fpackage.json", "%2Fetc%2Fpasswd", "atkinson-latin.woff2%00", "x.woff2", ""]
)
def test_nothing_else_is(with_fonts, name):
    client = with_fonts.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert client.get(f"/vendor/{name}").status_code == 404


def test_pages_know_whether_the_fonts_are_here(with_fonts, tmp_path):
    assert with_fonts.jinja_env.globals["fonts_present"]
    (tmp_path / assets.FILES["atkinson-latin.woff2"]).unlink()
    without = platform.create_app(type("Config", (TestConfig,), {"VENDOR": tmp_path, "DATA": tmp_path}))
    assert not without.jinja_env.globals["fonts_present"]
    assert without.test_client().get("/vendor/atkinson-latin.woff2").status_code == 404
