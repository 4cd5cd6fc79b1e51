"""Passkeys against an authenticator made of software: every check of the ceremony, by getting it wrong."""

import secrets
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from app.accounts.models import Passkey
from app.accounts.queries.factors import factors_of, list_passkeys
from app.accounts.rules.factors import Site
from app.accounts.services import passkeys as services
from app.accounts.services import recovery
from app.accounts.services.ceremonies import Answer
from app.kit import audit, database
from app.kit.actors import Actor
from app.kit.errors import Conflict, Forbidden, NotFound
from app.kit.outbox import Message
from tests.accounts.authenticator import ATTESTED, PRESENT, SoftwarePasskey
from tests.counting import statements
from tests.factories import NOON, Make

SITE = Site("http://localhost", "localhost")
GARBAGE: list[Any] = [None, 7, "", "a", "é", [], {}, "AAAA", "9" * 2000, "\x00", "=" * 9, {"a": 1}]


@pytest.fixture
def user(make):
    return make.user(name="Olena Bondar", email="olena@firma.example")


@pytest.fixture
def phone():
    return SoftwarePasskey()


@pytest.fixture
def known(session, user, phone):
    """The passkey of the phone, added."""
    return add(session, user, phone)


def add(session, user, phone, **more):
    challenge = secrets.token_bytes(32)
    options = services.offer_passkey(session, user.id, site=SITE, challenge=challenge)
    answer = Answer(phone.create(options), challenge, SITE)
    return services.add_passkey(session, Actor(user.id), user.id, answer, name="Phone", now=NOON, **more)


def asked(session, phone, **options_of):
    challenge = secrets.token_bytes(32)
    options = services.ask_for_passkey(session, options_of.get("user_id"), site=SITE, challenge=challenge)
    return Answer(phone.get(options), challenge, SITE)


def acts(session):
    audit.seal(session)
    return [entry.action for entry in session.scalars(select(audit.Entry).order_by(audit.Entry.number))]


def test_a_passkey_is_asked_for_that_stays_on_the_device_behind_its_lock(session, user, phone):
    add(session, user, phone)
    options = services.offer_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
    assert options["rp"] == {"name": "Lernzelle", "id": "localhost"}
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert options["attestation"] == "none"
    assert [each["id"] for each in options["excludeCredentials"]] == [phone.ident]
    assert (options["user"]["name"], options["user"]["displayName"]) == ("olena@firma.example", "Olena Bondar")
    handle = base64url_to_bytes(options["user"]["id"])
    assert len(handle) == 32
    assert user.key.encode() not in handle


def test_signing_in_asks_for_any_passkey_and_confirming_for_one_of_the_person(session, user, phone, known):
    anybody = services.ask_for_passkey(session, None, site=SITE, challenge=b"x" * 32)
    assert (anybody["allowCredentials"], anybody["userVerification"]) == ([], "required")
    person = services.ask_for_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
    assert [each["id"] for each in person["allowCredentials"]] == [phone.ident]


def test_a_passkey_signs_in(session, user, phone, known):
    assert (known.name, known.transports, known.used_at) == ("Phone", ["internal"], None)
    assert services.use_passkey(session, asked(session, phone), now=NOON) == user.id
    assert (known.used_at, known.sign_count) == (NOON, 1)
    assert services.use_passkey(session, asked(session, phone, user_id=user.id), user_id=user.id, now=NOON) == user.id
    assert acts(session) == ["passkey.added"]
    posted = session.scalars(select(Message)).one()
    assert posted.payload["template"] == "accounts/mail/factor_added"


def test_a_passkey_that_does_not_count_signs_in_again_and_again(session, user):
    phone = SoftwarePasskey(counts=False)
    add(session, user, phone)
    for _time in range(2):
        assert services.use_passkey(session, asked(session, phone), now=NOON) == user.id


