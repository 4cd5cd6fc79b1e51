"""Which language a page speaks, how it is changed, and that changing it cannot lead away."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from app.kit.text import _
from app.web import language


@pytest.fixture(params=["de", "en"])
def locale(request, flask_app):
    with flask_app.test_request_context("/"), force_locale(request.param):
        language.speak()
        yield request.param


def said(locale, german, english):
    return german if locale == "de" else english


# ---- choosing


@pytest.mark.parametrize(
    "cookie,accepted,spoken",
    [
        (None, "en", "en"),
        (None, "de-AT,en;q=0.5", "de"),
        (None, "fr, en-GB;q=0.8, de;q=0.1", "en"),
        (None, "fr", "de"),
        (None, "EN-us", "en"),
        (None, "en;q=0, de;q=0.1", "de"),
        (None, "", "de"),
        (None, "*", "de"),
        (None, ";;q=,\u00e4", "de"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("xx", "en", "en"),
        ("<script>", "en", "en"),
    ],
)
def test_the_language_of_a_page(client, cookie, accepted, spoken):
    if cookie:
        client.set_cookie(language.COOKIE, cookie)
    page = client.get("/sign-in", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{spoken}">' in page
    assert ("Anmelden" in page) is (spoken == "de")


def test_changing_it_sets_a_cookie_and_shows_the_same_page(client):
    answer = client.get("/sign-in?lang=de")
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    cookie = client.get_cookie(language.COOKIE)
    assert cookie.value == "de"
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age == 60 * 60 * 24 * 365
    assert '<html lang="de">' in client.get(answer.location).text


def test_the_cookie_stays_on_https_where_the_site_is(flask_app, client, monkeypatch):
    client.get("/sign-in?lang=de")
    assert not client.get_cookie(language.COOKIE).secure
    monkeypatch.setitem(flask_app.config, "SESSION_COOKIE_SECURE", True)
    assert "Secure" in client.get("/sign-in?lang=de").headers["Set-Cookie"]


def test_other_arguments_stay(client):
    location = client.get("/modules?q=Z%C3%BCnder+%26+x&lang=de&step=a&step=b&page=2").location
    assert location == "/modules?q=Z%C3%BCnder+%26+x&step=a&step=b&page=2"


@pytest.mark.parametrize("wanted", ["xx", "", "DE", "de-simple", "../en", "%00", "de%0d%0aSet-Cookie:x=1"])
def test_a_language_we_do_not_speak_changes_nothing(client, wanted):
    answer = client.get(f"/sign-in?lang={wanted}")
    assert answer.status_code == 200
    assert client.get_cookie(language.COOKIE) is None


def test_a_form_is_not_sent_away_and_the_api_is_left_alone(client):
    assert client.post("/sign-in?lang=de", data={}).status_code == 422
    assert client.get("/api/v1/modules?lang=de").status_code in {200, 422}
    assert client.get_cookie(language.COOKIE) is None


@pytest.mark.parametrize(
    "path", ["//evil.example/", "///evil.example/", "/\\evil.example/", "\\\\evil.example/", "//\\/evil.example/"]
)
def test_changing_the_language_leads_nowhere_else(client, path):
    """A browser takes two slashes, in either direction, for another site."""
    raw = {"PATH_INFO": path}
    assert client.get(query_string="lang=de", environ_overrides=raw).location == "/evil.example/"
    with client:
        assert client.get(environ_overrides=raw).status_code in {308, 404}
        assert language.url_in("en") == "/evil.example/?lang=en"


def test_a_line_break_in_the_address_stays_in_the_address(client):
    answer = client.get("/no%0d%0aSet-Cookie:%20x=1?lang=de")
    assert answer.location == "/no%0D%0ASet-Cookie:%20x=1"


def test_the_links_that_change_it_keep_what_was_asked_for(client):
    with client:
        client.get("/sign-in?next=/runs/7&next=%3Cb%3E&lang=xx")
        assert language.url_in("de") == "/sign-in?next=%2Fruns%2F7&next=%3Cb%3E&lang=de"


# ---- speaking


def test_sentences_of_the_code_are_translated_with_their_parameters(locale):
    sentence = _("Between %(least)s and %(most)s.", least=1, most=5)
    assert str(sentence) == said(locale, "Zwischen 1 und 5.", "Between 1 and 5.")


def test_outside_of_a_request_we_speak_german(flask_app):
    with flask_app.app_context():
        assert language.current() == "de"


def test_outside_of_everything_sentences_stay_english_and_nothing_breaks(flask_app):
    language.speak()
    assert str(_("This is missing.")) == "This is missing."
    assert language.current() == "de"


# ---- authored texts


def test_authored_texts_are_marked_where_they_are_in_another_language(locale):
    both = {"de": "Zelle", "en": "cell"}
    assert language.localised(both) == said(locale, "Zelle", "cell")
    assert language.localised({"en": "<i>"}, "de") == Markup('<span lang="en">&lt;i&gt;</span>')
    assert language.localised({"de-simple": "Eine Zelle"}, "de") == "Eine Zelle"
    assert language.localised({"de-simple": "Eine <b>"}, "en") == Markup('<span lang="de">Eine &lt;b&gt;</span>')
    assert language.localised(None) == language.localised({}) == language.localised({"de": ""}) == ""
    assert isinstance(language.localised(both), Markup)


# ---- numbers and days


LATE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_days_and_times_are_those_of_berlin(locale):
    assert language.day(LATE) == said(locale, "1. Januar 2027", "January 1, 2027")
    assert language.day(date(2027, 1, 12), "medium") == said(locale, "12.01.2027", "Jan 12, 2027")
    assert language.day(date(2027, 1, 12), "full") == said(
        locale, "Dienstag, 12. Januar 2027", "Tuesday, January 12, 2027"
    )
    assert language.moment(LATE) == said(locale, "1. Januar 2027, 00:30", "1 January 2027, 00:30")
    assert language.moment(LATE, "yyyy-MM-dd HH:mm") == "2027-01-01 00:30"
    assert language.clock(LATE) == "00:30"
    assert language.month(LATE) == "Jan"


def test_numbers(locale):
    assert language.number(1234.56) == said(locale, "1.234,6", "1,234.6")
    assert language.number(Decimal("-2.5")) == said(locale, "\u22122,5", "\u22122.5")
    assert language.number(3) == "3"
    assert language.number(2.344, 2) == said(locale, "2,34", "2.34")
    assert language.percent(67.6) == said(locale, "68\u202f%", "68%")
    assert language.units(Decimal("4.5")) == said(locale, "4,5\u202fUE", "4.5 units")
