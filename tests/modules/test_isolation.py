"""Drafts and packages of another Trio: to everybody else there are none."""

import io
import zipfile

import pytest

from app.kit.actors import Role
from app.modules.models import Module, ModuleVersion
from tests.conftest import rows
from tests.modules.test_package import files


@pytest.fixture
def draft(make) -> Module:
    """A module with an unpublished version."""
    return make.module(published=False)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER, Role.TRAINER, Role.TRIO_ADMIN])
def test_a_draft_of_another_trio_looks_like_none(session, make, sign_in, draft, role):
    client = sign_in(make.user(role, trio=make.trio()))
    for path in ("", "/versions/1/lessons/lesson-1", "/versions/1/test"):
        there = client.get(f"/authoring/modules/{draft.code}{path}")
        nowhere = client.get(f"/authoring/modules/M000{path}")
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(draft.code, "M000") == nowhere.text
    assert draft.code not in client.get("/authoring/modules").text
    assert client.post(f"/authoring/modules/{draft.code}/release", data={"number": "1"}).status_code == 403
    assert client.post(f"/authoring/modules/{draft.code}/discard").status_code == 403
    session.expire_all()
    assert (draft.published_id, rows(session, ModuleVersion)) == (None, 1)


def test_a_draft_is_not_in_the_catalogue(client, make, draft):
    make.module()
    for key in (draft.code, draft.slug):
        assert client.get(f"/modules/{key}").status_code == client.get(f"/api/v1/modules/{key}").status_code == 404
        assert client.get(f"/api/v1/modules?q={key}").get_json()["total"] == 0
        assert f'href="/modules/{key}"' not in client.get(f"/modules?q={key}").text


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.TRIO_ADMIN])
def test_nobody_brings_a_package_into_another_trio(session, make, sign_in, role):
    mine, theirs = make.trio(), make.trio()
    make.competence(code="C01")
    make.step(code="P08")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files().items():
            archive.writestr(name, content)
    client = sign_in(make.user(role, trio=mine))
    page = client.get("/authoring/import").text
    assert theirs.name not in page

    def send(trio_id: int) -> int:
        upload = (io.BytesIO(stream.getvalue()), "x.zip")
        return client.post("/authoring/import", data={"trio_id": str(trio_id), "package": upload}).status_code

    assert send(theirs.id) == send(2**31 - 1) == 403
    assert rows(session, Module) == 0
    assert send(mine.id) == 302
    assert session.query(Module.trio_id).scalar() == mine.id
