"""One person of a Trio: ending roles, helping who is locked out; and one's own roles."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.rules.factors import may_reset_factors
from app.accounts.rules.invitations import ROLE_ALLOWS, ROLE_NAMES, Offer
from app.kit import clock
from app.kit.actors import Grant
from app.kit.text import _
from app.trios.pages import bp
from app.trios.queries import administrators, get_managed_trio
from app.trios.queries import members as queries
from app.trios.queries.roles import list_end_verdicts
from app.trios.rules import members as rules
from app.trios.services import members as services
from app.web.db import reading, transaction
from app.web.identity import confirmed, current_actor


@bp.get("/trios/<slug>/people/<int:user_id>")
def member(slug: str, user_id: int) -> ResponseReturnValue:
    """One person: their roles in this Trio, and what can be done for them."""
    session, actor, today = reading(), current_actor(), clock.local_date(clock.now())
    trio = get_managed_trio(session, actor, slug)
    found = queries.get_member(session, trio.id, user_id, on=today)
    everywhere = administrators.get_account(session, user_id, on=today).held
    return render_template(
        "trios/members_person.html", trio=trio, found=found, names=ROLE_NAMES, allows=ROLE_ALLOWS,
        verdicts=list_end_verdicts(
            session, actor, user_id, [(each.grant_id, Offer(each.role, trio.id)) for each in found.held], on=today
        ),
        may_sign_out=rules.may_sign_out(actor, user_id, is_member=bool(found.held)),
        may_reset=may_reset_factors(actor, user_id, [Grant(each.role, each.trio_id) for each in everywhere]),
    )  # fmt: skip


@bp.post("/trios/<slug>/people/<int:user_id>/roles/<int:grant_id>/end")
@confirmed
def end_role(slug: str, user_id: int, grant_id: int) -> ResponseReturnValue:
    """End a role at once."""
    actor, now = current_actor(), clock.now()
    with transaction() as session:
        trio = get_managed_trio(session, actor, slug)
        services.end_role(session, actor, user_id, grant_id, trio_id=trio.id, now=now)
    flash(str(_("The role is ended. What it allowed is over with the next click.")), "good")
    return redirect(url_for("home.mine") if user_id == actor.user_id else url_for(".members", slug=slug))


@bp.post("/trios/<slug>/people/<int:user_id>/sign-out")
@confirmed
def sign_out_member(slug: str, user_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    with transaction() as session:
        trio = get_managed_trio(session, current_actor(), slug)
        services.sign_out_everywhere(session, current_actor(), user_id, trio_id=trio.id, now=clock.now())
    flash(str(_("All sessions of this person have ended.")), "good")
    return redirect(url_for(".member", slug=slug, user_id=user_id))


@bp.post("/trios/<slug>/people/<int:user_id>/second-factor/reset")
@confirmed
def reset_member(slug: str, user_id: int) -> ResponseReturnValue:
    """Take the second factor from somebody who lost it."""
    with transaction() as session:
        trio = get_managed_trio(session, current_actor(), slug)
        services.reset_second_factor(session, current_actor(), user_id, trio_id=trio.id, now=clock.now())
    flash(str(_("The second factor is reset. At the next sign-in the person sets up a new one.")), "good")
    return redirect(url_for(".member", slug=slug, user_id=user_id))


@bp.get("/account/roles")
def my_roles() -> ResponseReturnValue:
    """The own roles, what they allow, and giving one up."""
    session, actor, today = reading(), current_actor(), clock.local_date(clock.now())
    held = administrators.list_my_roles(session, actor.user_id, on=today)
    offers = [(one.grant_id, one.offer) for one in held]
    verdicts = list_end_verdicts(session, actor, actor.user_id, offers, on=today)
    return render_template(
        "trios/members_mine.html", held=held, names=ROLE_NAMES, allows=ROLE_ALLOWS, verdicts=verdicts
    )


@bp.post("/account/roles/<int:grant_id>/end")
@confirmed
def give_up_role(grant_id: int) -> ResponseReturnValue:
    """Give an own role up."""
    actor = current_actor()
    with transaction() as session:
        services.end_role(session, actor, actor.user_id, grant_id, now=clock.now())
    flash(str(_("The role is given up.")), "good")
    return redirect(url_for(".my_roles"))
