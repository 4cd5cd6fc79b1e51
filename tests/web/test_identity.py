"""Closed by default, and nothing typed is lost when a session ends in between."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest

from app.kit.actors import ANYONE, Grant, Role
from app.web import identity
from app.web.identity import Person, SignInNeeded, confirmed, halfway, public
from tests.factories import NOON


def test_a_page_is_closed_unless_it_says_otherwise(probe, enter, make):
    assert probe.get("/probe/closed").status_code == 302
    assert probe.get("/probe/show").status_code == 200
    assert enter(make.user()).get("/probe/closed").text.startswith("closed GET")


def test_a_closed_resource_asks_to_sign_in(probe):
    answer = probe.get("/api/probe/closed")
    assert answer.status_code == 401
    assert answer.get_json()["detail"] == "Sign in first."


@pytest.mark.parametrize(
    "path,location",
    [
        ("/probe/closed", "/sign-in?next=/probe/closed"),
        ("/probe/closed?", "/sign-in?next=/probe/closed"),
        ("/probe/closed?tab=2&q=%26x", "/sign-in?next=/probe/closed?tab%3D2%26q%3D%2526x"),
    ],
)
def test_who_has_to_sign_in_first_comes_back_to_where_they_wanted_to_go(probe, path, location):
    assert probe.get(path).location == location


def test_a_form_sent_after_the_session_ended_keeps_every_field(probe):
    typed = {"remark": '"><script>alert(1)</script>\r\nzweite Zeile', "day": ["mo", "di"], "empty": "", "n<b>": "x"}
    answer = probe.post("/probe/closed?tab=2", data=typed)
    assert answer.status_code == 401
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text)
    assert sorted((unescape(name), unescape(value)) for name, value in fields) == sorted(
        [("remark", typed["remark"]), ("day", "mo"), ("day", "di"), ("empty", ""), ("n<b>", "x")]
    )
    assert "<script>alert" not in answer.text
    assert 'action="/probe/closed?tab=2"' in answer.text
    assert 'href="/sign-in" target="_blank"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_was_kept_is_what_arrives_after_signing_in(probe, enter, make):
    page = probe.post("/probe/closed", data={"day": ["mo", "di"], "text": "Öl & Co"}).text
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    again = {name: [unescape(value) for key, value in fields if key == name] for name, _value in fields}
    answer = enter(make.user()).post("/probe/closed", data=again)
    assert answer.text == "closed POST {'day': ['mo', 'di'], 'text': ['Öl & Co']}"


def test_a_file_has_to_be_chosen_again_and_the_page_says_so(probe):
    answer = probe.post("/probe/closed", data={"title": "x", "file": (BytesIO(b"PK"), "module.zip")})
    assert "Only the file has to be chosen again" in answer.text
    assert 'name="title" value="x"' in answer.text
    assert "Only the file" not in probe.post("/probe/closed", data={"title": "x"}).text


def test_the_actor_of_a_request(probing, enter, make):
    trio = make.trio()
    user = make.user(Role.TRAINER, trio=trio, name="Pat Example Person")
    with enter(user) as browser:
        browser.get("/probe/closed")
        actor, person = identity.current_actor(), identity.current_person()
    assert actor.user_id == user.id
    assert actor.grants == {Grant(Role.TRAINER, trio.id)}
    assert person is not None
    assert person.first_name == "Pat"
    assert person.user_id == user.id
    assert person.get_id() == person.token


def test_nobody_is_anyone(probing):
    with probing.test_request_context("/"):
        assert identity.current_actor() == ANYONE
        assert identity.current_person() is None


def test_a_view_that_is_not_public_has_a_person_or_asks_to_sign_in(probing, enter, make):
    user = make.user()
    with enter(user) as browser:
        browser.get("/probe/closed")
        assert identity.signed_in().user_id == user.id
    with probing.test_request_context("/"), pytest.raises(SignInNeeded):
        identity.signed_in()


@pytest.mark.parametrize("mark,flag", [(public, "is_public"), (halfway, "is_halfway"), (confirmed, "is_dangerous")])
def test_a_word_at_a_view_marks_it_and_gives_it_back(mark, flag):
    def view() -> str:
        return "x"

    assert mark(view) is view
    assert getattr(view, flag, False)


# ---- doors of other kinds


@pytest.fixture
def doors(probing, probe, make):
    """The answers of a closed, a halfway and a dangerous page to somebody with such a session."""

    def _doors(role=None, method="GET", **session):
        user = make.user(role, trio=make.trio() if role else None)
        token = make.token(user, **session)
        with probe.session_transaction() as cookie:
            cookie["_user_id"] = token
        return [probe.open(f"/probe/{kind}", method=method) for kind in ("closed", "halfway", "confirmed")]

    return _doors


def test_somebody_signed_in_meets_open_doors(doors):
    assert [answer.status_code for answer in doors()] == [200, 200, 200]


def test_half_signed_in_is_nobody_but_at_halfway_doors(doors):
    closed, halfway, dangerous = doors(Role.AUTHOR, second_factor=False)
    assert closed.location == "/sign-in/second-factor?next=/probe/closed"
    assert halfway.status_code == 200
    assert dangerous.location == "/sign-in/second-factor?next=/probe/confirmed"


def test_a_long_ago_proof_opens_all_but_the_dangerous_door(doors):
    closed, halfway, dangerous = doors(confirmed_at=NOON - timedelta(minutes=16))
    assert (closed.status_code, halfway.status_code) == (200, 200)
    assert dangerous.location == "/account/confirm?next=/probe/confirmed"


@pytest.mark.parametrize(
    "given,way,told",
    [
        ({"second_factor": False, "role": Role.AUTHOR}, "/sign-in/second-factor", "Please sign in again"),
        ({"confirmed_at": NOON - timedelta(minutes=16)}, "/account/confirm", "A confirmation is missing"),
    ],
)
def test_a_form_waits_until_they_showed_it(doors, given, way, told):
    answer = doors(method="POST", **given)[2]
    assert answer.status_code == 401
    assert f'href="{way}" target="_blank"' in answer.text
    assert f"<h1>{told}</h1>" in answer.text


def test_the_api_says_what_is_missing_without_a_page(probe, make):
    token = make.token(make.user(Role.PROGRAMME_OFFICE), second_factor=False)
    with probe.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert probe.get("/api/probe/closed").status_code == 401


def test_a_name_of_one_word_is_a_first_name():
    for name, first in (("Olena", "Olena"), ("", "")):
        assert Person(ANYONE, name, "o@x.de", "s", 1, NOON).first_name == first
