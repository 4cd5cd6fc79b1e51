"""Who is asking. Rules and services receive an ``Actor``, never a request."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a grant allows; every signed-in person is a learner without any grant."""

    AUTHOR = "author"
    TRAINER = "trainer"
    REVIEWER = "reviewer"
    CLUSTER_MANAGER = "cluster_manager"
    HR_CONTACT = "hr_contact"
    TRIO_ADMIN = "trio_admin"
    PROGRAMME_OFFICE = "programme_office"
    SITE_ADMIN = "site_admin"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, held in one Trio, for one company, or, where both are None, everywhere."""

    role: Role
    trio_id: int | None = None
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts (None: nobody is signed in) and the grants they hold."""

    user_id: int | None
    grants: frozenset[Grant] = frozenset()

    def holds(self, role: Role, *, trio_id: int | None = None) -> bool:
        """Whether the actor holds the role in the Trio, or everywhere."""
        return Grant(role) in self.grants or (trio_id is not None and Grant(role, trio_id) in self.grants)

    def trios_as(self, role: Role) -> frozenset[int]:
        """The Trios in which the actor holds the role."""
        return frozenset(g.trio_id for g in self.grants if g.role is role and g.trio_id is not None)

    def companies_as(self, role: Role) -> frozenset[int]:
        """The companies for which the actor holds the role."""
        return frozenset(g.company_id for g in self.grants if g.role is role and g.company_id is not None)

    def has(self, role: Role) -> bool:
        """Whether the actor holds the role anywhere at all."""
        return any(grant.role is role for grant in self.grants)


ANYONE = Actor(user_id=None)
