"""The recurring holes of learning platforms, each closed here: rows of a catalogue of public advisories.

``test_row_N…`` carries the number of the class of bugs, ``test_asvs_…`` a row of the OWASP ASVS 5.0.0; its first
sentence is the class. Rows that have a test where their code is are not repeated.
"""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import ExternalIdentity, Invitation, Passkey, RoleGrant, SignInSession, User
from app.accounts.rules.invitations import Offer
from app.accounts.rules.tokens import Scope
from app.accounts.services import api_tokens, passwords, send_link
from app.accounts.services.email import ask_for_email
from app.accounts.services.invitations import invite
from app.companies.models import Company, TrioCompany
from app.kit.actors import Actor, Role
from app.kit.outbox import Message
from app.privacy.services import erase_person
from app.trios.models import Partnership
from app.trios.services.partnerships import end_roles_of_partner
from app.web.db import reading
from tests.factories import NOON, as_actor

ROOT = Path(__file__).parents[2]
PASSWORD = "Vier-Blaue-Zahnräder"
HALFWAY = {
    ("GET", "/sign-in/second-factor"), ("POST", "/sign-in/second-factor"), ("GET", "/account/totp"),
    ("POST", "/account/totp"), ("GET", "/account/passkeys"), ("POST", "/account/passkeys"),
    ("POST", "/account/passkeys/options"), ("POST", "/account/confirm/passkey"),
    ("POST", "/account/confirm/passkey/options"),
}  # fmt: skip
"""All that somebody gets who gave a password and no second factor yet."""


def sources() -> Iterator[tuple[str, str]]:
    """Every Python file of the platform, by its path."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        yield str(file.relative_to(ROOT)), file.read_text()


def address(rule: str) -> str:
    """An address of a route, with something in each of its gaps."""
    chosen = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", rule)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda gap: "1" if gap[1] else "x", chosen)


def doors(app: Flask) -> Iterator[tuple[str, str, object]]:
    """Each method of each route, and the view that says whom it is for."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, getattr(view, "view_class", view)


def use(client: FlaskClient, token: str) -> None:
    """Let the browser come back with this session."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token


def last_token(session: Session) -> str:
    """What stands in the link of the newest mail."""
    posted = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id.desc()))
    newest = posted.first()
    assert newest is not None
    return str(newest.payload["values"]["token"])


# ---- access


def test_row_20_exports_show_what_the_page_shows(sign_in, make):
    """An export shows no more than its page: not the mail addresses of contacts, notes, or another Trio's company."""
    trio = make.trio()
    company = make.registered(trio, make.company(name="Weber Drehteile"), note="canary-note")
    make.contact(trio, company, email="canary@firma.example", name="Canary Contact")
    make.registered(make.trio(), make.company(name="Canary Works"))
    client = sign_in(make.user(Role.CLUSTER_MANAGER, trio=trio))
    for path in ("/companies", "/companies.csv", "/companies?q=canary", "/companies.csv?q=canary"):
        page = client.get(path).text
        assert ("Weber" in page) is ("q=" not in path), path
        assert "canary" not in page.replace('value="canary"', "").replace("q=canary", "").lower(), path


def test_row_21_search_never_matches_what_is_not_shown(sign_in, make):
    """A search finds nothing by a field that the searcher does not see: people of another Trio, by name or address."""
    theirs = make.trio()
    make.user(Role.AUTHOR, trio=theirs, name="Canary Author", email="canary@firma.example")
    make.contact(theirs, make.registered(theirs), name="Canary Contact", email="canary2@firma.example")
    mine = make.trio()
    client = sign_in(make.user(Role.TRIO_ADMIN, trio=mine))
    for path in (f"/trios/{mine.slug}/people", "/companies", "/administration/audit"):
        for words in ("canary", "Canary Author", "canary@firma.example"):
            answer = client.get(path, query_string={"q": words, "person": words})
            kept = answer.text.replace(f'value="{words}"', "").replace(words, "", 2)
            assert answer.status_code == 200
            assert [found for found in ("Canary Author", "canary@firma", "Canary Contact") if found in kept] == []


