"""Passwords that are hashed quickly: how strong the real hashes are is not what most tests are about."""

import pytest
from argon2 import PasswordHasher

from app.accounts import services


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(services, "_nobody", quick.hash("nobody"))
    monkeypatch.setattr(services, "_hasher", quick)
