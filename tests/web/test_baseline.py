"""Rows of the OWASP ASVS 5.0.0 (level 2) that are about the web as such: cookies, headers, sessions, passwords.

Each test is named after the row that it shows; its first sentence is the row. Second factors, tokens for programs, the
table of who may do what, uploads and texts of people have tests of their own where that code is.
"""

import re
import stat
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

import app as platform
from app.accounts.models import SignInSession
from app.accounts.rules import LINK_LIFETIME
from app.accounts.rules.limits import LIMITS, Kind
from app.accounts.services import passwords, send_link, set_password
from app.kit import clock
from app.kit.actors import Role
from app.kit.outbox import Message
from app.operations import worker
from app.web import headers, mail, secret
from app.web.db import reading
from config import TestConfig
from tests.factories import NOON

PASSWORD = "Vier-Blaue-Zahnräder"
EVIL = "https://evil.example"


@pytest.fixture
def olena(make, session):
    """Somebody with a password."""
    user = make.user(email="olena@firma.example", verified_at=NOON)
    set_password(session, user.id, PASSWORD, now=NOON)
    session.commit()
    return user


def sign_in_as(client, email="olena@firma.example", password=PASSWORD):
    return client.post("/sign-in", data={"email": email, "password": password})


def is_signed_in(client):
    return client.get("/account").status_code == 200


def token_of(client):
    with client.session_transaction() as cookie:
        return cookie.get("_user_id")


def use(client, token):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token


def address(rule: Rule) -> str:
    """An address of a route, with something in each of its gaps."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda gap: "1" if gap[1] else "x", rule.rule)


def every_route(app):
    return sorted({address(rule) for rule in app.url_map.iter_rules()})


# ---- V1: decoding


@pytest.mark.parametrize(
    "path",
    [
        "/%252e%252e%252fetc/passwd", "/static/..%2f..%2fconfig.py", "/static/%2e%2e/%2e%2e/config.py",
        "/static/%c0%ae%c0%ae/x", "/vendor/..%2fpackage.json", "/static/....//config.py", "/legal/..%2f..%2fbase",
    ],
)  # fmt: skip
def test_asvs_1_1_1(client, path):
    """Input is decoded once and into a canonical form, before it is validated."""
    assert client.get(path).status_code == 404


# ---- V3: the browser


@pytest.fixture
def secure(url, tmp_path, client):
    """The platform as it runs behind https."""
    settings = {"SQLALCHEMY_DATABASE_URI": url, "DATA": tmp_path, "PUBLIC_URL": "https://lernen.example"}
    cookies = {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_NAME": "__Host-lernzelle"}
    browser = platform.create_app(type("Config", (TestConfig,), settings | cookies)).test_client()
    browser.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ACCEPT_LANGUAGE": "en"}
    return browser


def test_asvs_3_3_1_to_3_3_4(secure, olena):
    """Cookies are Secure and ``__Host-``, HttpOnly, and SameSite as their purpose asks for."""
    answer = secure.post(
        "/sign-in", data={"email": olena.email, "password": PASSWORD}, base_url="https://lernen.example"
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-lernzelle=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)
    language = secure.get("/sign-in?lang=de", base_url="https://lernen.example").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in language.split(";")}


def test_asvs_3_4_1(secure):
    """Strict-Transport-Security on every answer, for a year at least, subdomains included."""
    for path in ("/", "/no/such/page", "/static/lernzelle.css", "/api/v1/modules", "/account", "/healthz"):
        with secure.get(path, base_url="https://lernen.example") as answer:
            told = answer.headers["Strict-Transport-Security"]
        assert int(told.partition("max-age=")[2].partition(";")[0]) >= 31_536_000
        assert "includeSubDomains" in told


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost.evil.example", "http://localhost"])
def test_asvs_3_4_2(flask_app, client, olena, origin):
    """No other origin may read: there is no Access-Control-Allow-Origin, not even for a preflight."""
    sign_in_as(client)
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Sec-Fetch-Site": "cross-site"}
    for path in ("/api/v1/modules", "/api/v1/runs/1/enrolment", "/account", "/static/lernzelle.css"):
        for method in ("GET", "OPTIONS"):
            with client.open(path, method=method, headers=asked) as answer:
                assert not [name for name, _value in answer.headers if name.lower().startswith("access-control-")]


def _odd(client, app):
    """Answers of all kinds: each route, and what goes wrong before one is found."""
    for path in every_route(app):
        yield path, client.get(path)
        yield f"POST {path}", client.post(path)
        yield f"OPTIONS {path}", client.options(path)
    yield "404", client.get("/no/such/page")
    yield "405", client.delete("/sign-in")
    yield "413", client.post("/sign-in", data={"email": "x" * 2_000_000})
    yield "TRACE", client.open("/sign-in", method="TRACE")
    yield "foreign", client.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    yield "HEAD", client.head("/")


def test_asvs_3_4_3_to_3_4_6(flask_app, client):
    """Every answer says which content it may have, that its type is meant, and that nobody frames it."""
    slips, seen = [], set()
    for name, answer in _odd(client, flask_app):
        seen.add(answer.status_code)
        told = answer.headers
        whole = (
            told.get("Content-Security-Policy") == headers.POLICY
            and told.get("X-Content-Type-Options") == "nosniff"
            and told.get("Referrer-Policy") == "same-origin"
            and "Permissions-Policy" in told
            and told.get("Cross-Origin-Opener-Policy") == told.get("Cross-Origin-Resource-Policy") == "same-origin"
        )
        slips += [] if whole else [name]
        answer.close()
    assert slips == []
    assert {200, 302, 401, 403, 404, 405, 413, 422} <= seen
    assert "object-src" not in headers.POLICY, "default-src 'none' holds for it"
    assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(headers.POLICY.split("; "))
    assert "unsafe" not in headers.POLICY


def test_asvs_3_4_4_in_a_crash(probe):
    """A page about an error of ours is protected like all others."""
    answer = probe.get("/probe/fail/crash")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == headers.POLICY


def test_asvs_3_5_1(flask_app, client, olena):
    """Requests from other sites change nothing, on any route (CSRF)."""
    sign_in_as(client)
    for rule in flask_app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            asked = client.open(address(rule), method=method, headers={"Sec-Fetch-Site": "cross-site"})
            assert asked.status_code == 403, rule
    assert is_signed_in(client)


def test_asvs_3_5_3(flask_app, client, olena, session):
    """Nothing is changed by GET: no page does the work of another one's POST."""
    sign_in_as(client)
    (row,) = session.scalars(select(SignInSession)).all()
    for path in ("/sign-out", f"/account/sessions/{row.id}/end", "/account/sessions/end", "/account/password/removal"):
        assert client.get(path).status_code == 405
    session.expire_all()
    assert session.get_one(SignInSession, row.id).ended_at is None


