"""Signing in, as a person sees it, and as somebody sees it who should not get in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import rules
from app.accounts.models import Attempt, SignInLink, SignInSession
from app.accounts.rules.limits import LIMITS, Kind
from app.accounts.services import passwords
from app.kit import clock
from app.kit.actors import Role
from tests.accounts.conftest import PASSWORD
from tests.counting import statements
from tests.factories import NOON

WRONG = "E-mail address and password do not belong together."


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
    assert "Expires=" in cookie, "a phone keeps it when it is restarted"
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


def test_after_five_wrong_passwords_one_waits_but_the_link_works(client, olena, mails):
    for _n in range(LIMITS[Kind.PASSWORD].most):
        assert try_password(client, "wrong").status_code == 422
    answer = try_password(client)
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert not is_signed_in(client)
    assert ask_for_link(client).status_code == 200
    client.post(link_of(mails))
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
def test_nobody_is_led_elsewhere_after_signing_in(client, olena, mails, target):
    page = client.get("/sign-in", query_string={"next": target}).text
    assert 'name="next" value="/my"' in page
    answer = try_password(client, next=target)
    assert answer.location == "/my"
    assert "x=1" not in str(answer.headers)
    assert client.get("/sign-in", query_string={"next": target}).location == "/my"
    client.post("/sign-out")
    ask_for_link(client, next=target)
    assert client.post(link_of(mails)).location == "/my"


def test_who_is_signed_in_goes_on_at_once(sign_in, olena):
    answer = sign_in(olena).get("/sign-in?next=/runs/7")
    assert (answer.status_code, answer.location) == (302, "/runs/7")


# ---- by link


def ask_for_link(client, email="olena@firma.example", **more):
    return client.post("/sign-in/link", data={"email": email, **more})


def link_of(mails):
    payload = mails()[-1].payload
    way = "reset" if payload["template"].endswith("reset") else "link"
    return f"/sign-in/{way}/{payload['values']['token']}"


def test_asking_for_a_link_says_the_same_whether_there_is_an_account_or_not(client, olena, session, mails):
    known = ask_for_link(client)
    unknown = ask_for_link(client, "nobody@firma.example")
    assert known.status_code == unknown.status_code == 200
    assert "If olena@firma.example has an account here" in known.text
    assert known.text.replace("olena@", "nobody@") == unknown.text
    assert [message.payload["user_id"] for message in mails()] == [olena.id]
    assert session.scalar(select(func.count()).select_from(SignInLink)) == 1


def test_asking_too_often_looks_the_same(client, olena):
    first = ask_for_link(client).text
    for _n in range(rules.LINKS_ALLOWED + 3):
        assert ask_for_link(client).text == first


@pytest.mark.parametrize("way", ["link", "reset"])
def test_one_place_cannot_have_links_sent_to_everybody(client, session, way):
    most = LIMITS[Kind.LINK_CLIENT].most
    for n in range(most):
        assert client.post(f"/sign-in/{way}", data={"email": f"{n}@firma.example"}).status_code == 200
    answer = client.post(f"/sign-in/{way}", data={"email": "olena@firma.example"})
    assert answer.status_code == 429
    assert "very many tries from your network" in answer.text


def test_asking_with_a_faulty_address_brings_the_form_back(client):
    answer = ask_for_link(client, "olena", next="/runs/7")
    assert answer.status_code == 422
    assert 'value="olena"' in answer.text
    assert 'name="next" value="/runs/7"' in answer.text


def test_a_link_needs_one_tap_so_that_a_mail_scanner_uses_nothing_up(client, olena, mails):
    ask_for_link(client, next="/runs/7")
    link = link_of(mails)
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


def test_used_truncated_and_expired_links_lead_to_one_neutral_page(client, olena, session, mails):
    ask_for_link(client)
    link = link_of(mails)
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


# ---- forgotten passwords


def ask_for_reset(client, email="olena@firma.example"):
    return client.post("/sign-in/reset", data={"email": email})


def test_a_forgotten_password_is_replaced_by_way_of_a_mail(client, olena, mails):
    assert 'href="/sign-in/reset"' in client.get("/sign-in").text
    assert "Forgot your password?" in client.get("/sign-in/reset").text
    assert main(ask_for_reset(client)) == main(ask_for_link(client)), "the same neutral page"
    (reset,) = [message for message in mails() if message.payload["template"].endswith("reset")]
    link = f"/sign-in/reset/{reset.payload['values']['token']}"
    assert "After this you choose a new password." in client.get(link).text
    assert client.post(link).location == "/account/password"
    answer = client.post("/account/password", data={"password": "Vier-Blaue-Zahnräder"})
    assert answer.location == "/account/security"
    client.post("/sign-out")
    assert try_password(client).status_code == 422
    assert try_password(client, "Vier-Blaue-Zahnräder").status_code == 302


def test_links_and_resets_cannot_be_swapped(client, olena, mails):
    ask_for_link(client)
    ask_for_reset(client)
    links = [link_of(lambda message=message: [message]) for message in mails()]
    for link in links:
        swapped = link.replace("/link/", "/x/").replace("/reset/", "/link/").replace("/x/", "/reset/")
        assert dead(client.post(swapped))
    assert not is_signed_in(client)


def test_a_faulty_address_for_a_reset_comes_back(client):
    answer = ask_for_reset(client, "olena")
    assert answer.status_code == 422
    assert 'value="olena"' in answer.text


@pytest.mark.parametrize("way", [ask_for_link, ask_for_reset])
def test_a_mail_alone_never_gets_past_the_second_factor(client, make, mails, way):
    make.user(Role.TRAINER, trio=make.trio(), email="olena@firma.example")
    way(client)
    client.post(link_of(mails))
    for closed in ("/account", "/account/password", "/account/sessions", "/my"):
        assert client.get(closed).location.startswith("/sign-in/second-factor?next=")
    assert client.get("/api/v1/reports/participation").status_code == 401


# ---- who has an account cannot be told


ADDRESSES = ["known@firma.example", "nobody@firma.example", "link@firma.example", "erased@firma.example"]


@pytest.fixture
def people(make, session, olena):
    """Somebody with a password, without one, and one who was erased; and nobody."""
    make.user(email="known@firma.example", password_hash=olena.password_hash)
    make.user(email="link@firma.example")
    make.user(email="erased@firma.example", password_hash=olena.password_hash, erased_at=NOON)
    session.commit()


def everything(answer, email):
    """The whole answer, without what differs by itself: the address as it was typed, and so the length."""
    headers = [(name, value) for name, value in answer.headers if name != "Content-Length"]
    return answer.status_code, answer.text.replace(email, "ADDRESS"), headers


@pytest.mark.parametrize(
    "path,more",
    [("/sign-in", {"password": "wrong-wrong"}), ("/sign-in/link", {"next": "/runs/7"}), ("/sign-in/reset", {})],
)
def test_the_answer_is_the_same_for_every_address(client, people, session, monkeypatch, path, more):
    """Status, headers, body and the work behind it: statements to the database and comparisons of passwords."""
    verified, real = [], passwords._hasher

    class Hasher:
        def verify(self, stored, password):
            verified.append(stored)
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    client.get("/sign-in")
    seen = []
    for email in ADDRESSES:
        verified.clear()
        with statements(session) as said:
            answer = client.post(path, data={"email": email, **more})
        seen.append((everything(answer, email), said, len(verified)))
    assert all(each == seen[0] for each in seen[1:])
    assert seen[0][0][0] == (422 if path == "/sign-in" else 200)
    assert seen[0][2] == (1 if path == "/sign-in" else 0)


def test_too_many_tries_say_the_same_for_every_address(client, people):
    answers = set()
    for email in ADDRESSES:
        for _n in range(LIMITS[Kind.PASSWORD].most):
            assert try_password(client, "wrong-wrong", email).status_code == 422
        answer = try_password(client, PASSWORD, email)
        answers.add((answer.status_code, answer.text.replace(email, "ADDRESS")))
    ((status, _text),) = answers
    assert status == 429


# ---- sessions


def test_signing_in_makes_a_new_session_and_ends_the_one_before(client, olena, session):
    tokens = []
    for _n in range(2):
        try_password(client)
        with client.session_transaction() as cookie:
            tokens.append(cookie["_user_id"])
            assert cookie.permanent
    assert tokens[0] != tokens[1]
    assert [row.ended_at for row in session.scalars(select(SignInSession).order_by(SignInSession.id))] == [NOON, None]
    with client.session_transaction() as cookie:
        cookie["_user_id"] = tokens[0]
    assert not is_signed_in(client)


def test_a_token_that_somebody_planted_is_not_taken_over(client, olena):
    """Session fixation: what was in the cookie before signing in is worth nothing afterwards."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
    try_password(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
    assert is_signed_in(client)


def test_a_right_password_after_wrong_ones_leaves_no_trace(client, olena, session):
    for _n in range(3):
        try_password(client, "wrong")
    try_password(client)
    kinds = session.scalars(select(Attempt.kind)).all()
    assert sorted(set(kinds)) == [Kind.GUESS, Kind.GUESS_CLIENT]
    assert len(kinds) == 6


def test_signing_out_kills_the_session_and_not_only_the_cookie(client, olena):
    try_password(client)
    with client.session_transaction() as cookie:
        copied = cookie["_user_id"]
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = copied
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "role,unused,at_most", [(None, timedelta(days=30), 90), (Role.AUTHOR, timedelta(hours=12), 14)]
)
def test_a_session_ends_here_and_not_in_the_browser(client, sign_in, make, monkeypatch, role, unused, at_most):
    """A copied cookie does not last longer than the session behind it, whatever its own date says."""
    user = make.user(role, trio=make.trio() if role else None)
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    sign_in(user)
    now[0] += unused
    assert is_signed_in(client)
    now[0] += unused + timedelta(seconds=1)
    assert not is_signed_in(client)
    now[0] = NOON
    sign_in(user)
    while now[0] + unused <= NOON + timedelta(days=at_most):
        now[0] += unused
        assert is_signed_in(client), "used all the time"
    now[0] = NOON + timedelta(days=at_most, seconds=1)
    assert not is_signed_in(client)


# ---- the demo world


def test_demo_accounts_are_shown_in_the_demo_world_only(flask_app, client, make, monkeypatch):
    make.user(email="worker@demo.lernzelle.example", is_demo=True, password_hash="x")
    assert "worker@demo.lernzelle.example" not in client.get("/sign-in").text
    monkeypatch.setitem(flask_app.config, "DEMO", True)
    assert "worker@demo.lernzelle.example" in client.get("/sign-in").text