@pytest.mark.parametrize("words", ["%", "_", "%%%", "\\", "' OR '1'='1", "(((((a+)+)+$"])
def test_row_16_and_asvs_1_2_9_a_search_is_words_and_no_pattern(sign_in, make, words):
    """SQL wildcards, quotation marks and regular expressions in a search are plain letters."""
    trio = make.trio()
    make.registered(trio, make.company(name="Weber Drehteile", city="Kamenz"))
    make.user(Role.AUTHOR, trio=trio, name="Olena Bondar")
    lead = sign_in(make.user(Role.TRIO_ADMIN, trio=trio, name="Katrin Lead"))
    assert "Weber" not in lead.get("/companies", query_string={"q": words}).text
    assert "Bondar" not in lead.get(f"/trios/{trio.slug}/people", query_string={"q": words}).text
    admin = sign_in(make.user(Role.SITE_ADMIN, name="Root Admin"))
    assert "Bondar" not in admin.get("/administration/people", query_string={"q": words}).text


def test_row_24_rights_end_with_the_partnership(client, make, session):
    """When a partner leaves, an open session and an API token of its people lose the role with the next request."""
    trio = make.trio()
    part = session.scalars(select(Partnership).where(Partnership.trio_id == trio.id)).first()
    user = make.user(Role.CLUSTER_MANAGER, trio=trio, verified_at=NOON)
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).one()
    grant.organisation_id = part.organisation_id
    make.enrolment(user_id=user.id)
    token = api_tokens.make_token(session, Actor(user.id), name="x", scopes=[Scope.REPORTS_READ], days=30, now=NOON)
    session.commit()
    browser = make.token(user)

    def seen() -> list[int]:
        use(client, browser)
        page = client.get("/companies").status_code
        use(client, "")
        api = client.get("/api/v1/reports/participation", headers={"Authorization": f"Bearer {token.text}"})
        return [page, api.status_code]

    session.add(
        Passkey(user_id=user.id, name="x", created_at=NOON, credential_id="x", public_key=b"x", sign_count=0,
                transports=[])
    )  # fmt: skip
    session.commit()
    assert seen() == [200, 200]
    end_roles_of_partner(session, Actor(None), trio.id, part.organisation_id, NOON.date(), now=NOON)
    session.commit()
    assert seen() == [403, 403]


@pytest.mark.parametrize(
    "more",
    [
        {"role": "site_admin"}, {"role": "programme_office"}, {"role": "hr_contact"}, {"organisation_id": "foreign"},
        {"role": "author", "trio_id": "foreign", "organisation_id": "foreign"}, {"role": "author", "company_id": "1"},
    ],
)  # fmt: skip
def test_row_25_nobody_invites_higher_than_they_stand(sign_in, make, session, more):
    """A Trio administrator gives roles of the own Trio for its own partners, whatever the form says."""
    mine, theirs = make.trio(), make.trio()

    def first(trio):
        query = select(Partnership).where(Partnership.trio_id == trio.id).order_by(Partnership.id)
        return session.scalars(query).first()

    ids = {"foreign": first(theirs).organisation_id}
    form = {"emails": "new@firma.example", "role": "author", "organisation_id": first(mine).organisation_id}
    form |= {name: ids.get(value, value) for name, value in more.items()}
    client = sign_in(make.user(Role.TRIO_ADMIN, trio=mine))
    client.post(f"/trios/{mine.slug}/people/invite", data=form)
    for made in session.scalars(select(Invitation)):
        assert (made.trio_id, made.company_id, made.role) == (mine.id, None, Role.AUTHOR)
        assert made.organisation_id == first(mine).organisation_id


def test_row_26_both_ends_are_checked(sign_in, make, session):
    """Of two companies to be merged both must be in the own register: source and target alike, by form and address."""
    mine, theirs = make.trio(), make.trio()
    own, foreign = make.registered(mine), make.registered(theirs)
    client = sign_in(make.user(Role.CLUSTER_MANAGER, trio=mine))
    for way in ("merge", "apart"):
        for pair in ((own.id, foreign.id), (foreign.id, own.id)):
            for where in ("", f"?trio={theirs.slug}"):
                form = {"keep_id": pair[0], "merge_id": pair[1]}
                assert client.post(f"/companies/duplicates/{way}{where}", data=form).status_code in {404, 409}
    session.expire_all()
    assert session.scalars(select(Company.merged_into_id).where(Company.merged_into_id.is_not(None))).all() == []
    assert len(session.scalars(select(TrioCompany)).all()) == 2


# ---- signing in


