"""In which language this request is answered, and how dates and numbers look in it."""

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, format_time, get_locale, get_translations
from markupsafe import Markup, escape
from werkzeug.utils import redirect

from app.kit import text
from app.kit.clock import BERLIN
from app.kit.localised import Localised, best_language, html_language

LANGUAGES = (("de", "Deutsch"), ("en", "English"))
COOKIE = "language"
_CODES = tuple(code for code, _name in LANGUAGES)


def init_app(app: Flask) -> None:
    """Choose by cookie, else by the browser, else German; ``?lang=en`` on any page changes the cookie."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "de")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", BERLIN.key)
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=_chosen)
    app.before_request(speak)
    app.teardown_request(_fall_silent)
    app.before_request(_switch)
    app.jinja_env.filters.update(
        loc=localised, date=day, datetime=moment, time=clock, number=number, percent=percent, ue=units, month=month
    )


def speak() -> None:
    """From now on in this context, ``kit.text`` speaks the language of the request (or the forced locale)."""
    text.translator.set(_translate)


def _fall_silent(_error: BaseException | None) -> None:
    """What comes after the request in this thread must not speak its language."""
    text.translator.set(text.english)


def current() -> str:
    """The interface language of this request: ``de`` or ``en``."""
    return str(get_locale() or "de").split("_")[0]


def url_in(code: str) -> str:
    """This very page in another language."""
    return _here({**request.args.to_dict(flat=False), "lang": [code]})


def localised(texts: Localised | None, language: str | None = None) -> Markup:
    """A text in the reader's language; marked with ``lang`` where it had to be another one."""
    wanted = language or current()
    best = best_language(texts or {}, wanted)
    if best is None or texts is None:
        return Markup("")
    if html_language(best) == html_language(wanted):
        return escape(texts[best])
    return Markup('<span lang="{}">{}</span>').format(html_language(best), texts[best])


def day(value: date | datetime, style: str = "long") -> str:
    """A calendar day: ``12. Januar 2027``; ``full`` adds the weekday, ``medium`` is ``12.01.2027``."""
    return format_date(value, style)


def moment(value: datetime, style: str = "medium") -> str:
    """Day and time in Berlin."""
    return format_datetime(
        value, style if style != "medium" else "d. MMMM y, HH:mm" if current() == "de" else "d MMMM y, HH:mm"
    )


def clock(value: datetime) -> str:
    """The time of day in Berlin: ``14:30``."""
    return format_time(value, "HH:mm")


def month(value: date | datetime) -> str:
    """The month's short name: ``Jan``."""
    return format_date(value, "LLL").rstrip(".")


def number(value: float | Decimal, digits: int = 1) -> str:
    """A number with the reader's separators and a true minus."""
    return format_decimal(round(value, digits)).replace("-", "\N{MINUS SIGN}")


def percent(value: float) -> str:
    """A whole percentage of a number from 0 to 100: ``68 %``, ``68%`` in English."""
    return f"{round(value)}{'' if current() == 'en' else chr(0x202F)}%"


def units(value: float | Decimal) -> str:
    """Teaching units: ``4,5 UE``; in English ``4.5 units``."""
    return f"{number(value)}\N{NARROW NO-BREAK SPACE}UE" if current() == "de" else f"{number(value)} units"


def _here(arguments: dict[str, list[str]]) -> str:
    r"""The path of this request with other arguments, made so that it cannot lead to another site.

    A browser takes ``//host`` and ``/\host`` for an address elsewhere; the path comes from whoever made the link.
    """
    path = "/" + quote(request.path.lstrip("/\\"), safe="/:@!$&'()*+,;=~")
    return f"{path}?{urlencode(arguments, doseq=True)}" if arguments else path


def _chosen() -> str:
    if not has_request_context():
        return "de"
    cookie = request.cookies.get(COOKIE)
    if cookie in _CODES:
        return cookie
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)  # best first
    return next((code for code in wanted if code in _CODES), "de")  # de-AT is German, before English at half the wish


def _switch() -> Response | None:
    wanted = request.args.get("lang")
    if request.method != "GET" or wanted not in _CODES or request.path.startswith("/api/"):
        return None
    rest = {key: values for key, values in request.args.to_dict(flat=False).items() if key != "lang"}
    answer = redirect(_here(rest), 302)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(COOKIE, wanted, max_age=60 * 60 * 24 * 365, samesite="Lax", httponly=True, secure=secure)
    return answer  # type: ignore[return-value]


def _translate(one: str, many: str | None, how_many: int) -> str:
    """Look the sentence up; its parameters are filled in by ``Text``."""
    catalogue = get_translations()
    return catalogue.ugettext(one) if many is None else catalogue.ungettext(one, many, how_many)
