"""Where requests come from: kept apart, told apart, and never to be read."""

import pytest

import app as platform
from app.web.clients import client_key
from config import TestConfig


@pytest.fixture
def key_of(probing):
    """The key of a request from an address."""

    def _key_of(address, app=probing, **headers):
        environ = {"REMOTE_ADDR": address} | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        with app.test_request_context("/", environ_overrides=environ):
            return client_key()

    return _key_of


@pytest.mark.parametrize(
    "one,other,same",
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "", True),
        ("not an address", "not another", False),
    ],
)
def test_one_place_has_one_key(key_of, one, other, same):
    assert (key_of(one) == key_of(other)) is same


def test_nobody_reads_an_address_from_it(key_of, probing, monkeypatch):
    key = key_of("192.0.2.1")
    assert len(key) == 64
    assert "192" not in key[:3]
    monkeypatch.setitem(probing.config, "SECRET_KEY", "another key of another platform")
    assert key_of("192.0.2.1") != key


FORGED = {"x_forwarded_for": "203.0.113.9", "x_real_ip": "203.0.113.9", "forwarded": "for=203.0.113.9"}


def test_what_a_client_says_of_itself_is_not_believed(key_of):
    assert key_of("192.0.2.1", **FORGED) == key_of("192.0.2.1")


@pytest.mark.parametrize("proxies,seen", [(1, "203.0.113.9"), (2, "198.51.100.7")])
def test_an_own_proxy_is_believed_and_not_what_came_to_it(url, proxies, seen):
    """With one proxy, the last address is the one that it saw; whatever stands before, anybody may have written."""
    settings = {"SQLALCHEMY_DATABASE_URI": url, "TRUSTED_PROXIES": proxies}
    behind = platform.create_app(type("Config", (TestConfig,), settings))
    keys = []

    @behind.before_request
    def note():
        keys.append(client_key())

    told = {"X-Forwarded-For": "10.0.0.1, 198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "https, https"}
    answer = behind.test_client().get("/legal/imprint", headers=told)
    assert "Strict-Transport-Security" in answer.headers
    with behind.test_request_context("/", environ_overrides={"REMOTE_ADDR": seen}):
        assert keys == [client_key()]


@pytest.mark.parametrize("given", ["-1", "6", "x", "1.0", "²", ""])
def test_a_number_of_proxies_that_is_none_ends_the_start(monkeypatch, given):
    import config

    monkeypatch.setenv("TRUSTED_PROXIES", given)
    with pytest.raises(SystemExit, match=f"TRUSTED_PROXIES={given} is not a number of proxies"):
        config._proxies()


def test_without_a_word_there_is_no_proxy(monkeypatch):
    import config

    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)
    assert config._proxies() == 0
