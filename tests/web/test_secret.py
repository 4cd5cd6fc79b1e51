"""The key that signs sessions."""

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.web import secret


def app(folder, key=""):
    app = Flask(__name__)
    app.config |= {"DATA": folder, "SECRET_KEY": key}
    secret.init_app(app)
    return app


def test_the_key_of_the_settings_is_used(tmp_path):
    key = "k" * 32
    given = app(tmp_path, key)
    secret.make_key(given)
    assert given.config["SECRET_KEY"] == key
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_ends_the_program_with_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="SECRET_KEY is too short: give at least 32 characters, or leave it out"):
        app(tmp_path, "k" * 31)


def test_the_first_start_makes_a_key_that_only_we_can_read(tmp_path):
    first = app(tmp_path)
    assert first.config["SECRET_KEY"] == ""
    secret.make_key(first)
    assert len(first.config["SECRET_KEY"]) == 64
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert app(tmp_path).config["SECRET_KEY"] == first.config["SECRET_KEY"]


def test_starts_at_once_agree_on_one_key(tmp_path):
    start = Barrier(8)

    def make(_n):
        starting = app(tmp_path)
        start.wait()
        secret.make_key(starting)
        return starting.config["SECRET_KEY"]

    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(make, range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert len(list(tmp_path.iterdir())) == 1


def test_a_second_key_is_never_made(tmp_path):
    first = app(tmp_path)
    late = app(tmp_path)
    secret.make_key(first)
    secret.make_key(late)
    assert late.config["SECRET_KEY"] == first.config["SECRET_KEY"]


@pytest.mark.parametrize("content", ["", "short"])
def test_a_key_file_that_holds_no_key_is_named(tmp_path, content):
    (tmp_path / "secret-key").write_text(content)
    with pytest.raises(SystemExit, match=r"secret-key is too short: delete the file"):
        app(tmp_path)
