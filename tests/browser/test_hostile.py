"""Active content of every kind in one lesson, in a real browser: nothing runs, loads or leaves its frame."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.modules.models import Lesson, ModuleVersion, Picture
from app.modules.package.documents import PackagedPicture
from app.modules.package.pictures import ELEMENTS, clean
from app.runs.models import Run
from tests.conftest import Live
from tests.factories import both
from tests.modules.payloads import ACTIVE_DRAWINGS, MARKDOWN, SVG_HEAD

pytestmark = pytest.mark.browser

HTML = {
    "div", "p", "h2", "h3", "h4", "strong", "em", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a",
    "br", "code", "blockquote", "hr", "sup", "figure", "figcaption", "span",
}  # fmt: skip

_SEEN = """() => {
  const parts = [...document.querySelectorAll("#text *")];
  const bad = /^\\s*(?!https?:|mailto:|#|\\/)[a-z][a-z0-9+.-]*:/i;
  return {
    tags: [...new Set(parts.map(part => part.localName))],
    handlers: parts.flatMap(part => part.getAttributeNames()).filter(name => /^on|style|srcdoc|formaction/i.test(name)),
    links: parts.map(part => part.href?.baseVal ?? part.href).filter(link => link && bad.test(link)),
    hacked: document.title === "XSS" || "owned" in window,
    outside: document.querySelectorAll("body > script, body script, iframe, object, embed, base").length,
  };
}"""


def _lesson_of(live: Live, run_id: int) -> Lesson:
    run = live.session.get_one(Run, run_id)
    return live.session.scalars(
        select(Lesson).where(Lesson.version_id == run.version_id, Lesson.key == "lesson-1")
    ).one()


def _armed(text: str) -> str:
    return text.replace("alert(1)", "document.title='XSS';window.owned=1")


def test_nothing_in_a_lesson_is_active(live: Live, page: Page):
    make = live.make
    user = make.user()
    run_id = make.enrolment(user_id=user.id).run_id
    lesson = _lesson_of(live, run_id)
    drawings = {}
    for number, inner in enumerate(ACTIVE_DRAWINGS):
        found = clean(f"d{number}.svg", f"{SVG_HEAD}{_armed(inner)}</svg>".encode(), ["de", "en"])
        if isinstance(found, PackagedPicture):
            drawings[f"d{number}.svg"] = found
    assert drawings
    texts = [{"type": "text", "id": f"t{n}", "text": both(_armed(text))} for n, text in enumerate(MARKDOWN)]
    words = both(_armed("\"'><img src=x onerror=alert(1)><script>alert(1)</script>"))
    shown = [
        {"type": "picture", "id": f"p{name[1:-4]}", "file": name, "alt": words, "caption": words, "credit": words["en"]}
        for name in drawings
    ]
    lesson.blocks = [*texts, *shown]
    lesson.title = lesson.outcome = words
    version = live.session.get_one(ModuleVersion, lesson.version_id)
    version.title, version.sources = words, {"src": {"text": words["en"], "url": "https://a.example/" + words["en"]}}
    live.session.add_all(
        Picture(version_id=version.id, name=name, svg=drawing.svg, source="") for name, drawing in drawings.items()
    )
    live.session.commit()

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    signer = live.app.session_interface.get_signing_serializer(live.app)  # type: ignore[attr-defined]
    cookie = signer.dumps({"_user_id": live.make.token(user)})
    page.context.add_cookies([{"name": live.app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": live.url}])
    page.goto(f"/runs/{run_id}/learn/lesson-1")

    seen = page.evaluate(_SEEN)
    assert page.locator("#text .prose").count() == len(MARKDOWN)
    assert page.locator("#text figure svg").count() >= len(drawings)
    assert set(seen["tags"]) <= HTML | ELEMENTS
    assert (seen["handlers"], seen["links"], seen["hacked"], seen["outside"]) == ([], [], False, 0)
    assert [url for url in asked if not url.startswith(live.url)] == []
