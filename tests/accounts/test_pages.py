"""Signing in, as a person sees it, and as somebody sees it who should not get in."""

from html import unescape

import pytest
from sqlalchemy import func, select

from app.accounts import rules, services
from app.accounts.models import SignInLink
from app.kit.outbox import Message
from tests.factories import NOON

PASSWORD = "Trockenraum-7"
WRONG = "E-mail address and password do not belong together."


@pytest.fixture
def olena(make, session):
    user = make.user(name="Olena Bondar", email="olena@firma.example")
    services.set_password(session, user.id, PASSWORD)
    session.commit()
    return user


def try_password(client, password=PASSWORD, email="olena@firma.example", **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def is_signed_in(client):
    return client.get("/account").status_code == 200


# ---- by password


def test_the_right_password_leads_to_where_one_wanted_to_go(client, olena):
    answer = try_password(client, next="/runs/7?tab=2")
    assert (answer.status_code, answer.location) == (302, "/runs/7?tab=2")
    assert is_signed_in(client)


def test_without_a_place_to_go_it_leads_to_the_own_page(client, olena):
    assert try_password(client).location == "/my"


def test_the_session_cookie_is_for_this_site_and_no_script(client, olena):
    cookie = next(c for c in try_password(client).headers.getlist("Set-Cookie") if c.startswith("lernzelle="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie
    assert "Secure" not in cookie


def test_on_https_the_cookie_stays_there(flask_app, client, olena, monkeypatch):
    monkeypatch.setitem(flask_app.config, "SESSION_COOKIE_SECURE", True)
    assert "Secure" in try_password(client).headers["Set-Cookie"]


@pytest.mark.parametrize(
    "email",
    ["olena@firma.example", "nobody@firma.example", "link@firma.example"],
    ids=["wrong", "unknown", "link only"],
)
def test_a_wrong_password_and_an_unknown_address_look_the_same(client, olena, make, email):
    make.user(email="link@firma.example")
    answer = try_password(client, "wrong", email)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert not is_signed_in(client)
    same = try_password(client, "wrong", "x" * len(email.partition("@")[0]) + "@firma.example")
    assert same.text == answer.text.replace(email, "x" * len(email.partition("@")[0]) + "@firma.example")


def test_what_was_typed_stays_except_the_password(client, olena):
    page = try_password(client, "s3cret-typo", next="/runs/7").text
    assert page.count('value="olena@firma.example"') == 1, "in the form that was sent"
    assert page.count('name="next" value="/runs/7"') == 2
    assert "s3cret-typo" not in page


def test_after_five_wrong_passwords_one_waits_but_the_link_works(client, olena, session):
    for _n in range(rules.FAILURES_ALLOWED):
        assert try_password(client, "wrong").status_code == 422
    answer = try_password(client)
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert not is_signed_in(client)
    assert ask_for_link(client).status_code == 200
    client.post(link_of(session))
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "form,told",
    [
        ({}, "This is missing."),
        ({"email": "olena", "password": "x"}, "This is not an e-mail address."),
        ({"email": "olena@firma.example"}, "This is missing."),
        ({"email": "olena@firma.example", "password": "x" * 201}, "Between 1 and 200 characters."),
        ({"email": "o" * 300 + "@firma.example", "password": "x"}, "This is not an e-mail address."),
    ],
)
def test_a_faulty_form_comes_back(client, form, told):
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 422
    assert told in answer.text


def test_what_was_typed_is_escaped(client):
    page = client.post("/sign-in", data={"email": '"><script>alert(1)</script>', "password": "x"}).text
    assert "<script>alert" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


# ---- going on


ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
    "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "%0d%0aLocation:https://evil.example",
    "/my\r\nSet-Cookie:x=1", "//[evil", "evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE, ids=ascii)
def test_nobody_is_led_elsewhere_after_signing_in(client, olena, session, target):
    page = client.get("/sign-in", query_string={"next": target}).text
    assert 'name="next" value="/my"' in page
    answer = try_password(client, next=target)
    assert answer.location == "/my"
    assert "x=1" not in str(answer.headers)
    assert client.get("/sign-in", query_string={"next": target}).location == "/my"
    client.post("/sign-out")
    ask_for_link(client, next=target)
    assert client.post(link_of(session)).location == "/my"


def test_who_is_signed_in_goes_on_at_once(sign_in, olena):
    answer = sign_in(olena).get("/sign-in?next=/runs/7")
    assert (answer.status_code, answer.location) == (302, "/runs/7")


# ---- by link


def ask_for_link(client, email="olena@firma.example", **more):
    return client.post("/sign-in/link", data={"email": email, **more})


def link_of(session):
    message = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id.desc())).first()
    return f"/sign-in/link/{message.payload['values']['token']}"


def test_asking_for_a_link_says_the_same_whether_there_is_an_account_or_not(client, olena, session):
    known = ask_for_link(client)
    unknown = ask_for_link(client, "nobody@firma.example")
    assert known.status_code == unknown.status_code == 200
    assert "If olena@firma.example has an account here" in known.text
    assert known.text.replace("olena@", "nobody@") == unknown.text
    assert session.scalar(select(func.count()).select_from(SignInLink)) == 1


