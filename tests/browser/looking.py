"""What a machine can see of a page: axe's findings, what sticks out, what takes the focus and whether it shows."""

from typing import Any

from playwright.sync_api import Page

from tests.chromium import NODE_MODULES

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_AXE = """async standards => {
  const found = await axe.run({runOnly: standards, resultTypes: ["violations"]});
  const told = (rule, node) => `${rule.id}: ${node.target.join(" ")} (${node.failureSummary.split("\\n")[1]?.trim()})`;
  return found.violations.flatMap(rule => rule.nodes.map(node => told(rule, node)));
}"""

_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")].filter(part => part.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map(part => part.outerHTML.slice(0, 120));
}"""

# What Tab would reach, focused one after the other as after a key press. The ring is drawn by the part itself, by its
# ::after (a card whose link covers it) or by what frames it (a segment, the search box). What a bar at the bottom of
# the window covers wholly is not visible either (WCAG 2.2, 2.4.11).
_RING = """
  const drawn = (part, pseudo) => {
    const style = getComputedStyle(part, pseudo);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const rung = part => drawn(part) || drawn(part, "::after") ||
    [part.closest("label"), part.closest(".search")].some(frame => frame && drawn(frame));
"""

_STOPS = (
    """() => {"""
    + _RING
    + """
  const reach = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const seen = part => {
    const box = part.getBoundingClientRect();
    const across = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const down = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const points = [0.1, 0.5, 0.9].flatMap(x => [0.1, 0.5, 0.9].map(y =>
      [across[0] + x * (across[1] - across[0]), down[0] + y * (down[1] - down[0])]));
    return points.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (part.contains(top) || top.contains(part) || part.closest("label")?.contains(top) ||
        top.closest("details.pop"));  // a menu that one has opened oneself
    });
  };
  const faults = [];
  for (const part of document.querySelectorAll(reach)) {
    if (!part.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    part.focus();
    if (document.activeElement !== part) continue;
    const name = part.outerHTML.slice(0, 110);
    if (!part.matches(":focus-visible")) faults.push(`no focus: ${name}`);
    else if (!rung(part)) faults.push(`no ring: ${name}`);
    else if (!seen(part)) faults.push(`covered: ${name}`);
  }
  return faults;
}"""
)


def violations(page: Page) -> list[str]:
    """What breaks WCAG 2.0 to 2.2, A and AA, or axe's best practices."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    return _strings(page.evaluate(_AXE, STANDARDS))


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return _strings(page.evaluate(_TOO_WIDE))


def dark_stops(page: Page) -> list[str]:
    """Stops of the Tab key where one would not see where one is."""
    page.keyboard.press("Tab")  # from now on the browser draws rings
    return _strings(page.evaluate(_STOPS))


def shows_where_one_is(page: Page) -> bool:
    """Whether a ring is drawn round what has the focus; at the ends of the page nothing has it."""
    return bool(
        page.evaluate(f"""() => {{
      {_RING}
      const part = document.activeElement;
      return part === document.body || part.id === "content" || rung(part);
    }}""")
    )


def frame(page: Page) -> list[str]:
    """What is wrong with title, language and main heading."""
    found: dict[str, Any] = page.evaluate(
        """() => ({language: document.documentElement.lang, title: document.title,
                   headings: document.querySelectorAll("h1").length, mains: document.querySelectorAll("main").length,
                   twice: [...document.querySelectorAll("[id]")].map(part => part.id).filter(
                     (id, place, all) => all.indexOf(id) < place)})"""
    )
    language = page.evaluate("() => navigator.language")[:2]
    faults = {
        f"the language is {found['language']}": found["language"] == language,
        f"the title is {found['title']}": found["title"].endswith(" – Lernzelle") and len(found["title"]) > 14,
        f"{found['headings']} main headings": found["headings"] == 1,
        f"{found['mains']} <main>": found["mains"] == 1,
        f"ids used twice: {found['twice']}": found["twice"] == [],
    }
    return [fault for fault, fine in faults.items() if not fine]


def _strings(found: Any) -> list[str]:
    return list(map(str, found))
