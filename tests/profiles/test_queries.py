"""Reading published profiles, in as many queries for many as for few."""

import pytest

from app.kit.errors import NotFound
from app.profiles import queries
from tests.counting import statements
from tests.factories import Make


def test_what_is_not_published_is_not_there(session, make: Make):
    profile = make.profile()
    profile.published_id = None
    session.commit()
    with pytest.raises(NotFound):
        queries.get_profile(session, profile.code)
    with pytest.raises(NotFound):
        queries.get_profile(session, "'; DROP TABLE profiles; --")
    assert queries.list_published(session) == []
    assert queries.find_version(session, None) is None


def test_profiles_of_some_trios(session, make: Make):
    first, second = make.profile(), make.profile()
    assert {found.profile.id for found in queries.list_published(session)} == {first.id, second.id}
    (only,) = queries.list_published(session, trio_ids=[second.trio_id])
    assert only.version.id == second.published_id


def test_a_long_list_takes_no_more_queries(session, make: Make):
    make.profile()
    session.expire_all()
    with statements(session) as few:
        queries.list_published(session)
    for _number in range(9):
        make.profile()
    session.expunge_all()
    with statements(session) as many:
        assert len([found.levels for found in queries.list_published(session)]) == 10
    assert len(many) == len(few) == 3
