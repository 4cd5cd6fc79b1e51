"""Who gives and ends which roles, and that somebody stays who can."""

from datetime import date

import pytest

from app.accounts.rules.invitations import TRIO_ROLES, Offer
from app.kit.actors import ANYONE, Actor, Grant, Role
from app.kit.verdicts import Answer
from app.trios.rules import OrganisationKind as Kind
from app.trios.rules import members as rules
from app.trios.rules import roles_for

LEAD = Actor(1, frozenset({Grant(Role.TRIO_ADMIN, 7)}))
FOREIGN = Actor(2, frozenset({Grant(Role.TRIO_ADMIN, 8)}))
ADMIN = Actor(3, frozenset({Grant(Role.SITE_ADMIN)}))
AUTHOR = Actor(4, frozenset({Grant(Role.AUTHOR, 7)}))


def offer(role: Role) -> Offer:
    return Offer(role, trio_id=7, organisation_id=5) if role in TRIO_ROLES else Offer(role)


def test_every_role_of_a_trio_stands_in_the_lists():
    assert set(rules.ROLE_ORDER) == set(TRIO_ROLES)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_trio_administrator_gives_what_fits_the_duty_of_the_partner(kind):
    given = {role for role in Role if rules.may_act_for(LEAD, offer(role), kind)}
    assert given == roles_for(kind) & set(TRIO_ROLES)


def test_what_does_not_fit_says_so_and_what_is_missing_too():
    wrong = rules.may_act_for(LEAD, offer(Role.REVIEWER), Kind.PROVIDER)
    gone = rules.may_act_for(LEAD, offer(Role.AUTHOR), None)
    assert (wrong.answer, gone.answer) == (Answer.NOT_NOW, Answer.NOT_NOW)
    assert "duties of this partner" in str(wrong.reason)
    assert "takes part in the Trio today" in str(gone.reason)


@pytest.mark.parametrize("actor", [ANYONE, AUTHOR, FOREIGN], ids=["nobody", "author", "foreign lead"])
def test_nobody_else_gives_anything(actor):
    assert not any(rules.may_act_for(actor, offer(role), kind) for role in Role for kind in Kind)


def test_only_the_platform_gives_a_role_without_asking_and_not_to_itself():
    assert rules.may_give_to(ADMIN, 9, offer(Role.PROGRAMME_OFFICE), None)
    assert rules.may_give_to(ADMIN, 9, offer(Role.AUTHOR), Kind.PROVIDER)
    assert rules.may_give_to(ADMIN, 9, offer(Role.AUTHOR), Kind.CLUSTER).answer is Answer.NOT_NOW
    assert rules.may_give_to(ADMIN, 3, offer(Role.PROGRAMME_OFFICE), None).answer is Answer.NOT_NOW
    assert rules.may_give_to(LEAD, 9, offer(Role.AUTHOR), Kind.PROVIDER).answer is Answer.NOT_YOU


@pytest.mark.parametrize(
    "actor, user_id, role, others, answer",
    [
        (LEAD, 4, Role.AUTHOR, 0, Answer.YES),
        (AUTHOR, 4, Role.AUTHOR, 0, Answer.YES),
        (AUTHOR, 5, Role.AUTHOR, 0, Answer.NOT_YOU),
        (FOREIGN, 4, Role.AUTHOR, 0, Answer.NOT_YOU),
        (LEAD, 1, Role.TRIO_ADMIN, 1, Answer.YES),
        (LEAD, 1, Role.TRIO_ADMIN, 0, Answer.NOT_NOW),
        (LEAD, 9, Role.TRIO_ADMIN, 1, Answer.YES),
        (LEAD, 9, Role.TRIO_ADMIN, 0, Answer.NOT_NOW),
        (ADMIN, 9, Role.TRIO_ADMIN, 0, Answer.NOT_NOW),
        (FOREIGN, 9, Role.TRIO_ADMIN, 0, Answer.NOT_YOU),
        (ADMIN, 3, Role.SITE_ADMIN, 0, Answer.NOT_NOW),
        (ADMIN, 3, Role.SITE_ADMIN, 1, Answer.YES),
        (ADMIN, 9, Role.SITE_ADMIN, 1, Answer.YES),
        (LEAD, 9, Role.SITE_ADMIN, 1, Answer.NOT_YOU),
        (LEAD, 9, Role.PROGRAMME_OFFICE, 1, Answer.NOT_YOU),
        (ADMIN, 9, Role.PROGRAMME_OFFICE, 0, Answer.YES),
    ],
    ids=lambda value: getattr(value, "name", str(getattr(value, "user_id", value))),
)
def test_who_ends_which_role(actor, user_id, role, others, answer):
    assert rules.may_end_role(actor, user_id, offer(role), others=others).answer is answer


def test_the_reason_says_of_what_it_is_the_last():
    assert "of the Trio" in str(rules.may_end_role(LEAD, 1, offer(Role.TRIO_ADMIN), others=0).reason)
    assert "of the platform" in str(rules.may_end_role(ADMIN, 3, offer(Role.SITE_ADMIN), others=0).reason)


def test_who_signs_whom_out():
    assert rules.may_sign_out(LEAD, 4, is_member=True)
    assert not rules.may_sign_out(LEAD, 4, is_member=False)
    assert rules.may_sign_out(ADMIN, 4, is_member=False)
    assert not rules.may_sign_out(LEAD, 1, is_member=True), "the own sessions stand on the own page"


def test_who_administers_the_platform():
    assert rules.may_administer(ADMIN)
    assert not any(rules.may_administer(actor) for actor in (ANYONE, LEAD, AUTHOR))


def test_a_role_holds_through_its_last_day():
    day = date(2026, 3, 2)
    assert rules.holds_on(None, day)
    assert rules.holds_on(day, day)
    assert not rules.holds_on(date(2026, 3, 1), day)
