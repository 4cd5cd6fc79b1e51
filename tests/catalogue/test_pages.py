"""What a visitor sees."""

from datetime import timedelta

import pytest

from app.profiles.models import ProfileCompetence
from app.runs.rules import EnrolmentState
from tests.counting import statements
from tests.factories import NOON, both


def test_all_courses_are_there_for_everybody(client, shelf):
    page = client.get("/modules")
    assert page.status_code == 200
    assert "2 courses" in page.text
    assert f'href="/modules/{shelf.cells.code}"' in page.text
    assert "12 seats left" in page.text
    assert "No date at present" in page.text
    assert "oriented towards DQR level 3" in page.text
    assert "high voltage, level 1E" in page.text


def test_a_search_says_what_it_found_and_keeps_the_words(client, shelf):
    page = client.get("/modules?q=PRUEFUNG")
    assert "1 course for “PRUEFUNG”" in page.text
    assert 'value="PRUEFUNG"' in page.text
    assert f'href="/modules/{shelf.packs.code}"' in page.text
    assert f'href="/modules/{shelf.cells.code}"' not in page.text


def test_filters_stay_ticked_and_can_be_taken_off(client, shelf):
    page = client.get("/modules?stage=cell&place=Kamenz&sort=title")
    assert "1 course" in page.text
    assert "Filter (2 active)" in page.text
    assert 'href="/modules?sort=title&amp;place=Kamenz"' in page.text
    assert page.text.count(" checked") == 2
    assert '<option value="title" selected>' in page.text


def test_a_waiting_list_is_called_so(client, make, shelf):
    shelf.run.seats = 1
    make.enrolment(shelf.run)
    assert "Waiting list" in client.get("/modules?place=Kamenz").text


def test_nothing_found_says_what_helps_most(client, shelf):
    page = client.get("/modules?q=packs&place=Kamenz")
    assert "No course fits all of this" in page.text
    assert "Without the words “packs” there is 1 course." in page.text or "Without the filter" in page.text
    page = client.get("/modules?stage=pack&trio=lausitz&place=Kamenz")
    assert "Without the filter “" in page.text
    assert 'href="/modules?stage=pack&amp;trio=lausitz"' in page.text


def test_nothing_found_at_all_offers_everything(client, shelf):
    page = client.get("/modules?q=laser&place=Atlantis")
    assert "Start again with all courses" in page.text
    assert "Atlantis" in page.text


def test_an_empty_catalogue_says_so(client):
    assert "There are no courses yet" in client.get("/modules").text


