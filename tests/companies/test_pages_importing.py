import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.companies.models import Company, CompanyImport, CompanyImportRow
from app.companies.rules.importing import Choice, ImportState
from app.companies.schemas.importing import read_choices
from app.kit.actors import Role
from tests.companies.sheet_files import as_table, csv_file, opened, texts, xlsx_file
from tests.counting import statements
from tests.factories import NOON

HEAD = ["Firma", "PLZ", "Ort", "MA"]
REASONS = (
    "Row 3: PLZ: This is not a postcode. Example: 01917 "
    "MA: This is not a number. Write digits alone, for example 1234 or 12,5."
)
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def trio(make):
    return make.trio(name="Trio Lausitz")


@pytest.fixture
def browser(make, trio, sign_in):
    """The browser of a cluster manager."""
    return sign_in(make.user(Role.CLUSTER_MANAGER, trio=trio))


def send(browser, content, *, name="liste.csv", **form):
    form = {"source": "Liste des Clusters", "list": (io.BytesIO(content), name)} | form
    return browser.post("/companies/import", data=form, content_type="multipart/form-data")


def upload(browser, *rows, head=HEAD, **form):
    answer = send(browser, csv_file([head, *rows]), **form)
    assert answer.status_code == 302, answer.text
    return answer.location


def confirm(browser, session, address):
    import_id = int(address.rpartition("/")[2])
    revision = session.scalar(select(CompanyImport.revision).where(CompanyImport.id == import_id))
    return browser.post(f"{address}/confirmation", data={"revision": revision}, follow_redirects=True)


def companies(session):
    return session.scalar(select(func.count()).select_from(Company))


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_upload_page_says_what_can_be_read_and_what_happens(browser):
    text = plain(browser.get("/companies/import").text)
    assert "Trio Lausitz" in text
    assert "up to 25 MB, 20,000 rows and 60 columns" in text
    assert "Only when you confirm does anything change." in text


def test_a_list_is_checked_and_confirmed(browser, session):
    address = upload(browser, ["Müller & Söhne GmbH", "01917", "Kamenz", "42"], ["Laser AG", "89073", "Ulm", ""])
    page = browser.get(address)
    assert page.status_code == 200
    assert "Everything can be imported" in page.text
    assert "2 rows are written" in page.text
    assert "Müller &amp; Söhne GmbH" in page.text
    assert companies(session) == 0
    done = confirm(browser, session, address)
    assert "The list is imported." in done.text
    assert companies(session) == 2
    again = confirm(browser, session, address)
    assert "Nothing was done a second time" in again.text
    assert companies(session) == 2


def test_every_error_with_row_company_column_value_and_reason(browser):
    address = upload(browser, ["Gut GmbH", "01917", "Ulm", ""], [EVIL, "xx!", "Jena", "viele"], ["", "", "Jena", ""])
    page = browser.get(address)
    text = plain(page.text)
    assert "Some rows need you" in text
    assert EVIL not in page.text
    for told in (
        "3 &lt;img src=x onerror=&#34;alert(1)&#34;&gt; B · PLZ xx! This is not a postcode. Example: 01917",
        "D · MA viele This is not a number.",
        "4 – A · Firma empty The name of the company is missing.",
        "2 rows with errors are left out",
    ):
        assert told in text


def test_the_reasons_are_in_the_readers_language(browser):
    address = upload(browser, ["", "xx!", "", ""])
    page = browser.get(f"{address}?lang=de", follow_redirects=True)
    assert "Das ist keine Postleitzahl. Beispiel: 01917" in page.text
    assert "Der Name des Betriebs fehlt." in page.text


