import pytest

from app.kit.actors import Role

PATH = "/api/v1/reports/participation"


def test_the_report_of_the_own_trio(sign_in, manager, make, world):
    trio = make.trio()
    world.busy(trio)
    answer = sign_in(manager(trio)).get(PATH)
    assert answer.status_code == 200
    report = answer.json
    assert (report["trio"], report["year"], report["smallest_group"], report["pending_quarter"]) == (
        trio.slug,
        2026,
        5,
        None,
    )
    assert report["as_of"].startswith("2026-03-02T12:00:00")
    assert report["quarters"] == [1]
    assert report["total"] == {
        "period": 0, "withheld": [], "runs": 1, "participations": 36, "people": 36, "completions": 36, "companies": 12,
        "smes": 6, "unchecked": 0, "sme_share": 50,
    }  # fmt: skip
    assert report["people_by_size"][1] == {"size_class": "small", "people": [18, 18]}
    assert report["people_by_region"] == [
        {"nuts3": "DED2C", "name": "Bautzen", "people": 18},
        {"nuts3": "DED43", "name": "Mittelsachsen", "people": 18},
    ]
    assert report["withheld_cells"] == 0 < report["cells"]


def test_a_withheld_number_is_null_and_named(sign_in, manager, make, world):
    trio = make.trio()
    world.busy(trio)
    world.took_part(trio, (None, 10), done=8)
    total = sign_in(manager(trio)).get(PATH).json["total"]
    assert (total["participations"], total["completions"]) == (46, None)
    assert total["withheld"] == ["completions"]


def test_all_trios_together(sign_in, office, make, world):
    world.busy(make.trio())
    world.busy(make.trio())
    report = sign_in(office).get(PATH, query_string={"year": 2026}).json
    assert (report["trio"], report["total"]["people"]) == (None, 72)


@pytest.mark.parametrize("asked", [{"year": "x"}, {"year": "2026.5"}, {"year": "1"}])
def test_a_year_that_is_none(sign_in, office, asked):
    answer = sign_in(office).get(PATH, query_string=asked)
    assert answer.status_code == 422
    assert "year" in str(answer.json["errors"])


def test_a_foreign_trio_is_not_found(sign_in, manager, make):
    other = make.trio()
    assert sign_in(manager(make.trio())).get(PATH, query_string={"trio": other.slug}).status_code == 404


def test_others_are_refused(sign_in, make, client):
    assert client.get(PATH).status_code == 401
    assert sign_in(make.user(Role.TRAINER, trio=make.trio())).get(PATH).status_code == 403


def test_it_is_described(client):
    described = client.get("/api/v1/openapi.json").json
    operation = described["paths"][PATH]["get"]
    assert operation["summary"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {"trio", "year"}
    line = described["components"]["schemas"]["LineOut"]["properties"]
    assert line["withheld"]["type"] == "array"
