"""What the administrators of a Trio see and do."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Invitation, RoleGrant, SignInSession
from app.kit import audit
from app.kit.actors import Role
from app.kit.outbox import Message
from app.trios import queries
from app.trios.models import Organisation, Partnership, Trio
from app.trios.rules import LegalPage, OrganisationKind, branding
from tests.counting import statements
from tests.factories import NOON
from tests.reading import says_number

TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def trio(make):
    return make.trio(slug="lausitz", name="Verbund Lausitz")


@pytest.fixture
def administrator(sign_in, make, trio):
    return sign_in(make.user(Role.TRIO_ADMIN, trio=trio))


def part(session, trio, kind):
    return next(one for one in queries.list_partners(session, trio.id) if one.kind == kind)


# ---- the overview


def test_a_complete_trio_says_so(administrator, session, trio, partner):
    partner(trio, ends_on=TODAY - DAY)
    partner(trio, starts_on=TODAY + DAY)
    text = administrator.get("/trios/lausitz/manage").text
    assert "The Trio is complete and can publish" in text
    assert says_number(text, "3"), "partners today"
    assert "Past partnerships" in text
    assert "To come" in text
    assert "/trios/lausitz/people" in text
    assert "/trios/lausitz/manage/branding" in text


def test_a_trio_says_who_is_missing(administrator, session, trio):
    part(session, trio, "cluster").ends_on = TODAY - DAY
    session.commit()
    text = administrator.get("/trios/lausitz/manage").text
    assert "it can draft, but not publish" in text
    assert "an innovation cluster, which wins participants" in text
    assert "a scientific institution, which" not in text


def test_who_leaves_soon_is_announced(administrator, session, trio):
    part(session, trio, "cluster").ends_on = TODAY
    session.commit()
    text = administrator.get("/trios/lausitz/manage").text
    assert "takes part until March 2, 2026." in text
    assert "The Trio is complete" in text


def test_a_trio_with_no_partner_at_all(sign_in, make):
    make.trio(kinds=(), slug="leer")
    text = sign_in(make.user(Role.SITE_ADMIN)).get("/trios/leer/manage").text
    assert "No partner takes part today" in text
    assert "Let another partner coordinate" not in text


@pytest.mark.parametrize("many", [1, 15])
def test_as_few_statements_for_many_partners(administrator, trio, partner, many):
    for _n in range(many):
        partner(trio)
    administrator.get("/trios/lausitz/manage")
    with statements(administrator.application.extensions["sqlalchemy"].session()) as said:
        administrator.get("/trios/lausitz/manage")
    assert len(said) <= 7


# ---- coming


def test_a_partner_that_is_in_the_register(administrator, make, session, trio):
    there = make.organisation(OrganisationKind.CHAMBER, name="Handwerkskammer Ostsachsen", city="Bautzen")
    base = "/trios/lausitz/manage/partners/new"
    assert "Search first" in administrator.get(base).text
    assert f"{base}/{there.id}" in administrator.get(f"{base}?q=bautzen").text
    assert "Writes courses and holds them." in administrator.get(f"{base}/{there.id}").text
    form = {"kind": "provider", "starts_on": "2026-03-02", "grant_number": "16THB0009A"}
    answer, again = (administrator.post(f"{base}/{there.id}", data=form) for _twice in range(2))
    assert answer.status_code == again.status_code == 302
    assert "Handwerkskammer Ostsachsen" in administrator.get(answer.location).text
    made = session.scalars(select(Partnership).where(Partnership.organisation_id == there.id)).one()
    assert (made.kind, made.grant_number) == ("provider", "16THB0009A")


def test_what_does_not_fit_comes_back_with_what_was_typed(administrator, make, trio):
    there = make.organisation(OrganisationKind.FUNDER)
    path = f"/trios/lausitz/manage/partners/new/{there.id}"
    answer = administrator.post(path, data={"kind": "provider", "starts_on": "2026-03-02", "sub_project": "Kept"})
    assert answer.status_code == 422
    assert "cannot take part as" in answer.text
    assert 'value="Kept"' in answer.text
    faulty = administrator.post(path, data={"kind": "emperor", "starts_on": "2026-02-31"})
    assert faulty.status_code == 422
    assert "Choose one of the values offered." in faulty.text
    assert "This is not a date." in faulty.text
    assert administrator.get("/trios/lausitz/manage/partners/new/999999").status_code == 404


def test_many_found_are_cut_short_and_none_found_leads_on(administrator, make, trio):
    for number in range(12):
        make.organisation(name=f"Institut {number}")
    assert "There are more." in administrator.get("/trios/lausitz/manage/partners/new?q=institut").text
    text = administrator.get("/trios/lausitz/manage/partners/new?q=Zwickau").text
    assert "Nothing found for “Zwickau”" in text
    assert "new-organisation?q=Zwickau" in text


def test_a_new_organisation_is_registered_on_the_way(administrator, session, trio):
    path = "/trios/lausitz/manage/partners/new-organisation"
    assert 'value="Zwickau"' in administrator.get(f"{path}?q=Zwickau").text
    assert administrator.get(path).status_code == 200
    form = {"kind": "science", "name": "Institut Zwickau", "city": "Zwickau", "website": "https://iz.example.org"}
    answer = administrator.post(path, data=form)
    made = session.scalars(select(Organisation).where(Organisation.name == "Institut Zwickau")).one()
    assert answer.location == f"/trios/lausitz/manage/partners/new/{made.id}"
    assert "Institut Zwickau" in administrator.get(answer.location).text


def test_one_that_is_there_already_is_offered_first(administrator, make, session, trio):
    there = make.organisation(name="Bildungswerk Kamenz gGmbH", city="Kamenz")
    path = "/trios/lausitz/manage/partners/new-organisation"
    form = {"kind": "provider", "name": "Bildungswerk Kamentz", "city": "Kamenz"}
    answer = administrator.post(path, data=form)
    assert answer.status_code == 422
    assert "Is it one of these?" in answer.text
    assert f"/trios/lausitz/manage/partners/new/{there.id}" in answer.text
    assert 'value="Bildungswerk Kamentz"' in answer.text
    assert administrator.post(path, data=form | {"anyway": "true"}).status_code == 302
    same = administrator.post(path, data={"kind": "cluster", "name": there.name, "city": there.city, "anyway": "true"})
    assert same.status_code == 422
    assert "The register has this organisation already." in same.text


@pytest.mark.parametrize(
    "field,value,says",
    [
        ("website", "javascript:alert(1)", "not a web address"),
        ("website", "https://user@evil.example", "not a web address"),
        ("website", "https://[::1", "not a web address"),
        ("website", "www.example.org", "not a web address"),
        ("nuts3", "DE", "NUTS 3"),
        ("ror", "https://ror.org/nonsense", "ROR"),
        ("email", "nobody", "e-mail address"),
        ("name", "x", "Between"),
        ("kind", "emperor", "values offered"),
    ],
)
def test_entries_nobody_can_use(administrator, session, trio, field, value, says):
    form = {"kind": "provider", "name": "Something New", "city": "Aue"} | {field: value}
    answer = administrator.post("/trios/lausitz/manage/partners/new-organisation", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert not session.scalars(select(Organisation).where(Organisation.city == "Aue")).all()


def test_codes_are_taken_as_people_copy_them(administrator, session, trio):
    form = {"kind": "science", "name": "Institut", "city": "Aue", "nuts3": "ded2c", "ror": "https://ror.org/02JJDWM75/"}
    administrator.post("/trios/lausitz/manage/partners/new-organisation", data=form)
    made = session.scalars(select(Organisation).where(Organisation.city == "Aue")).one()
    assert (made.nuts3, made.ror) == ("DED2C", "02jjdwm75")


# ---- changing and leaving


def test_a_part_is_corrected(administrator, session, trio):
    one = part(session, trio, "provider")
    path = f"/trios/lausitz/manage/partners/{one.id}"
    assert "Leaving the Trio" in administrator.get(path).text
    form = {"kind": "provider", "starts_on": "2025-02-01", "sub_project": "Elektrode"}
    assert administrator.post(path, data=form).status_code == 302
    assert "Elektrode" in administrator.get("/trios/lausitz/manage").text
    wrong = administrator.post(path, data=form | {"kind": "cluster"})
    assert wrong.status_code == 422
    assert "cannot take part as" in wrong.text
    assert administrator.post(path, data={}).status_code == 422
    assert administrator.get("/trios/lausitz/manage/partners/999999").status_code == 404


def test_a_partner_leaves_at_once_and_open_sessions_with_it(administrator, flask_app, make, session, trio, member):
    one = part(session, trio, "provider")
    trainer = member(Role.TRAINER, one)
    run = make.run(module=make.module(trio=trio))
    other = flask_app.test_client()
    other.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    with other.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = make.token(trainer), True
    assert other.get(f"/runs/{run.id}/roster").status_code == 200
    answer = administrator.post(f"/trios/lausitz/manage/partners/{one.id}/end", data={"when": "at_once"})
    assert answer.status_code == 302
    assert "Its people have no access any more." in administrator.get(answer.location).text
    assert other.get(f"/runs/{run.id}/roster").status_code == 403
    assert other.get("/account").status_code == 200, "their account stays"
    assert "Past partnerships" in administrator.get("/trios/lausitz/manage").text
    again = administrator.post(f"/trios/lausitz/manage/partners/{one.id}/end", data={"when": "at_once"})
    assert again.status_code == 302, "the button pressed twice"


def test_a_partner_leaves_later_or_stays_after_all(administrator, session, trio):
    one = part(session, trio, "provider")
    path = f"/trios/lausitz/manage/partners/{one.id}"
    answer = administrator.post(f"{path}/end", data={"when": "on_day", "last": "2026-06-30"})
    assert "The last day is fixed." in administrator.get(answer.location).text
    assert "The last day is June 30, 2026" in administrator.get(path).text
    answer = administrator.post(f"{path}/keep")
    assert "The partner stays." in administrator.get(answer.location).text
    assert session.get(Partnership, one.id).ends_on is None


@pytest.mark.parametrize(
    "form,says",
    [
        ({}, "This is missing."),
        ({"when": "on_day"}, "This is missing."),
        ({"when": "someday"}, "Choose one of the values offered."),
        ({"when": "on_day", "last": "tomorrow"}, "This is not a date."),
        ({"when": "on_day", "last": "2020-01-01"}, "before the first one"),
    ],
)
def test_a_faulty_last_day_comes_back(administrator, session, trio, form, says):
    one = part(session, trio, "provider")
    answer = administrator.post(f"/trios/lausitz/manage/partners/{one.id}/end", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert session.get(Partnership, one.id).ends_on is None


def test_the_reason_stands_at_the_button_and_in_the_answer(sign_in, session, trio, partner, member):
    one = partner(trio)
    client = sign_in(member(Role.TRIO_ADMIN, one))
    path = f"/trios/lausitz/manage/partners/{one.id}"
    reason = "Invite one of another partner first."
    assert reason in client.get(path).text
    answer = client.post(f"{path}/end", data={"when": "at_once"})
    assert answer.status_code == 422
    assert reason in answer.text
    assert client.get("/trios/lausitz/manage").status_code == 200


def test_leaving_is_dangerous(client, make, session, trio):
    one = part(session, trio, "provider")
    user = make.user(Role.TRIO_ADMIN, trio=trio)
    token = make.token(user, confirmed_at=NOON - timedelta(hours=1))
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    answer = client.post(f"/trios/lausitz/manage/partners/{one.id}/end", data={"when": "at_once"})
    assert answer.status_code == 401
    assert session.get(Partnership, one.id).ends_on is None


def test_a_past_partner_is_history(administrator, session, trio, partner):
    one = partner(trio, ends_on=TODAY - DAY)
    text = administrator.get(f"/trios/lausitz/manage/partners/{one.id}").text
    assert "over" in text
    assert "Leaving the Trio" not in text
    assert administrator.post(f"/trios/lausitz/manage/partners/{one.id}/keep").status_code == 409


def test_coordination_moves(administrator, session, trio, partner):
    one = part(session, trio, "cluster")
    assert administrator.post(f"/trios/lausitz/manage/partners/{one.id}/coordinate").status_code == 302
    assert "Another partner coordinates the Trio now." in administrator.get("/trios/lausitz/manage").text
    coordinator = queries.find_coordinator(session, trio.id)
    assert coordinator is not None
    assert coordinator.id == one.id
    later = partner(trio, starts_on=TODAY + DAY)
    assert "takes part today can coordinate" in administrator.get(f"/trios/lausitz/manage/partners/{later.id}").text
    assert administrator.post(f"/trios/lausitz/manage/partners/{later.id}/coordinate").status_code == 409


# ---- appearance

TEXTS = {
    "name": "Verbund Lausitz", "region_de": "Lausitz", "description_de": "Wir bilden Menschen weiter.",
    "funding_notice_de": "Gefördert vom Bund.",
}  # fmt: skip


def picture():
    target = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(target, "PNG")
    return target.getvalue()


def logo(client, body, name="logo.png", **more):
    return client.post(
        "/trios/lausitz/manage/branding/logo", data={"logo": (BytesIO(body), name), **more},
        content_type="multipart/form-data",
    )  # fmt: skip


def test_texts_colour_and_sender(administrator, session, trio):
    page = administrator.get("/trios/lausitz/manage/branding").text
    assert "Without a colour of its own" in page
    form = TEXTS | {"accent": "7A2E5D", "sender_name": "Kurse der Lausitz", "reply_to": "kurse@example.org"}
    assert administrator.post("/trios/lausitz/manage/branding", data=form).status_code == 302
    session.refresh(trio)
    assert (trio.accent, trio.sender_name, trio.region) == ("#7a2e5d", "Kurse der Lausitz", {"de": "Lausitz"})
    assert "Light: #7a2e5d, dark: #" in administrator.get("/trios/lausitz/manage/branding").text


@pytest.mark.parametrize(
    "accent,says",
    [
        ("#ff8800", "has a contrast of 2.4 : 1, and needs 4.5 : 1. The nearest colour that passes is #b56000"),
        ("red;}", "A colour has six digits"),
        ("#0b5563;}*{display:none}", "A colour has six digits"),
    ],
)
def test_a_colour_that_does_not_do_comes_back_with_the_reason(administrator, session, trio, accent, says):
    answer = administrator.post("/trios/lausitz/manage/branding", data=TEXTS | {"accent": accent, "name": "Typed"})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Typed"' in answer.text
    session.refresh(trio)
    assert (trio.accent, trio.name) == (None, "Verbund Lausitz")


def test_a_logo_is_uploaded_and_removed(administrator, session, trio):
    assert logo(administrator, picture(), alt_de="Zelle").status_code == 302
    uploaded = queries.get_brand(session, trio.id).logo
    assert uploaded is not None
    hash_ = uploaded.hash
    assert f"logo-{hash_}.png" in administrator.get("/trios/lausitz/manage/branding").text
    assert administrator.post("/trios/lausitz/manage/branding/logo/remove").status_code == 302
    assert queries.get_brand(session, trio.id).logo is None


@pytest.mark.parametrize(
    "body,name,says",
    [
        (b"", "", "Choose a picture."),
        (b"<svg onload=alert(1)>", "logo.png", "SVG files can hold scripts"),
        (b"<html>", "logo.png", "SVG files can hold scripts"),
        (b"GIF89a", "logo.png", "cannot be read as a picture"),
        (b"x" * 101, "big.png", "larger than 2 MB"),
    ],
    ids=["none", "svg", "html", "gif", "big"],
)
def test_what_is_no_logo_comes_back_with_the_reason(administrator, session, trio, monkeypatch, body, name, says):
    monkeypatch.setattr(branding, "MOST_LOGO_BYTES", 100)
    answer = logo(administrator, body, name, alt_de="Kept")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Kept"' in answer.text
    assert queries.get_brand(session, trio.id).logo is None


def test_the_name_of_the_file_means_nothing(administrator, session, trio):
    assert logo(administrator, picture(), "../../evil.svg").status_code == 302


def test_a_form_without_a_file_is_no_logo(administrator, trio):
    assert administrator.post("/trios/lausitz/manage/branding/logo", data={}).status_code == 422


def test_legal_pages_are_written_and_removed(administrator, session, trio):
    path = "/trios/lausitz/manage/legal/imprint"
    assert administrator.get(path).status_code == 200
    assert administrator.get("/trios/lausitz/manage/legal/secrets").status_code == 404
    assert administrator.post(path, data={"text_de": "# Anbieter\n\nWir"}).status_code == 302
    assert "<h2>Anbieter</h2>" in administrator.get("/trios/lausitz/legal/imprint").text
    assert "# Anbieter" in administrator.get(path).text
    assert administrator.post(path, data={"text_de": "x" * 20_001}).status_code == 422
    assert administrator.post(path, data={"text_de": " "}).status_code == 302
    assert queries.find_legal_page(session, trio.id, LegalPage.IMPRINT) is None


# ---- making a Trio

PLAN = TEXTS | {
    "slug": "nord", "starts_on": "2026-04-01", "ends_on": "2030-12-31", "coordinator_kind": "cluster",
    "administrator": "erste@example.org",
}  # fmt: skip


@pytest.fixture
def platform(sign_in, make):
    return sign_in(make.user(Role.SITE_ADMIN))


def test_a_trio_is_made_with_its_first_administrator_invited(platform, make, session):
    coordinator = make.organisation(OrganisationKind.CLUSTER, name="Energiecluster Nord")
    assert "Who coordinates the Trio?" in platform.get("/trios/new").text
    assert f"/trios/new?coordinator_id={coordinator.id}" in platform.get("/trios/new?q=energie").text
    assert "Nothing found for" in platform.get("/trios/new?q=nobody").text
    assert "Name and region" in platform.get(f"/trios/new?coordinator_id={coordinator.id}").text
    for _twice in range(2):
        answer = platform.post("/trios/new", data=PLAN | {"coordinator_id": coordinator.id})
        assert answer.location == "/trios/nord/manage"
    trio = session.scalars(select(Trio).where(Trio.slug == "nord")).one()
    invited = session.scalars(select(Invitation)).one()
    assert (invited.email, invited.role, invited.trio_id, invited.organisation_id) == (
        "erste@example.org", Role.TRIO_ADMIN, trio.id, coordinator.id
    )  # fmt: skip
    assert session.scalars(select(Message.kind)).all() == ["mail"]
    actions = session.scalars(select(audit.Entry.action).order_by(audit.Entry.number)).all()
    assert actions == ["trio.founded", "invitation.sent"]
    assert "Energiecluster Nord" in platform.get("/trios/nord/manage").text


@pytest.mark.parametrize(
    "given,says",
    [
        ({"slug": "new"}, "This address belongs to the platform."),
        ({"slug": "Nord!"}, "small letters, digits"),
        ({"slug": "taken"}, "Another Trio has this address."),
        ({"ends_on": "2026-01-01"}, "before the first one"),
        ({"administrator": "nobody"}, "e-mail address"),
        ({"name": ""}, "This is missing."),
        ({"coordinator_kind": "science"}, "cannot take part as"),
    ],
)
def test_a_faulty_plan_comes_back_with_what_was_typed(platform, make, session, given, says):
    make.trio(slug="taken", kinds=())
    coordinator = make.organisation(OrganisationKind.CLUSTER)
    answer = platform.post("/trios/new", data=PLAN | {"coordinator_id": coordinator.id} | given)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="2026-04-01"' in answer.text
    assert session.scalars(select(Trio.slug)).all() == ["taken"]


@pytest.mark.parametrize("coordinator", ["", "999999", "0", "x", "99999999999999999999"])
def test_a_plan_without_a_coordinator_leads_back_to_the_choice(platform, coordinator):
    answer = platform.post("/trios/new", data=PLAN | {"coordinator_id": coordinator})
    assert answer.status_code == 422
    assert "Who coordinates the Trio?" in answer.text


# ---- the register


def test_the_register(platform, make):
    for number in range(25):
        make.organisation(name=f"Bildungswerk {number:02}", city="Kamenz")
    make.organisation(OrganisationKind.CLUSTER, name="Netz <b>Ost</b>", city="Görlitz")
    text = platform.get("/organisations").text
    assert "Bildungswerk 00" in text
    assert "Next page" in text
    assert "Netz &lt;b&gt;Ost&lt;/b&gt;" in platform.get("/organisations?q=netz&kind=cluster").text
    assert "Nothing found" in platform.get("/organisations?q=netz&kind=science").text
    assert "Previous page" in platform.get("/organisations?page=2").text
    assert platform.get("/organisations?page=x&kind=emperor&q=" + "a" * 300).status_code == 200


def test_an_empty_register_says_what_to_do(platform):
    assert "No organisation yet" in platform.get("/organisations").text


def test_entries_are_made_and_corrected(platform, session):
    assert platform.get("/organisations/new").status_code == 200
    form = {"kind": "company", "name": "Zellfabrik Aue GmbH", "city": "Aue"}
    assert platform.post("/organisations/new", data=form).location == "/organisations"
    made = session.scalars(select(Organisation)).one()
    assert made.kind is OrganisationKind.COMPANY
    path = f"/organisations/{made.id}"
    assert "No Trio so far." in platform.get(path).text
    assert platform.post(path, data=form | {"phone": "03771 1"}).location == path
    assert 'value="03771 1"' in platform.get(path).text
    again = platform.post("/organisations/new", data=form | {"name": "Zellfabrik Aue"})
    assert again.status_code == 422
    assert path in again.text
    assert platform.post("/organisations/new", data=form | {"name": "Zellfabrik Aue", "anyway": "true"}).location
    renamed = platform.post(path, data=form | {"name": "Zellfabrik Auue GmbH"})
    assert renamed.status_code == 422
    assert "Is it one of these?" in renamed.text
    assert platform.get("/organisations/999999").status_code == 404


def test_a_trio_keeps_its_own_partner_up_to_date_and_no_other(administrator, make, session, trio, partner):
    mine = part(session, trio, "provider")
    foreign = partner(make.trio())
    path = f"/organisations/{mine.organisation_id}"
    text = administrator.get(path).text
    assert "Verbund Lausitz" in text
    assert 'href="/organisations"' not in text
    form = {"kind": "provider", "name": "Bildungswerk", "city": "Kamenz", "phone": "03578 99"}
    assert administrator.post(path, data=form).status_code == 302
    other = f"/organisations/{foreign.organisation_id}"
    assert administrator.get(other).status_code == administrator.post(other, data=form).status_code == 403
    assert administrator.get("/organisations").status_code == 403
    assert administrator.get("/organisations/new").status_code == 403
    assert administrator.get("/trios/new").status_code == 403


# ---- nobody else

PATHS = [
    ("get", "/manage"), ("get", "/manage/branding"), ("post", "/manage/branding"), ("post", "/manage/branding/logo"),
    ("post", "/manage/branding/logo/remove"), ("get", "/manage/legal/imprint"), ("post", "/manage/legal/imprint"),
    ("get", "/manage/partners/new"), ("get", "/manage/partners/new-organisation"),
    ("post", "/manage/partners/new-organisation"), ("get", "/manage/partners/new/{organisation}"),
    ("post", "/manage/partners/new/{organisation}"), ("get", "/manage/partners/{partnership}"),
    ("post", "/manage/partners/{partnership}"), ("post", "/manage/partners/{partnership}/end"),
    ("post", "/manage/partners/{partnership}/keep"), ("post", "/manage/partners/{partnership}/coordinate"),
]  # fmt: skip


@pytest.mark.parametrize("method,path", PATHS, ids=[f"{method} {path}" for method, path in PATHS])
def test_a_foreign_trio_is_not_there(sign_in, make, session, trio, method, path):
    one = part(session, trio, "provider")
    path = "/trios/lausitz" + path.format(partnership=one.id, organisation=one.organisation_id)
    before = session.scalars(select(RoleGrant.id)).all()
    client = sign_in(make.user(Role.TRIO_ADMIN, trio=make.trio()))
    assert client.open(path, method=method.upper()).status_code == 404
    assert len(session.scalars(select(RoleGrant.id)).all()) == len(before) + 1
    assert client.open(path.replace("lausitz", "no-such"), method=method.upper()).status_code == 404


def test_a_partnership_of_another_trio_is_not_there_either(administrator, make, session):
    foreign = part(session, make.trio(), "provider")
    base = f"/trios/lausitz/manage/partners/{foreign.id}"
    assert administrator.get(base).status_code == 404
    assert administrator.post(f"{base}/end", data={"when": "at_once"}).status_code == 404
    assert administrator.post(base, data={"kind": "provider", "starts_on": "2025-01-01"}).status_code == 404
    assert session.get(Partnership, foreign.id).ends_on is None


def test_whose_role_ended_finds_no_trio_with_the_next_request(administrator, session, trio):
    assert administrator.get("/trios/lausitz/manage").status_code == 200
    for held in session.scalars(select(RoleGrant)):
        held.revoked_at = NOON
    session.commit()
    assert session.scalars(select(SignInSession.ended_at)).all() == [None]
    assert administrator.get("/trios/lausitz/manage").status_code == 404
