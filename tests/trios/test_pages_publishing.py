"""A Trio that has lost its last cluster drafts on, and publishes nothing until there is one again."""

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.kit.actors import Role
from app.kit.errors import Conflict
from app.modules.models import Module
from app.profiles.rules import Content
from app.profiles.services import publish_profile
from app.runs.models import Run
from app.trios import queries, services
from tests.factories import NOON, as_actor

MISSING = "The Trio can publish as soon as it is complete. Still missing: innovation cluster."
TODAY = NOON.date()


@pytest.fixture
def trio(make, session):
    """A Trio whose only cluster has just left."""
    trio = make.trio()
    cluster = next(one for one in queries.list_partners(session, trio.id) if one.kind == "cluster")
    services.end_partnership(session, make.actor(Role.SITE_ADMIN), trio.id, cluster.id, last=None, now=NOON)
    session.commit()
    return trio


@pytest.fixture
def again(make, session, trio, partner):
    """Another cluster comes."""
    return lambda: partner(trio, "cluster", starts_on=TODAY)


def test_a_draft_is_there_and_is_released_as_soon_as_there_is_a_cluster(sign_in, make, session, trio, again):
    module = make.module(trio=trio, published=False)
    code = module.code
    client = sign_in(make.user(Role.REVIEWER, trio=trio))
    page = client.get(f"/authoring/modules/{code}")
    assert page.status_code == 200
    assert MISSING in page.text
    answer = client.post(f"/authoring/modules/{code}/release", data={"number": "1"})
    assert answer.status_code == 409
    assert MISSING in answer.text
    again()
    assert client.post(f"/authoring/modules/{code}/release", data={"number": "1"}).status_code == 302
    assert session.scalars(select(Module.published_id).where(Module.code == code)).one() is not None


def test_authors_still_bring_drafts_in(sign_in, make, trio):
    page = sign_in(make.user(Role.AUTHOR, trio=trio)).get("/authoring/import")
    assert page.status_code == 200
    assert trio.name in page.text


def test_a_profile_is_not_published(session, make, trio):
    with pytest.raises(Conflict, match="Still missing: innovation cluster"):
        publish_profile(
            session, make.actor(Role.REVIEWER, trio=trio), code="T01", trio_id=trio.id,
            content=cast("Content", None), now=NOON,
        )  # fmt: skip


def test_a_run_is_planned_in_vain_and_the_page_says_why(sign_in, make, session, trio, again):
    module = make.module(trio=trio)
    provider = next(one for one in queries.list_partners(session, trio.id) if one.kind == "provider")
    plan = {
        "module_id": module.id, "provider_id": provider.organisation_id, "format": "practice", "language": "de",
        "city": "Kamenz", "seats": "8", "enrolment_opens": "2026-03-02T08:00", "enrolment_closes": "2026-03-20T12:00",
        "date_1": "2026-03-28", "from_1": "14:30", "to_1": "19:30",
    }  # fmt: skip
    client = sign_in(make.user(Role.TRAINER, trio=trio))
    page = client.get("/runs/new").text
    assert MISSING in page
    assert 'aria-disabled="true"' in page
    answer = client.post("/runs/new", data=plan)
    assert answer.status_code == 422
    assert MISSING in answer.text
    assert 'value="2026-03-28"' in answer.text
    assert session.scalars(select(Run)).all() == []
    again()
    assert 'aria-disabled="true"' not in client.get("/runs/new").text
    assert client.post("/runs/new", data=plan).status_code == 302


def test_who_plans_in_a_second_trio_that_is_complete_still_plans_there(sign_in, make, session, trio):
    user = make.user(Role.TRAINER, trio=trio)
    session.add(RoleGrant(user_id=user.id, role=Role.TRAINER, trio_id=make.trio().id, granted_at=NOON))
    session.commit()
    make.module(trio=trio)
    assert len(as_actor(user).grants) == 2
    assert 'aria-disabled="true"' not in sign_in(user).get("/runs/new").text


def test_administrators_of_the_platform_are_told_by_the_trio_they_choose(sign_in, make, trio):
    make.module(trio=trio)
    assert 'aria-disabled="true"' not in sign_in(make.user(Role.SITE_ADMIN)).get("/runs/new").text


def test_what_is_published_stays_and_people_still_enrol(client, make, trio):
    run = make.run(module=make.module(trio=trio))
    text = client.get(f"/runs/{run.id}").text
    assert trio.name in text
    assert f'action="/runs/{run.id}/enrolment' in text


def test_the_run_page_wears_the_trio(client, make, session, trio):
    trio.accent = "#7a2e5d"
    trio.funding_notice = {"en": "Funded by the Bund."}
    session.commit()
    run = make.run(module=make.module(trio=trio))
    text = client.get(f"/runs/{run.id}").text
    assert f"/trios/{trio.slug}/brand-" in text
    assert f'href="/trios/{trio.slug}"' in text
    assert "Funded by the Bund." in text


def test_the_last_day_still_counts(make, session):
    trio = make.trio()
    cluster = next(one for one in queries.list_partners(session, trio.id) if one.kind == "cluster")
    cluster.ends_on = TODAY
    session.commit()
    assert "cluster" in queries.list_partner_kinds(session, trio.id, on=TODAY)
    assert "cluster" not in queries.list_partner_kinds(session, trio.id, on=TODAY + timedelta(days=1))
