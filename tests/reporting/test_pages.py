import csv
import io
import re

import pytest

from app.companies.rules import SizeClass
from app.kit import clock
from app.kit.actors import Role
from tests.factories import NOON

PAGE = "/reports/participation"


@pytest.fixture
def two_trios(make, world):
    """Trio A: 36 + 47 + 3 people; 47 from one company, 3 from another. Trio B: 36 people."""
    one, other = make.trio(name="Alpha"), make.trio(name="Beta")
    world.busy(one)
    [giant] = world.companies(1, SizeClass.MEDIUM, nuts3="DE300")
    [dwarf] = world.companies(1, SizeClass.MICRO, nuts3="DE212")
    world.took_part(one, (giant, 47), (dwarf, 3))
    world.busy(other)
    return one, other


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_cluster_manager_reads_the_participation_of_the_own_trio(sign_in, manager, two_trios):
    answer = sign_in(manager(two_trios[0])).get(PAGE)
    assert answer.status_code == 200
    text = text_of(answer)
    for said in (
        "Alpha",
        "Participation 2026",
        "86",
        "live figures, not frozen yet",
        "numbers are withheld",
        "Quarter 1",
    ):
        assert said in text
    assert "Beta" not in text
    assert "All Trios together" not in text
    assert 'name="trio"' not in answer.text


def test_the_programme_office_chooses_trio_and_year(sign_in, office, two_trios):
    client = sign_in(office)
    whole = client.get(PAGE)
    assert "All Trios together" in text_of(whole)
    assert "122" in text_of(whole)
    chosen = client.get(PAGE, query_string={"trio": two_trios[1].slug, "year": "2026"})
    assert f'<option value="{two_trios[1].slug}" selected>Beta</option>' in re.sub(r"\s+", " ", chosen.text)
    empty = client.get(PAGE, query_string={"year": "2025"})
    assert "No participation yet" in text_of(empty)


def test_withheld_numbers_are_in_no_face_of_the_report(sign_in, office, two_trios, flask_app):
    """47 people of one company: neither page, file nor JSON may hold the number, in whatever form."""
    client = sign_in(office)
    for trio in ("", *(trio.slug for trio in two_trios)):
        asked = {"trio": trio, "year": "2026"} if trio else {"year": "2026"}
        faces = [client.get(path, query_string=asked) for path in (PAGE, f"{PAGE}.csv", f"/api/v1{PAGE}")]
        assert [face.status_code for face in faces] == [200, 200, 200]
        for face in faces:
            assert not re.search(r"(?<![\d.#])47(?![\d.%])", face.text), face.request.path
        page, file, json = faces
        held = json.json["withheld_cells"]
        assert page.text.count('class="n held"') >= held
        assert held > 0 or trio == two_trios[1].slug
        rows = list(csv.reader(io.StringIO(file.text)))
        assert sum(row.count("withheld") for row in rows if row and len(row) > 1) == held


def test_three_faces_show_the_same_numbers(sign_in, office, two_trios):
    client = sign_in(office)
    json = client.get(f"/api/v1{PAGE}").json
    rows = {row[2]: row[4:] for row in csv.reader(io.StringIO(client.get(f"{PAGE}.csv").text[1:])) if len(row) > 4}
    assert rows["People"] == [str(json["by_quarter"][0]["people"]), str(json["total"]["people"])]
    assert str(json["total"]["people"]) in text_of(client.get(PAGE))


def test_the_file_opens_in_a_german_spreadsheet(sign_in, manager, two_trios):
    answer = sign_in(manager(two_trios[0])).get(f"{PAGE}.csv", headers={"Accept-Language": "de"})
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = answer.data.decode("utf-8-sig").split("\r\n")
    assert lines[0].count(";") == 5
    assert lines[1].startswith("Alpha;2026;")
    assert f'filename="participation-{two_trios[0].slug}-2026.csv"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["=1+1", "+49", "-2", "@cmd", "\tx"])
def test_no_name_becomes_a_formula(sign_in, manager, make, world, name):
    trio = make.trio(name=name)
    world.busy(trio)
    answer = sign_in(manager(trio)).get(f"{PAGE}.csv")
    assert f"'{name}" in answer.text
    assert f"\n{name}" not in answer.text


def test_the_file_ends_with_the_rules(sign_in, manager, two_trios):
    text = sign_in(manager(two_trios[0])).get(f"{PAGE}.csv").text
    assert "Groups of fewer than 5 people are withheld" in text
    assert "is not the sum of its quarters" in text
    assert "live figures, not frozen yet" in text


def test_a_running_quarter_that_is_too_small_says_so(sign_in, manager, make, world):
    trio = make.trio()
    world.took_part(trio, (None, 4))
    client = sign_in(manager(trio))
    for path in (PAGE, f"{PAGE}.csv"):
        assert "It counts, also in the year, as soon as 5 people took part in it" in text_of(client.get(path))
    runs = client.get(f"{PAGE}/runs", query_string={"quarter": 1})
    assert "No runs to show" in text_of(runs)


def test_the_threshold_is_a_setting(sign_in, manager, two_trios, flask_app, monkeypatch):
    monkeypatch.setitem(flask_app.config, "REPORT_MIN_PERSONS", 200)
    text = text_of(sign_in(manager(two_trios[0])).get(PAGE))
    assert "as soon as 200 people" in text


def test_the_runs_behind_a_number(sign_in, manager, office, two_trios):
    client = sign_in(manager(two_trios[0]))
    assert f"/reports/participation/runs?quarter=1&amp;trio={two_trios[0].slug}&amp;year=2026" in client.get(PAGE).text
    answer = client.get(f"{PAGE}/runs", query_string={"quarter": 1, "year": 2026})
    assert answer.status_code == 200
    assert "Cell basics" in answer.text
    assert answer.text.count("/runs/") >= 2
    whole = sign_in(office).get(f"{PAGE}/runs", query_string={"quarter": 1})
    assert "Beta" in whole.text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.csv", f"{PAGE}/runs"])
@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.TRAINER, Role.REVIEWER, Role.HR_CONTACT])
def test_others_are_refused(sign_in, make, path, role):
    answer = sign_in(make.user(role, trio=make.trio())).get(path)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.csv", f"{PAGE}/runs"])
def test_nobody_signed_in_is_asked_to_sign_in(client, path):
    assert client.get(path).status_code == 302


@pytest.mark.parametrize(
    "asked",
    [{"trio": "beta"}, {"trio": "nowhere"}, {"trio": "' OR 1=1"}, {"year": "1999"}, {"year": "2999"}, {"year": "0"}],
)
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.csv", f"{PAGE}/runs"])
def test_what_is_not_there_is_not_found(sign_in, manager, make, path, asked):
    mine = make.trio()
    make.trio(slug="beta")
    assert sign_in(manager(mine)).get(path, query_string=asked | {"quarter": "1"}).status_code == 404


@pytest.mark.parametrize("quarter", ["", "x", "0", "4", "99999999999999999999"])
def test_runs_of_no_quarter_are_not_found(sign_in, manager, make, quarter):
    assert sign_in(manager(make.trio())).get(f"{PAGE}/runs", query_string={"quarter": quarter}).status_code == 404


def test_a_year_that_is_no_number_is_this_year(sign_in, manager, make):
    answer = sign_in(manager(make.trio())).get(PAGE, query_string={"year": "abc"})
    assert answer.status_code == 200
    assert f"Participation {clock.local_date(NOON).year}" in answer.text
