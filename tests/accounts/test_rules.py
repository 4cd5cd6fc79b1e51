from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.accounts import rules
from app.kit.verdicts import Answer
from tests.factories import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("typed", ["Olena@Firma.DE", " olena@firma.de ", "\tolena@FIRMA.de\n"])
def test_an_address_is_stored_in_one_way(typed):
    assert rules.clean_email(typed) == "olena@firma.de"


@pytest.mark.parametrize(
    "typed", ["Olena Bondar", "  Olena   Bondar ", "Olena\r\nBondar", "Olena\u2028Bondar"], ids=ascii
)
def test_a_name_is_stored_on_one_line(typed):
    assert rules.clean_name(typed) == "Olena Bondar"


@pytest.mark.parametrize(
    "failures,answer", [(0, Answer.YES), (4, Answer.YES), (5, Answer.NOT_NOW), (500, Answer.NOT_NOW)]
)
def test_five_wrong_passwords_and_then_a_pause(failures, answer):
    verdict = rules.may_try_password(failures)
    assert verdict.answer is answer
    assert verdict or "Wait 15 minutes" in str(verdict.reason)


@pytest.mark.parametrize("sent,answer", [(0, Answer.YES), (4, Answer.YES), (5, Answer.NOT_NOW)])
def test_five_links_an_hour(sent, answer):
    verdict = rules.may_send_link(sent)
    assert verdict.answer is answer
    assert verdict or "spam folder" in str(verdict.reason)


@pytest.mark.parametrize(
    "expires_in,used,works",
    [(SECOND, False, True), (timedelta(0), False, False), (-SECOND, False, False), (SECOND, True, False)],
    ids=["in time", "at the end", "too late", "used"],
)
def test_a_link_works_once_and_in_time(expires_in, used, works):
    assert rules.link_works(expires_at=NOON + expires_in, used_at=NOON if used else None, now=NOON) is works


@pytest.mark.parametrize(
    "target",
    ["/", "/my", "/runs/7?tab=2#place", "/modules?q=Z%C3%BCnder", "/a//b", "/x?next=//evil.example", "/%0d%0aX"],
)
def test_a_path_of_ours_is_safe(target):
    assert rules.safe_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        " ",
        "my",
        "//evil.example",
        "///evil.example",
        "//evil.example/%2f..",
        "//[evil",
        "//[::1]",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "\n/evil.example",
        " /evil",
        "https:evil.example",
        "https://evil.example",
        "https:///evil.example",
        "HTTPS://evil.example/my",
        "javascript:alert(1)",
        "data:text/html,x",
        "http:/\\evil.example",
        "evil.example/my",
        "@evil.example",
        "?next=/my",
        "%2f%2fevil.example",
        "%0d%0aLocation:%20https://evil.example",
        "/my\r\nSet-Cookie: a=b",
        "/my\x00",
        "/" + "x" * 500,
    ],
    ids=ascii,
)
def test_everything_else_leads_to_the_own_page(target):
    assert rules.safe_target(target) == "/my"


@given(st.text(st.sampled_from("/\\:@.#?%ab \t\n\r\x00[]"), max_size=12))
@example("/[")
def test_no_target_leaves_the_platform(target):
    safe = rules.safe_target(target)
    assert safe.startswith("/")
    assert not safe.startswith(("//", "/\\"))
    assert urlsplit(urljoin("https://lernzelle.example/sign-in", safe)).netloc == "lernzelle.example"