def test_asking_too_often_looks_the_same_and_sends_nothing_more(client, olena, session):
    first = ask_for_link(client).text
    for _n in range(rules.LINKS_ALLOWED + 3):
        assert ask_for_link(client).text == first
    assert session.scalar(select(func.count()).select_from(SignInLink)) == rules.LINKS_ALLOWED


def test_asking_with_a_faulty_address_brings_the_form_back(client):
    answer = ask_for_link(client, "olena", next="/runs/7")
    assert answer.status_code == 422
    assert 'value="olena"' in answer.text
    assert 'name="next" value="/runs/7"' in answer.text


def test_a_link_needs_one_tap_so_that_a_mail_scanner_uses_nothing_up(client, olena, session):
    ask_for_link(client, next="/runs/7")
    link = link_of(session)
    for _look in range(3):
        assert "One tap and you are in" in client.get(link).text
    assert not is_signed_in(client)
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (302, "/runs/7")
    assert is_signed_in(client)


def dead(answer):
    return answer.status_code == 404 and "This link does not work any more" in answer.text


def main(answer):
    return answer.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "%ED%A0%80", "'--", "a" * 3000, "%0d%0a"])
def test_a_link_of_garbage(client, token):
    assert client.get(f"/sign-in/link/{token}").status_code == 200
    assert dead(client.post(f"/sign-in/link/{token}"))


def test_used_truncated_and_expired_links_lead_to_one_neutral_page(client, olena, session, monkeypatch):
    ask_for_link(client)
    link = link_of(session)
    truncated = client.post(link[:-1])
    session.scalars(select(SignInLink)).one().expires_at = NOON
    session.commit()
    expired = client.post(link)
    session.scalars(select(SignInLink)).one().expires_at = NOON + rules.LINK_LIFETIME
    session.commit()
    client.post(link)
    client.post("/sign-out")
    used = client.post(link)
    assert all(dead(answer) for answer in (truncated, expired, used))
    assert main(truncated) == main(expired) == main(used)
    assert "olena" not in used.text
    assert 'action="/sign-in/link"' in used.text
    assert not is_signed_in(client)


# ---- signing out


def test_signing_out_ends_the_session_and_twice_is_harmless(sign_in, olena):
    client = sign_in(olena)
    for _time in range(2):
        answer = client.post("/sign-out")
        assert (answer.status_code, answer.location) == (302, "/")
    assert "You are signed out." in client.get("/sign-in").text
    assert not is_signed_in(client)


def test_a_link_signs_nobody_out(sign_in, olena):
    client = sign_in(olena)
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


# ---- the account


def test_the_account_shows_name_address_and_since_when(sign_in, olena):
    page = sign_in(olena).get("/account").text
    assert 'value="Olena Bondar"' in page
    assert "olena@firma.example" in page
    assert "March 2, 2026" in page


def test_changing_name_and_language(sign_in, olena, session):
    client = sign_in(olena)
    answer = client.post("/account", data={"name": " Olena  Nowák ", "language": "de"})
    assert (answer.status_code, answer.location) == (302, "/account")
    assert "Saved." in client.get("/account").text
    session.expire_all()
    assert (olena.name, olena.language) == ("Olena Nowák", "de")


@pytest.mark.parametrize(
    "form,told",
    [
        ({"name": "O", "language": "de"}, "Between 2 and 120 characters."),
        ({"name": "x" * 121, "language": "de"}, "Between 2 and 120 characters."),
        ({"language": "de"}, "This is missing."),
        ({"name": "Olena", "language": "xx"}, "Choose one of the values offered."),
        ({"name": "Olena"}, "This is missing."),
    ],
)
def test_a_faulty_change_comes_back_with_what_was_typed(sign_in, olena, session, form, told):
    answer = sign_in(olena).post("/account", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form.get("name", "")}"' in unescape(answer.text)
    session.expire_all()
    assert olena.name == "Olena Bondar"


def test_nobody_becomes_somebody_else_by_sending_more(sign_in, olena, make, session):
    other = make.user()
    sign_in(olena).post(
        "/account", data={"name": "New", "language": "de", "user_id": other.id, "email": "x@y.de", "is_demo": "true"}
    )
    session.expire_all()
    assert (olena.name, olena.email, olena.is_demo) == ("New", "olena@firma.example", False)
    assert other.name != "New"


# ---- the demo world


def test_demo_accounts_are_shown_in_the_demo_world_only(flask_app, client, make, monkeypatch):
    make.user(email="worker@demo.lernzelle.example", is_demo=True, password_hash="x")
    assert "worker@demo.lernzelle.example" not in client.get("/sign-in").text
    monkeypatch.setitem(flask_app.config, "DEMO", True)
    assert "worker@demo.lernzelle.example" in client.get("/sign-in").text
