"""Talking to OpenID Connect providers: what is sent, what is believed, and what is not."""

import re
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from flask import session
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.wrappers import Response

import config
from app.kit.errors import NotFound
from app.web import oidc
from app.web.oidc import flows, id_tokens, talking
from app.web.oidc.failing import ProviderFailed
from tests import provider as fake
from tests.factories import NOON

CALLBACK = "http://localhost/sign-in/with/uni/callback"
SECONDS = int(NOON.timestamp())
EXPECTED = id_tokens.Expected("https://login.example.org", "lernzelle", "the nonce", ["ES256"])
KEY = fake.key()
KEYS = {"keys": [KEY.as_dict(private=False)]}
RIGHT = {
    "iss": EXPECTED.issuer,
    "aud": "lernzelle",
    "sub": "123",
    "nonce": "the nonce",
    "iat": SECONDS,
    "exp": SECONDS + 9,
}


@pytest.fixture
def provider():
    with fake.running(NOON) as running:
        yield running


@pytest.fixture
def known(flask_app, provider, monkeypatch):
    """The platform that knows the provider, in a request."""
    monkeypatch.setitem(flask_app.config, "OIDC", {"uni": fake.settings(provider)})
    monkeypatch.setitem(flask_app.extensions, "oidc", {})
    oidc.init_app(flask_app)
    with flask_app.test_request_context("/"):
        yield oidc.get_provider("uni")


def go(known, now=NOON, **given):
    return oidc.begin(known, **{"callback": CALLBACK, "target": "/my", "connecting": None, "now": now} | given)


def come_back(known, query: str, now=NOON):
    return oidc.finish(known, dict(pair.split("=", 1) for pair in query.split("&")), callback=CALLBACK, now=now)


def why(known, query: str, now=NOON) -> tuple[str, bool]:
    with pytest.raises(ProviderFailed) as failure:
        come_back(known, query, now)
    return failure.value.why, failure.value.by_browser


# ---- the settings