def test_bad_rows_come_back_as_csv_and_can_be_uploaded_again(browser, session):
    address = upload(browser, ["Gut GmbH", "01917", "Ulm", ""], ["=Formel GmbH", "xx!", "Jena", "viele"])
    file = browser.get(f"{address}/bad-rows")
    assert file.mimetype == "text/csv"
    assert "liste-errors.csv" in file.headers["Content-Disposition"]
    table = as_table(file.data)
    assert table.heads == [*HEAD, "What is wrong"]
    assert texts(table) == [
        ["'=Formel GmbH", "xx!", "Jena", "viele",
         REASONS]
    ]  # fmt: skip
    mended = file.data.replace(b"xx!", b"07743").replace(b"viele", b"12")
    again = send(browser, mended).location
    page = browser.get(again).text
    assert "Everything can be imported" in page
    assert "=Formel GmbH" in page
    assert "&#39;=Formel" not in page
    assert "Not needed" not in page
    assert as_table(browser.get(f"{again}/bad-rows").data).heads == [*HEAD, "What is wrong"]


def test_bad_rows_of_a_workbook_come_back_as_a_workbook(browser):
    def change(_book, sheet):
        sheet["B3"].number_format = "00000"
        sheet.merge_cells("C3:D3")

    rows = [HEAD, ["Gut GmbH", 1917, "Ulm", 3], ["=1+1", 1917, "Jena", None], [None, "xx!", "=1+1", 4.5]]
    answer = send(browser, xlsx_file(rows, change), name="liste.xlsx")
    file = browser.get(f"{answer.location}/bad-rows")
    sheet = opened(file.data)
    assert [[cell.value for cell in row][:4] for row in sheet.iter_rows(min_row=2)] == [
        [None, "01917", "Jena", None],
        [None, "xx!", None, 4.5],
    ]
    assert "Firma: This is a formula without a value." in sheet["E2"].value
    assert "MA: This cell belongs to a merged range" in sheet["E2"].value
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}


def test_columns_that_nobody_recognises_are_assigned_by_hand(browser, session):
    address = upload(browser, ["Zellwerk", "Ulm", "5"], head=["foo", "bar", "baz"])
    page = browser.get(address, follow_redirects=True)
    assert page.request.path == f"{address}/columns"
    assert "In which column do the names of the companies stand?" in page.text
    assert "„Firma“" in page.text
    for form, what in (
        ({"column_1": "city", "year": "2024"}, "Say in which column the names of the companies stand."),
        ({"column_0": "name", "column_1": "name", "year": "2024"}, "Another column holds this already."),
        ({"column_0": "name", "year": "gestern"}, "This is not a whole number."),
        ({"column_0": "colour", "year": "2024"}, "Choose one of the values offered."),
    ):
        wrong = browser.post(f"{address}/columns", data=form)
        assert (wrong.status_code, what in wrong.text) == (422, True)
    form = {"column_0": "name", "column_1": "city", "column_2": "turnover", "unit": "million", "year": "2024"}
    answer = browser.post(f"{address}/columns", data=form | {"has_head": "true"}, follow_redirects=True)
    assert "Turnover: 5 million euros" in plain(answer.text)
    assert "Year of the figures: 2024" in plain(answer.text)
    kept = browser.get(f"{address}/columns").text
    assert re.search(r'value="turnover"\s+selected', kept)


def test_what_was_not_needed_and_what_was_noticed(browser):
    content = "Titel;;\nFirma;Ort;Farbe\nMüller;Ulm;rot\n".encode("cp1252")
    text = plain(browser.get(send(browser, content).location).text)
    assert "Not needed: Farbe" in text
    assert "Windows-1252" in text
    assert "The head of the list was found in row 2" in text


