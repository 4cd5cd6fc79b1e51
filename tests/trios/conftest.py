"""Trios with partners and people who act for them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.kit import audit
from app.kit.actors import Role
from app.trios.models import Organisation, Partnership, Trio
from app.trios.rules import OrganisationKind
from tests.factories import Make


@pytest.fixture
def partner(make: Make, session: Session) -> Callable[..., Partnership]:
    """Let an organisation take part in a Trio since 2025."""

    def _partner(
        trio: Trio,
        kind: OrganisationKind = OrganisationKind.PROVIDER,
        *,
        organisation: Organisation | None = None,
        **given: Any,
    ) -> Partnership:
        organisation = organisation or make.organisation(kind)
        facts = {"trio_id": trio.id, "organisation_id": organisation.id, "kind": kind, "starts_on": date(2025, 1, 1)}
        made = Partnership(**facts | given)
        session.add(made)
        session.commit()
        return made

    return _partner


@pytest.fixture
def member(make: Make, session: Session) -> Callable[..., User]:
    """A person who holds a role in a Trio for one of its partners."""

    def _member(role: Role, partnership: Partnership, **given: Any) -> User:
        user = make.user(role, trio=session.get_one(Trio, partnership.trio_id), **given)
        held = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).one()
        held.organisation_id = partnership.organisation_id
        session.commit()
        return user

    return _member


@pytest.fixture
def acts(session: Session) -> Callable[[], list[audit.Entry]]:
    """What the audit chain tells, oldest first."""

    def _acts() -> list[audit.Entry]:
        audit.seal(session)
        return list(session.scalars(select(audit.Entry).order_by(audit.Entry.number)))

    return _acts