def test_row_33_half_signed_in_is_nobody_on_every_route(flask_app, client, make, session):
    """With a password and no second factor, every route answers as to a stranger, but those that take the factor."""
    admin = make.user(Role.SITE_ADMIN, trio=None)
    slips, seen = [], set()
    for method, rule, view in doors(flask_app):
        if getattr(view, "is_halfway", False):
            seen.add((method, rule))
            continue
        if getattr(view, "is_public", False) or rule.startswith(("/static", "/vendor")):
            continue
        use(client, make.token(admin, second_factor=False))
        answer = client.open(address(rule), method=method)
        refused = answer.status_code == 401 or (answer.location or "").startswith("/sign-in/second-factor?")
        slips += [] if refused else [(method, rule, answer.status_code)]
        answer.close()
    assert slips == []
    assert seen == HALFWAY


def test_row_34_every_page_that_takes_a_password_counts_together(client, make, session):
    """Guessing goes on by no side door: signing in and confirming count as one, in whatever spelling of the address."""
    user = make.user(email="olena@firma.example")
    passwords.set_password(session, user.id, PASSWORD, now=NOON)
    session.commit()
    spellings = ["olena@firma.example", "OLENA@firma.example", " Olena@Firma.Example "]
    told = [client.post("/sign-in", data={"email": one, "password": "wrong"}).status_code for one in spellings]
    use(client, make.token(user, confirmed_at=NOON - timedelta(hours=1)))
    told += [client.post("/account/confirm", data={"password": "wrong"}).status_code for _n in range(2)]
    assert told == [422] * 5
    assert "too many" in client.post("/account/confirm", data={"password": PASSWORD}).text
    client.post("/sign-out")
    assert client.post("/sign-in", data={"email": user.email, "password": PASSWORD}).status_code == 429


def test_row_35_who_was_erased_gets_in_by_no_way(client, make, session):
    """Somebody whose account is gone does not come back: by cookie, API token, link, reset, or change of address."""
    user = make.user(email="olena@firma.example", verified_at=NOON)
    passwords.set_password(session, user.id, PASSWORD, now=NOON)
    cookie = make.token(user)
    program = api_tokens.make_token(session, Actor(user.id), name="x", scopes=list(Scope), days=30, now=NOON).text
    send_link(session, email=user.email, target="/my", now=NOON)
    link = last_token(session)
    ask_for_email(session, Actor(user.id), user.id, "other@firma.example", now=NOON)
    change = last_token(session)
    session.add(ExternalIdentity(user_id=user.id, issuer="https://i", subject="s", created_at=NOON))
    session.commit()
    use(client, cookie)
    assert client.get("/account").status_code == 200
    erase_person(session, Actor(user.id), user.id, now=NOON)
    session.commit()
    assert client.get("/account").status_code == 302
    asked = client.get("/api/v1/runs/1/enrolment", headers={"Authorization": f"Bearer {program}"})
    assert asked.status_code in {401, 405}
    told = client.get("/api/v1/runs", headers={"Authorization": f"Bearer {program}"})
    assert told.status_code == 401
    for path in (f"/sign-in/link/{link}", f"/sign-in/reset/{link}", f"/account/email/confirmations/{change}"):
        assert client.post(path).status_code == 404
    assert client.post("/sign-in", data={"email": "olena@firma.example", "password": PASSWORD}).status_code == 422
    assert session.scalars(select(ExternalIdentity)).all() == []


WAYS = {
    "link": "/sign-in/link/{}", "reset": "/sign-in/reset/{}", "invitation": "/invitations/{}",
    "email": "/account/email/confirmations/{}",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["link", "invitation", "email", "program", "session"])
def test_row_36_and_asvs_9_2_1_a_token_is_for_one_thing(client, make, session, kind):
    """A token for one thing is none for another: links, invitations, changes of address, programs, sessions."""
    user = make.user(verified_at=NOON)
    if kind == "link":
        send_link(session, email=user.email, target="/my", now=NOON)
    elif kind == "invitation":
        offer = Offer(Role.PROGRAMME_OFFICE)
        invite(session, as_actor(make.user(Role.SITE_ADMIN)), offer, user.email, language="en", now=NOON)
    elif kind == "email":
        ask_for_email(session, Actor(user.id), user.id, "other@firma.example", now=NOON)
    if kind == "program":
        token = api_tokens.make_token(session, Actor(user.id), name="x", scopes=list(Scope), days=30, now=NOON).text
    else:
        session.flush()
        token = make.token(user) if kind == "session" else last_token(session)
    session.commit()
    began = session.scalar(select(func.count()).select_from(SignInSession))
    for way, path in WAYS.items():
        if way != kind:
            assert client.post(path.format(token), data={"name": "New Comer"}).status_code == 404, way
    if kind != "program":
        told = client.get("/api/v1/runs", headers={"Authorization": f"Bearer {token}"})
        assert told.status_code == 401
    if kind != "session":
        use(client, token)
        assert client.get("/account").status_code == 302
    assert session.scalar(select(func.count()).select_from(SignInSession)) == began