def test_an_answer_counts_once(session, phone, known):
    """The cookie with the challenge can be brought back; most passkeys do not count."""
    phone.counts = False
    answer = asked(session, phone)
    assert services.use_passkey(session, answer, now=NOON) is not None
    assert services.use_passkey(session, answer, now=NOON + timedelta(minutes=5)) is None


def test_a_counter_that_went_back_is_refused_and_stands_in_the_chain(session, user, phone, known):
    phone.count = 9
    assert services.use_passkey(session, asked(session, phone), now=NOON) == user.id
    phone.count = 4
    assert services.use_passkey(session, asked(session, phone), now=NOON) is None
    assert known.sign_count == 10
    assert acts(session) == ["passkey.added", "passkey.refused"]
    entry = session.scalars(select(audit.Entry).order_by(audit.Entry.number.desc())).first()
    assert (entry.old, entry.new) == ({"count": 10}, {"passkey": known.id, "count": 5})


def test_a_passkey_of_somebody_else_confirms_nothing(session, make, phone, known):
    assert services.use_passkey(session, asked(session, phone), user_id=make.user().id, now=NOON) is None


def test_an_unknown_passkey_signs_nobody_in(session, known):
    assert services.use_passkey(session, asked(session, SoftwarePasskey()), now=NOON) is None


@pytest.mark.parametrize(
    "spoil",
    [
        {"origin": "https://lernzelle.example.evil.example"},
        {"origin": "http://localhost:81"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0x04},
        {"handle": "AAAA"},
    ],
    ids=["site", "port", "host", "no check of the user", "nobody there", "other person"],
)
def test_an_answer_that_is_wrong_signs_nobody_in(session, phone, known, spoil):
    for name, value in spoil.items():
        setattr(phone, name, value)
    assert services.use_passkey(session, asked(session, phone), now=NOON) is None


def test_the_signature_of_another_key_signs_nobody_in(session, phone, known):
    stranger = SoftwarePasskey(credential_id=phone.credential_id, handle=phone.handle)
    assert services.use_passkey(session, asked(session, stranger), now=NOON) is None


def test_the_answer_to_another_question_signs_nobody_in(session, phone, known):
    answer = asked(session, phone)
    assert services.use_passkey(session, Answer(answer.credential, b"y" * 32, SITE), now=NOON) is None


def test_the_answer_of_an_addition_signs_nobody_in(session, user, phone, known):
    options = services.offer_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
    assert services.use_passkey(session, Answer(phone.create(options), b"x" * 32, SITE), now=NOON) is None


def spoiled(credential, but):
    """The credential with every part but one gone or replaced by garbage."""
    for value in GARBAGE:
        for part in credential:
            yield credential | {part: value}
        for part in credential["response"].keys() - {but}:
            yield credential | {"response": credential["response"] | {part: value}}
    yield {}


def test_garbage_signs_nobody_in(session, user, phone, known):
    answer = asked(session, phone)
    for credential in spoiled(answer.credential, but="userHandle"):  # a signature is complete without
        spoilt = Answer(credential, answer.challenge, SITE)
        assert services.use_passkey(session, spoilt, now=NOON) is None
    assert services.use_passkey(session, answer, now=NOON) == user.id


@pytest.mark.parametrize("handle", [7, "", "a", "é", [], {}, "AAAA"])
def test_a_passkey_that_names_nobody_signs_nobody_in(session, phone, known, handle):
    phone.handle = handle
    assert services.use_passkey(session, asked(session, phone), now=NOON) is None


def test_garbage_adds_no_passkey(session, user, phone):
    options = services.offer_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
    for credential in spoiled(phone.create(options), but="transports"):  # they are advice
        answer = Answer(credential, b"x" * 32, SITE)
        with pytest.raises(Conflict):
            services.add_passkey(session, Actor(user.id), user.id, answer, name="Phone", now=NOON)
    assert list_passkeys(session, user.id) == []


