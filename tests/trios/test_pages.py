"""A Trio as everybody sees it, its files, and prose that people write."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.kit.actors import Role
from app.trios import queries, services
from app.trios.models import TrioLegalPage
from app.trios.pages.prose import parts_of
from app.trios.rules import LegalPage, OrganisationKind
from tests.counting import statements
from tests.factories import NOON

TODAY = NOON.date()
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def trio(make):
    return make.trio(
        kinds=(), slug="lausitz", name="Verbund Lausitz", accent="#7a2e5d",
        description={"de": "Wir.", "en": "We retrain.\n\n- short\n- free <b>now</b>"},
        funding_notice={"en": "Funded by the Bund."}, region={"en": "Lusatia"},
    )  # fmt: skip


def upload(colour="teal"):
    target = BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, "PNG")
    return target.getvalue()


def test_everybody_reads_who_takes_part_as_what(client, make, session, trio, partner):
    science = make.organisation(OrganisationKind.SCIENCE, name="TU Lausitz", website="https://tu.example.org/")
    chamber = make.organisation(OrganisationKind.CHAMBER, name="HWK Ost", phone="03578 1234", email="info@hwk.example")
    gone = make.organisation(OrganisationKind.CLUSTER, name="Altes Netz")
    partner(trio, OrganisationKind.SCIENCE, organisation=science, sub_project="Zellchemie")
    partner(trio, OrganisationKind.PROVIDER, organisation=chamber, is_coordinator=True)
    partner(trio, OrganisationKind.CLUSTER, organisation=gone, ends_on=TODAY - timedelta(days=1))
    page = client.get("/trios/lausitz")
    text = page.text
    assert page.status_code == 200
    for said in (
        "Verbund Lausitz", "Lusatia", "Funded by the Bund.", "TU Lausitz", "Zellchemie", "HWK Ost", "03578 1234",
        "coordinates the Trio", 'href="mailto:info@hwk.example"', 'href="https://tu.example.org/"',
        "?trio=lausitz",
    ):  # fmt: skip
        assert said in text, said
    assert "Altes Netz" not in text
    assert "Manage the Trio" not in text
    assert "free &lt;b&gt;now&lt;/b&gt;" in text
    assert "16THB" not in text


def test_administrators_find_the_way_in(sign_in, make, trio):
    assert "Manage the Trio" in sign_in(make.user(Role.TRIO_ADMIN, trio=trio)).get("/trios/lausitz").text


def test_a_trio_without_partners_or_contact_is_still_a_page(client, trio):
    text = client.get("/trios/lausitz").text
    assert "No partner yet" in text
    assert "Your contact" not in text


def test_a_project_that_ended_says_so(client, session, trio):
    trio.ends_on = date(2025, 12, 31)
    session.commit()
    assert "The project ended on December 31, 2025" in client.get("/trios/lausitz").text
    assert "finished" in client.get("/trios").text


@pytest.mark.parametrize(
    "path", ["/trios/none", "/trios/lausitz/legal/imprint", "/trios/lausitz/legal/secrets", "/trios/none/legal/imprint",
             "/trios/lausitz/logo-0000.png", "/trios/none/logo-0.png", "/trios/lausitz/brand-0.css",
             "/trios/x/brand-.css"]
)  # fmt: skip
def test_what_is_not_there(client, trio, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("many", [1, 12])
def test_one_page_many_partners_as_few_statements(client, session, trio, partner, many):
    for _n in range(many):
        partner(trio)
    client.get("/trios/lausitz")  # what is made once is made
    with statements(session) as said:
        client.get("/trios/lausitz")
    assert len(said) == 5


def test_all_trios(client, make, session, trio):
    make.trio(kinds=(), name="Netz Nord", slug="nord")
    text = client.get("/trios").text
    assert text.index("Netz Nord") < text.index("Verbund Lausitz")
    assert "Make a Trio" not in text
    assert client.get("/trios?page=999&page=x").status_code == 200
    for number in range(20):
        make.trio(kinds=(), name=f"A {number}")
    assert "Next page" in client.get("/trios").text
    assert "Previous page" in client.get("/trios?page=2").text


def test_no_trio_yet(client):
    assert "No Trio yet" in client.get("/trios").text


def test_administrators_of_the_platform_find_how_to_make_one(sign_in, make):
    assert "Make a Trio" in sign_in(make.user(Role.SITE_ADMIN)).get("/trios").text


# ---- files


def test_logo_and_colour_are_files_that_never_change(client, make, session, trio):
    admin = make.actor(Role.SITE_ADMIN)
    services.set_logo(session, admin, trio.id, upload(), alt={"de": "Zelle"}, now=NOON)
    session.commit()
    brand = queries.get_brand(session, trio.id)
    assert brand.logo is not None
    text = client.get("/trios/lausitz").text
    logo, css = f"/trios/lausitz/logo-{brand.logo.hash}.png", f"/trios/lausitz/brand-{brand.css_hash}.css"
    assert logo in text
    assert 'alt="Zelle"' in text
    assert css in text
    picture, sheet = client.get(logo), client.get(css)
    assert (picture.mimetype, sheet.mimetype) == ("image/png", "text/css")
    assert picture.headers["Cache-Control"] == sheet.headers["Cache-Control"] == FOR_EVER
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "--brand:#7a2e5d" in sheet.text
    trio.accent = "#0b5563"
    services.set_logo(session, admin, trio.id, upload("red"), alt={}, now=NOON)
    session.commit()
    assert client.get(logo).status_code == client.get(css).status_code == 404


def test_another_trios_logo_is_not_shown_under_this_address(client, make, session, trio):
    other = make.trio(slug="nord")
    services.set_logo(session, make.actor(Role.SITE_ADMIN), other.id, upload(), alt={}, now=NOON)
    session.commit()
    uploaded = queries.get_brand(session, other.id).logo
    assert uploaded is not None
    hash_ = uploaded.hash
    assert client.get(f"/trios/nord/logo-{hash_}.png").status_code == 200
    assert client.get(f"/trios/lausitz/logo-{hash_}.png").status_code == 404


def test_a_colour_that_came_into_the_database_otherwise_is_not_served(client, session, trio):
    trio.accent = "red;}x"
    session.commit()
    assert "brand-" not in client.get("/trios/lausitz").text
    assert client.get("/trios/lausitz/brand-.css").status_code == 404


# ---- legal pages and prose


def test_a_legal_page_shows_text_and_nothing_a_browser_acts_on(client, session, trio):
    evil = (
        "# Imprint <i>\nOne line\nNext line\n\n- first\n- <script>alert(1)</script>\n\n"
        "https://example.org/x [a](javascript:alert(1)) javascript:alert(1)"
    )
    session.add(TrioLegalPage(trio_id=trio.id, page=LegalPage.IMPRINT, text={"de": evil}, changed_on=TODAY))
    session.commit()
    text = client.get("/trios/lausitz/legal/imprint").text
    assert "<h2>Imprint &lt;i&gt;</h2>" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert '<a href="https://example.org/x" rel="noopener">' in text
    assert 'href="javascript' not in text
    assert "<i>" not in text.partition("<main")[2].partition("</main>")[0]
    assert 'class="prose" lang="de"' in text.replace("\n", " ").replace("       ", " ")
    assert "Last changed on March 2, 2026" in text
    assert "/trios/lausitz/legal/imprint" in client.get("/trios/lausitz").text


@pytest.mark.parametrize(
    "text,parts",
    [
        ("", []),
        ("one\ntwo\n\nthree", [("paragraph", ("one", "two")), ("paragraph", ("three",))]),
        ("# A\n## B\ntext", [("heading", ("A",)), ("heading", ("B",)), ("paragraph", ("text",))]),
        ("- a\n* b\n• c\r\n\r\n- d", [("list", ("a", "b", "c")), ("list", ("d",))]),
        ("Before:\n- a\nafter", [("paragraph", ("Before:",)), ("list", ("a",)), ("paragraph", ("after",))]),
        ("#no heading\n-no list", [("paragraph", ("#no heading", "-no list"))]),
    ],
)
def test_prose(text, parts):
    assert [(part.kind, part.lines) for part in parts_of(text)] == parts


@given(st.text(max_size=300))
def test_prose_loses_no_line(text):
    said = [line for part in parts_of(text) for line in part.lines]
    assert len(said) == len([line for line in text.replace("\r\n", "\n").strip().split("\n") if line.strip()])
