"""The words of the register."""

from typing import Any

import pytest

from app.kit.personal import MAILS, Column, Emptied, Erasure, Path, Table, emptied, secret
from app.kit.text import _


@pytest.mark.parametrize(
    "said,path",
    [
        ("user_id", Path("user_id", None, (), "id")),
        ("id -> attempts.place_id -> places.user_id",
         Path("id", None, (("attempts", "place_id"), ("places", "user_id")), "id")),
        ("ref = users.key", Path("ref", None, (), "key")),
        ("payload.to = users.email", Path("payload", "to", (), "email")),
        ("payload.user_id", Path("payload", "user_id", (), "id")),
    ],
)  # fmt: skip
def test_a_path_is_read(said, path):
    assert Path.parse(said) == path


@pytest.mark.parametrize("said", ["ref = users.name", "ref = trios.id", "a = users.key -> b.c"])
def test_what_leads_to_no_person_is_no_path(said):
    with pytest.raises(ValueError, match="is not a path"):
        Path.parse(said)


def test_a_column_says_what_it_means_and_what_becomes_of_it():
    columns: dict[str, Any] = {"plain": _("plain"), "hidden": secret(_("hidden")), "gone": emptied(_("gone"), value=0)}
    table = Table("rows", _("rows"), MAILS, "mails", Erasure.KEEP, columns, things=("number",))
    assert table.column("plain") == Column(_("plain"))
    assert table.column("hidden").is_secret
    assert table.column("gone").emptied == Emptied(0)
    assert "not about a person" in str(table.column("number").meaning)
