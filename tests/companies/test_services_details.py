from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.companies import queries, services
from app.companies.models import CompanyContact
from app.companies.rules import AidKind
from app.companies.services import Detail
from app.kit import audit
from app.kit.errors import NotFound
from tests.companies.conftest import keeper
from tests.conftest import rows
from tests.factories import NOON

VALUES: dict[Detail, dict[str, Any]] = {
    Detail.SITES: {"street": "", "postcode": "02977", "city": "Hoyerswerda", "nuts3": None, "note": "Hall"},
    Detail.CONTACTS: {"name": "Yasemin Kaya", "email": "y@firma.example", "source": "Web page", "wants_news": None},
    Detail.AIDS: {
        "kind": AidKind.DE_MINIMIS, "amount": Decimal("10.50"), "granted_on": date(2025, 5, 5), "grantor": "Bank",
    },
}  # fmt: skip
CHANGES: dict[Detail, dict[str, Any]] = {
    Detail.SITES: {"city": "Kamenz"},
    Detail.CONTACTS: {"wants_news": True, "asked_on": date(2026, 1, 1)},
    Detail.AIDS: {"amount": Decimal(11)},
}


@pytest.mark.parametrize("detail", Detail)
def test_noted_corrected_taken_out(make, session, detail):
    trio, manager = keeper(make)
    company = make.registered(trio)
    given = (session, manager, trio.id, company.id, detail)
    row_id = services.add_detail(*given, VALUES[detail], now=NOON)
    assert services.add_detail(*given, VALUES[detail], now=NOON) == row_id, "sent twice, noted once"
    services.change_detail(*given, row_id, CHANGES[detail], now=NOON)
    row = services.get_detail(*given, row_id)
    for name, value in (VALUES[detail] | CHANGES[detail]).items():
        assert getattr(row, name) == value
    services.remove_detail(*given, row_id, now=NOON)
    for attempt in (
        lambda: services.get_detail(*given, row_id),
        lambda: services.change_detail(*given, row_id, {}, now=NOON),
        lambda: services.remove_detail(*given, row_id, now=NOON),
    ):
        with pytest.raises(NotFound):
            attempt()
    audit.seal(session)
    entries = session.scalars(select(audit.Entry).order_by(audit.Entry.number)).all()
    noun = detail.value.removesuffix("s")
    assert [entry.action for entry in entries] == [f"{noun}.{done}" for done in ("added", "changed", "removed")]
    assert not any(text in str([(entry.old, entry.new) for entry in entries]) for text in ("Yasemin", "firma", "Hall"))


@pytest.mark.parametrize("detail", Detail)
def test_what_another_trio_noted_is_out_of_reach(make, session, detail):
    trio, manager = keeper(make)
    other = make.trio()
    company = make.registered(trio)
    make.registered(other, company)
    theirs = {Detail.SITES: make.site, Detail.CONTACTS: make.contact, Detail.AIDS: make.aid}[detail](other, company)
    for trio_id in (trio.id, other.id):
        given = (session, manager, trio_id, company.id, detail)
        with pytest.raises(NotFound):
            services.get_detail(*given, theirs.id)
        with pytest.raises(NotFound):
            services.change_detail(*given, theirs.id, CHANGES[detail], now=NOON)
        with pytest.raises(NotFound):
            services.remove_detail(*given, theirs.id, now=NOON)
    with pytest.raises(NotFound):
        services.add_detail(session, manager, other.id, company.id, detail, VALUES[detail], now=NOON)


def test_a_contact_of_one_company_is_not_reached_through_another(make, session):
    trio, manager = keeper(make)
    company, second = make.registered(trio), make.registered(trio)
    contact = make.contact(trio, company)
    with pytest.raises(NotFound):
        services.get_detail(session, manager, trio.id, second.id, Detail.CONTACTS, contact.id)
    assert rows(session, CompanyContact) == 1


def test_a_twin_is_the_same_in_everything(make, session):
    trio, manager = keeper(make)
    company = make.registered(trio)
    first = services.add_detail(session, manager, trio.id, company.id, Detail.SITES, VALUES[Detail.SITES], now=NOON)
    other = VALUES[Detail.SITES] | {"note": "Office"}
    assert services.add_detail(session, manager, trio.id, company.id, Detail.SITES, other, now=NOON) != first
    assert len(queries.get_details(session, manager, trio.id, company.id).sites) == 2
