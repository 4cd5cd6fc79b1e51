"""The people of a Trio: who holds which role, and invitations."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.models import Invitation
from app.accounts.queries import invitations as offers
from app.accounts.queries.invitations import Invited
from app.accounts.rules.invitations import ROLE_ALLOWS, ROLE_NAMES, STATE_NAMES, TRIO_ROLES, Offer
from app.accounts.schemas.invitations import InviteIn
from app.accounts.services import invitations
from app.kit import clock
from app.kit.actors import Role
from app.kit.paging import Page
from app.kit.text import Text, _, n_
from app.trios.models import Trio
from app.trios.pages import bp
from app.trios.queries import get_managed_trio
from app.trios.queries import members as queries
from app.trios.queries.members import Present, Wanted
from app.trios.rules import members as rules
from app.trios.rules.partnerships import roles_for
from app.trios.services import members as services
from app.web.db import reading, transaction
from app.web.forms import Form
from app.web.identity import confirmed, current_actor

LABELS: dict[str, Text] = {
    "emails": _("E-mail addresses"),
    "role": _("Role"),
    "organisation_id": _("Partner"),
    "language": _("Language of the mail"),
}


@bp.get("/trios/<slug>/people")
def members(slug: str) -> ResponseReturnValue:
    """Who holds which role for which partner, and who is invited."""
    session, today = reading(), clock.local_date(clock.now())
    trio, wanted = get_managed_trio(session, current_actor(), slug), _wanted()
    page = queries.list_members(session, trio.id, wanted, on=today, number=request.args.get("page", 1, type=int))
    return render_template(
        "trios/members.html", trio=trio, wanted=wanted, page=page, names=ROLE_NAMES, states=STATE_NAMES,
        roles=[(role, ROLE_NAMES[role]) for role in rules.ROLE_ORDER],
        partners=[(one.organisation_id, one.name) for one in queries.list_present(session, trio.id, on=today)],
        invited=_invited(session, trio.id), invitations_past=request.args.get("invitations") == "past",
    )  # fmt: skip


@bp.get("/trios/<slug>/people/invite")
@confirmed
def invite_members(slug: str) -> ResponseReturnValue:
    """The empty form of an invite."""
    trio = get_managed_trio(reading(), current_actor(), slug)
    return _form(trio, Form(raw={"language": "de"}))


@bp.post("/trios/<slug>/people/invite")
@confirmed
def send_invitations(slug: str) -> ResponseReturnValue:
    """Send the invitations, or show everything that is wrong."""
    actor, trio = current_actor(), get_managed_trio(reading(), current_actor(), slug)
    form = Form.read(InviteIn())
    wanted = _invite(trio, form) if not form.errors else None
    if wanted is not None:
        form.errors = spoken(services.faults_of_invite(reading(), actor, wanted, now=clock.now()))
    if wanted is None or form.errors:
        return _form(trio, form, 422)
    with transaction() as session:
        count = services.invite(session, actor, wanted, now=clock.now())
    flash(str(n_("The invitation is on its way.", "%(number)s invitations are on their way.", count)), "good")
    return redirect(url_for(".members", slug=slug, _anchor="invitations"))


@bp.post("/trios/<slug>/people/invitations/<int:invitation_id>/resend")
@confirmed
def resend_invitation(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Send it again: a new link, two more weeks."""
    with transaction() as session:
        get_managed_trio(session, current_actor(), slug)
        invitations.resend(session, current_actor(), invitation_id, now=clock.now())
    flash(str(_("The invitation is on its way again. Only the new link works.")), "good")
    return redirect(url_for(".members", slug=slug, _anchor="invitations"))


@bp.post("/trios/<slug>/people/invitations/<int:invitation_id>/revoke")
def revoke_invitation(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take it back."""
    with transaction() as session:
        get_managed_trio(session, current_actor(), slug)
        invitations.revoke_invitation(session, current_actor(), invitation_id, now=clock.now())
    flash(str(_("The invitation is taken back. Its link leads nowhere any more.")), "good")
    return redirect(url_for(".members", slug=slug, _anchor="invitations"))


def spoken(faults: dict[str, list[Text]]) -> dict[str, list[str]]:
    """Faults by field, in the reader's language."""
    return {name: [str(fault) for fault in told] for name, told in faults.items()}


def _wanted() -> Wanted:
    """What the reader narrowed the list to; what makes no sense is left out."""
    asked = request.args
    role = asked.get("role", "")
    return Wanted(
        words=" ".join(asked.get("q", "").split())[:100],
        role=Role(role) if role in set(TRIO_ROLES) else None,
        organisation_id=asked.get("partner", type=int),
        past=asked.get("show") == "past",
    )


def _invited(session: Session, trio_id: int) -> Page[Invited]:
    past, number = request.args.get("invitations") == "past", request.args.get("invitations_page", 1, type=int)
    return offers.list_invitations(
        session, Invitation.trio_id == trio_id, now=clock.now(), past=past, number=number, size=20
    )


def _invite(trio: Trio, form: Form) -> services.Invite:
    said = form.data
    offer = Offer(Role(said["role"]), trio.id, organisation_id=said["organisation_id"])
    return services.Invite(offer, tuple(said["emails"]), said["language"])


def _form(trio: Trio, form: Form, status: int = 200) -> ResponseReturnValue:
    partners = queries.list_present(reading(), trio.id, on=clock.local_date(clock.now()))
    page = render_template(
        "trios/members_invite.html", trio=trio, form=form, labels=LABELS,
        roles=[(role, ROLE_NAMES[role], ROLE_ALLOWS[role]) for role in rules.ROLE_ORDER],
        partners=[(one.organisation_id, _partner_label(one)) for one in partners],
    )  # fmt: skip
    return page, status


def _partner_label(one: Present) -> str:
    """The partner with the roles its people can hold, so that the two choices fit at the first try."""
    return (
        f"{one.name} ({', '.join(str(ROLE_NAMES[role]) for role in rules.ROLE_ORDER if role in roles_for(one.kind))})"
    )
