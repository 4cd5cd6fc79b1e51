"""Mails: written in the person's language, delivered into a folder or to a real server, and never to somebody else."""

import smtplib
import socket
import ssl
import stat
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.web import mail
from tests.factories import NOON


@pytest.fixture
def letter(flask_app):
    def _letter(to="olena@firma.example", locale="de", template="accounts/mail/link", **values):
        values = {"token": "abc"} | values
        return mail.compose(flask_app, to=to, locale=locale, template=template, values=values, at=NOON)

    return _letter


@pytest.fixture
def folder(flask_app, monkeypatch, tmp_path):
    """The data folder of this test."""
    monkeypatch.setitem(flask_app.config, "DATA", tmp_path)
    return tmp_path / "mail"


def received(folder):
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.iterdir())]


# ---- writing


@pytest.mark.parametrize("locale,subject", [("de", "Dein Link zu Lernzelle"), ("en", "Your link to Lernzelle")])
def test_a_letter_speaks_the_language_of_the_person(letter, locale, subject):
    message = letter(locale=locale)
    assert message["Subject"] == subject
    assert message["To"] == "olena@firma.example"
    assert message["From"] == "Lernzelle <noreply@lernzelle.example>"
    assert message["Date"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@lernzelle.example>")
    assert "http://localhost/sign-in/link/abc" in message.get_content()
    assert subject not in message.get_content()


def test_a_trio_writes_under_its_own_name_from_our_address(flask_app):
    def written(**who):
        return mail.compose(
            flask_app, to="olena@firma.example", locale="en", template="accounts/mail/link", values={"token": "abc"},
            at=NOON, **who,
        )  # fmt: skip

    message = written(sender="Verbund Lausitz, Görlitz", reply_to="kurse@example.org")
    address = message["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == ("Verbund Lausitz, Görlitz", "noreply@lernzelle.example")
    assert message["Reply-To"] == "kurse@example.org"
    assert message["Message-ID"].endswith("@lernzelle.example>")
    assert written()["Reply-To"] is None
    forged = written(sender="Boss <boss@evil.example>\r\nBcc: all@evil.example")
    assert [one.addr_spec for one in forged["From"].addresses] == ["noreply@lernzelle.example"]
    assert forged["Bcc"] is None


def test_links_lead_to_where_people_reach_us_whoever_asked(flask_app, letter, monkeypatch):
    monkeypatch.setitem(flask_app.config, "PUBLIC_URL", "https://lernen.example")
    assert "https://lernen.example/sign-in/link/abc" in letter().get_content()
    monkeypatch.setitem(flask_app.config, "PUBLIC_URL", "")
    assert "http://localhost/sign-in/link/abc" in letter().get_content()


@pytest.fixture
def templates(flask_app, monkeypatch):
    """Templates of this test, by name."""
    from jinja2 import ChoiceLoader, DictLoader

    own: dict[str, str] = {}
    monkeypatch.setattr(flask_app.jinja_env, "loader", ChoiceLoader([DictLoader(own), flask_app.jinja_env.loader]))
    return own


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"], ids=repr)
def test_a_name_with_a_line_break_adds_no_header(templates, letter, end):
    templates["greeting.txt"] = "Hello {{ values.name }}, welcome\n\nText"
    message = letter(template="greeting", name=f"Olena{end}Bcc: all@firma.example{end}{end}Buy")
    again = message_from_bytes(bytes(message), policy=policy.default)
    assert again["Bcc"] is None
    assert again["Subject"].startswith("Hello Olena")
    assert set(again.keys()) == set(letter().keys())


@pytest.mark.parametrize("address", ["o@x.de\nBcc: all@firma.example", "o@x.de\r\nSubject: x"])
def test_an_address_with_a_line_break_is_no_address(letter, address):
    with pytest.raises(ValueError, match="linefeed"):
        letter(to=address)


def test_a_letter_is_plain_text_and_says_names_as_they_are(templates, letter):
    templates["plain.txt"] = "Kurs für {{ values.name }}\n\n<b> {{ values.name }}"
    message = letter(template="plain", name="Müller & Söhne <Bau>")
    assert message["Subject"] == "Kurs für Müller & Söhne <Bau>"
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "<b> Müller & Söhne <Bau>\n"


def test_without_a_mail_server_a_letter_goes_into_a_folder_only_we_can_read(flask_app, letter, folder):
    mail.send(flask_app, letter())
    mail.send(flask_app, letter(to="other@firma.example"))
    assert sorted(message["To"] for message in received(folder)) == ["olena@firma.example", "other@firma.example"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_delivering_a_letter_twice_is_harmless(flask_app, letter, folder):
    message = letter()
    for _time in range(2):
        mail.send(flask_app, message)
    assert len(received(folder)) == 1


# ---- a real server


class Mailbox:
    """Keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.letters.append(envelope)
        return "250 OK"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def serve(flask_app, monkeypatch):
    running = []

    def _serve(scheme="smtp", login="", **settings):
        box = Mailbox()
        server = Controller(box, hostname="127.0.0.1", port=free_port(), **settings)
        server.start()
        running.append(server)
        monkeypatch.setitem(flask_app.config, "MAIL_URL", f"{scheme}://{login}127.0.0.1:{server.port}")
        return box

    yield _serve
    for server in running:
        server.stop()


def test_a_server_gets_the_letter(flask_app, letter, serve):
    box = serve()
    mail.send(flask_app, letter(locale="en"))
    (envelope,) = box.letters
    assert envelope.rcpt_tos == ["olena@firma.example"]
    assert envelope.mail_from == "noreply@lernzelle.example"
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert message["Subject"] == "Your link to Lernzelle"
    assert "http://localhost/sign-in/link/abc" in message.get_content()


def test_the_password_of_the_mail_server_never_travels_in_the_open(flask_app, letter, serve):
    seen = []

    def authenticate(_server, _session, _envelope, _mechanism, data):
        seen.append(data)
        return AuthResult(success=True)

    box = serve(login="user:p%40ss@", authenticator=authenticate, auth_require_tls=False)
    with pytest.raises(smtplib.SMTPNotSupportedError, match="no encryption"):
        mail.send(flask_app, letter())
    assert (box.letters, seen) == ([], [])


class Recorder:
    """A mail server that only notes what it is told."""

    last: "Recorder"

    def __init__(self, host, port, *, timeout, context=None) -> None:
        self.said: list[Any] = [("connect", host, port, timeout)]
        self.trust = [context] if context else []
        self.sock = ssl.SSLSocket.__new__(ssl.SSLSocket) if context else object()
        Recorder.last = self

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.said.append("quit")

    def ehlo_or_helo_if_needed(self):
        self.said.append("ehlo")

    def has_extn(self, name):
        return name == "starttls" and "ehlo" in self.said  # as the real one: it knows only after the greeting

    def starttls(self, *, context):
        self.said.append("starttls")
        self.trust.append(context)
        self.sock = ssl.SSLSocket.__new__(ssl.SSLSocket)

    def login(self, user, password):
        self.said.append(("login", user, password))

    def send_message(self, message):
        self.said.append(("send", message["To"]))


@pytest.mark.parametrize(
    "address,said",
    [
        ("smtp://m.example:587", [("connect", "m.example", 587, 30), "ehlo", "starttls"]),
        ("smtps://m.example", [("connect", "m.example", 0, 30), "ehlo"]),
        ("smtp://u%40x:p%3A@m.example", [("connect", "m.example", 0, 30), "ehlo", "starttls", ("login", "u@x", "p:")]),
        ("smtps://u@m.example:465", [("connect", "m.example", 465, 30), "ehlo", ("login", "u", "")]),
    ],
)
def test_the_way_to_the_server_is_encrypted_and_its_certificate_is_checked(
    flask_app, letter, monkeypatch, address, said
):
    monkeypatch.setattr(smtplib, "SMTP", Recorder)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Recorder)
    monkeypatch.setitem(flask_app.config, "MAIL_URL", address)
    mail.send(flask_app, letter())
    assert Recorder.last.said == [*said, ("send", "olena@firma.example"), "quit"]
    (trust,) = Recorder.last.trust
    assert trust.verify_mode is ssl.CERT_REQUIRED
    assert trust.check_hostname
