import pytest

from app.kit.actors import Role
from app.modules import queries
from tests.modules.test_package import LESSON, TEST, files, zipped


@pytest.fixture
def trio(make):
    make.competence(code="C01")
    make.step(code="P08")
    return make.trio()


def upload(client, trio, content):
    return client.post("/authoring/import", data={"trio_id": str(trio.id), "package": (content, "probe.zip")},
                       content_type="multipart/form-data", follow_redirects=True)  # fmt: skip


def test_a_package_goes_from_upload_over_draft_to_release(sign_in, make, trio, session):
    author, reviewer = make.user(Role.AUTHOR, trio=trio), make.user(Role.REVIEWER, trio=trio)
    page = upload(sign_in(author), trio, zipped(files()))
    assert page.status_code == 200
    assert "M99 is here as draft version 1" in page.text
    assert "The scientific partner of the Trio releases modules." in page.text

    client = sign_in(reviewer)
    assert "Release version 1" in client.get("/authoring/modules/M99").text
    page = client.post("/authoring/modules/M99/release", data={"number": "1"}, follow_redirects=True)
    assert "Version 1 is published." in page.text
    assert queries.get_module(session, "M99").draft_id is None

    changed = files(**{"lessons/01-eins.yaml": LESSON.replace("Du nennst eins.", "Du nennst die Eins.")})
    page = upload(sign_in(author), trio, zipped(changed))
    assert "Changed lessons and test items" in page.text
    assert "learners see this" in page.text
    assert "not visible to learners" in page.text


def test_the_same_package_again_says_so(sign_in, make, trio):
    client = sign_in(make.user(Role.AUTHOR, trio=trio))
    upload(client, trio, zipped(files()))
    assert "Nothing was changed." in upload(client, trio, zipped(files())).text


def test_a_broken_package_is_refused_whole_with_file_and_line(sign_in, make, trio, session):
    client = sign_in(make.user(Role.AUTHOR, trio=trio))
    broken = files(**{"test.yaml": TEST.replace("lesson: eins", "lesson: zwei") + "extra: 1\n"})
    page = upload(client, trio, zipped(broken))
    assert page.status_code == 422
    assert "Nothing was imported." in page.text
    assert "test.yaml:11: Unknown field `extra`." in page.text
    assert queries.find_module(session, "M99") is None


def test_something_else_than_a_package_is_refused(sign_in, make, trio):
    import io

    client = sign_in(make.user(Role.AUTHOR, trio=trio))
    page = upload(client, trio, io.BytesIO(b"GIF89a"))
    assert page.status_code == 422
    assert "not a ZIP file" in page.text
    page = client.post("/authoring/import", data={"trio_id": "x"})
    assert page.status_code == 422
    assert "Choose the ZIP file of a course package." in page.text
    assert "This is not a whole number." in page.text


def test_the_code_of_another_trio_cannot_be_taken(sign_in, make, trio):
    upload(sign_in(make.user(Role.AUTHOR, trio=trio)), trio, zipped(files()))
    other = make.trio()
    page = upload(sign_in(make.user(Role.AUTHOR, trio=other)), other, zipped(files()))
    assert page.status_code == 409
    assert "belongs to another Trio" in page.text


def test_strangers_see_no_draft_and_learners_no_authoring(sign_in, make, trio):
    upload(sign_in(make.user(Role.AUTHOR, trio=trio)), trio, zipped(files()))
    stranger = sign_in(make.user(Role.AUTHOR, trio=make.trio()))
    for path in ("M99", "M99/versions/1/lessons/eins", "M99/versions/1/test"):
        assert stranger.get(f"/authoring/modules/{path}").status_code == 404
    assert "M99" not in stranger.get("/authoring/modules").text
    learner = sign_in(make.user())
    assert learner.get("/authoring/modules").status_code == 403
    assert learner.get("/authoring/import").status_code == 403


def test_a_reviewer_reads_lessons_and_test_with_the_right_answers(sign_in, make):
    module = make.module(published=False)
    client = sign_in(make.user(Role.REVIEWER, trio=session_trio(make, module)))
    page = client.get(f"/authoring/modules/{module.code}/versions/1/lessons/lesson-1")
    assert "Lesson 1" in page.text
    assert "right" in page.text
    assert "A source" in page.text
    german = client.get(f"/authoring/modules/{module.code}/versions/1/lessons/lesson-1?language=de")
    assert "Lesson 1 (de)" in german.text
    assert "Because 1." in client.get(f"/authoring/modules/{module.code}/versions/1/test").text
    assert client.get(f"/authoring/modules/{module.code}/versions/9/test").status_code == 404


def session_trio(make, module):
    from app.trios.models import Trio

    return make.session.get(Trio, module.trio_id)


def test_an_administrator_sees_all_modules_and_garbage_in_the_release_form_is_harmless(sign_in, make):
    module = make.module(published=False)
    client = sign_in(make.user(Role.SITE_ADMIN))
    assert module.code in client.get("/authoring/modules").text
    page = client.post(f"/authoring/modules/{module.code}/release", data={"number": "abc"}, follow_redirects=True)
    assert page.status_code == 200
    page = client.post(f"/authoring/modules/{module.code}/discard", follow_redirects=True)
    assert "The draft was discarded." in page.text
