"""Reading the forms that invite people."""

import pytest
from marshmallow import ValidationError

from app.accounts.schemas.invitations import MOST_ADDRESSES, InviteIn

REST = {"role": "author", "organisation_id": "5"}


@pytest.mark.parametrize(
    "typed, found",
    [
        ("a@firma.de", ["a@firma.de"]),
        ("a@firma.de\r\n\r\n  B@Firma.DE  \n", ["a@firma.de", "b@firma.de"]),
        ("a@firma.de; b@firma.de, c@firma.de", ["a@firma.de", "b@firma.de", "c@firma.de"]),
        ("Jana Meier <j.meier@firma.de>; A <a@firma.de>", ["j.meier@firma.de", "a@firma.de"]),
        ("a@firma.de\nA@firma.de", ["a@firma.de"]),
    ],
    ids=["one", "lines", "in a row", "as a mail program copies", "twice"],
)
def test_addresses_are_read_as_people_paste_them(typed, found):
    assert InviteIn().load({"emails": typed, **REST})["emails"] == found


def test_all_faults_are_told_at_once_each_with_its_line():
    with pytest.raises(ValidationError) as told:
        InviteIn().load({"emails": "good@firma.de\nnobody\n\nalso wrong@firma.de\nmüller@firma.de", **REST})
    assert [str(fault)[:7] for fault in told.value.messages_dict["emails"]] == ["Line 2:", "Line 4:", "Line 5:"]
    assert "This is not an e-mail address." in str(told.value.messages_dict["emails"][0])


def test_one_form_does_not_mail_a_whole_town():
    def load(count):
        return InviteIn().load({"emails": "\n".join(f"p{number}@firma.de" for number in range(count)), **REST})

    assert len(load(MOST_ADDRESSES)["emails"]) == MOST_ADDRESSES
    with pytest.raises(ValidationError):
        load(MOST_ADDRESSES + 1)


@pytest.mark.parametrize("role", ["hr_contact", "programme_office", "site_admin", "", "king"])
def test_the_form_of_a_trio_offers_its_own_roles_alone(role):
    with pytest.raises(ValidationError) as told:
        InviteIn().load({"emails": "a@firma.de", "role": role, "organisation_id": "5"})
    assert set(told.value.messages_dict) == {"role"}