@pytest.mark.parametrize(
    "target", [EVIL, "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_asvs_3_7_2(client, olena, target):
    """Redirects lead to places of this platform only."""
    form = {"email": olena.email, "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=form).location == "/my"
    for path in ("/sign-in", "/sign-in/second-factor", "/account/confirm"):
        answer = client.get(path, query_string={"next": target})
        assert "evil.example" not in (answer.location or "")


# ---- V4: HTTP


def test_asvs_4_1_1(flask_app, client):
    """Every answer with a body says its type, and texts their encoding."""
    for path in (*every_route(flask_app), "/no/such/page"):
        with client.get(path) as answer:
            if answer.data:
                assert answer.content_type, path
                assert "charset=utf-8" in answer.content_type or not answer.content_type.startswith("text/html")


FORGED = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Original-URL": "/legal/imprint"}


@pytest.mark.parametrize("host", ["evil.example", "localhost:81", "localhost@evil.example", "evil.example/x"])
def test_asvs_4_1_3(flask_app, client, olena, session, monkeypatch, host):
    """Headers that a client makes up change neither links in mails nor limits nor routes."""
    written = []
    monkeypatch.setattr(mail, "send", lambda _app, message: written.append(message.get_content()))
    asked = {"Host": host, "Sec-Fetch-Site": "same-origin"} | FORGED
    answer = client.post("/sign-in/link", data={"email": olena.email}, headers=asked)
    assert answer.status_code in {200, 400}
    assert "evil.example" not in answer.text
    if answer.status_code == 200:
        worker.deliver_due(flask_app)
        (text,) = written
        assert re.findall(r"https?://[^/\s]+", text) == ["http://localhost"]


def test_asvs_4_1_3_limits(client):
    """Who claims another address each time is one place all the same."""
    answers = []
    for n in range(LIMITS[Kind.LINK_CLIENT].most + 1):
        forged = {"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"}
        answers.append(client.post("/sign-in/link", data={"email": f"{n}@firma.example"}, headers=forged))
    assert answers[-1].status_code == 429


# ---- V6: signing in


def test_asvs_6_1_1(client, olena, session):
    """Guessing is slowed down, and cannot be used to lock somebody out: the link still works."""
    checked = 0
    while sign_in_as(client, password=f"wrong {checked}").status_code != 429:
        checked += 1
    assert checked * 4 <= 100, "an hour has four such quarters"
    send_link(session, email=olena.email, target="/my", now=NOON)
    session.commit()
    link = session.scalars(select(Message.payload)).one()["values"]["token"]
    assert client.post(f"/sign-in/link/{link}").location == "/my"


def choose(client, password):
    return client.post("/account/password", data={"password": password})


def test_asvs_6_2_1_and_6_2_4(client, olena):
    """Passwords have 8 characters at least, and are none of the most frequent ones."""
    sign_in_as(client)
    for password in ("1234567", "kurz", "password", "qwertyuiop", "1q2w3e4r5t", "password123", "Sunshine2024!"):
        assert choose(client, password).status_code == 422
    frequent = [known for known in sorted(passwords.known_passwords()) if len(known) >= 10]
    assert len(frequent) > 1000
    for password in frequent[::250]:
        assert choose(client, password).status_code == 422


@pytest.mark.parametrize(
    "password", ["nurkleinebuchstabenhier", "ÄÖÜ ☃ 🔋 ñ 中文字", "'; --\"<b>&amp;", "  am Rand auch  "]
)
def test_asvs_6_2_5(client, olena, password):
    """Any characters are allowed, in any mixture."""
    sign_in_as(client)
    assert choose(client, password).status_code == 302
    client.post("/sign-out")
    assert sign_in_as(client, password=password).status_code == 302


def test_asvs_6_2_8_and_6_2_9(client, olena):
    """64 characters and more are taken, and compared as they were typed, to the last one."""
    sign_in_as(client)
    for length in (64, 72, 128, 200):
        password = ("Zahnrad und Welle, " * 20)[:length]
        password = f"{password[:-1]}x"
        assert choose(client, password).status_code == 302
        for wrong in (f"{password[:-1]}y", password[:-1], password.lower(), password[:72] + "z"):
            assert passwords.check_password(reading(), email=olena.email, password=wrong) is None
        assert passwords.check_password(reading(), email=olena.email, password=password) == olena.id


def test_asvs_6_2_12(client, olena):
    """A new password is compared with a list of stolen ones, which is shipped along: nothing is asked elsewhere."""
    sign_in_as(client)
    assert "lists of stolen passwords" in choose(client, "1qaz2wsx3edc").text


PAIRS = [
    (name, word) for name in ("admin", "root", "test", "demo", "worker") for word in ("admin", "password", "test", "")
]


def test_asvs_6_3_2(client, session):
    """A fresh installation has no account that anybody knows."""
    for name, password in PAIRS:
        for email in (f"{name}@example.com", f"{name}@localhost", name):
            assert sign_in_as(client, email, password).status_code in {422, 429}
    assert session.scalars(select(SignInSession)).all() == []


def test_asvs_6_3_4(client, make, session):
    """All ways in ask for the same: a link, a reset and a password alike leave somebody with a role halfway."""
    user = make.user(Role.AUTHOR, trio=make.trio(), email="olena@firma.example")
    set_password(session, user.id, PASSWORD, now=NOON)
    session.commit()
    for way in ("password", "link", "reset"):
        if way == "password":
            sign_in_as(client)
        else:
            client.post(f"/sign-in/{way}", data={"email": user.email})
            asked = session.scalars(select(Message).where(Message.kind == "accounts.link_asked")).all()[-1]
            worker.handle(session, asked.kind, asked.payload, now=NOON)
            session.commit()
            posted = session.scalars(select(Message).where(Message.kind == "mail").order_by(Message.id)).all()[-1]
            client.post(f"/sign-in/{way}/{posted.payload['values']['token']}")
        assert token_of(client)
        assert client.get("/account").location.startswith("/sign-in/second-factor"), way
        client.post("/sign-out")


def test_asvs_6_4_1(client, make, session, monkeypatch):
    """Links of mails are random, work once and end by themselves."""
    user, tokens = make.user(), []
    for _n in range(3):
        send_link(session, email=user.email, target="/my", now=NOON - LINK_LIFETIME + timedelta(seconds=1))
        session.commit()
        tokens.append(session.scalars(select(Message).order_by(Message.id.desc())).first().payload["values"]["token"])
    assert len(set(tokens)) == 3
    assert client.post(f"/sign-in/link/{tokens[0]}").status_code == 302
    assert client.post(f"/sign-in/link/{tokens[0]}").status_code == 404
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(seconds=1))
    assert client.post(f"/sign-in/link/{tokens[1]}").status_code == 404


# ---- V7: sessions


def test_asvs_7_2_3(client, olena):
    """Session tokens are random, with 128 bits at least."""
    tokens = set()
    for _n in range(5):
        sign_in_as(client)
        tokens.add(token_of(client))
    assert len(tokens) == 5
    assert all(len(token) >= 22 and re.fullmatch(r"[\w-]+", token) for token in tokens)


def test_asvs_7_2_4(client, olena, session):
    """Signing in, and proving once more who one is, makes a new token and ends the old one (fixation)."""
    use(client, "planted by somebody")
    sign_in_as(client)
    first = token_of(client)
    assert first != "planted by somebody"
    client.post("/account/confirm", data={"password": PASSWORD})
    second = token_of(client)
    assert second != first
    sign_in_as(client)
    assert token_of(client) not in {first, second}
    for old in (first, second):
        use(client, old)
        assert not is_signed_in(client)


@pytest.mark.parametrize("role,idle,longest", [(None, timedelta(days=30), 90), (Role.TRAINER, timedelta(hours=12), 14)])
def test_asvs_7_3_1_and_7_3_2(client, make, monkeypatch, role, idle, longest):
    """A session ends when it is not used, and at some time even when it is; the server decides that."""
    user = make.user(role, trio=make.trio() if role else None)
    for age, unused, lives in (
        (idle, idle, True),
        (idle + timedelta(seconds=1), idle + timedelta(seconds=1), False),
        (timedelta(days=longest), timedelta(0), True),
        (timedelta(days=longest, seconds=1), timedelta(0), False),
    ):
        use(client, make.token(user, created_at=NOON - age, seen_at=NOON - unused))
        assert is_signed_in(client) is lives


def test_asvs_7_4_1(client, olena):
    """After signing out, the session is dead on the server, too."""
    sign_in_as(client)
    copied = token_of(client)
    client.post("/sign-out")
    use(client, copied)
    assert not is_signed_in(client)


def test_asvs_7_4_2(client, olena, session):
    """All sessions of somebody whose account is gone are dead."""
    sign_in_as(client)
    olena.erased_at = NOON
    session.commit()
    assert not is_signed_in(client)


def test_asvs_7_4_3(client, olena, make, session):
    """After a new password, all other sessions are dead."""
    stolen = make.token(olena)
    sign_in_as(client)
    choose(client, "Fünf-Rote-Zahnräder")
    assert is_signed_in(client)
    use(client, stolen)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "path", ["/account/password", "/account/email", "/account/totp", "/account/passkeys", "/account/tokens/new"]
)
def test_asvs_7_5_1(flask_app, client, make, path):
    """What secures the account is changed only by somebody who proved lately who they are."""
    if not any(rule.rule == path for rule in flask_app.url_map.iter_rules()):
        pytest.fail(f"{path} is no page any more")
    use(client, make.token(make.user(), confirmed_at=NOON - timedelta(minutes=16)))
    assert client.get(path).location.startswith("/account/confirm?next=")


# ---- V11, V13, V14, V16: secrets, set-up, data, errors


def test_asvs_11_4_2(olena):
    """Passwords are kept by Argon2id with the recommended effort."""
    kind, version, effort = olena.password_hash.split("$")[1:4]
    assert (kind, version) == ("argon2id", "v=19")
    memory, times, _threads = (int(part.partition("=")[2]) for part in effort.split(","))
    assert memory * times >= 19 * 1024 * 2


def test_asvs_13_3_1(tmp_path):
    """The key of the cookies is made at the first start, random, and readable for the platform alone."""
    settings = {"DATA": tmp_path, "SECRET_KEY": "", "SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": False}
    starting = platform.create_app(type("Config", (TestConfig,), settings))
    secret.make_key(starting)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(file.read_text().strip())) == 32


