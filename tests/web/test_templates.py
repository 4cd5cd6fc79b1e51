"""The frame of every page."""

import pytest

from app.kit.actors import Role


@pytest.mark.parametrize(
    "role,entries",
    [
        (None, ["/modules", "/profiles", "/my"]),
        (Role.TRAINER, ["/modules", "/profiles", "/my", "/runs", "/authoring/modules"]),
        (Role.CLUSTER_MANAGER, ["/modules", "/profiles", "/my", "/companies", "/reports/participation"]),
        (Role.HR_CONTACT, ["/modules", "/profiles", "/my", "/company"]),
        (
            Role.SITE_ADMIN,
            [
                "/modules",
                "/profiles",
                "/my",
                "/runs",
                "/authoring/modules",
                "/companies",
                "/reports/participation",
                "/administration",
            ],
        ),
    ],
)
def test_the_menu_of_a_role(enter, make, role, entries):
    assert menu(enter(make.user(role)).get("/probe/show").text) == entries


def test_the_menu_of_a_stranger(probe):
    page = probe.get("/probe/show").text
    assert menu(page) == ["/modules", "/profiles"]
    assert 'href="/sign-in"' in page
    assert "Sign out" not in page


def menu(page):
    nav = page.partition('<ul class="nav">')[2].partition("</ul>")[0]
    return [part.partition('"')[0] for part in nav.split('href="')[1:]]


def test_the_current_entry_is_marked(client):
    page = client.get("/profiles").text
    assert page.count('aria-current="page"') >= 1
    assert 'href="/profiles" aria-current="page"' in " ".join(page.split())


def test_names_and_reasons_are_escaped_wherever_they_stand(enter, make):
    user = make.user(name="<b>Pat</b> <i>'\"&", email="pat@example.org")
    page = enter(user).get("/probe/show").text
    assert "<b>" not in page.replace("<b>flash", "")
    assert "<i>" not in page
    assert "&lt;b&gt;Pat&lt;/b&gt;" in page
    assert "Because of &lt;b&gt;Olena&lt;/b&gt;." in page
    assert "&lt;i&gt;cell&lt;/i&gt;" in page
    assert "&lt;b&gt;flash&lt;/b&gt;" in page
    assert "1,234.6" in page


def test_a_disabled_button_says_why_and_sends_nothing(probe):
    page = probe.get("/probe/show").text
    button = page.partition('aria-disabled="true"')[0].rpartition("<button")[2]
    assert 'type="button"' in button
    assert "Because of" in page


def test_a_flash_of_an_unknown_kind_is_a_plain_notice(probe):
    assert 'class="notice"' in probe.get("/probe/show?kind=%3Cb%3E").text
