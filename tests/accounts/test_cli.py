"""The first administrator, from the command line."""

import pytest
from sqlalchemy import select

from app.accounts.models import Invitation
from app.kit.actors import Role
from app.kit.outbox import Message


@pytest.fixture
def run(flask_app, client):
    """Runs a command in the test's transaction (through ``client``)."""
    return lambda *words: flask_app.test_cli_runner().invoke(args=["accounts", *words])


def test_inviting_the_first_administrator_prints_the_link(run, session):
    answer = run("invite-administrator", "Root@Platform.example", "--language", "en")
    found = session.scalars(select(Invitation)).one()
    mail = session.scalars(select(Message)).one().payload
    assert answer.exit_code == 0
    assert f"http://localhost/invitations/{mail['values']['token']}\n" in answer.output
    assert (found.email, found.role, found.invited_by) == ("root@platform.example", Role.SITE_ADMIN, None)
    assert (mail["to"], mail["language"]) == ("root@platform.example", "en")


def test_what_is_no_address_is_refused_in_one_line(run):
    answer = run("invite-administrator", "root")
    assert answer.exit_code == 1
    assert "Error: This is not an e-mail address." in answer.output


def test_who_is_one_already_is_told_so(run, make):
    make.user(Role.SITE_ADMIN, email="root@platform.example")
    answer = run("invite-administrator", "root@platform.example")
    assert answer.exit_code == 1
    assert "holds this role already" in answer.output
