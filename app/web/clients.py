"""From which place in the network a request comes, for limits alone; the address itself is never kept."""

import hashlib
import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import Flask, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

HOME = 64
"""The bits of an IPv6 address that a provider gives to one household or company: the rest is theirs to choose."""


def init_app(app: Flask) -> None:
    """Believe ``X-Forwarded-For`` and ``-Proto`` of so many own proxies (``TRUSTED_PROXIES``), and of nobody else."""
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]


def client_key() -> str:
    """A name for the place of this request: the same for the same place, and nobody can tell which without our key."""
    place = _place(request.remote_addr or "")
    return hmac.new(current_app.config["SECRET_KEY"].encode(), place.encode(), hashlib.sha256).hexdigest()


def _place(address: str) -> str:
    """The IPv4 address, the network of an IPv6 one, or what a proxy of ours said in its place."""
    try:
        number: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped is None:
            return number.exploded[: HOME // 4 + HOME // 16 - 1]
        number = number.ipv4_mapped
    return str(number)
