"""What administrators of the platform do: find any account, give and end roles, appoint each other."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.models import Invitation
from app.accounts.queries import invitations as offers
from app.accounts.queries.invitations import Invited
from app.accounts.rules.factors import may_reset_factors
from app.accounts.rules.invitations import PLATFORM_ROLES, ROLE_ALLOWS, ROLE_NAMES, STATE_NAMES, TRIO_ROLES, Offer
from app.accounts.schemas.invitations import GiveRoleIn, PlatformInviteIn
from app.accounts.services import invitations
from app.kit import clock
from app.kit.actors import Grant, Role
from app.kit.errors import Conflict
from app.kit.paging import Page
from app.kit.text import _, n_
from app.kit.verdicts import ensure
from app.trios.pages import bp
from app.trios.pages.members import LABELS, spoken
from app.trios.queries import administrators as queries
from app.trios.queries.roles import list_end_verdicts
from app.trios.rules import members as rules
from app.trios.services import members as services
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, current_actor


@bp.get("/administration/people")
def people() -> ResponseReturnValue:
    """All accounts, by name or address."""
    ensure(rules.may_administer(current_actor()))
    asked, today = request.args, clock.local_date(clock.now())
    words, role = " ".join(asked.get("q", "").split())[:100], asked.get("role", "")
    page = queries.list_accounts(
        reading(), words=words, role=Role(role) if role in set(Role) else None, on=today,
        number=asked.get("page", 1, type=int),
    )  # fmt: skip
    return render_template(
        "trios/administration_people.html", page=page, words=words, role=role, names=ROLE_NAMES,
        roles=[(one, ROLE_NAMES[one]) for one in Role],
        invited=_invited(reading()), invitations_past=asked.get("invitations") == "past", states=STATE_NAMES,
    )  # fmt: skip


@bp.get("/administration/people/<int:user_id>")
def person(user_id: int) -> ResponseReturnValue:
    """One account: its roles, and what can be done for it."""
    return _person(user_id, Form())


@bp.post("/administration/people/<int:user_id>/roles")
@confirmed
def give_role(user_id: int) -> ResponseReturnValue:
    """Give a role now."""
    form, actor = Form.read(GiveRoleIn()), current_actor()
    ensure(rules.may_administer(actor))
    if form.errors:
        return _person(user_id, form, 422)
    role, part = Role(form.data["role"]), form.data["partnership_id"]
    try:
        with transaction() as session:
            services.give_role(session, actor, user_id, role, partnership_id=part, now=clock.now())
    except Conflict as refusal:
        form.errors["role"] = [str(refusal)]
        return _person(user_id, form, 422)
    flash(str(_("The role is given. It counts from the next sign-in.")), "good")
    return redirect(url_for(".person", user_id=user_id))


@bp.post("/administration/people/<int:user_id>/roles/<int:grant_id>/end")
@confirmed
def take_role(user_id: int, grant_id: int) -> ResponseReturnValue:
    """End a role at once."""
    ensure(rules.may_administer(current_actor()))
    with transaction() as session:
        services.end_role(session, current_actor(), user_id, grant_id, now=clock.now())
    flash(str(_("The role is ended. What it allowed is over with the next click.")), "good")
    return redirect(url_for(".person", user_id=user_id))


@bp.post("/administration/people/<int:user_id>/sign-out")
@confirmed
def sign_out_person(user_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    ensure(rules.may_administer(current_actor()))
    with transaction() as session:
        services.sign_out_everywhere(session, current_actor(), user_id, trio_id=None, now=clock.now())
    flash(str(_("All sessions of this person have ended.")), "good")
    return redirect(url_for(".person", user_id=user_id))


@bp.post("/administration/people/<int:user_id>/second-factor/reset")
@confirmed
def reset_person(user_id: int) -> ResponseReturnValue:
    """Take the second factor from somebody who lost it."""
    ensure(rules.may_administer(current_actor()))
    with transaction() as session:
        services.reset_second_factor(session, current_actor(), user_id, trio_id=None, now=clock.now())
    flash(str(_("The second factor is reset. At the next sign-in the person sets up a new one.")), "good")
    return redirect(url_for(".person", user_id=user_id))


@bp.get("/administration/people/invite")
@confirmed
def invite_people() -> ResponseReturnValue:
    """The empty form of an invite to a role everywhere."""
    ensure(rules.may_administer(current_actor()))
    return _form(Form(raw={"language": "de"}))


@bp.post("/administration/people/invite")
@confirmed
def send_platform_invitations() -> ResponseReturnValue:
    """Send the invitations, or show everything that is wrong."""
    actor, form = current_actor(), Form.read(PlatformInviteIn())
    ensure(rules.may_administer(actor))
    wanted = _invite(form) if not form.errors else None
    if wanted is not None:
        form.errors = spoken(services.faults_of_invite(reading(), actor, wanted, now=clock.now()))
    if wanted is None or form.errors:
        return _form(form, 422)
    with transaction() as session:
        count = services.invite(session, actor, wanted, now=clock.now())
    flash(str(n_("The invitation is on its way.", "%(number)s invitations are on their way.", count)), "good")
    return redirect(url_for(".people", _anchor="invitations"))


@bp.post("/administration/people/invitations/<int:invitation_id>/resend")
@confirmed
def resend_platform_invitation(invitation_id: int) -> ResponseReturnValue:
    """Send it again: a new link, two more weeks."""
    ensure(rules.may_administer(current_actor()))
    with transaction() as session:
        invitations.resend(session, current_actor(), invitation_id, now=clock.now())
    flash(str(_("The invitation is on its way again. Only the new link works.")), "good")
    return redirect(url_for(".people", _anchor="invitations"))


@bp.post("/administration/people/invitations/<int:invitation_id>/revoke")
def revoke_platform_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take it back."""
    ensure(rules.may_administer(current_actor()))
    with transaction() as session:
        invitations.revoke_invitation(session, current_actor(), invitation_id, now=clock.now())
    flash(str(_("The invitation is taken back. Its link leads nowhere any more.")), "good")
    return redirect(url_for(".people", _anchor="invitations"))


