"""The catalogue as JSON."""

import pytest


def test_modules_are_listed_with_their_next_run(client, shelf):
    body = client.get("/api/v1/modules").json
    assert (body["total"], body["page"], body["pages"]) == (2, 1, 1)
    first = body["items"][0]
    assert first["code"] == shelf.cells.code
    assert first["trio"] == {"slug": "lausitz", "name": "Trio Lausitz"}
    assert first["languages"] == ["de", "en", "de-simple"]
    assert first["stages"] == ["cell"]
    assert first["units"] == {
        "presence": 2.0, "online": 0.0, "self_study": 4.0, "practice": 0.0, "total": 6.0, "workplace_hours": 0.0,
    }  # fmt: skip
    assert first["next_run"]["id"] == shelf.run.id
    assert first["next_run"]["standing"] == "free"
    assert body["items"][1]["next_run"] is None


def test_modules_are_filtered(client, shelf):
    def codes(query):
        return [item["code"] for item in client.get(f"/api/v1/modules?{query}").json["items"]]

    assert codes("q=pruefung") == [shelf.packs.code]
    assert codes("stage=cell&stage=pack&sort=title") == [shelf.cells.code, shelf.packs.code]
    assert codes("place=online") == [shelf.cells.code]
    assert codes("trio=none") == []


@pytest.mark.parametrize(
    "query", ["stage=nonsense", "language=xx", "sort=nonsense", "page=0", "page=x", "page_size=1000", "place="]
)
def test_garbage_is_refused_by_name(client, query):
    answer = client.get(f"/api/v1/modules?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert query.split("=")[0] in str(answer.json["errors"])


def test_a_module_has_everything(client, shelf):
    body = client.get(f"/api/v1/modules/{shelf.cells.slug}").json
    assert (body["code"], body["version"], body["licence"]) == (shelf.cells.code, 1, "CC-BY-4.0")
    assert [lesson["key"] for lesson in body["lessons"]] == ["lesson-1", "lesson-2"]
    assert body["completion"] == {"attendance": 80, "test": 70, "lessons": True}
    assert body["competences"][0]["level"] == 2
    assert body["process_steps"][0]["stage"] == "cell"
    assert [run["id"] for run in body["runs"]] == [shelf.run.id, shelf.online.id]
    assert body["runs"][0]["standing"] == "free"
    assert body["runs"][0]["free"] == 12
    assert "blocks" not in str(body)


def test_profiles(client, shelf):
    body = client.get("/api/v1/profiles").json
    assert body["attribution"].startswith("This service uses the ESCO classification")
    only = body["items"][0]
    assert (only["code"], only["competences_covered"], only["competences_total"]) == (shelf.profile.code, 1, 3)
    assert only["esco"]["label"] == "battery assembler"


def test_a_profile(client, shelf):
    body = client.get(f"/api/v1/profiles/{shelf.profile.code}").json
    assert [need["coverage"] for need in body["competences"]] == ["full", "partly", "open"]
    assert body["competences"][0]["modules"][0]["code"] == shelf.cells.code
    assert body["attribution"].startswith("This service uses the ESCO classification")


@pytest.mark.parametrize("address", ["modules/M999", "profiles/T999"])
def test_unknown_ones_are_a_problem(client, address):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
