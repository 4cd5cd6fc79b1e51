from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.accounts import rules
from app.kit.actors import Role
from app.kit.verdicts import Answer
from tests.factories import NOON

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("typed", ["Olena@Firma.DE", " olena@firma.de ", "\tolena@FIRMA.de\n"])
def test_an_address_is_stored_in_one_way(typed):
    assert rules.clean_email(typed) == "olena@firma.de"


@pytest.mark.parametrize(
    "typed", ["Olena Bondar", "  Olena   Bondar ", "Olena\r\nBondar", "Olena\u2028Bondar"], ids=ascii
)
def test_a_name_is_stored_on_one_line(typed):
    assert rules.clean_name(typed) == "Olena Bondar"


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
    "expires_in,done,works",
    [(SECOND, False, True), (timedelta(0), False, False), (SECOND, True, False)],
    ids=["in time", "too late", "done"],
)
def test_a_change_of_address_waits_for_a_day(expires_in, done, works):
    done_at = NOON if done else None
    assert rules.email_change_works(expires_at=NOON + expires_in, done_at=done_at, now=NOON) is works


@pytest.mark.parametrize(
    "is_staff,age,unused,lives",
    [
        (False, 90 * DAY, 30 * DAY, True),
        (False, 90 * DAY + SECOND, SECOND, False),
        (False, 31 * DAY, 30 * DAY + SECOND, False),
        (True, 14 * DAY, HOUR * 12, True),
        (True, 14 * DAY + SECOND, SECOND, False),
        (True, DAY, HOUR * 12 + SECOND, False),
    ],
)
def test_a_session_ends_unused_and_at_the_latest(is_staff, age, unused, lives):
    given = {"created_at": NOON - age, "seen_at": NOON - unused, "is_staff": is_staff, "now": NOON}
    assert rules.session_lives(ended_at=None, **given) is lives
    assert not rules.session_lives(ended_at=NOON - unused, **given)


@pytest.mark.parametrize("minutes,confirmed", [(0, True), (15, True), (16, False)])
def test_a_proof_counts_for_a_quarter_of_an_hour(minutes, confirmed):
    assert rules.is_confirmed(NOON - minutes * MINUTE, now=NOON) is confirmed


@pytest.mark.parametrize(
    "roles,has_one,required,is_demo,needs",
    [
        ([], False, True, False, False),
        ([], True, False, False, True),
        *(([role], False, True, False, True) for role in Role),
        ([Role.AUTHOR], False, False, False, False),
        ([Role.AUTHOR], False, True, True, False),
        ([Role.AUTHOR], True, True, True, True),
    ],
)
def test_who_needs_a_second_factor(roles, has_one, required, is_demo, needs):
    assert rules.needs_second_factor(roles, has_one=has_one, required=required, is_demo=is_demo) is needs


def test_the_way_in_of_shared_accounts_stays():
    assert rules.may_change_sign_in(is_demo=False)
    verdict = rules.may_change_sign_in(is_demo=True)
    assert verdict.answer is Answer.NOT_NOW
    assert "demo account" in str(verdict.reason)


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
