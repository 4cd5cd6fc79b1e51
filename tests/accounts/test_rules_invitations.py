"""Who may offer which role where; how long an offer stands."""

from datetime import timedelta

import pytest

from app.accounts.rules.invitations import (
    INVITATION_LIFETIME,
    PLATFORM_ROLES,
    ROLE_ALLOWS,
    ROLE_NAMES,
    STATE_NAMES,
    TRIO_ROLES,
    InvitationState,
    Offer,
    fits,
    last_full_day,
    may_give,
    state_of,
    why_not_offer,
)
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from tests.factories import NOON

EVERYBODY = {
    "nobody": ANYONE,
    "learner": Actor(1),
    "author": Actor(1, frozenset({Grant(Role.AUTHOR, 7)})),
    "trainer": Actor(1, frozenset({Grant(Role.TRAINER, 7)})),
    "reviewer": Actor(1, frozenset({Grant(Role.REVIEWER, 7)})),
    "cluster": Actor(1, frozenset({Grant(Role.CLUSTER_MANAGER, 7)})),
    "lead": Actor(1, frozenset({Grant(Role.TRIO_ADMIN, 7)})),
    "foreign lead": Actor(1, frozenset({Grant(Role.TRIO_ADMIN, 8)})),
    "hr": Actor(1, frozenset({Grant(Role.HR_CONTACT, None, 3)})),
    "office": Actor(1, frozenset({Grant(Role.PROGRAMME_OFFICE)})),
    "admin": Actor(1, frozenset({Grant(Role.SITE_ADMIN)})),
}
OFFERS = {
    **{role: Offer(role, trio_id=7, organisation_id=5) for role in TRIO_ROLES},
    **{role: Offer(role) for role in PLATFORM_ROLES},
    Role.HR_CONTACT: Offer(Role.HR_CONTACT, company_id=3),
}


def test_every_role_has_a_name_a_sentence_and_a_place():
    assert set(ROLE_NAMES) == set(ROLE_ALLOWS) == set(OFFERS) == set(Role)
    assert set(STATE_NAMES) == set(InvitationState)
    assert all(fits(offer) for offer in OFFERS.values())


def test_nobody_gives_what_they_have_no_power_over():
    """Every kind of person against every role in a place of Trio 7, its company 3, or everywhere (TOB-PYPI26-8)."""
    gives = {
        name: {role for role, offer in OFFERS.items() if may_give(actor, offer, companies={3})}
        for name, actor in EVERYBODY.items()
    }
    assert {name: roles for name, roles in gives.items() if roles} == {
        "lead": set(TRIO_ROLES),
        "cluster": {Role.HR_CONTACT},
        "admin": set(Role),
    }


def test_a_refusal_for_lack_of_power_is_for_somebody_else():
    verdict = may_give(EVERYBODY["foreign lead"], OFFERS[Role.AUTHOR])
    assert verdict.answer is Answer.NOT_YOU
    assert str(verdict.reason) == "Only those who have power over this role can give or end it."


def test_a_cluster_manager_makes_contacts_of_companies_in_the_own_register_alone():
    assert not may_give(EVERYBODY["cluster"], Offer(Role.HR_CONTACT, company_id=4), companies={3})
    assert not may_give(EVERYBODY["cluster"], OFFERS[Role.HR_CONTACT])


@pytest.mark.parametrize(
    "offer",
    [
        Offer(Role.AUTHOR),
        Offer(Role.AUTHOR, company_id=3),
        Offer(Role.TRIO_ADMIN),
        Offer(Role.HR_CONTACT),
        Offer(Role.HR_CONTACT, trio_id=7, company_id=3),
        Offer(Role.SITE_ADMIN, trio_id=7),
        Offer(Role.PROGRAMME_OFFICE, organisation_id=5),
    ],
    ids=lambda offer: f"{offer.role} {offer.trio_id} {offer.company_id} {offer.organisation_id}",
)
def test_a_role_in_the_wrong_place_is_given_by_nobody(offer):
    """A Trio's role without a Trio would hold everywhere."""
    assert not fits(offer)
    verdict = may_give(EVERYBODY["admin"], offer, companies={3})
    assert verdict.answer is Answer.NOT_NOW


@pytest.mark.parametrize(
    "accepted, revoked, after, state",
    [
        (None, None, timedelta(0), InvitationState.OPEN),
        (None, None, INVITATION_LIFETIME - timedelta(seconds=1), InvitationState.OPEN),
        (None, None, INVITATION_LIFETIME, InvitationState.EXPIRED),
        (NOON, None, timedelta(0), InvitationState.ACCEPTED),
        (NOON, None, timedelta(days=99), InvitationState.ACCEPTED),
        (None, NOON, timedelta(days=99), InvitationState.REVOKED),
    ],
    ids=["new", "last second", "expired", "accepted", "accepted long ago", "taken back"],
)
def test_the_state_of_an_invitation(accepted, revoked, after, state):
    expires = NOON + INVITATION_LIFETIME
    assert state_of(expires_at=expires, accepted_at=accepted, revoked_at=revoked, now=NOON + after) is state


def test_the_last_day_is_one_that_counts_until_midnight():
    assert str(last_full_day(NOON)) == "2026-03-01"
    assert str(last_full_day(NOON.replace(hour=23, minute=30))) == "2026-03-02", "it is past midnight in Berlin"


@pytest.mark.parametrize(
    "facts, reason",
    [
        ({}, None),
        ({"is_own": True, "holds": True}, "a@b.de is your own address: nobody gives a role to themselves."),
        ({"holds": True, "is_open": True}, "a@b.de holds this role already."),
        ({"is_open": True}, "a@b.de has an open invitation to this role. You can send it again."),
    ],
    ids=["fine", "own", "holds", "open"],
)
def test_why_an_address_is_not_invited(facts, reason):
    told = why_not_offer("a@b.de", **{"is_own": False, "holds": False, "is_open": False} | facts)
    assert (str(told) if told else None) == reason
