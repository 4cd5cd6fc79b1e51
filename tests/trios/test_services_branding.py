from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from app.kit.actors import Role
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.trios import queries, services
from app.trios.models import Logo
from app.trios.rules import LegalPage
from app.trios.services import Presentation
from tests.factories import NOON

SAID = Presentation(
    "Verbund Lausitz", {"de": "Lausitz"}, {"de": "Wir bilden weiter."}, {"de": "Gefördert."},
    accent="#7a2e5d", sender_name="Verbund Lausitz", reply_to="kurse@example.org",
)  # fmt: skip


@pytest.fixture
def trio(make):
    return make.trio()


@pytest.fixture
def admin(make, trio):
    return make.actor(Role.TRIO_ADMIN, trio=trio)


def png(colour="teal"):
    target = BytesIO()
    Image.new("RGB", (64, 64), colour).save(target, "PNG")
    return target.getvalue()


def test_a_trio_shows_itself(session, trio, admin, acts):
    services.present(session, admin, trio.id, SAID, now=NOON)
    services.present(session, admin, trio.id, SAID, now=NOON)
    assert (trio.name, trio.region, trio.accent) == ("Verbund Lausitz", {"de": "Lausitz"}, "#7a2e5d")
    brand = queries.get_brand(session, trio.id)
    assert (brand.name, brand.slug, brand.logo) == ("Verbund Lausitz", trio.slug, None)
    assert "#7a2e5d" in brand.css
    assert queries.get_sender(session, trio.id) == queries.Sender("Verbund Lausitz", "kurse@example.org")
    (act,) = acts()
    assert (act.action, act.old, act.new["accent"]) == ("brand.changed", {"accent": None}, "#7a2e5d")
    assert "example.org" not in str(act.new)


def test_another_colour_has_another_address(session, trio, admin):
    hashes = set()
    for accent in ("#7a2e5d", "#0b5563", None):
        services.present(session, admin, trio.id, replace(SAID, accent=accent), now=NOON)
        hashes.add(queries.get_brand(session, trio.id).css_hash)
    assert len(hashes) == 3
    assert "" in hashes


def test_a_colour_nobody_can_read_is_refused(session, trio, admin):
    with pytest.raises(Conflict, match=r"2\.4 : 1"):
        services.present(session, admin, trio.id, replace(SAID, accent="#ff8800"), now=NOON)
    assert trio.accent is None


def test_a_logo_comes_is_replaced_and_goes(session, trio, admin, acts):
    services.set_logo(session, admin, trio.id, png(), alt={"de": "Zelle"}, now=NOON)
    first = queries.get_brand(session, trio.id).logo
    assert first is not None
    assert (first.width, first.height, first.alt) == (64, 64, {"de": "Zelle"})
    assert queries.get_logo_png(session, trio.slug, first.hash)[:4] == b"\x89PNG"
    services.set_logo(session, admin, trio.id, png("red"), alt={}, now=NOON)
    second = queries.get_brand(session, trio.id).logo
    assert second is not None
    assert second.hash != first.hash
    with pytest.raises(NotFound):
        queries.get_logo_png(session, trio.slug, first.hash)
    for _again in range(2):
        services.remove_logo(session, admin, trio.id, now=NOON)
    assert queries.get_brand(session, trio.id).logo is None
    assert session.get(Logo, trio.id) is None
    assert [(act.action, act.old.get("hash")) for act in acts()] == [
        ("logo.set", None), ("logo.set", first.hash), ("logo.removed", second.hash)
    ]  # fmt: skip


def test_what_is_no_picture_is_no_logo(session, trio, admin):
    with pytest.raises(Invalid):
        services.set_logo(session, admin, trio.id, b"<svg/>", alt={}, now=NOON)
    assert session.get(Logo, trio.id) is None


def test_a_legal_page_is_written_changed_and_removed(session, trio, admin, acts):
    def write(text, days=0):
        now = NOON + timedelta(days=days)
        services.write_legal_page(session, admin, trio.id, LegalPage.IMPRINT, text, now=now)

    write({})
    assert queries.list_legal_pages(session, trio.id) == []
    write({"de": "Anbieter", "en": ""})
    page = queries.find_legal_page(session, trio.id, LegalPage.IMPRINT)
    assert page is not None
    assert (page.text, page.changed_on) == ({"de": "Anbieter"}, date(2026, 3, 2))
    write({"de": "Anbieter"}, days=1)
    assert page.changed_on == date(2026, 3, 2), "the same text is no change"
    write({"de": "Anbieter", "en": "Provider"}, days=1)
    assert page.changed_on == date(2026, 3, 3)
    assert queries.list_legal_pages(session, trio.id) == [LegalPage.IMPRINT]
    write({}, days=2)
    assert queries.list_legal_pages(session, trio.id) == []
    assert [act.new["languages"] for act in acts()] == [["de"], ["de", "en"], []]


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.REVIEWER, Role.CLUSTER_MANAGER])
def test_only_administrators_of_the_trio_do_any_of_it(session, make, trio, role):
    foreigner = make.actor(Role.TRIO_ADMIN, trio=make.trio())
    for who in (make.actor(role, trio=trio) if role else make.actor(), foreigner):
        for act in (
            lambda a: services.present(session, a, trio.id, SAID, now=NOON),
            lambda a: services.set_logo(session, a, trio.id, png(), alt={}, now=NOON),
            lambda a: services.remove_logo(session, a, trio.id, now=NOON),
            lambda a: services.write_legal_page(session, a, trio.id, LegalPage.PRIVACY, {"de": "x"}, now=NOON),
        ):
            with pytest.raises(Forbidden):
                act(who)


def test_no_trio_no_brand(session):
    with pytest.raises(NotFound):
        queries.get_brand(session, 10**6)
    assert queries.get_sender(session, 10**6) == queries.Sender(None, None)