CURIOUS = [
    "/.git/HEAD", "/.git/config", "/.gitignore", "/.env", "/.env.local", "/.htaccess", "/.htpasswd", "/.svn/entries",
    "/.DS_Store", "/.well-known/security.txt~", "/config.py", "/wsgi.py", "/pyproject.toml", "/requirements.txt",
    "/Makefile", "/package.json", "/data/lernzelle.db", "/lernzelle.db", "/backup.zip", "/dump.sql", "/secret-key",
    "/metrics", "/debug", "/debug/pprof", "/console", "/admin", "/server-status", "/status", "/actuator/health",
    "/phpinfo.php", "/wp-login.php", "/cgi-bin/test", "/swagger", "/docs", "/graphql", "/static/", "/static/../app",
    "/vendor/", "/templates/base.html", "/api/v1/", "/api/v1/users", "/__debug__/", "/test", "/tests/",
]  # fmt: skip


@pytest.mark.parametrize("path", CURIOUS)
def test_asvs_13_4_1_to_13_4_5(client, path):
    """No source control, no debugger, no listing of folders, no page of monitoring, no copy of a file."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_asvs_13_4_4(client, olena):
    """TRACE is not answered, and OPTIONS tells methods and nothing else."""
    sign_in_as(client)
    traced = client.open("/account", method="TRACE", headers={"X-Canary": "canary-7"})
    assert traced.status_code in {403, 405}
    assert "canary-7" not in traced.text
    told = client.options("/sign-in")
    assert (told.status_code, told.data) == (200, b"")
    assert set(told.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_asvs_14_2_1(client, olena, capsys):
    """Neither passwords nor addresses nor tokens stand in addresses of pages, where logs and histories keep them."""
    for page in ("/sign-in", "/sign-in/reset"):
        forms = re.findall(r"<form[^>]*>", client.get(page).text)
        assert [form for form in forms if "email" in form] == []
        assert all('method="post"' in form for form in forms)
    answer = sign_in_as(client)
    assert "@" not in answer.location


PERSONAL = ["/account", "/account/security", "/account/sessions", "/account/password", "/account/email", "/my"]


@pytest.mark.parametrize("path", PERSONAL)
def test_asvs_14_3_2(client, olena, path):
    """Pages about a person are kept by no cache, and not in the browser after signing out."""
    sign_in_as(client)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "field,value", [("user_id", "1"), ("is_demo", "true"), ("erased_at", ""), ("role", "site_admin")]
)
def test_asvs_15_3_3(client, olena, make, session, field, value):
    """What a form does not offer is not taken from it."""
    sign_in_as(client)
    before = (olena.is_demo, olena.erased_at, olena.email)
    client.post("/account", data={"name": "Olena Neu", "language": "de", field: value})
    session.expire_all()
    assert (olena.name, (olena.is_demo, olena.erased_at, olena.email)) == ("Olena Neu", before)


def test_asvs_16_5_1(probe):
    """An error of ours tells a code and nothing from inside."""
    page = unescape(probe.get("/probe/fail/crash").text)
    assert "This was our fault" in page
    for inside in ("Traceback", "ValueError", "olena.bondar@firma.example", 'File "', "sqlalchemy"):
        assert inside not in page


def test_asvs_16_5_3(client, olena, monkeypatch):
    """Where the limits cannot be counted, nobody gets in: it never fails open."""

    def broken(*_given, **_more):
        raise HTTPException

    monkeypatch.setattr("app.accounts.sessions.limits.begin_guess", broken)
    answer = sign_in_as(client)
    assert answer.status_code >= 400 or "Set-Cookie" not in answer.headers
    assert not is_signed_in(client)