@pytest.mark.parametrize(
    "query",
    [
        "page=99",
        "page=-1",
        "page=x",
        "sort=nonsense",
        "stage=%00",
        "place=%3Cscript%3E",
        "q=" + "a" * 5000,
        "trio=",
        "q=%25_'",
    ],
)
def test_garbage_in_the_address_is_harmless(client, shelf, query):
    page = client.get(f"/modules?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_paging(client, make):
    trio = make.trio()
    for number in range(21):
        make.module(trio=trio, title=both(f"Course {number:02}"))
    first = client.get("/modules?sort=title")
    assert "1–20 of 21" in first.text
    assert 'href="/modules?sort=title&amp;page=2"' in first.text
    second = client.get("/modules?sort=title&page=2")
    assert "21–21 of 21" in second.text
    assert "Course 20" in second.text


def test_a_course_page_says_what_one_needs_to_know(client, shelf):
    page = client.get(f"/modules/{shelf.packs.code}")
    assert page.status_code == 200
    for words in (
        "You name 1.", "Lesson 1: Lesson 1", "For all.", "Present for at least 80 percent of the time", "Measuring",
        "Knows about it", "Packing", "CC BY 4.0", "Editors", "Trio Lausitz", "Funded", "There is no date at present",
    ):  # fmt: skip
        assert words in page.text
    assert f'href="/modules/{shelf.cells.code}"' in page.text
    assert "M99" in page.text
    assert f'href="/profiles/{shelf.profile.code}"' in page.text


def test_a_course_page_leads_to_its_dates(client, make, shelf):
    shelf.online.enrolment_opens = NOON + timedelta(days=1)
    make.enrolment(shelf.run, EnrolmentState.CONFIRMED)
    page = client.get(f"/modules/{shelf.cells.code}")
    assert f'href="/runs/{shelf.run.id}"' in page.text
    assert f'href="/runs/{shelf.online.id}"' in page.text
    assert "11 seats left" in page.text
    assert "Not open yet" in page.text


def test_the_readable_address_leads_to_the_code(client, shelf):
    page = client.get(f"/modules/{shelf.cells.slug}")
    assert (page.status_code, page.location) == (302, f"/modules/{shelf.cells.code}")


def test_a_text_in_another_language_is_marked(client, make):
    module = make.module(title={"de": "Nur deutsch"}, description={"de": "Ein *Text*."}, summary={})
    page = client.get(f"/modules/{module.code}")
    assert '<span lang="de">Nur deutsch</span>' in page.text
    assert '<div lang="de"><p>Ein <em>Text</em>.</p>' in page.text


def test_a_course_without_texts_and_with_an_unknown_licence_still_shows(client, make):
    module = make.module(description={}, licence="Own", workplace_hours=8)
    page = client.get(f"/modules/{module.code}")
    assert page.status_code == 200
    assert "Own" in page.text
    assert "and 8 hours at your workplace" in page.text


@pytest.mark.parametrize("address", ["/modules/M999", "/profiles/T999", "/modules/%25", "/profiles/%27"])
def test_what_does_not_exist_is_a_page_that_helps(client, address):
    page = client.get(address)
    assert page.status_code == 404
    assert "All courses" in page.text


@pytest.mark.parametrize("address", ["/modules/%00", "/profiles/%00"])
def test_a_nul_in_the_address_is_no_crash(client, address):
    assert client.get(address).status_code in {400, 404}  # PostgreSQL refuses it, SQLite finds nothing


def test_a_draft_is_not_there(client, make):
    assert client.get(f"/modules/{make.module(published=False).code}").status_code == 404


def test_the_profiles_say_how_far_courses_cover_them(client, shelf):
    page = client.get("/profiles")
    assert "Cell worker" in page.text
    assert "1 of 3" in page.text
    assert "This service uses the ESCO classification of the European Commission." in page.text


def test_without_profiles_it_says_so(client):
    assert "There are no profiles yet" in client.get("/profiles").text


def test_a_profile_shows_each_competence_and_its_coverage(client, shelf):
    page = client.get(f"/profiles/{shelf.profile.code}")
    for words in (
        "fully", "partly, 1 of 3", "open", "1 of 3 competences fully covered", "1 competence has no course yet",
        "DQR 3 / EQF 3", "battery assembler", "KldB 25112", "ISCO 8212", "Stacking", "None.", "<li>stacks</li>",
        f"http://localhost/profiles/{shelf.profile.code}", "This service uses the ESCO classification",
    ):  # fmt: skip
        assert words in page.text
    assert 'href="http://data.europa.eu/esco/occupation/' in page.text


def test_a_covered_profile_says_so(client, session, shelf):
    covered = f"/profiles/{shelf.profile.code}"
    asked = {one.competence_id: one for one in _asked(session, shelf)}
    session.delete(asked[shelf.missing.id])
    session.commit()
    assert "not up to every target level yet" in client.get(covered).text
    for one in _asked(session, shelf):
        one.level = 1
    session.commit()
    assert "up to the target level for every competence" in client.get(covered).text


def test_german_pages_are_german(client, shelf):
    page = client.get("/modules?q=zelle", headers={"Accept-Language": "de"})
    assert "Kurse finden" in page.text
    assert "Filter anwenden" in page.text


def _asked(session, shelf):
    return session.query(ProfileCompetence).filter_by(version_id=shelf.profile.published_id).all()


def test_public_pages_take_few_queries_however_much_is_on_offer(client, connection, make, shelf):
    addresses = ("/modules?q=e", f"/modules/{shelf.cells.code}", "/profiles", f"/profiles/{shelf.profile.code}")
    few = {address: _queries(client, connection, address) for address in addresses}
    for number in range(15):
        make.enrolment(make.run(make.module(trio=shelf.trio, title=both(f"More {number}"))))
        make.run(shelf.cells)
        make.profile(trio=shelf.trio)
    assert {address: _queries(client, connection, address) for address in addresses} == few
    assert max(few.values()) <= 12


def _queries(client, connection, address):
    with statements(connection) as sent:
        assert client.get(address).status_code == 200
    return len(sent)
