"""Mails: a template in the person's language, sent by SMTP or put into a folder where a developer can read them."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid, parseaddr
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, render_template, url_for
from flask_babel import force_locale

from app.web import language

TIMEOUT = 30
"""Seconds to wait for the mail server."""


def compose(
    app: Flask, *, to: str, locale: str, template: str, values: dict[str, Any], at: datetime,
    sender: str | None = None, reply_to: str | None = None,
) -> EmailMessage:  # fmt: skip
    """Render ``templates/<template>.txt``; its first line is the subject.

    ``sender`` is the name that people see, ``reply_to`` where their answers go. The address in From stays the
    platform's own whoever writes: its domain signs the mail (SPF, DKIM), and any other would be taken for forged.
    """
    with app.test_request_context(base_url=app.config["PUBLIC_URL"] or None), force_locale(locale):
        language.speak()
        text = render_template(f"{template}.txt", values=values, url=_absolute)
    subject, _newline, body = text.strip().partition("\n")
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = _from(app.config["MAIL_FROM"], sender)
    if reply_to:
        message["Reply-To"] = reply_to
    message["To"] = to
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=parseaddr(app.config["MAIL_FROM"])[1].partition("@")[2] or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n")
    return message


def send(app: Flask, message: EmailMessage) -> None:
    """Hand the mail to the server of ``MAIL_URL``, or write it into the folder ``mail`` of the data folder."""
    address = app.config["MAIL_URL"]
    if not address:
        folder = Path(app.config["DATA"]) / "mail"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the mails hold links that sign in
        name = message["Message-ID"].strip("<>").replace("/", "_")
        (folder / f"{name}.eml").write_bytes(bytes(message))
        return
    server = urlsplit(address)
    trust = ssl.create_default_context()
    kind = partial(smtplib.SMTP_SSL, context=trust) if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT) as connection:
        connection.ehlo_or_helo_if_needed()  # only now does it know what the server can
        if server.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls(context=trust)
        if server.username:
            if not isinstance(connection.sock, ssl.SSLSocket):
                raise smtplib.SMTPNotSupportedError("The mail server offers no encryption: the password stays here.")
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


def _from(ours: str, sender: str | None) -> str:
    """Our address under another name, if there is one."""
    name = " ".join(part for part in (sender or "").split() if part.isprintable())
    return formataddr((name, parseaddr(ours)[1])) if name else ours


def _absolute(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, _external=True, **values)
