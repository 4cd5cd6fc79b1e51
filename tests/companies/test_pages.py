"""What the keepers of a register see and do, and what nobody else sees."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.accounts.models import User
from app.companies import queries, schemas
from app.companies.models import Company, CompanyContact, TrioCompany
from app.companies.pages.words import LABELS
from app.companies.rules import Origin, Relation, SizeBasis, SizeClass
from app.kit.actors import Role
from app.kit.outbox import Message
from tests.conftest import rows
from tests.counting import statements
from tests.factories import as_actor
from tests.reading import says_number

HOSTILE = "<script>alert('x')</script> & Söhne \N{RIGHT-TO-LEFT OVERRIDE}GmbH"


@pytest.fixture
def trio(make):
    return make.trio(name="Lausitz")


@pytest.fixture
def desk(sign_in, make, trio):
    return sign_in(make.user(Role.CLUSTER_MANAGER, trio=trio))


def test_the_register(desk, make, trio):
    make.registered(trio, make.company(name="Zellwerk GmbH", city="Kamenz", nace="27.20", nuts3="DED2C"))
    make.registered(trio, make.company(name="Getippt", city=""), origin=Origin.ENROLMENT, is_checked=False)
    make.registered(make.trio(), make.company(name="Elsewhere"))
    page = desk.get("/companies")
    assert page.status_code == 200
    for said in (
        "Zellwerk GmbH",
        "Kamenz",
        "Manufacture of batteries",
        "Bautzen",
        "from an enrolment",
        "city not known",
        "2 companies",
    ):
        assert said in page.text
    assert "Elsewhere" not in page.text
    assert 'href="/companies" aria-current="page"' in " ".join(page.text.split())


def test_a_register_costs_the_same_at_one_and_at_many_companies(desk, make, trio, connection):
    make.registered(trio)
    desk.get("/companies")
    with statements(connection) as few:
        desk.get("/companies")
    for _ in range(30):
        make.registered(trio)
    with statements(connection) as many:
        desk.get("/companies")
    assert len(few) == len(many)


def test_filters_stay_in_links_and_forms(desk, make, trio):
    for name in ("Zellwerk", "Presswerk"):
        make.registered(trio, make.company(name=name))
    page = desk.get("/companies?q=zell&size=small&state=&activity=&region=bautzen&sort=-name")
    assert "Zellwerk" in page.text
    assert "Presswerk" not in page.text
    assert 'href="/companies.csv?q=zell&amp;size=small&amp;region=bautzen&amp;sort=-name"' in page.text
    assert 'value="DED2C"' in page.text
    assert desk.get("/companies?size=huge&page=x&sort=%00&q=%00&region=<b>").status_code == 200
    assert "No company fits" in desk.get("/companies?q=nobody").text


def test_an_empty_register_says_what_to_do(desk):
    assert "No companies yet" in desk.get("/companies").text


def test_several_registers_are_chosen_from(sign_in, make, trio):
    other = make.trio(name="Ostalb")
    make.registered(other, make.company(name="Donaurad"))
    admin = sign_in(make.user(Role.SITE_ADMIN))
    page = admin.get(f"/companies?trio={other.slug}")
    assert "Donaurad" in page.text
    assert f'<option value="{other.slug}" selected>' in " ".join(page.text.split())
    assert f"/companies/new?trio={other.slug}" in page.text


# ---- files


@pytest.fixture
def odd(make, trio):
    names = [
        "=HYPERLINK(1)",
        "+49 Bau",
        'Müller; "Söhne"',
        "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH PLUS SIGN}1",
        "Zeile GmbH",
    ]
    for name in names:
        make.registered(trio, make.company(name=name, city="Kamenz", nace="27.20"))
    return names


def test_the_register_as_csv_opens_in_a_spreadsheet_and_runs_nothing(desk, odd):
    answer = desk.get("/companies.csv", headers={"Accept-Language": "de"})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert {row[0] for row in table[1:]} == {
        "'=HYPERLINK(1)",
        "'+49 Bau",
        'Müller; "Söhne"',
        "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH PLUS SIGN}1",
        "Zeile GmbH",
    }
    assert table[0][0] == "Name"
    assert all(len(row) == len(table[0]) for row in table)


def test_the_register_as_xlsx_holds_texts_exactly_as_they_are(desk, odd):
    answer = desk.get("/companies.xlsx?q=bau")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows()] == ["Name", "+49 Bau"]
    whole = load_workbook(io.BytesIO(desk.get("/companies.xlsx").data)).worksheets[0]
    assert {row[0].value for row in whole.iter_rows(min_row=2)} == set(odd)
    assert {cell.data_type for row in whole.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_files_are_for_keepers_alone(sign_in, make, trio):
    for role in (Role.TRAINER, Role.PROGRAMME_OFFICE):
        someone = sign_in(make.user(role, trio=trio))
        assert someone.get("/companies.csv").status_code == 403
        assert someone.get(f"/companies.xlsx?trio={trio.slug}").status_code == 403


# ---- adding


def test_a_company_is_added(desk, session, trio):
    answer = desk.post(
        "/companies/new",
        data={
            "name": " Zellwerk   GmbH ",
            "city": "Kamenz",
            "nuts3": "bautzen",
            "nace": "2720",
            "website": "zellwerk.de",
        },
    )
    company = session.scalars(select(Company)).one()
    assert answer.headers["Location"] == f"/companies/{company.id}"
    assert (company.name, company.nuts3, company.nace, company.website) == (
        "Zellwerk GmbH",
        "DED2C",
        "27.20",
        "https://zellwerk.de",
    )
    assert "stands in your register" in desk.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    "typed,said",
    [
        ({}, "This is missing"),
        ({"name": "x" * 201}, "Between 2 and 200"),
        ({"name": "Zellwerk", "nuts3": "Nowhere"}, "We do not know this region"),
        ({"name": "Zellwerk", "nace": "99.99"}, "We do not know this code"),
        ({"name": "Zellwerk", "website": "javascript://x.y/%0aalert(1)"}, "not a web address"),
        ({"name": "Zellwerk", "website": "http://[x"}, "not a web address"),
    ],
)
def test_a_faulty_form_comes_back_with_what_was_typed(desk, session, typed, said):
    page = desk.post("/companies/new", data={"city": "Kamenz"} | typed)
    assert page.status_code == 422
    assert said in page.text
    assert 'value="Kamenz"' in page.text
    assert rows(session, Company) == 0


def test_one_that_looks_alike_is_asked_about_first(desk, session, make, trio):
    mine = make.registered(trio, make.company(name="Presswerk Lindwitz GmbH", city="Kamenz"))
    theirs = make.company(name="Presswerk Lindwitz KG", city="Kamenz")
    typed = {"name": "Presswerk Lindwiz", "city": "Kamenz"}
    page = desk.post("/companies/new", data=typed)
    assert page.status_code == 409
    assert "Is it one of these?" in page.text
    assert f'href="/companies/{mine.id}"' in page.text
    assert f'action="/companies/{theirs.id}/entry"' in page.text
    assert 'value="Presswerk Lindwiz"' in page.text
    assert rows(session, Company) == 2
    desk.post(f"/companies/{theirs.id}/entry")
    assert session.get(TrioCompany, (trio.id, theirs.id)).is_checked
    assert desk.post("/companies/new", data=typed | {"sure": "true"}).status_code == 302
    assert rows(session, Company) == 3


def test_a_hostile_name_is_a_name(desk, session, trio):
    answer = desk.post("/companies/new", data={"name": HOSTILE})
    page = desk.get(answer.headers["Location"])
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; Söhne GmbH" in page.text
    assert desk.get("/companies").status_code == desk.get("/companies/duplicates").status_code == 200


# ---- one company


@pytest.fixture
def company(make, trio):
    return make.registered(trio, make.company(name="Zellwerk GmbH", city="Kamenz"))


def test_a_company_with_all_that_is_known(desk, make, trio, company, session):
    make.contact(trio, company, name="Yasemin Kaya")
    make.site(trio, company, street="Am Speicher 4")
    make.aid(trio, company, grantor="Aufbaubank")
    related = [{"name": "North", "share": "50", "headcount": "60", "turnover": None, "balance": None}]
    make.figures(trio, company, 2024, headcount=240, relation=Relation.PARTNER, related=related)
    make.figures(trio, company, 2023, headcount=180)
    page = desk.get(f"/companies/{company.id}")
    assert page.status_code == 200
    for said in (
        "Zellwerk GmbH", "Yasemin Kaya", "Am Speicher 4", "Aufbaubank", "50 to 499 people",
        "one year alone changes nothing", "Regulation (EU) 2023/2831", "299,000", "figures of another Trio decide",
    ):  # fmt: skip
        assert said in page.text, said
    assert "240 + 50\N{NARROW NO-BREAK SPACE}% · 60 = 270" in page.text
    assert "Nobody has enrolled" in page.text


def test_an_entry_that_nobody_looked_at(desk, make, trio, session):
    company = make.registered(trio, origin=Origin.ENROLMENT, is_checked=False)
    assert "Nobody has looked at this entry yet" in desk.get(f"/companies/{company.id}").text
    desk.post(f"/companies/{company.id}/entry")
    assert "Nobody has looked" not in desk.get(f"/companies/{company.id}").text


def test_facts_are_changed(desk, company):
    page = desk.get(f"/companies/{company.id}/edit")
    assert 'value="Zellwerk GmbH"' in page.text
    assert desk.post(f"/companies/{company.id}/edit", data={"name": ""}).status_code == 422
    answer = desk.post(f"/companies/{company.id}/edit", data={"name": "Zellwerk AG", "city": "Kamenz"})
    assert answer.headers["Location"] == f"/companies/{company.id}"
    assert company.name == "Zellwerk AG"


def test_a_note(desk, company, session, trio):
    desk.post(f"/companies/{company.id}/note", data={"note": "Ring <b>first</b>", "is_mine": "true"})
    page = desk.get(f"/companies/{company.id}")
    assert "Ring &lt;b&gt;first&lt;/b&gt;" in page.text
    assert "Looked after by" in page.text
    faulty = desk.post(f"/companies/{company.id}/note", data={"note": "x" * 2001})
    assert (faulty.status_code, "x" * 2001 in faulty.text) == (422, True)


def test_a_company_is_taken_out(desk, company, make, trio):
    assert desk.post(f"/companies/{company.id}/removal").headers["Location"] == "/companies"
    assert desk.get(f"/companies/{company.id}").status_code == 404
    busy = make.registered(trio, has_enrolments=True)
    assert "So it stays in the register" in desk.get(f"/companies/{busy.id}").text
    assert desk.post(f"/companies/{busy.id}/removal").status_code == 409


# ---- figures


FIGURES = {
    "year": "2025", "headcount": "1.234,5", "turnover": "50,01", "balance": "43,01", "relation": "autonomous",
    "basis": "checked", "stated_on": "2026-03-01", "evidence": "Folder K-17",
}  # fmt: skip


def test_figures_give_a_size_class(desk, company, session, trio):
    assert desk.get(f"/companies/{company.id}/figures/new").status_code == 200
    answer = desk.post(f"/companies/{company.id}/figures", data=FIGURES)
    assert answer.headers["Location"] == f"/companies/{company.id}#size"
    assert (company.size_class, company.size_basis) == (SizeClass.LARGE, SizeBasis.CHECKED)
    page = desk.get(f"/companies/{company.id}")
    assert "1,234.5" in page.text
    form = desk.get(f"/companies/{company.id}/figures/2025", headers={"Accept-Language": "de"})
    assert 'value="1234,5"' in form.text
    assert 'value="50,01"' in form.text
    desk.post(f"/companies/{company.id}/figures/2025/removal")
    assert company.size_class is SizeClass.UNCHECKED
    assert desk.get(f"/companies/{company.id}/figures/2025").status_code == 404


def test_a_group_is_typed_in_rows_and_comes_back(desk, company):
    typed = FIGURES | {
        "headcount": "240", "relation": "partner", "is_new_owner": "true", "public_share": "10",
        "name_3": "Nord", "share_3": "50", "headcount_3": "60", "turnover_3": "1,5", "balance_3": "2",
    }  # fmt: skip
    assert desk.post(f"/companies/{company.id}/figures", data=typed).status_code == 302
    form = desk.get(f"/companies/{company.id}/figures/2025").text
    for value in ('value="Nord"', 'value="50"', 'value="60"', 'value="1.5"', 'value="10"'):
        assert value in form
    assert 'name="is_new_owner" value="true" checked' in " ".join(form.split())


@pytest.mark.parametrize(
    "typed,said",
    [
        ({"headcount": ""}, "This is missing"),
        ({"headcount": "many"}, "not a number"),
        ({"headcount": "-3"}, "may not be negative"),
        ({"turnover": "1.234"}, "read in two ways"),
        ({"turnover": "9999999999"}, "too large"),
        ({"headcount": "1,234567"}, "At most 2 decimals"),
        ({"public_share": "101"}, "too large"),
        ({"year": "1066"}, "Between 1990 and 2100"),
        ({"name_1": "Nord"}, "How many percent?"),
        ({"share_1": "25"}, "is not independent"),
        ({"basis": "guessed"}, "Choose one of the values"),
        ({"stated_on": "yesterday"}, "This is not a date"),
    ],
)
def test_faulty_figures_come_back(desk, company, session, typed, said):
    page = desk.post(f"/companies/{company.id}/figures", data=FIGURES | typed)
    assert page.status_code == 422
    assert said in page.text
    assert 'value="Folder K-17"' in page.text


# ---- sites, contacts, aid


TYPED = {
    "sites": {"city": "Hoyerswerda", "postcode": "02977", "nuts3": "DED2C"},
    "contacts": {
        "name": "Yasemin Kaya",
        "email": "y@firma.example",
        "source": "Web page",
        "wants_news": "true",
        "asked_on": "2026-01-01",
    },
    "aids": {"kind": "de_minimis", "amount": "12.500,50", "granted_on": "2025-05-05", "grantor": "Aufbaubank"},
}
FAULTY = {
    "sites": ({"city": ""}, "This is missing"),
    "contacts": ({"asked_on": ""}, "On which day"),
    "aids": ({"granted_on": "1066-01-01"}, "Between 1990 and 2100"),
}


@pytest.mark.parametrize("kind", TYPED)
def test_details_are_noted_corrected_and_taken_out(desk, company, session, trio, kind):
    base = f"/companies/{company.id}/{kind}"
    assert desk.get(f"{base}/new").status_code == 200
    fault, said = FAULTY[kind]
    faulty = desk.post(f"{base}/new", data=TYPED[kind] | fault)
    assert (faulty.status_code, said in faulty.text) == (422, True)
    assert desk.post(f"{base}/new", data=TYPED[kind]).headers["Location"] == f"/companies/{company.id}#{kind}"
    found = queries.get_details(session, keeper_of(session), trio.id, company.id)
    row: Any = {"sites": found.sites, "contacts": found.contacts, "aids": found.aids}[kind][0]
    form = desk.get(f"{base}/{row.id}")
    assert form.status_code == 200
    first = next(value for value in TYPED[kind].values() if value not in {"de_minimis", "true"})
    assert f'value="{first}"' in form.text or 'value="12500.5"' in form.text
    assert desk.post(f"{base}/{row.id}", data=TYPED[kind] | fault).status_code == 422
    assert desk.post(f"{base}/{row.id}", data=TYPED[kind]).status_code == 302
    assert desk.post(f"{base}/{row.id}/removal").status_code == 302
    assert desk.get(f"{base}/{row.id}").status_code == 404


def keeper_of(session):
    return as_actor(session.scalars(select(User)).one())


def test_a_contact_is_invited(desk, company, make, trio, session):
    contact = make.contact(trio, company, email="y@firma.example")
    assert "Invite as HR contact" in desk.get(f"/companies/{company.id}").text
    url = f"/companies/{company.id}/contacts/{contact.id}/invitation"
    for _twice in range(2):
        assert desk.post(url).headers["Location"] == f"/companies/{company.id}#contacts"
    assert len(session.scalars(select(Message).where(Message.kind == "mail")).all()) == 1
    mute = make.contact(trio, company, email="")
    assert desk.post(f"/companies/{company.id}/contacts/{mute.id}/invitation").status_code == 409


# ---- duplicates


def test_two_become_one(desk, make, trio, company):
    other = make.registered(trio, make.company(name="Zelwerk GmbH", city=""))
    page = desk.get("/companies/duplicates")
    assert "a name spelt almost the same" in page.text
    assert desk.post("/companies/duplicates/merge", data={"keep_id": company.id}).status_code == 302
    data = {"keep_id": company.id, "merge_id": other.id}
    assert desk.post("/companies/duplicates/merge", data=data).status_code == 302
    assert "No two companies look alike" in desk.get("/companies/duplicates").text
    assert desk.get(f"/companies/{other.id}").headers["Location"] == f"/companies/{company.id}"
    assert desk.post("/companies/duplicates/merge", data=data).status_code == 409


def test_two_stay_two(desk, make, trio, company):
    other = make.registered(trio, make.company(name="Zelwerk GmbH", city=""))
    desk.post("/companies/duplicates/apart", data={})
    desk.post("/companies/duplicates/apart", data={"keep_id": company.id, "merge_id": other.id})
    assert "No two companies look alike" in desk.get("/companies/duplicates").text


# ---- others


def test_a_foreign_company_is_not_there(desk, make, session):
    other = make.trio()
    company = make.registered(other, make.company(name="Elsewhere"))
    contact = make.contact(other, company)
    base = f"/companies/{company.id}"
    for path in (base, f"{base}/edit", f"{base}/figures/new", f"{base}/contacts/new", f"{base}/contacts/{contact.id}"):
        for query in ("", f"?trio={other.slug}"):
            page = desk.get(path + query)
            assert page.status_code == 404, path
            assert "Elsewhere" not in page.text
    for path, data in (
        (f"{base}/edit", {"name": "Mine"}),
        (f"{base}/note", {}),
        (f"{base}/removal", {}),
        (f"{base}/figures", FIGURES),
        (f"{base}/contacts/new", TYPED["contacts"]),
        (f"{base}/contacts/{contact.id}", TYPED["contacts"]),
        (f"{base}/contacts/{contact.id}/removal", {}),
        (f"{base}/contacts/{contact.id}/invitation", {}),
    ):
        assert desk.post(f"{path}?trio={other.slug}", data=data).status_code == 404, path
        assert desk.post(path, data=data).status_code == 404, path
    assert (rows(session, CompanyContact), company.name) == (1, "Elsewhere")


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.PROGRAMME_OFFICE])
def test_nobody_else_has_a_register(sign_in, make, trio, role):
    company = make.registered(trio)
    someone = sign_in(make.user(role, trio=trio if role else None))
    for path in ("/companies", "/companies/new", f"/companies/{company.id}", "/companies/duplicates"):
        assert someone.get(path).status_code == 403
    assert 'href="/companies"' not in someone.get("/").text


def test_the_pages_are_german_with_sie(desk, company):
    page = desk.get(f"/companies/{company.id}", headers={"Accept-Language": "de"})
    assert "In Ihrem Verzeichnis" in page.text
    assert "Größenklasse" in page.text
    assert not says_number(page.text, "40"), "the head count that other Trios may have told is nowhere shown"


def test_every_field_has_a_name():
    for schema in (schemas.CompanyIn, schemas.EntryIn, schemas.SiteIn, schemas.ContactIn, schemas.AidIn):
        assert schema().fields.keys() - {"sure"} <= LABELS.keys()
