"""A module shared with another Trio: what that Trio may, what it never sees, and how the sharing ends."""

import pytest
from sqlalchemy import select

from app.kit import audit
from app.kit.actors import Role
from app.kit.audit import Entry
from app.kit.errors import Conflict, Forbidden, NotFound
from app.modules import queries, rules, services
from app.modules.models import ModuleShare
from app.runs import queries as runs
from app.trios.models import Partnership
from app.trios.rules import OrganisationKind
from tests.factories import NOON


@pytest.fixture
def owner(make):
    return make.trio()


@pytest.fixture
def other(make):
    return make.trio()


@pytest.fixture
def module(make, owner):
    return make.module(trio=owner)


@pytest.fixture
def lead(make, owner):
    return make.actor(Role.TRIO_ADMIN, trio=owner)


@pytest.fixture
def shared(session, lead, module, other):
    services.share(session, lead, module.code, trio_id=other.id, now=NOON)
    session.commit()
    return module


def codes(session, actor):
    return [(choice.code, choice.trio_id) for choice in runs.list_module_choices(session, actor)]


def test_the_other_trio_may_plan_runs_of_it_in_its_own_name(session, make, shared, owner, other):
    trainer = make.actor(Role.TRAINER, trio=other)
    assert codes(session, trainer) == [(shared.code, other.id)]
    assert codes(session, make.actor(Role.TRAINER, trio=owner)) == [(shared.code, owner.id)]
    assert codes(session, make.actor(Role.TRAINER, trio=make.trio())) == []


def test_a_run_of_it_belongs_to_the_trio_that_holds_it(session, make, sign_in, shared, other):
    provider = session.scalars(
        select(Partnership.organisation_id).where(
            Partnership.trio_id == other.id, Partnership.kind == OrganisationKind.PROVIDER
        )
    ).one()
    plan = {
        "module_id": shared.id, "provider_id": provider, "format": "presence", "language": "de", "city": "Bautzen",
        "place": "Hall 1", "seats": "12", "enrolment_opens": "2026-03-02T09:00", "enrolment_closes": "2026-03-20T09:00",
        "date_1": "2026-03-24", "from_1": "08:00", "to_1": "12:00",
    }  # fmt: skip
    trainer = make.user(Role.TRAINER, trio=other)
    answer = sign_in(trainer).post("/runs/new", data=plan)
    assert answer.status_code == 302, answer.text
    run = runs.get_run(session, int(answer.location.split("/")[2]))
    assert (run.trio_id, run.module_id) == (other.id, shared.id)


def test_it_reads_the_published_version_and_no_draft(session, make, sign_in, shared, other, owner):
    client = sign_in(make.user(Role.AUTHOR, trio=other))
    page = client.get(f"/authoring/modules/{shared.code}")
    assert page.status_code == 200
    assert "Share with other Trios" not in page.text
    assert client.get(f"/authoring/modules/{shared.code}/versions/1/test").status_code == 200
    make.version(shared, number=2)
    assert client.get(f"/authoring/modules/{shared.code}/versions/2/test").status_code == 404
    assert client.post(f"/authoring/modules/{shared.code}/discard").status_code == 403
    listed = client.get("/authoring/modules").text
    assert "Shared with your Trio" in listed
    assert owner.name in listed


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.HR_CONTACT, None])
def test_who_is_no_author_there_sees_nothing_of_it(make, sign_in, shared, other, role):
    user = make.user(role, trio=other) if role is Role.CLUSTER_MANAGER else make.user(role)
    assert sign_in(user).get(f"/authoring/modules/{shared.code}").status_code == 404


def test_when_it_ends_there_are_no_new_runs_and_old_ones_go_on(session, make, sign_in, shared, other, lead):
    run = make.run(shared, trio_id=other.id)
    services.unshare(session, lead, shared.code, trio_id=other.id, now=NOON)
    services.unshare(session, lead, shared.code, trio_id=other.id, now=NOON)
    session.commit()
    assert codes(session, make.actor(Role.TRAINER, trio=other)) == []
    client = sign_in(make.user(Role.TRAINER, trio=other))
    assert client.get(f"/authoring/modules/{shared.code}").status_code == 404
    assert client.get(f"/runs/{run.id}/learn").status_code == 200
    kept = session.scalars(select(ModuleShare)).one()
    assert (kept.revoked_at, kept.revoked_by) == (NOON, lead.user_id)


def test_sharing_twice_is_sharing_once_and_it_can_be_shared_again(session, lead, shared, other):
    services.share(session, lead, shared.code, trio_id=other.id, now=NOON)
    assert len(queries.list_shares(session, shared.id)) == 1
    services.unshare(session, lead, shared.code, trio_id=other.id, now=NOON)
    services.share(session, lead, shared.code, trio_id=other.id, now=NOON)
    assert [share.trio_id for share in queries.list_shares(session, shared.id)] == [other.id]
    assert len(session.scalars(select(ModuleShare)).all()) == 2


def test_the_same_button_in_two_tabs(session, lead, shared, other, monkeypatch):
    monkeypatch.setattr(queries, "find_share", lambda *_given: None)
    services.share(session, lead, shared.code, trio_id=other.id, now=NOON)
    assert len(session.scalars(select(ModuleShare)).all()) == 1


def test_who_may_share(session, make, module, owner, other):
    for role in (Role.AUTHOR, Role.REVIEWER, Role.TRAINER):
        with pytest.raises(Forbidden):
            services.share(session, make.actor(role, trio=owner), module.code, trio_id=other.id, now=NOON)
    with pytest.raises(NotFound):
        services.share(session, make.actor(Role.TRIO_ADMIN, trio=other), module.code, trio_id=other.id, now=NOON)
    with pytest.raises(NotFound):
        services.unshare(session, make.actor(Role.TRIO_ADMIN, trio=other), module.code, trio_id=other.id, now=NOON)
    services.share(session, make.actor(Role.SITE_ADMIN), module.code, trio_id=other.id, now=NOON)


def test_what_can_be_shared_with_whom(session, lead, make, module, owner):
    with pytest.raises(Conflict, match="belongs to this Trio already"):
        services.share(session, lead, module.code, trio_id=owner.id, now=NOON)
    with pytest.raises(NotFound):
        services.share(session, lead, module.code, trio_id=10**6, now=NOON)
    assert not rules.may_share(lead, owner.id, published=False)


def test_both_trios_read_of_it_in_their_audit(session, shared, lead, owner, other):
    services.unshare(session, lead, shared.code, trio_id=other.id, now=NOON)
    audit.seal(session)
    noted = session.execute(select(Entry.action, Entry.trio_id).order_by(Entry.number)).all()
    acts = ("module.shared", "module.unshared")
    assert [tuple(row) for row in noted if row.action in acts][-2:] == [
        ("module.unshared", owner.id),
        ("module.unshared", other.id),
    ]


def test_the_page_shares_and_ends_it(make, sign_in, session, module, owner, other):
    client = sign_in(make.user(Role.TRIO_ADMIN, trio=owner))
    path = f"/authoring/modules/{module.code}"
    assert "It is not shared with any Trio." in client.get(path).text
    assert client.post(f"{path}/sharing", data={}).status_code == 404
    page = client.post(f"{path}/sharing", data={"trio_id": other.id}, follow_redirects=True)
    assert f"End the sharing with {other.name}" in page.text
    page = client.post(f"{path}/sharing/{other.id}/end", follow_redirects=True)
    assert "It is not shared with any Trio." in page.text
