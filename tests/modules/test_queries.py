import pytest

from app.kit.errors import NotFound
from app.modules import queries
from tests.factories import both


def test_versions_and_lessons_that_are_not_there(session, make):
    module = make.module()
    version = queries.get_version(session, module.published_id)
    assert queries.get_lesson(version, "lesson-2").title["en"] == "Lesson 2"
    assert queries.get_version_by_number(session, module.id, 1).id == version.id
    for call in (
        lambda: queries.get_version(session, 999_999),
        lambda: queries.get_version_by_number(session, module.id, 7),
        lambda: queries.get_lesson(version, "lesson-9"),
        lambda: queries.get_module(session, "M999"),
    ):
        with pytest.raises(NotFound):
            call()


def test_lists_of_modules_keep_to_the_trios_asked_for(session, make):
    mine, other = make.module(), make.module(published=False)
    listed = queries.list_modules(session, {mine.trio_id})
    told = [(module.code, bool(published), bool(draft)) for module, published, draft in listed]
    assert told == [(mine.code, True, False)]
    assert {module.code for module, _published, _draft in queries.list_modules(session, None)} >= {
        mine.code,
        other.code,
    }


def test_the_outline_comes_in_order_and_items_too(session, make):
    module = make.module(lessons=3, items=4)
    outline = queries.list_outline(session, module.published_id)
    assert [lesson.key for lesson in outline] == ["lesson-1", "lesson-2", "lesson-3"]
    assert [item.key for item in queries.list_items(session, module.published_id)] == [f"item-{n}" for n in range(1, 5)]


def test_fingerprints_tell_changed_parts_from_equal_ones(session, make):
    module = make.module()
    same, other = make.version(module, number=2), make.version(module, number=3)
    queries.get_lesson(queries.get_version(session, other.id), "lesson-1").title = both("Another title")
    session.commit()
    first, second, same = (queries.get_version(session, each) for each in (module.published_id, other.id, same.id))
    assert queries.fingerprints(first) == queries.fingerprints(same)
    before, after = queries.fingerprints(first), queries.fingerprints(second)
    assert {key for key in before if before[key] != after[key]} == {"lesson:lesson-1"}
    assert queries.fingerprints(None) == {}
    assert queries.part_titles(None) == {}
