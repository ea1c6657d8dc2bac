"""What is left of markup: text, tables and pictures, and nothing that acts or asks."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from boxgrader.nbgrader_course.feedback import FeedbackPage
from boxgrader.nbgrader_course.sanitize import clean

PICTURE = '<img alt="A line that rises" src="data:image/png;base64,iVBORw0KGgo=">'


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>steal()</script>",
        "<img src=x onerror=steal()>",
        '<a href="javascript:steal()">the memo</a>',
        '<a href="data:text/html,<script>steal()</script>">the memo</a>',
        '<iframe src="https://example.org"></iframe>',
        '<img src="https://example.org/who-looks.png">',
        '<img srcset="https://example.org/who-looks.png 2x">',
        '<img src="data:text/html;base64,PHNjcmlwdD4=">',
        '<video poster="https://example.org/x"></video>',
        '<form action="/grades"><input name="x"></form>',
        "<svg onload=steal()></svg>",
        "<style>body { display: none }</style>",
        '<style>@import url("https://example.org/x")</style>',
        '<div style="position: fixed">Your session has ended</div>',
        '<div style="background: url(https://example.org/x)">x</div>',
        '<div style="text-align: url(https://example.org/x)">x</div>',
        '<b id="grade" class="modal">x</b>',
        '<base href="https://example.org/"><meta http-equiv="refresh" content="0">',
    ],
)
def test_nothing_acts(hostile: str) -> None:
    left = clean(hostile)
    for active in ("<script", "<iframe", "<form", "<svg", "<style", "<input", "<base", "<meta"):
        assert active not in left
    tags = left.split("<")[1:]
    for attribute in ("onerror", "javascript:", "example.org", "position", "id=", "modal", "data:"):
        assert not [tag for tag in tags if attribute in tag.split(">")[0]], left


@pytest.mark.parametrize(
    "harmless",
    [
        PICTURE,
        '<table><tbody><tr><td style="text-align:right">10</td></tr></tbody></table>',
        "<p>At 150 people <em>one in fifty</em> pairs talk.</p>",
        "<del>old</del> <u>new</u> <kbd>Enter</kbd>",
    ],
)
def test_what_says_something_stays(harmless: str) -> None:
    assert clean(harmless) == harmless


def test_a_link_stays_and_tells_nobody_where_it_was_followed() -> None:
    left = clean('<a href="https://example.org/paper">source</a>')
    assert 'href="https://example.org/paper"' in left
    assert "noreferrer" in left


def test_a_table_of_pandas_says_nothing_of_its_looks() -> None:
    import pandas as pd

    left = clean(pd.DataFrame({"people": [3]})._repr_html_())  # type: ignore[operator]
    assert "<td>3</td>" in left
    assert "vertical-align" not in left


@pytest.mark.parametrize("flood", ["<b>" * 100_000, "&" * 1_000_000, "x" * 21_000_000])
def test_a_flood_of_markup_is_cut_off(flood: str) -> None:
    left = clean(flood)
    assert len(left) < 10_000
    assert "too much to show" in left
    assert "<b>" not in left


def page(text: str, output: dict[str, str] | None = None) -> str:
    """Return what a page shows of a text, or of an output."""
    cells = [new_markdown_cell(text)]
    if output is not None:
        cells = [new_code_cell(outputs=[new_output("display_data", output)])]
    made, _ = FeedbackPage(template_name="classic").from_notebook_node(new_notebook(cells=cells))
    return made[made.index("<body") :]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("if x<y: it grows", "if x&lt;y: it grows"),
        ("`a<b:`\n\nand c > d & e", "<code>a&lt;b:</code>"),
        ("`a<b:`\n\nand c > d & e", "and c &gt; d &amp; e"),
        ("$a<b$ and $$x^2$$", "$a&lt;b$ and $$x^2$$"),
        ("5 <people and nothing after", "5 &lt;people and nothing after"),
        ("an <unknown>tag</unknown>", "an &lt;unknown&gt;tag&lt;/unknown&gt;"),
        ("<B>bold</B><!-- for myself -->", "<b>bold</b>"),
        ("- [x] done\n- [ ] not", "\N{BALLOT BOX WITH CHECK} done"),
        ("| a |\n|--:|\n| 1 |", 'style="text-align:right">1</td>'),
        ("```python\nimport x\n```", '<span class="kn">import</span>'),
    ],
)
def test_no_word_of_a_learner_is_lost(written: str, says: str) -> None:
    assert says in page(written)


@pytest.mark.parametrize(
    "scheme",
    [
        "javascript:",
        "JaVa\tScript:",
        "java&#115;cript&colon;",
        "&amp;#106;avascript:",
        "data:text/html,",
        "vbscript:",
    ],
)
def test_a_link_in_markdown_does_not_act(scheme: str) -> None:
    shown = page(f"[the memo]({scheme}steal\\(\\))\n\n[r]\n\n[r]: {scheme}steal()")
    for link in shown.split("<a ")[1:]:
        assert "steal" not in link.split(">")[0]
    assert "the memo" in shown


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://example.org/x.png)",
        "![x](//example.org/x.png)",
        "![x][r]\n\n[r]: http://example.org/x.png",
        "<img src='http://example.org/x.png' alt=x>",
        '[![x](http://example.org/x.png)](http://example.org/y "z")',
        "![x](FILE:///etc/passwd)",
    ],
)
def test_a_picture_from_elsewhere_is_not_asked_for(text: str) -> None:
    for shown in (page(text), *(page("", {kind: text}) for kind in ("text/markdown", "text/html"))):
        assert "<img" not in shown or "src=" not in shown
        assert "x" in shown


def test_an_output_that_only_a_program_reads_is_left_out() -> None:
    shown = page("", {"application/javascript": "steal()", "text/plain": "a figure"})
    assert "a figure" in shown
    assert "steal" not in shown


def test_headings_take_no_name_that_the_page_itself_uses() -> None:
    assert 'id="memo"' not in page("# memo")


def test_the_size_of_a_picture_is_a_number() -> None:
    sizes = {"width": "1 onload=steal()", "height": 5, "alt": "a line"}
    output = new_output(
        "display_data",
        {"image/png": "iVBORw0KGgo="},
        metadata={"image/png": sizes, "filenames": {"image/png": "http://example.org"}, "other": 7},
    )
    notebook = new_notebook(cells=[new_code_cell(outputs=[output])])
    shown, _ = FeedbackPage(template_name="classic").from_notebook_node(notebook)
    picture = shown[shown.index("<img") :].split(">")[0]
    assert "height=5" in picture
    assert 'alt="a line"' in picture
    assert "steal" not in shown
    assert "example.org" not in shown


def test_a_flood_cuts_off_no_text_of_the_next_page() -> None:
    exporter = FeedbackPage(template_name="classic")
    flood = [new_markdown_cell("<b>" * 20_000) for _ in range(2)]
    common = new_markdown_cell("The question <b>is</b>")
    exporter.from_notebook_node(new_notebook(cells=[*flood, common]))
    shown, _ = exporter.from_notebook_node(new_notebook(cells=[common]))
    assert "The question <b>is</b>" in shown
