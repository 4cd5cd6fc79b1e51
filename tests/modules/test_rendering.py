import pytest

from app.modules import queries, rendering


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[a](javascript:alert(1))",
        "![a](https://x.example/a.png)",
        "<a href='data:text/html,x'>y</a>",
        "`<b>`",
        "[a](https://x.example 'onclick=alert(1)')",
    ],
)
def test_nothing_in_a_text_runs_or_loads(payload):
    html = rendering.markdown(payload)
    for bad in ("<script", "<img", 'href="javascript', 'href="data', "<b>", " onclick="):
        assert bad not in html


def test_markdown_has_what_lessons_need():
    html = rendering.markdown("## A\n\n**b** *c*\n\n- d\n\n| e | f |\n|---|--:|\n| 1 | 2 |\n\n[g](https://h.example)")
    for part in ("<h2>A</h2>", "<strong>b</strong>", "<em>c</em>", "<li>d</li>", "<td>1</td>", 'class="tablewrap"'):
        assert part in html
    assert 'href="https://h.example" rel="noopener noreferrer"' in html


def test_citations_become_numbers_that_lead_to_the_sources(session, make):
    module = make.module()
    version = queries.get_version(session, module.published_id)
    lesson = version.lessons[0]
    text, picture, note, question = rendering.lesson_blocks(version, lesson, "en")
    assert text["html"] == '<p>Text <strong>1</strong><sup class="cite"><a href="#source-src">[1]</a></sup>.</p>\n'
    assert picture["alt"] == "A cell"
    assert picture["svg"].startswith("<svg")
    assert note["kind"] == "warning"
    assert question["right"] == [0]
    assert question["options"][1] == {"index": 1, "text": "Wrong"}
    assert rendering.lesson_sources(version, lesson) == [{"number": 1, "key": "src", "text": "A source", "url": None}]


def test_a_missing_language_falls_back_and_says_which(session, make):
    module = make.module()
    version = queries.get_version(session, module.published_id)
    blocks = rendering.lesson_blocks(version, version.lessons[0], "de-simple")
    assert blocks[0]["lang"] == "de"
    assert "(de)" in blocks[0]["html"]


def test_a_place_in_a_source_is_escaped():
    html = rendering._cited(rendering.markdown("x [@src: S. 12 <b>] [@gone]"), {"src": 1})
    assert "[1, S. 12 &lt;b&gt;]" in html
    assert "gone" not in html