def test_row_27_forms_do_not_reach_what_speaks_json(flask_app, client, make):
    """A form, or text that looks like JSON, is not read where JSON is spoken; no method is overridden."""
    use(client, make.token(make.user(verified_at=NOON)))
    spoken = '{"credential": {}, "next": "/my", "name": "x", "company": "x"}'
    for path in ("/sign-in/passkey", "/account/passkeys", "/account/confirm/passkey"):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            assert client.post(path, data=spoken, content_type=kind).status_code in {400, 409, 422}
    run = make.run()
    for form in ({"_method": "PUT"}, {"_method": "DELETE"}):
        answer = client.post(f"/api/v1/runs/{run.id}/enrolment", data=form, headers={"X-HTTP-Method-Override": "PUT"})
        assert answer.status_code == 405


def test_asvs_6_3_8_asking_for_a_passkey_tells_of_nobody(client, make, session):
    """Before signing in, nobody learns whose passkeys there are: the question is the same for all."""
    asked = [client.post("/sign-in/passkey/options", json={"email": one}).json for one in ("a@b.example", "")]
    assert [one["allowCredentials"] for one in asked] == [[], []]
    assert {name for one in asked for name in one} == set(asked[0])


def test_asvs_7_4_5_administrators_end_sessions(sign_in, client, make, session):
    """Administrators can end all sessions of a person, and those are dead with the next request."""
    user, admin = make.user(), make.user(Role.SITE_ADMIN)
    cookie = make.token(user)
    assert sign_in(admin).post(f"/administration/people/{user.id}/sign-out").status_code == 302
    use(client, cookie)
    assert client.get("/account").status_code == 302


# ---- what the code never does


def test_asvs_1_3_2_and_1_5_2_nothing_is_evaluated():
    """No text becomes code or an object: no eval, exec, pickle, shell, or loader of arbitrary YAML."""
    forbidden = re.compile(
        r"(?<![\w.])(eval|exec)\(|import (pickle|marshal)|shell=True|yaml\.(unsafe_)?load\(|os\.system"
    )
    assert [(path, hit[0]) for path, text in sources() for hit in forbidden.finditer(text)] == []


def test_asvs_1_2_4_statements_have_parameters():
    """No SQL is put together from text: ``text()`` gets a literal, and nothing is formatted into it."""
    slips = []
    for path, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"text", "DDL"}:
                slips += [path for one in node.args if isinstance(one, ast.JoinedStr | ast.BinOp)]
    assert slips == []


TRUSTED = {
    "app/modules/rendering.py": 3, "app/credentials/pages.py": 1, "app/web/language.py": 2, "app/web/icons.py": 1,
    "app/catalogue/pages.py": 2, "app/accounts/pages/totp.py": 1,
}  # fmt: skip
"""Where HTML is trusted, and how often: each of these was looked at. One more is a reason to look again."""


def test_asvs_1_3_1_html_is_trusted_in_known_places():
    """HTML that is not escaped comes from the sanitiser, from drawing packages, or from templates of ours."""
    found = {path: len(re.findall(r"\bMarkup\(", text)) for path, text in sources() if "Markup(" in text}
    assert found == TRUSTED


PERSONAL = {"name", "email", "address", "phone", "note", "reason", "text", "title", "password", "token", "secret"}


def test_row_44_the_chain_names_nobody():
    """What is recorded of an act are ids, numbers, states and dates: no key of an entry stands for a text of people."""
    slips = []
    for path, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "_record", "_note"}:
                for one in node.keywords:
                    if one.arg in {"old", "new"} and isinstance(one.value, ast.Dict):
                        keys = {key.value for key in one.value.keys if isinstance(key, ast.Constant)}
                        slips += [(path, key) for key in keys & PERSONAL if (path, key) not in STATES]
    assert slips == []


STATES = {("app/accounts/services/proving.py", "password")}
"""Whether there was one, and not which."""

