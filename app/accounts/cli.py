"""``flask accounts invite-administrator``: the first person who may appoint others."""

import click
from flask import current_app, url_for
from flask.cli import AppGroup
from marshmallow import ValidationError

from app.accounts.services.invitations import invite_administrator
from app.kit import clock
from app.kit.errors import DomainError
from app.web.db import transaction
from app.web.schemas import EmailAddress

group = AppGroup("accounts", help="People and their roles.")


@group.command("invite-administrator")
@click.argument("email")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Of the mail.")
def invite(email: str, language: str) -> None:
    """Invite an administrator of the platform: posts the mail, and prints the link for where no mail arrives yet."""
    try:
        address = EmailAddress().deserialize(email.strip())
        with transaction() as session:
            token = invite_administrator(session, address, language=language, now=clock.now())
    except (DomainError, ValidationError) as refusal:
        reason = refusal.messages[0] if isinstance(refusal, ValidationError) else refusal
        raise click.ClickException(str(reason)) from refusal
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"] or None):
        click.echo(url_for("accounts.invitation", token=token, _external=True))
    click.echo("Works once, for 14 days. A mail with the same link is on its way.")
