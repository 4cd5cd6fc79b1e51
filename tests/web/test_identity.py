"""Closed by default, and nothing typed is lost when a session ends in between."""

import re
from html import unescape

import pytest

from app.kit.actors import ANYONE, Grant, Role
from app.web import identity
from app.web.identity import Person, public


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
    answer = probe.post("/probe/closed", data={"title": "x", "file": (__file__, "module.zip")})
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
    assert person.get_id() == f"{user.id}:{user.stamp}"


def test_nobody_is_anyone(probing):
    with probing.test_request_context("/"):
        assert identity.current_actor() == ANYONE
        assert identity.current_person() is None


def test_public_marks_a_view_and_gives_it_back():
    def view() -> str:
        return "x"

    assert public(view) is view
    assert getattr(view, "is_public", False)


def test_a_name_of_one_word_is_a_first_name():
    assert Person(ANYONE, "Olena", "o@x.de", "s").first_name == "Olena"
    assert Person(ANYONE, "", "o@x.de", "s").first_name == ""
