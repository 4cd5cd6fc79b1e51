"""A Trio with people in every role, each for a partner whose duty it is."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.models import RoleGrant, User
from app.kit.actors import Actor, Role
from app.trios.models import Organisation, Partnership, Trio
from app.trios.rules import OrganisationKind as Kind
from tests.factories import NOON, Make

FOR = {
    Role.TRIO_ADMIN: Kind.PROVIDER,
    Role.AUTHOR: Kind.PROVIDER,
    Role.TRAINER: Kind.PROVIDER,
    Role.REVIEWER: Kind.SCIENCE,
    Role.CLUSTER_MANAGER: Kind.CLUSTER,
}


@dataclass
class Staffed:
    """The Trio, its partners by kind, and one person per role."""

    session: Session
    trio: Trio
    partners: dict[Kind, Organisation]
    people: dict[Role, User]

    @property
    def lead(self) -> User:
        """The administrator."""
        return self.people[Role.TRIO_ADMIN]

    def actor(self, role: Role = Role.TRIO_ADMIN) -> Actor:
        """The person of a role, with the roles they hold now."""
        return actor_of(self.session, self.people[role])

    def grant(self, role: Role) -> RoleGrant:
        """The first role of the person."""
        return grant_of(self.session, self.people[role])


def staffed(session: Session, make: Make) -> Staffed:
    """Make the Trio."""
    trio = make.trio()
    parts = session.scalars(select(Partnership).where(Partnership.trio_id == trio.id)).all()
    partners = {part.kind: session.get_one(Organisation, part.organisation_id) for part in parts}
    people = {role: make.user(role, trio=trio) for role in FOR}
    for role, user in people.items():
        grant_of(session, user).organisation_id = partners[FOR[role]].id
    session.commit()
    return Staffed(session, trio, partners, people)


def grant_of(session: Session, user: User) -> RoleGrant:
    """The first role of the person."""
    return session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id).order_by(RoleGrant.id).limit(1)).one()


def actor_of(session: Session, user: User) -> Actor:
    """The person with the roles they hold at NOON."""
    found = accounts.find_with_grants(session, user.id)
    assert found is not None
    session.refresh(found, ["grants"])
    return accounts.actor_of(found, on=NOON.date())
