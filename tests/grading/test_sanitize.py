"""What a submission shows to whoever grades it: text and pictures, and nothing that acts."""

from __future__ import annotations

import nbformat
import pytest

from boxgrader.nbgrader_course.sanitize import SanitizeSubmission

PICTURE = '<img alt="A line that rises" src="data:image/png;base64,iVBORw0KGgo=">'


def shown(html: str) -> str:
    """Return what formgrader gets of an output and of a text; both are treated alike."""
    cells = [
        nbformat.v4.new_markdown_cell(html),
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", {"text/html": html})]
        ),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    cleaned, _ = SanitizeSubmission(enabled=True)(notebook, {})
    text, output = cleaned.cells[0].source, cleaned.cells[1].outputs[0].data["text/html"]
    assert text == output
    return str(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>steal()</script>",
        "<img src=x onerror=steal()>",
        '<a href="javascript:steal()">the memo</a>',
        '<iframe src="https://example.org"></iframe>',
        '<img src="https://example.org/who-looks.png">',
        '<form action="/grades"><input name="x"></form>',
        "<svg onload=steal()></svg>",
        "<style>body { display: none }</style>",
        '<div style="position: fixed">Your session has ended</div>',
        '<b id="grade" class="modal">x</b>',
    ],
)
def test_nothing_acts(hostile: str) -> None:
    left = shown(hostile)
    for active in ("<script", "<iframe", "<form", "<svg", "<style", "<input"):
        assert active not in left
    tags = left.split("<")[1:]
    for attribute in ("onerror", "javascript:", "example.org", "style", "id=", "class="):
        assert not [tag for tag in tags if attribute in tag.split(">")[0]], left


@pytest.mark.parametrize(
    "harmless",
    [
        PICTURE,
        '<table><tbody><tr><th scope="row">people</th><td>10</td></tr></tbody></table>',
        '<a href="https://example.org/paper">source</a>',
        "<p>At 150 people <em>one in fifty</em> pairs talk.</p>",
    ],
)
def test_what_says_something_stays(harmless: str) -> None:
    assert shown(harmless) == harmless


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("if x<y: it grows", "if x&lt;y: it grows"),
        ("`a<b:`\n\nand c > d & e", "`a&lt;b:`\n\nand c &gt; d &amp; e"),
        ("5 <people and nothing after", "5 &lt;people and nothing after"),
        ("an <unknown>tag</unknown>", "an &lt;unknown&gt;tag&lt;/unknown&gt;"),
        ("<B>bold</B><!-- for myself -->", "<b>bold</b>"),
    ],
)
def test_no_word_of_a_learner_is_lost(written: str, says: str) -> None:
    assert shown(written) == says


def test_an_output_that_only_a_program_reads_is_left_out() -> None:
    output = nbformat.v4.new_output(
        "display_data", {"application/javascript": "steal()", "text/plain": "a figure"}
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    cleaned, _ = SanitizeSubmission(enabled=True)(notebook, {})
    assert cleaned.cells[0].outputs[0].data == {"text/plain": "a figure"}


@pytest.mark.parametrize("flood", ["<b>" * 100_000, "&" * 1_000_000, "x" * 3_000_000])
def test_a_flood_of_markup_is_cut_off(flood: str) -> None:
    left = shown(flood)
    assert len(left) < 10_000
    assert "too much to show" in left
    assert "<b>" not in left


@pytest.mark.parametrize(
    "scheme",
    [
        "javascript:",
        "JaVa\tScript:",
        "java&#115;cript&colon;",
        "&amp;#106;avascript:",
        "data:text/html,",
    ],
)
def test_a_link_in_markdown_does_not_act(scheme: str) -> None:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    page = markdown2html_mistune(shown(f"[the memo]({scheme}steal\\(\\))"))
    assert "<a" not in page
    assert "steal" in page


def test_the_size_of_a_picture_is_a_number() -> None:
    sizes = {"width": "1 onload=steal()", "height": 5, "alt": "a line"}
    output = nbformat.v4.new_output(
        "display_data", {"image/png": "iVBORw0KGgo="}, metadata={"image/png": sizes, "other": 7}
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    cleaned, _ = SanitizeSubmission(enabled=True)(notebook, {})
    kept = cleaned.cells[0].outputs[0].metadata
    assert kept == {"image/png": {"height": 5, "alt": "a line"}, "other": {}}