def _invite(form: Form) -> services.Invite:
    return services.Invite(Offer(Role(form.data["role"])), tuple(form.data["emails"]), form.data["language"])


def _invited(session: Session) -> Page[Invited]:
    past, number = request.args.get("invitations") == "past", request.args.get("invitations_page", 1, type=int)
    everywhere = Invitation.role.in_(PLATFORM_ROLES)
    return offers.list_invitations(session, everywhere, now=clock.now(), past=past, number=number, size=20)


def _form(form: Form, status: int = 200) -> ResponseReturnValue:
    roles = [(role, ROLE_NAMES[role], ROLE_ALLOWS[role]) for role in PLATFORM_ROLES]
    return render_template("trios/administration_invite.html", form=form, labels=LABELS, roles=roles), status


def _person(user_id: int, form: Form, status: int = 200) -> ResponseReturnValue:
    session, actor, today = reading(), current_actor(), clock.local_date(clock.now())
    ensure(rules.may_administer(actor))
    found = queries.get_account(session, user_id, on=today)
    choices = queries.list_part_choices(session, on=today)
    offered = [(one.grant_id, one.offer) for one in found.held]
    page = render_template(
        "trios/administration_person.html", found=found, form=form, labels=LABELS, names=ROLE_NAMES,
        allows=ROLE_ALLOWS, is_me=user_id == actor.user_id,
        roles=[(role, ROLE_NAMES[role]) for role in (*PLATFORM_ROLES, *TRIO_ROLES)],
        parts=[(one.partnership_id, f"{one.trio}: {one.partner}") for one in choices],
        verdicts=list_end_verdicts(session, actor, user_id, offered, on=today),
        may_sign_out=rules.may_sign_out(actor, user_id, is_member=False),
        may_reset=may_reset_factors(actor, user_id, [Grant(one.role, one.trio_id) for one in found.held]),
    )  # fmt: skip
    return page, status
