import pytest
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from app.kit.text import _
from app.web.forms import Form
from app.web.schemas import Whole, length


class CompanyIn(Schema):
    name = fields.String(required=True, validate=length(2, 10))
    seats = Whole(validate=validate.Range(1, error=str(_("At least one."))))
    days = fields.List(fields.String(validate=length(2, 2)))
    agrees = fields.Boolean(load_default=False)


@pytest.fixture
def read(flask_app):
    def _read(*typed):
        english = {"Accept-Language": "en"}
        with flask_app.test_request_context("/", method="POST", data=MultiDict(typed), headers=english):
            return Form.read(CompanyIn())

    return _read


def test_what_was_typed_and_what_it_means(read):
    form = read(("name", "  Zellwerk "), ("seats", "12"), ("days", "mo"), ("days", "di"), ("agrees", "true"))
    assert form.errors == {}
    assert form.data == {"name": "Zellwerk", "seats": 12, "days": ["mo", "di"], "agrees": True}
    assert form.raw == {"name": "Zellwerk", "seats": "12", "days": ["mo", "di"], "agrees": "true"}


def test_a_blank_field_counts_as_absent(read):
    form = read(("name", "  \t"), ("seats", ""), ("days", ""), ("days", "mo"))
    assert form.raw == {"days": ["mo"]}
    assert form.errors == {"name": ["This is missing."]}


def test_what_is_wrong_is_said_by_field_and_nothing_typed_is_lost(read):
    form = read(("name", "Z"), ("seats", "zwölf"), ("days", "mo"), ("days", "sunday"))
    assert form.data == {}
    assert form.errors == {
        "name": ["Between 2 and 10 characters."],
        "seats": ["This is not a whole number."],
        "days": ["Between 2 and 2 characters."],
    }
    assert form.raw == {"name": "Z", "seats": "zwölf", "days": ["mo", "sunday"]}


def test_several_values_of_a_single_field_count_once_and_unknown_fields_not_at_all(read):
    form = read(("name", "first"), ("name", "second"), ("role", "site_admin"))
    assert form.data == {"name": "first", "agrees": False}
    assert form.raw == {"name": "first"}


def test_zero_bytes_are_left_out(read):
    assert read(("name", "Zell\x00werk"), ("days", "m\x00o")).data["name"] == "Zellwerk"


def test_an_empty_form():
    assert (Form().raw, Form().data, Form().errors) == ({}, {}, {})
