"""The key that signs sessions."""

import stat
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes, token_hex, token_urlsafe
from threading import Barrier

import pytest
from flask import Flask

from app.web import secret
from config import TestConfig

GOOD = "kV9#xq2LmZ7!pT4&wR8@cN5%yB3^hJ6*"


def app(folder, key="", *, testing=False):
    app = Flask(__name__)
    app.config |= {"DATA": folder, "SECRET_KEY": key, "TESTING": testing}
    secret.init_app(app)
    return app


def test_the_key_of_the_settings_is_used(tmp_path):
    given = app(tmp_path, GOOD)
    secret.make_key(given)
    assert given.config["SECRET_KEY"] == GOOD
    assert list(tmp_path.iterdir()) == []


WEAK = [
    (GOOD[:-1], "is too short"),
    ("a" * 64, "can be guessed"),
    ("12341234" * 8, "can be guessed"),
    ("changeme-" + GOOD, "can be guessed"),
    ("This-is-my-very-SECRET-key-42!?xyz", "can be guessed"),
    (GOOD + "Lernzelle", "can be guessed"),
    (TestConfig.SECRET_KEY, "can be guessed"),
    ("abcdefghijklmnop" * 2, "repeats itself"),
    ("qwertzuiop123" * 3 + "qwe", "repeats itself"),
]


@pytest.mark.parametrize("key,problem", WEAK)
def test_a_weak_key_ends_the_program_with_one_sentence(tmp_path, key, problem):
    with pytest.raises(SystemExit) as ended:
        app(tmp_path, key)
    assert str(ended.value) == f"SECRET_KEY {problem}: give at least 32 random characters, or leave it out."
    assert key not in str(ended.value)


def test_the_key_of_the_tests_is_one_for_tests_alone(tmp_path):
    assert app(tmp_path, TestConfig.SECRET_KEY, testing=True).config["SECRET_KEY"] == TestConfig.SECRET_KEY


@pytest.mark.parametrize("make", [token_hex, token_urlsafe, token_bytes])
def test_random_keys_are_taken(tmp_path, make):
    for _n in range(200):
        key = make(32)
        app(tmp_path, key if isinstance(key, str) else b64encode(key).decode())


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


@pytest.mark.parametrize(
    "content,problem", [("", "is too short"), ("short", "is too short"), ("x" * 64, "can be guessed")]
)
def test_a_key_file_that_holds_no_key_is_named(tmp_path, content, problem):
    (tmp_path / "secret-key").write_text(content)
    with pytest.raises(SystemExit, match=f"secret-key {problem}: delete the file"):
        app(tmp_path)


def test_a_key_that_others_could_read_is_closed(tmp_path):
    file = tmp_path / "secret-key"
    file.write_text(GOOD)
    file.chmod(0o644)
    app(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_whose_mode_cannot_be_changed_is_used_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "secret-key").write_text(GOOD)

    def refuse(*_given):
        raise PermissionError

    monkeypatch.setattr(type(tmp_path), "chmod", refuse)
    assert app(tmp_path).config["SECRET_KEY"] == GOOD