def test_broken_bytes_add_no_passkey(session, user, phone):
    options = services.offer_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
    right = phone.create(options)
    whole = base64url_to_bytes(right["response"]["attestationObject"])
    for cut in range(0, len(whole), 7):
        for broken in (whole[:cut], whole[:cut] + b"\xff" + whole[cut + 1 :]):
            response = right["response"] | {"attestationObject": bytes_to_base64url(broken)}
            answer = Answer(right | {"response": response}, b"x" * 32, SITE)
            with suppress(Conflict), session.begin_nested() as undone:
                services.add_passkey(session, Actor(user.id), user.id, answer, name="Phone", now=NOON)
                undone.rollback()  # some bytes mean nothing, such as the kind of the device
    assert list_passkeys(session, user.id) == []


@pytest.mark.parametrize(
    "spoil",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT | ATTESTED}],
    ids=["site", "host", "no check of the user"],
)
def test_a_passkey_of_another_site_or_without_a_lock_is_not_kept(session, user, phone, spoil):
    for name, value in spoil.items():
        setattr(phone, name, value)
    with pytest.raises(Conflict):
        add(session, user, phone)


def test_the_same_passkey_is_kept_once(session, user, phone, known):
    with pytest.raises(Conflict, match="there already"):
        add(session, user, phone)
    assert len(list_passkeys(session, user.id)) == 1


def test_halfway_nobody_adds_a_passkey_to_the_one_that_is_there(session, user, phone, known):
    with pytest.raises(Forbidden):
        services.offer_passkey(session, user.id, site=SITE, challenge=b"x" * 32, is_pending=True)
    with pytest.raises(Forbidden):
        add(session, user, SoftwarePasskey(), is_pending=True)


def test_a_demo_account_gets_none(session, make, phone):
    with pytest.raises(Conflict):
        add(session, make.user(is_demo=True), phone)


def test_a_passkey_gets_another_name(session, make, user, known):
    services.rename_passkey(session, user.id, known.id, "Key ring")
    assert known.name == "Key ring"
    with pytest.raises(NotFound):
        services.rename_passkey(session, make.user().id, known.id, "Mine")


def test_with_the_last_passkey_the_recovery_codes_go(session, user, known):
    second = add(session, user, SoftwarePasskey())
    recovery.make_codes(session, user.id, now=NOON)
    actor = Actor(user.id)
    services.remove_passkey(session, actor, user.id, second.id, needs_one=True, now=NOON)
    assert factors_of(session, user.id).codes == 10
    with pytest.raises(Conflict):
        services.remove_passkey(session, actor, user.id, known.id, needs_one=True, now=NOON)
    services.remove_passkey(session, actor, user.id, known.id, needs_one=False, now=NOON)
    assert (factors_of(session, user.id).codes, session.scalar(select(Passkey))) == (0, None)
    assert acts(session)[-2:] == ["passkey.removed", "passkey.removed"]
    with pytest.raises(NotFound):
        services.remove_passkey(session, actor, user.id, known.id, needs_one=False, now=NOON)


def test_of_two_who_bring_the_same_answer_at_once_one_gets_in(own_engine):
    phone = SoftwarePasskey(counts=False)
    with Session(own_engine) as session:
        user = Make(session).user()
        add(session, user, phone)
        answer = asked(session, phone)
        session.commit()
    start, got = threading.Barrier(2), []

    def try_it():
        with Session(own_engine) as mine:
            start.wait()
            database.begin_writing(mine)
            got.append(services.use_passkey(mine, answer, now=NOON) is not None)
            mine.commit()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, True]


def test_many_passkeys_are_read_like_one(session, user, known):
    def read():
        session.flush()
        session.expire_all()
        with statements(session) as said:
            services.offer_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
            services.ask_for_passkey(session, user.id, site=SITE, challenge=b"x" * 32)
        return len(said)

    few = read()
    for _time in range(12):
        add(session, user, SoftwarePasskey())
    assert read() == few
