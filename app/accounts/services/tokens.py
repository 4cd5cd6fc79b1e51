"""Secrets that are handed out once and kept as hashes only."""

import hashlib


def digest(purpose: str, secret: str) -> str:
    """What is kept of a secret. The purpose is part of it: a token for one thing is no token for another.

    A plain hash is enough: the secrets are random and long, so nobody can try them all.
    """
    return hashlib.sha256(f"{purpose}:{secret}".encode(errors="surrogatepass")).hexdigest()