def test_rows_that_look_like_others_are_decided_on_the_page(browser, session, make):
    company = make.company(name="Zeller Guss GmbH", city="Kamenz")
    known = upload(browser, ["Zeller Guss GmbH", "01917", "Kamenz", ""])
    confirm(browser, session, known)
    address = upload(
        browser,
        ["Ganz Neu AG", "", "Ulm", ""],
        ["Ganz Neuu AG", "", "Ulm", ""],
        ["Zeller Guss GmbH", "", "Kamenz", "7"],
    )
    text = plain(browser.get(f"{address}?show=doubles").text)
    assert "It is the same as row 2: Ganz Neu AG, Ulm" in text
    assert "to decide" in text
    answer = browser.post(f"{address}/choices?page=1", data={"choice-3": "other", "csrf": "x"}, follow_redirects=True)
    assert answer.request.args["show"] == "doubles"
    assert "decided" in plain(answer.text)
    assert re.search(r'value="other"\s+checked', answer.text)
    changes = plain(browser.get(f"{address}?show=changes").text)
    assert "Head count: 7" in changes
    confirm(browser, session, address)
    assert companies(session) == 3
    assert session.get_one(Company, company.id).name == "Zeller Guss GmbH"


def test_one_choice_for_all_undecided_rows(browser, session):
    rows = [["Ganz Neu AG", "", "Ulm", ""], ["Ganz Neuu AG", "", "Ulm", ""], ["Ganz Neuuu AG", "", "Ulm", ""]]
    address = upload(browser, *rows)
    assert "The same choice for all undecided rows" in browser.get(f"{address}?show=doubles").text
    answer = browser.post(f"{address}/choices", data={"choice": "leave"}, follow_redirects=True)
    assert plain(answer.text).count("is left out") == 2
    confirm(browser, session, address)
    assert companies(session) == 1


def test_when_the_register_changed_meanwhile_it_is_said(browser, session, make):
    address = upload(browser, ["Zellwerk", "", "Ulm", ""])
    make.company(name="Zellwerk", city="Ulm")
    answer = confirm(browser, session, address)
    assert "Nothing was written" in answer.text
    assert "comes into your register" in plain(browser.get(f"{address}?show=changes").text)
    assert "The list is imported." in confirm(browser, session, address).text


@pytest.mark.parametrize("form", [{}, {"revision": "x"}, {"revision": "99"}])
def test_confirming_something_else_than_what_was_shown_writes_nothing(browser, session, form):
    address = upload(browser, ["Zellwerk", "", "Ulm", ""])
    assert "Nothing was written" in browser.post(f"{address}/confirmation", data=form, follow_redirects=True).text
    assert companies(session) == 0


def test_a_list_is_thrown_away(browser, session):
    address = upload(browser, ["Zellwerk", "", "Ulm", ""])
    assert "liste.csv" in browser.get("/companies/import").text
    answer = browser.post(f"{address}/discard", follow_redirects=True)
    assert "The list was thrown away" in answer.text
    assert "liste.csv" not in answer.text
    assert browser.get(address).status_code == 404


def test_a_list_waits_for_a_day(browser, session):
    address = upload(browser, ["Zellwerk", "", "Ulm", ""])
    batch = session.scalars(select(CompanyImport)).one()
    assert batch.expires_at == NOON + timedelta(hours=24)
    batch.expires_at = NOON
    session.commit()
    for path in (address, f"{address}/columns"):
        answer = browser.get(path)
        assert (answer.status_code, "waited for longer than a day" in answer.text) == (409, True)


@pytest.mark.parametrize(
    "content,form,what",
    [
        (b"%PDF-1.7", {}, "This is a PDF."),
        (b"", {}, "There is nothing in this file."),
        (b"Firma\nA\n", {"source": ""}, "This is missing."),
        (b"Firma\nA\n", {"source": "x" * 301}, "Between 3 and 300 characters."),
        (b"Firma\nA\n", {"basis": "checked by nobody"}, "Choose one of the values offered."),
    ],
)
def test_what_is_wrong_with_an_upload_and_what_was_typed_stays(browser, session, content, form, what):
    answer = send(browser, content, **form)
    assert (answer.status_code, what in answer.text) == (422, True)
    assert form.get("source", "Liste des Clusters") in answer.text
    assert session.scalar(select(func.count()).select_from(CompanyImport)) == 0


def test_an_upload_without_a_file(browser):
    answer = browser.post("/companies/import", data={"source": "Liste"})
    assert (answer.status_code, "Choose the file with your list." in answer.text) == (422, True)