READS = re.compile(r"(may|why|is|has|faults|find|get|list|count|allow|last|read|facts|check|awaited)(_|$)")
OWN = {
    "app/accounts/services/api_tokens.py": {"note_token_use": "use, to the hour"},
    "app/accounts/services/ceremonies.py": {"creation_options": "asks", "request_options": "asks"},
    "app/accounts/services/consents.py": {"load_wordings": "the words", "end_consents": "the caller records"},
    "app/accounts/services/erasing.py": {"make_nobodies": "rows of nobody; the caller records"},
    "app/accounts/services/factors.py": {"forget_factors": "the caller records"},
    "app/accounts/services/limits.py": {"note": "tries", "take": "tries", "begin_guess": "tries", "was_right": "tries"},
    "app/accounts/services/notices.py": {"notify": "a mail"},
    "app/accounts/services/passkeys.py": {
        "offer_passkey": "asks", "ask_for_passkey": "asks", "rename_passkey": "own label",
    },
    "app/accounts/services/passwords.py": {
        "set_password": "the caller records", "renew_hash": "same password", "end_links": "the caller records",
        "known_passwords": "a list",
    },
    "app/accounts/services/people.py": {"join": "an empty account", "change_details": "own name and language"},
    "app/accounts/services/recovery.py": {"make_codes": "the caller records", "forget_codes": "the caller records"},
    "app/accounts/services/sessions.py": {
        "begin_session": "kept as a session", "confirm_session": "kept as a session", "end_session": "own browser",
        "end_sessions": "the caller records", "note_use": "use",
    },
    "app/accounts/services/signing_in.py": {"ask_for_link": "a mail", "send_link": "a mail", "make_link": "a mail"},
    "app/accounts/services/totp.py": {"begin_totp": "counts for nothing yet"},
    "app/companies/services/companies.py": {
        "register_company": "typed at enrolment", "write_keys": "derived",
    },
    "app/companies/services/importing.py": {"discard_expired": "what nobody confirmed"},
    "app/companies/services/registers.py": {"note_enrolment": "follows from an enrolment, which is recorded"},
}  # fmt: skip
"""What writes without an entry of its own, and why: no act of staff and none of security, or the caller records."""


def test_row_44_every_act_of_accounts_trios_and_companies_is_recorded():
    """No entry is lost without anybody seeing it: each service that writes records, or calls one that does."""
    calls: dict[str, set[str]] = {}
    records, public = set(), []
    for path, source in sources():
        if not re.match(r"app/(accounts|trios|companies)/services/", path) or path.endswith("__init__.py"):
            continue
        for node in ast.parse(source).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            calls[node.name] = calls.get(node.name, set()) | {name.rpartition(".")[2] for name in called}
            records |= {node.name} if "audit.record" in called else set()
            takes_session = bool(node.args.args) and node.args.args[0].arg == "session"
            if takes_session and not node.name.startswith("_") and not READS.match(node.name):
                public.append((path, node.name))
    while more := {name for name, called in calls.items() if called & records} - records:
        records |= more
    silent = [(path, name) for path, name in public if name not in records and name not in OWN.get(path, {})]
    assert silent == []


# ---- limits


def test_row_45_no_password_keeps_the_server_busy(sign_in, make, monkeypatch):
    """A password of a megabyte is refused before anybody works on it, on every page that takes one."""
    user = make.user(verified_at=NOON)
    client = sign_in(user)
    monkeypatch.setattr(passwords, "_hasher", None)
    monkeypatch.setattr("app.accounts.rules.passwords.as_kept", None)
    monkeypatch.setattr("app.accounts.services.passwords.as_kept", None)
    flood = "a" + "\u0315\u0300" * 2000
    assert client.post("/account/password", data={"password": flood}).status_code == 422
    assert client.post("/account/confirm", data={"password": flood}).status_code == 422
    client.post("/sign-out")
    assert client.post("/sign-in", data={"email": user.email, "password": flood}).status_code == 422


def test_row_41_a_right_password_in_another_browser_frees_no_guesser(client, make, session):
    """Signing in to an own account gives nobody new guesses at somebody else's."""
    victim, guesser = make.user(email="olena@firma.example"), make.user(email="evil@firma.example")
    for user in (victim, guesser):
        passwords.set_password(session, user.id, PASSWORD, now=NOON)
    session.commit()
    for _n in range(5):
        assert client.post("/sign-in", data={"email": victim.email, "password": "wrong"}).status_code == 422
        assert client.post("/sign-in", data={"email": guesser.email, "password": PASSWORD}).status_code == 302
        client.post("/sign-out")
    assert client.post("/sign-in", data={"email": victim.email, "password": "wrong"}).status_code == 429
    assert reading().scalar(select(func.count()).select_from(User)) == 2