@pytest.mark.parametrize(
    "name,value,problem",
    [
        ("OIDC_UNI", "issuer=https://a client=b secret='c name=d", "a quotation mark is not closed"),
        ("OIDC_ÜNI", "issuer=https://a client=b secret=c name=d", "capital letters"),
        ("OIDC_", "issuer=https://a client=b secret=c name=d", "capital letters"),
        ("OIDC_UNI", "issuer=https://a client=b secret=c name=d scope=e", "it knows issuer"),
        ("OIDC_UNI", "issuer=https://a client=b secret=c name=d name=e", "each once"),
        ("OIDC_UNI", "issuer=https://a client=b name=d", "all needed"),
        ("OIDC_UNI", "issuer=https://a client=b secret= name=d", "all needed"),
        ("OIDC_UNI", "issuer=http://a.example client=b secret=c name=d", "with https"),
        ("OIDC_UNI", "issuer=http://localhost.example client=b secret=c name=d", "with https"),
        ("OIDC_UNI", "issuer=https://a?x=1 client=b secret=c name=d", "with https"),
        ("OIDC_UNI", "issuer=https://user@a client=b secret=c name=d", "with https"),
        ("OIDC_UNI", "issuer=https://a client=b secret=c name=d trust_mfa=yes", "0 or 1"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start_with_one_sentence(name, value, problem):
    with pytest.raises(SystemExit) as end:
        config._providers({name: value})
    said = str(end.value)
    assert said.startswith(name)
    assert problem in said
    assert said.endswith(".")
    assert "secret=c" not in said


def test_settings_are_read_by_key():
    read = config._providers(
        {
            "OIDC_UNI": "issuer=https://login.example.org/realms/uni client=b secret='c d' name='Uni Musterstadt'",
            "OIDC_HERE": "issuer=http://localhost:8080 client=b secret=c name=Here trust_mfa=1 acr=high",
            "OIDC_EMPTY": " ",
            "OTHER": "x",
        }
    )
    assert set(read) == {"uni", "here"}
    assert (read["uni"]["name"], read["uni"]["secret"]) == ("Uni Musterstadt", "c d")
    assert read["here"]["acr"] == "high"


def test_nobody_signs_in_through_what_is_not_set_up(flask_app):
    with flask_app.test_request_context("/"):
        assert oidc.list_providers() == []
        with pytest.raises(NotFound):
            oidc.get_provider("uni")


def test_a_secret_is_not_shown_by_accident(known):
    assert fake.SECRET not in repr(known)


# ---- the way there and back


def test_the_way_there_says_all_that_the_standard_wants(known, provider):
    address = go(known)
    assert address.startswith(f"{provider.url}/authorize?")
    asked = {name: value for name, (value,) in fake.asked_with(address).items()}
    assert asked["response_type"] == "code"
    assert asked["client_id"] == "lernzelle"
    assert asked["redirect_uri"] == CALLBACK
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) == 43 for name in ("state", "nonce", "code_challenge"))
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert fake.asked_with(go(known))["state"] != [asked["state"]]


@pytest.mark.parametrize("secret_in", ["header", "form"])
def test_who_was_let_in_comes_back_with_claims(known, provider, secret_in):
    provider.secret_in = secret_in
    provider.metadata["token_endpoint_auth_methods_supported"] = [
        "client_secret_basic" if secret_in == "header" else "client_secret_post"
    ]
    flow, claims = come_back(known, provider.let_in(go(known, target="/runs/7", connecting=5)))
    assert (flow.target, flow.connecting) == ("/runs/7", 5)
    assert (claims["sub"], claims["email"], claims["email_verified"]) == ("123", "olena@example.org", True)
    assert "/who" not in provider.asked


def test_what_the_id_token_does_not_say_is_asked_for(known, provider):
    provider.told = {"sub": "123", "email": "o@example.org", "email_verified": True, "iss": "https://x", "amr": ["mfa"]}
    _flow, claims = come_back(known, provider.let_in(go(known), email=None, email_verified=None))
    assert (claims["email"], claims["iss"]) == ("o@example.org", provider.url)
    assert "amr" not in claims


def test_what_is_told_about_somebody_else_counts_for_nothing(known, provider):
    provider.told = {"sub": "124", "email": "o@example.org", "email_verified": True}
    query = provider.let_in(go(known), email=None)
    assert why(known, query) == ("tells about somebody else", False)


def test_a_provider_that_tells_nothing_more_is_not_asked(known, provider):
    del provider.metadata["userinfo_endpoint"]
    _flow, claims = come_back(known, provider.let_in(go(known), email=None))
    assert "email" not in claims


def test_an_answer_works_once(known, provider):
    query = provider.let_in(go(known))
    come_back(known, query)
    assert why(known, query) == ("was never asked by this browser, or long ago", True)


@pytest.mark.parametrize("query", ["code=abc", "code=abc&state=", "code=abc&state=guessed", "state=ü&code=abc"])
def test_an_answer_that_this_browser_did_not_ask_for_is_refused(known, provider, query):
    go(known)
    assert why(known, query)[1]
    assert "/token" not in provider.asked


def test_an_answer_belongs_to_the_provider_that_was_asked(known, provider, flask_app):
    query = provider.let_in(go(known))
    known.key = "other"
    assert why(known, query)[1]


@pytest.mark.parametrize("late,works", [(timedelta(minutes=10), True), (timedelta(minutes=10, seconds=1), False)])
def test_there_are_ten_minutes_to_come_back(known, provider, late, works):
    provider.now = NOON + late
    query = provider.let_in(go(known))
    if works:
        assert come_back(known, query, NOON + late)
    else:
        assert why(known, query, NOON + late)[1]


def test_three_tabs_can_be_on_their_way_and_the_oldest_of_four_is_forgotten(known, provider):
    ways = [provider.let_in(go(known, target=f"/{number}")) for number in range(4)]
    begun = [fake.asked_with(f"?{way}")["state"][0] for way in ways]
    assert [flow.state for flow in flows._open(NOON)] == begun[1:]
    provider.let_in(go(known))
    assert why(known, ways[0])[1]


def test_a_cookie_with_all_tabs_stays_small(known, flask_app):
    for _tab in range(5):
        go(known, target="/" + "ä" * 299, connecting=2**31 - 1)
    signer = flask_app.session_interface.get_signing_serializer(flask_app)
    assert len(signer.dumps(dict(session))) < 3000


def test_a_target_that_is_too_long_is_left_out(known):
    go(known, target="/" + "a" * 300)
    assert flows._open(NOON)[-1].target == ""


@pytest.mark.parametrize("query", ["error=access_denied", "error=server_error&code=abc", "code=", "x=y"])
def test_who_was_not_let_in_is_not_signed_in(known, provider, query):
    state = provider.let_in(go(known)).split("&")[1]
    assert why(known, f"{query}&{state}") == ("did not let the person in", True)
    assert "/token" not in provider.asked


def test_a_wrong_code_is_the_browsers_fault(known, provider):
    query = provider.let_in(go(known)).replace("code=abc", "code=xyz")
    assert why(known, query) == ("it refuses the code", True)


def test_an_answer_of_another_issuer_is_a_mix_up(known, provider):
    """RFC 9207."""
    query = provider.let_in(go(known))
    assert why(known, f"{query}&iss=https://evil.example") == ("is not the one that was asked", True)
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    known.read_at = None
    assert why(known, provider.let_in(go(known)))[0] == "is not the one that was asked"
    assert come_back(known, f"{provider.let_in(go(known))}&iss={provider.url}")


# ---- what a provider may not do


def test_what_it_says_about_itself_is_kept_for_an_hour(known, provider):
    for minutes in (0, 59, 60):
        go(known, now=NOON + timedelta(minutes=minutes))
    assert provider.asked.count("/.well-known/openid-configuration") == 2


def test_keys_are_read_anew_once_when_one_is_unknown(known, provider):
    come_back(known, provider.let_in(go(known)))
    provider.signing = fake.key("second")
    provider.published = [provider.signing]
    assert come_back(known, provider.let_in(go(known)))
    assert provider.asked.count("/keys") == 2
    provider.signing = fake.key("never published")
    assert why(known, provider.let_in(go(known))) == ("its ID token is signed with no key of its own", False)
    assert provider.asked.count("/keys") == 3


def test_another_key_under_the_same_name_is_a_forgery(known, provider):
    provider.signing = fake.key("first")
    assert why(known, provider.let_in(go(known))) == ("its ID token is not right", False)


def changed(**given):
    return lambda provider: provider.metadata.update(given)


def answering(path, *given, **more):
    return lambda provider: provider.answers.update({path: lambda _request: Response(*given, **more)})


UNUSABLE = [
    changed(issuer="https://evil.example"),
    changed(authorization_endpoint=None),
    changed(authorization_endpoint="http://evil.example/authorize"),
    changed(authorization_endpoint="http://127.0.0.1.evil.example/authorize"),
    changed(authorization_endpoint="javascript:alert(1)"),
    changed(authorization_endpoint="https://a.example/\r\nX: y"),
    answering("/.well-known/openid-configuration", "[]"),
    answering("/.well-known/openid-configuration", "{"),
    answering("/.well-known/openid-configuration", status=500),
    answering("/.well-known/openid-configuration", status=302, headers={"Location": "/elsewhere"}),
    answering("/.well-known/openid-configuration", b"{" + b" " * talking.MOST_BYTES + b"}"),
]


@pytest.mark.parametrize("change", UNUSABLE, ids=range(len(UNUSABLE)))
def test_metadata_that_cannot_be_right_send_nobody_anywhere(known, provider, change):
    change(provider)
    with pytest.raises(ProviderFailed) as failure:
        go(known)
    assert not failure.value.by_browser
    assert "/elsewhere" not in provider.asked


BROKEN = [
    changed(token_endpoint=None),
    changed(token_endpoint="http://evil.example/token"),
    changed(jwks_uri="http://evil.example/keys"),
    answering("/token", "{}"),
    answering("/token", "[]"),
    answering("/token", '{"access_token": "a", "id_token": 7}'),
    answering("/token", '{"error": "temporarily_unavailable"}', status=400),
    answering("/token", "down", status=503),
    answering("/token", status=307, headers={"Location": "/elsewhere"}),
    answering("/token", b" " * (talking.MOST_BYTES + 1)),
    answering("/keys", "{}"),
    answering("/keys", '{"keys": []}'),
    answering("/keys", '{"keys": 7}'),
    answering("/keys", '{"keys": [{"kty": "EC"}]}'),
    answering("/keys", status=404),
]


@pytest.mark.parametrize("change", BROKEN, ids=range(len(BROKEN)))
def test_whatever_goes_wrong_afterwards_signs_nobody_in(known, provider, change):
    change(provider)
    query = provider.let_in(go(known))
    _why, by_browser = why(known, query)
    assert not by_browser
    assert "/elsewhere" not in provider.asked


def test_a_provider_that_is_not_there_fails_in_the_same_way(flask_app, known):
    known.issuer = "http://127.0.0.1:1"
    with pytest.raises(ProviderFailed, match="cannot be reached"):
        go(known)


def test_a_slow_answer_is_given_up(known, provider, monkeypatch):
    ticks = iter([0.0, talking.PATIENCE + 1])
    monkeypatch.setattr(talking, "time", type("Clock", (), {"monotonic": lambda: next(ticks)}))
    with pytest.raises(ProviderFailed, match="too slow"):
        go(known)


@pytest.mark.parametrize(
    "url", ["http://example.org", "http://localhost.example.org", "ftp://localhost", "//localhost", "", "file:///etc"]
)
def test_nothing_is_asked_without_encryption(url):
    with pytest.raises(ProviderFailed, match="not encrypted"):
        talking.require_encrypted(url)


@pytest.mark.parametrize("url", ["https://example.org", "http://localhost:8080/x", "http://127.0.0.1"])
def test_here_and_over_https_is_fine(url):
    talking.require_encrypted(url)


# ---- ID tokens


def checked(token: str, keys=KEYS, expected=EXPECTED, now=NOON):
    return id_tokens.check({"id_token": token, "access_token": "access"}, keys, expected, now=now)


def test_a_right_token_is_believed():
    assert checked(fake.signed(RIGHT, KEY)) == RIGHT


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://login.example.org/"},
        {"iss": "https://evil.example"},
        {"iss": [EXPECTED.issuer]},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": None},
        {"aud": ["lernzelle", "another client"]},  # and no azp
        {"aud": ["lernzelle", "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"exp": SECONDS - 60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"iat": SECONDS + 61},
        {"iat": None},
        {"nbf": SECONDS + 61},
        {"nonce": "another nonce"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 123},
        {"sub": "x" * 256},
        {"sub": "1\n2"},
        {"at_hash": "of another access token"},
        {"amr": "mfa"},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_not(change):
    claims = {name: value for name, value in (RIGHT | change).items() if value is not None}
    with pytest.raises(ProviderFailed):
        checked(fake.signed(claims, KEY))


@pytest.mark.parametrize(
    "change",
    [
        {"exp": SECONDS - 59},
        {"iat": SECONDS + 60},
        {"aud": ["lernzelle"]},
        {"aud": ["lernzelle", "another client"], "azp": "lernzelle"},
        {"azp": "lernzelle"},
        {"sub": "x" * 255},
    ],
    ids=str,
)
def test_a_token_at_the_edge_of_what_is_right_is_believed(change):
    assert checked(fake.signed(RIGHT | change, KEY))


def test_a_token_without_a_signature_is_none():
    head, body, _signature = fake.signed(RIGHT, KEY).split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}
    for token in (f"{head}.{body}.", f"{unsigned}.{body}.", f"{head}.{body}", "", "...", "x", "ü.ü.ü"):
        with pytest.raises(ProviderFailed):
            checked(token)


def test_a_secret_that_both_know_signs_nothing():
    """Not even where the provider announces HS256 and publishes the secret among its keys."""
    expected = id_tokens.Expected(EXPECTED.issuer, EXPECTED.client_id, EXPECTED.nonce, ["ES256", "HS256", "none"])
    shared = OctKey.import_key("s" * 32, {"kid": "shared"})
    keys = {"keys": [*KEYS["keys"], shared.as_dict()]}
    token = jwt.encode({"alg": "HS256", "kid": "shared"}, RIGHT, shared, algorithms=["HS256"])
    assert jwt.decode(token, shared, algorithms=["HS256"]).claims == RIGHT
    with pytest.raises(ProviderFailed):
        checked(token, keys, expected)


def test_only_signatures_that_are_announced_count():
    expected = id_tokens.Expected(EXPECTED.issuer, EXPECTED.client_id, EXPECTED.nonce, ["RS256"])
    with pytest.raises(ProviderFailed):
        checked(fake.signed(RIGHT, KEY), expected=expected)


def test_a_changed_body_is_found():
    other = fake.signed(RIGHT | {"sub": "124"}, KEY)
    head, _body, signature = fake.signed(RIGHT, KEY).split(".")
    with pytest.raises(ProviderFailed):
        checked(f"{head}.{other.split('.')[1]}.{signature}")


def test_a_critical_header_that_we_do_not_know_is_refused():
    token = fake.signed(RIGHT, KEY)
    assert re.fullmatch(r"[\w.-]+", token)
    head = '{"alg":"ES256","kid":"first","crit":["x"],"x":1}'
    forged = urlsafe_b64encode(head.encode()).decode().rstrip("=")
    with pytest.raises(ProviderFailed):
        checked(".".join([forged, *token.split(".")[1:]]))


def test_a_key_that_is_not_there_is_told_from_a_wrong_signature():
    with pytest.raises(id_tokens.KeyUnknown):
        checked(fake.signed(RIGHT, fake.key("unknown")))
    with pytest.raises(ProviderFailed) as failure:
        checked(fake.signed(RIGHT, fake.key("first")))
    assert not isinstance(failure.value, id_tokens.KeyUnknown)