@pytest.mark.parametrize(
    "name,kept",
    [("../../etc/passwd.csv", "passwd.csv"), ("C:/Listen/a.csv", "a.csv"), (f"{'x' * 300}.csv", "x" * 119 + "…")],
)
def test_of_the_name_of_the_file_the_last_part_is_kept(browser, session, name, kept):
    send(browser, b"Firma\nA\n", name=name)
    assert session.scalars(select(CompanyImport.file_name)).one() == kept


def test_the_file_itself_is_not_kept(browser, session, flask_app):
    upload(browser, ["Zellwerk", "", "Ulm", ""])
    assert list(flask_app.config["DATA"].rglob("*liste*")) == []
    batch = session.scalars(select(CompanyImport)).one()
    assert (batch.state, len(batch.sha256)) == (ImportState.CHECKED, 64)


def test_the_template_is_a_list_that_we_read_ourselves(browser):
    file = browser.get("/companies/import/template.xlsx")
    answer = send(browser, file.data, name="vorlage.xlsx")
    text = plain(browser.get(answer.location).text)
    assert "Everything can be imported" in text
    assert "Not needed" not in text
    assert opened(file.data)["A1"].value.startswith("The two rows below are examples")


def test_pages_of_rows_and_the_number_of_statements(browser, session):
    told, address, page = [], "", None
    for number in (1, 120):
        address = upload(browser, *([f"Firma {n}", "xx!", "", ""] for n in range(number)))
        browser.get(address)
        with statements(session) as said:
            page = browser.get(address)
        told.append(len(said))
    assert told[0] == told[1]
    assert page is not None
    assert page.text.count("This is not a postcode") == 50
    assert "1–50 of 120" in page.text
    last = browser.get(f"{address}?show=errors&page=3")
    assert last.text.count("This is not a postcode") == 20
    assert browser.get(f"{address}?show=same&page=7").status_code == 200


WAYS = [
    ("GET", ""), ("GET", "/columns"), ("POST", "/columns"), ("POST", "/choices"), ("POST", "/confirmation"),
    ("POST", "/discard"), ("GET", "/bad-rows"),
]  # fmt: skip


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.TRIO_ADMIN, Role.AUTHOR, None])
def test_to_a_foreign_trio_there_is_no_such_list(browser, make, sign_in, session, role):
    address = upload(browser, ["Zellwerk", "", "Ulm", ""])
    stranger = sign_in(make.user(role, trio=make.trio() if role else None))
    for method, path in WAYS:
        form = {"column_0": "name", "year": "2024", "revision": "2"} if method == "POST" else None
        assert stranger.open(f"{address}{path}", method=method, data=form).status_code == 404
    assert session.scalar(select(func.count()).select_from(CompanyImportRow)) == 2


@pytest.mark.parametrize(
    "role", [Role.AUTHOR, Role.REVIEWER, Role.TRAINER, Role.HR_CONTACT, Role.PROGRAMME_OFFICE, None]
)
def test_who_keeps_no_register_imports_nothing(make, trio, sign_in, role):
    stranger = sign_in(make.user(role, trio=trio))
    assert stranger.get("/companies/import").status_code == 403
    assert send(stranger, b"Firma\nA\n").status_code == 403
    assert stranger.get("/companies/import/template.xlsx").status_code == 403


def test_choices_are_read_and_nonsense_is_left_out():
    form = {
        "choice-1": "company:7", "choice-2": "row:3", "choice-3": "other", "choice-4": "leave", "choice-x": "leave",
        "choice-5": "", "choice-6": "company:x", "choice-7": "burn", "choice": "leave", "choice-99999999999": "leave",
    }  # fmt: skip
    assert read_choices(form) == {
        1: (Choice.COMPANY, 7), 2: (Choice.ROW, 3), 3: (Choice.OTHER, None), 4: (Choice.LEAVE, None),
    }  # fmt: skip
