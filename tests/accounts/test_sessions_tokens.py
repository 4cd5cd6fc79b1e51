"""Programs that come with an API token: what opens, and what does not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import ApiToken, Attempt, RoleGrant, Totp
from app.accounts.rules.limits import LIMITS, Kind
from app.accounts.rules.tokens import Scope, token_of
from app.accounts.services import api_tokens, revoke
from app.kit import clock
from app.kit.actors import ANYONE, Role
from app.runs.rules import RunState
from tests.factories import NOON, as_actor

REPORT = "/api/v1/reports/participation"


@pytest.fixture
def trio(make):
    return make.trio()


@pytest.fixture
def user(make, trio, session):
    """A cluster manager with a second factor."""
    user = make.user(Role.CLUSTER_MANAGER, trio=trio, verified_at=NOON)
    session.add(Totp(user_id=user.id, secret="x", created_at=NOON, confirmed_at=NOON))
    session.commit()
    return user


@pytest.fixture
def token(session, user):
    """Makes a token of the user."""

    def _token(*scopes: Scope, owner=None) -> str:
        actor = as_actor(owner or user)
        wanted = scopes or tuple(Scope)
        made = api_tokens.make_token(session, actor, name=str(scopes), scopes=wanted, days=30, now=NOON)
        session.commit()
        return made.text

    return _token


@pytest.fixture
def program(client):
    """A client without cookies that says what programs say."""
    for header in ("HTTP_SEC_FETCH_SITE", "HTTP_ACCEPT_LANGUAGE"):
        client.environ_base.pop(header)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def bearing(token: str, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


def refused(answer) -> None:
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"] == "This token does not work: it is mistyped, expired or revoked."
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_opens_what_its_scope_names(program, token, scheme):
    assert program.get(REPORT, headers=bearing(token(Scope.REPORTS_READ), scheme)).status_code == 200


def test_without_the_scope_it_says_which_one_is_missing(program, token):
    answer = program.get(REPORT, headers=bearing(token(Scope.RUNS_READ)))
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"] == "This token lacks the scope reports:read."
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="reports:read"'


def test_without_a_token_the_answer_says_that_one_is_welcome(program):
    answer = program.get(REPORT)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(program, session, token, user, monkeypatch):
    right = token()
    wrong = [right[:-1], right + "x", right.swapcase(), token_of(b"x" * 32), "x", "", "lz_", f"{right} {right}"]
    for each in wrong:
        refused(program.get(REPORT, headers=bearing(each)))
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=30))
    refused(program.get(REPORT, headers=bearing(right)))
    monkeypatch.setattr(clock, "now", lambda: NOON)
    made = session.scalars(select(ApiToken)).one()
    api_tokens.revoke_token(session, as_actor(user), made.id, now=NOON)
    session.commit()
    refused(program.get(REPORT, headers=bearing(right)))


def test_a_token_that_opens_nothing_is_refused_where_nobody_needs_one(program):
    """A program that believes it is somebody must learn that it is not."""
    refused(program.get("/api/v1/runs", headers=bearing("lz_wrong")))


def test_an_erased_person_has_no_token(program, session, token, user):
    right = token()
    user.erased_at = NOON
    session.commit()
    refused(program.get(REPORT, headers=bearing(right)))


def test_a_lost_role_is_lost_for_the_token_at_once(program, session, token, user):
    right = token()
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).one()
    revoke(session, ANYONE, grant, now=NOON)
    session.commit()
    answer = program.get(REPORT, headers=bearing(right))
    assert answer.status_code == 403
    assert "scope" not in answer.get_json()["detail"]


def test_while_a_second_factor_is_missing_the_token_opens_nothing(program, session, token, user):
    right = token()
    session.delete(session.scalars(select(Totp)).one())
    session.commit()
    refused(program.get(REPORT, headers=bearing(right)))


def test_a_learner_needs_no_factor_for_a_token(program, session, make, token):
    run = make.run(starts_at=NOON + timedelta(days=9))
    learner = make.user(verified_at=NOON)
    answer = program.put(
        f"/api/v1/runs/{run.id}/enrolment", json={}, headers=bearing(token(Scope.ENROLMENTS_WRITE, owner=learner))
    )
    assert answer.status_code == 200


def test_a_public_resource_knows_the_person_by_the_scope_alone(program, session, make, trio, token):
    """A run that is no more than planned is there only for those who plan in its Trio."""
    run = make.run(make.module(trio=trio), state=RunState.PLANNED)
    trainer = make.user(Role.TRAINER, trio=trio, verified_at=NOON)
    session.add(Totp(user_id=trainer.id, secret="x", created_at=NOON, confirmed_at=NOON))
    session.commit()
    reports, runs = (token(scope, owner=trainer) for scope in (Scope.REPORTS_READ, Scope.RUNS_READ))
    seen = [
        program.get(f"/api/v1/runs/{run.id}", headers=headers).status_code
        for headers in ({}, bearing(reports), bearing(runs))
    ]
    assert seen == [404, 404, 200]


@pytest.mark.parametrize("path", ["/api/v1/modules", "/api/v1/runs", "/api/v1/openapi.json"])
def test_what_is_public_stays_so_with_any_token(program, token, path):
    assert program.get(path, headers=bearing(token(Scope.REPORTS_READ))).status_code == 200


@pytest.mark.parametrize("path", ["/my", "/account", "/account/tokens", "/account/security", "/reports/participation"])
def test_pages_know_no_tokens(program, token, path):
    answer = program.get(path, headers=bearing(token()))
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_token_makes_and_ends_no_tokens(program, session, token):
    right = token()
    row = session.scalars(select(ApiToken)).one()
    for path in ("/account/tokens/new", f"/account/tokens/{row.id}/revocation"):
        assert program.post(path, headers=bearing(right)).status_code == 401
    session.expire_all()
    assert row.revoked_at is None


def test_beside_a_token_no_cookie_counts(client, sign_in, make, token):
    """Neither to lend the token more, nor to let a wrong token through, nor to be refused as forged."""
    client = sign_in(make.user(Role.SITE_ADMIN))
    assert client.get(REPORT).status_code == 200
    refused(client.get(REPORT, headers=bearing("lz_wrong")))
    assert client.get(REPORT, headers=bearing(token(Scope.RUNS_READ))).status_code == 403
    client.environ_base.pop("HTTP_SEC_FETCH_SITE")
    run = make.run(starts_at=NOON + timedelta(days=9))
    path = f"/api/v1/runs/{run.id}/enrolment"
    assert client.put(path, json={}, headers=bearing(token(Scope.ENROLMENTS_WRITE))).status_code == 200
    assert client.put(path, json={}).status_code == 403


def test_a_planted_remember_cookie_lends_nothing(program, token):
    program.set_cookie("remember_token", "1|x")
    refused(program.get(REPORT, headers=bearing(token())))


def test_a_resource_without_a_scope_is_closed_to_tokens(program, token, flask_app, monkeypatch):
    view = flask_app.view_functions["reporting-api.Participation"]
    monkeypatch.delattr(view.view_class, "scope")
    answer = program.get(REPORT, headers=bearing(token()))
    assert (answer.status_code, answer.get_json()["detail"]) == (403, "Tokens do not work here.")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_tokens_that_open_nothing_are_counted_by_place_and_right_ones_are_not(program, session, token):
    right = token()
    most = LIMITS[Kind.TOKEN_CLIENT].most
    for _try in range(most):
        refused(program.get(REPORT, headers=bearing("lz_wrong")))
    answer = program.get(REPORT, headers=bearing("lz_wrong"))
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    assert program.get(REPORT, headers=bearing(right)).status_code == 200
    assert len(session.scalars(select(Attempt)).all()) == most


def test_the_last_use_is_kept_to_the_hour(program, session, token, monkeypatch):
    right, seen = token(), []
    for minutes in (5, 50, 65):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: NOON + timedelta(minutes=minutes))
        program.get(REPORT, headers=bearing(right))
        session.expire_all()
        seen.append(session.scalars(select(ApiToken.used_at)).one())
    assert seen == [NOON, NOON, NOON + timedelta(hours=1)]


def test_what_a_token_was_refused_for_is_no_use_of_it(program, session, token):
    program.get(REPORT, headers=bearing(token(Scope.RUNS_READ)[:-1]))
    assert session.scalars(select(ApiToken.used_at)).one() is None
