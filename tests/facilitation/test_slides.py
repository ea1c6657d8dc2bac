"""Slides: what stands on them, and that it can be read at the back of a room."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT, lessons
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from patience import patient
from playwright.sync_api import Browser, Page, expect

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import sliders
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.slide_blocks import text_blocks
from thousandfold.facilitation.sliders import slide_sliders
from thousandfold.facilitation.slides import HIDE_CODE, SLIDE_TYPES, deck, slides_page, write_slides

LESSONS = lessons()
SMALLEST = 32  # pixels on a screen of 1280 by 720: 24 points
PICTURE = '<img alt="A line that rises." src="data:image/png;base64,AAAA">'


def kind(cell: Any) -> str:
    return str(cell.metadata.get("slideshow", {}).get("slide_type", "-"))


def hidden(cell: Any) -> bool:
    return HIDE_CODE in cell.metadata.get("tags", [])


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_says_where_its_slides_begin(stem: str) -> None:
    cells = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    assert kind(cells[0]) == "slide"
    for cell in cells:
        assert kind(cell) in SLIDE_TYPES, cell.id
        if cell.cell_type == "markdown":
            heading = re.search(r"^#{2,3} ", cell.source, re.MULTILINE)
            assert not heading or kind(cell) == "slide", f"{cell.id}: a heading begins a slide"
            continue
        shown = "".join(str(o.get("data", {}).get("text/html", "")) for o in cell.outputs)
        if re.search(r"^cockpit\(", cell.source, re.MULTILINE):
            continue  # a team flies at its own screen
        if "<img " in shown or re.search(r"^explore\(", cell.source, re.MULTILINE):
            assert kind(cell) in ("slide", "subslide"), f"{cell.id}: a figure has its own slide"
            assert hidden(cell), f"{cell.id}: tag it {HIDE_CODE}; the code teaches nothing there"
        if re.search(r"^my_guess_\w+ = ", cell.source, re.MULTILINE):
            assert kind(cell) == "-", f"{cell.id}: the questions are part of their slide"
            assert not hidden(cell)
        if all(re.match(r"from |import | |\)|$", line) for line in cell.source.splitlines()):
            assert kind(cell) == "skip", f"{cell.id}: imports are not for a slide"


def typed(cell: Any, slide_type: str, *tags: str) -> Any:
    cell.metadata["slideshow"] = {"slide_type": slide_type}
    cell.metadata["tags"] = list(tags)
    return cell


def written(tmp_path: Path, *cells: Any) -> Path:
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def shown(slide: Any) -> str:
    return "".join(block.html for block in slide.blocks)


def test_slide_types_are_honoured(tmp_path: Path) -> None:
    table = new_output("execute_result", data={"text/plain": "42"}, execution_count=1)
    figure = new_output("execute_result", data={"text/html": PICTURE}, execution_count=1)
    path = written(
        tmp_path,
        typed(new_markdown_cell("# Why?\n\nA promise."), "slide"),
        typed(new_code_cell("from a import b"), "skip"),
        new_code_cell("answer()", outputs=[table]),
        typed(new_code_cell("draw()", outputs=[figure]), "subslide", HIDE_CODE),
        typed(new_markdown_cell("*It rises.* The presenter says more."), "fragment"),
        typed(new_markdown_cell("For the presenter."), "notes"),
        typed(new_code_cell("explore(x)"), "subslide", HIDE_CODE),
        typed(new_markdown_cell("*Left over.* And told.\n\n## Next\n\nText."), "slide"),
    )
    first, second, third = deck(path)
    assert (first.title, second.title, third.title) == ("Why?", "Why?", "Next")
    assert (first.opens, second.opens, third.opens) == (True, False, True)
    assert "A promise." in shown(first)
    assert "answer()" in shown(first)
    assert "42" in shown(first)
    assert "import" not in "".join(shown(slide) for slide in (first, second, third))
    assert "draw()" not in shown(second)
    assert PICTURE.split(" src")[0][5:] in shown(second)
    assert [block.fragment for block in second.blocks] == [False, True, True]
    assert "It rises." in shown(second)
    assert "The presenter" not in shown(second)
    notes = "".join(second.notes)
    assert re.findall("says more|For the presenter|explore|And told", notes) == [
        "says more",
        "For the presenter",
        "explore",
        "And told",
    ]


def test_what_does_not_fit_goes_on_and_nothing_is_lost(tmp_path: Path) -> None:
    words = [f"word{i}" for i in range(400)]
    text = "\n\n".join(" ".join(words[i : i + 25]) + "." for i in range(0, 400, 25))
    slides = deck(written(tmp_path, typed(new_markdown_cell(f"# Long\n\n{text}"), "slide")))
    assert len(slides) > 2
    assert [slide.opens for slide in slides] == [True] + [False] * (len(slides) - 1)
    assert re.findall(r"word\d+", "".join(map(shown, slides))) == words


def test_a_table_that_is_longer_than_a_slide_is_divided(tmp_path: Path) -> None:
    rows = "".join(f"<tr><th>{i}</th><td>row{i}</td></tr>" for i in range(30))
    table = f"<table><thead><tr><th></th><th>head</th></tr></thead><tbody>{rows}</tbody></table>"
    output = new_output("execute_result", data={"text/html": table}, execution_count=1)
    path = written(
        tmp_path,
        typed(new_markdown_cell("# Why?"), "slide"),
        typed(new_code_cell("x", outputs=[output]), "subslide", HIDE_CODE),
    )
    slides = [shown(slide) for slide in deck(path)[1:]]
    assert [slide.count("<tr>") for slide in slides] == [11, 11, 11]
    assert all("head" in slide for slide in slides)
    assert re.findall(r">(row\d+)<", "".join(slides)) == [f"row{i}" for i in range(30)]


def test_a_number_is_written_as_people_write_it(tmp_path: Path) -> None:
    row = "<tr><th>steady</th><td>1153368.0</td><td>-4200.0</td><td>99.0</td></tr>"
    output = new_output(
        "execute_result", data={"text/html": f"<table>{row}</table>"}, execution_count=1
    )
    cell = typed(new_code_cell("x", outputs=[output]), "slide", HIDE_CODE)
    (slide,) = deck(written(tmp_path, cell))
    assert re.findall(r"<td>(.*?)</td>", shown(slide)) == ["1,153,368", "-4,200", "99.0"]


def test_what_is_guessed_is_asked_as_a_question_and_not_as_code(tmp_path: Path) -> None:
    asks = "my_guess_a = ...  # how many pairs of <b>people</b>?\nmy_guess_b = ...  # and after?"
    cells = typed(new_markdown_cell("## Predict\n\nIn silence."), "slide"), new_code_cell(asks)
    (slide,) = deck(written(tmp_path, *cells))
    assert "<li>How many pairs of &lt;b&gt;people&lt;/b&gt;?</li><li>And after?</li>" in shown(
        slide
    )
    assert "my_guess" not in shown(slide)


def test_code_is_never_set_larger(tmp_path: Path) -> None:
    cells = typed(new_markdown_cell("## Try"), "slide"), new_code_cell("sweep(x)")
    (slide,) = deck(written(tmp_path, *cells))
    assert slide.size > 1
    assert [block.height(slide.size) for block in slide.blocks if block.code] == [
        block.lines for block in slide.blocks if block.code
    ]
    assert "pre.code { font-size: 1rem" in slides_page("x", [slide])


def test_what_a_notebook_brings_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script><img src="https://example.org/x.png" onerror="x()">'
    output = new_output(
        "execute_result",
        data={"text/html": f"<table><tr><td>{evil}</td></tr></table>"},
        execution_count=1,
    )
    text = f"# Why?\n\n{evil} [here](../x.ipynb) ![there](https://example.org/y.png)"
    text += " [run](javascript://example.org/%0aalert(1)) {{ 7 * 7 }} \x1b[31mred HALF"
    path = written(
        tmp_path, typed(new_markdown_cell(text), "slide"), new_code_cell("x", outputs=[output])
    )
    path.write_text(path.read_text().replace("HALF", r"\ud800"))
    made = slides_page("<b>title</b>", deck(path))
    assert made.count("<script>") == 1
    assert "<img" not in made
    assert "onerror" not in re.sub(r"&lt;img.*?&gt;", "", made)
    assert "<b>title" not in made
    assert 'href="../x.ipynb"' not in made
    assert "javascript:alert" not in made
    assert "{{ 7 * 7 }}" in made
    assert "\x1b" not in made
    assert "red \ufffd" in made


def test_an_unknown_slide_type_is_explained(tmp_path: Path) -> None:
    path = written(tmp_path, typed(new_markdown_cell("# Why?"), "slides"))
    with pytest.raises(ExplainedError, match="'slides' is no slide type; choose one of slide"):
        deck(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ExplainedError, match="Copy it again"):
        deck(path)


def test_the_command_makes_one_module_and_a_page_that_leads_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["slides", "6", "--still", "--output", str(tmp_path), "--folder", str(ROOT)]
    assert main(arguments) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.rpartition("/")[2] for line in told] == ["06_communication.html", "index.html"]
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="(.*?)"', index) == ["06_communication.html"]
    assert main(["slides", "66", "--output", str(tmp_path), "--folder", str(ROOT)]) == 1
    assert "there is no module '66'" in capsys.readouterr().err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("slides")
    course = find_course(ROOT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sliders, "PICTURES", 4)  # what stands on a slide is the same, with few places
        written = list(write_slides(course, course.modules, made, sliders_of=slide_sliders))
    assert len(written) == len(LESSONS) + 1
    return made


# What is wrong with the slide that is shown.
LOOK = """smallest => {
    const stage = document.querySelector("section.now .stage"), found = [];
    if (stage.scrollHeight > stage.clientHeight + 1) found.push("too high");
    for (const each of stage.querySelectorAll("*")) {
        const box = each.getBoundingClientRect(), style = getComputedStyle(each);
        const seen = box.width;
        if (each.closest("svg") && each.localName !== "svg") continue;  // a figure, as an image is
        const text = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (seen && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1))
            found.push(`${each.tagName} is cut`);
        if (seen && text && parseFloat(style.fontSize) < smallest)
            found.push(`${each.tagName} is small`);
    }
    for (const image of stage.querySelectorAll("img")) {
        const height = image.getBoundingClientRect().height;
        if (!image.complete || !image.naturalWidth) found.push("a figure is broken");
        if (height < 0.75 * innerHeight) found.push(`a figure is only ${height} high`);
        if (image.alt.split(" ").length < 10) found.push("a figure says nothing");
    }
    for (const figure of stage.querySelectorAll("figure.player")) {
        const height = figure.querySelector("svg").getBoundingClientRect().height;
        if (height < 0.55 * innerHeight) found.push(`a figure with sliders is only ${height} high`);
    }
    const heading = stage.querySelector("h1, h2");
    if (!heading || heading.getBoundingClientRect().height < 20) found.push("no heading is seen");
    if (!stage.innerText.trim() && !stage.querySelector("img, svg")) found.push("empty");
    return found;
}"""


def opened(browser: Browser, path: Path) -> tuple[Page, list[str]]:
    sheet = patient(browser.new_page(viewport={"width": 1280, "height": 720}))
    problems: list[str] = []
    sheet.on("console", lambda message: problems.append(message.text))
    sheet.on("pageerror", lambda error: problems.append(str(error)))
    sheet.on(
        "request",
        lambda request: (
            problems.append(request.url[:80])
            if not request.url.startswith(("file:", "data:"))
            else None
        ),
    )
    sheet.goto(path.as_uri())
    return sheet, problems


@pytest.mark.browser
@pytest.mark.parametrize("stem", LESSONS)
def test_every_slide_can_be_read_and_nothing_is_cut(
    browser: Browser, folder: Path, stem: str
) -> None:
    sheet, problems = opened(browser, folder / f"{stem}.html")
    count = sheet.locator("main > section").count()
    assert count >= 10
    for number in range(1, count + 1):
        sheet.evaluate("number => { location.hash = number }", number)
        sheet.locator(f"section.now[id='{number}']").wait_for()
        while sheet.locator("section.now .later").count():
            sheet.keyboard.press("ArrowRight")
        if sheet.locator("section.now figure.player").count():
            expect(sheet.locator("section.now svg")).to_be_visible()
        assert sheet.evaluate(LOOK, SMALLEST) == [], f"slide {number}"
    assert problems == []
    sheet.close()


@pytest.mark.browser
def test_a_clicker_moves_and_the_focus_and_the_notes_go_with_it(
    browser: Browser, folder: Path
) -> None:
    sheet, problems = opened(browser, folder / "06_communication.html")
    count = sheet.locator("main > section").count()

    def now() -> tuple[str | None, int, str]:
        return (
            sheet.locator("section.now").get_attribute("id"),
            sheet.locator("section.now .later").count(),
            str(sheet.evaluate("() => document.activeElement.closest('section').id")),
        )

    with sheet.expect_popup() as opening:
        sheet.keyboard.press("n")
    notes = opening.value
    sheet.keyboard.press("PageDown")
    assert now() == ("2", 0, "2")
    assert notes.locator("h1").inner_text().startswith(f"2 of {count}: ")
    notes.keyboard.press("PageUp")  # the clicker may speak to either window
    assert now() == ("1", 0, "1")
    figure = sheet.locator("section.picture").first.get_attribute("id")
    sheet.goto(f"{sheet.url.partition('#')[0]}#{figure}")
    assert sheet.locator("section.now").get_attribute("id") == figure
    assert sheet.locator("section.now .later").count() == 1
    assert not sheet.locator("section.now .fragment").is_visible()
    sheet.keyboard.press(" ")
    assert now() == (figure, 0, figure)
    assert sheet.locator("section.now .fragment").is_visible()
    sheet.keyboard.press("Shift+Space")
    assert now() == (figure, 1, figure)
    sheet.keyboard.press("End")
    sheet.keyboard.press("ArrowRight")
    assert now()[0] == str(count)
    sheet.get_by_role("button", name="Back").click()
    assert now()[0] == str(count - 1)
    assert problems == []
    sheet.close()


@pytest.mark.browser
def test_arrow_keys_move_a_slider_and_the_clicker_the_slides(
    browser: Browser, folder: Path
) -> None:
    sheet, problems = opened(browser, folder / "00_start_here.html")
    number = sheet.locator("main > section:has(figure.player)").first.get_attribute("id")
    sheet.evaluate("number => { location.hash = number }", number)
    now = sheet.locator("section.now")
    picture, told = now.locator("svg"), now.locator("figcaption")
    expect(picture).to_be_visible()
    title, sentence = picture.get_attribute("aria-label"), told.inner_text()
    handle = now.get_by_role("slider", name="by hand (hours)", exact=True)
    handle.focus()
    for key in ("Home", "ArrowRight", "End"):
        sheet.keyboard.press(key)
        expect(now).to_have_id(str(number))
        expect(handle).to_be_focused()
    expect(handle).to_have_attribute("aria-valuetext", "40")
    expect(picture).not_to_have_attribute("aria-label", str(title))
    expect(told).not_to_have_text(sentence)
    expect(told).to_have_attribute("aria-live", "polite")
    sheet.keyboard.press("Escape")
    expect(handle).not_to_be_focused()
    handle.focus()
    before = now.locator(".later").count()
    assert before, "the sentence below the figure waits"
    sheet.keyboard.press("PageDown")
    expect(now.locator(".later")).to_have_count(before - 1)
    expect(handle).to_have_attribute("aria-valuetext", "40")
    sheet.keyboard.press("ArrowRight")
    expect(sheet.locator("section.now")).to_have_id(str(int(str(number)) + 1))
    assert problems == []
    sheet.close()


@pytest.mark.browser
def test_on_paper_each_slider_is_a_picture_where_it_begins(browser: Browser, folder: Path) -> None:
    sheet, problems = opened(browser, folder / "01_technical_debt.html")
    sheet.emulate_media(media="print")
    figures = sheet.locator("figure.player").all()
    assert len(figures) == 3
    for figure in figures:
        expect(figure.locator("img")).to_be_visible()
        assert len(str(figure.locator("img").get_attribute("alt")).split()) > 10
        expect(figure.locator("input").first).to_be_hidden()
    assert problems == []
    sheet.close()


def test_a_lesson_without_outputs_has_its_sentence_in_place_of_a_picture(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    lesson = tmp_path / "notebooks" / "00_start.ipynb"
    source = "from thousandfold.models import RareNeed\nexplore(RareNeed(), 'by_hand')"
    broken = "explore(RareNeed(), 'by_foot')"
    cells = typed(new_markdown_cell("# Why?"), "slide"), new_code_cell(source, id="touch")
    nbformat.write(new_notebook(cells=[*cells, new_code_cell(broken, id="no")]), lesson)
    course, said = find_course(tmp_path), list[str]()
    found = slide_sliders(course, course.modules[0], said.append)
    assert list(found) == ["touch"]
    assert re.search(r'player-stage"><p>[^<]{40,}</p></div>', found["touch"].figure())
    assert "drawing the sliders of 00_start" in said
    assert "no parameter 'by_foot'" in said[-1]
    assert list((tmp_path / "build" / "tables").iterdir())
    (slide,) = deck(lesson, sliders=found)
    assert "explore(" in "".join(slide.notes), "what cannot be drawn is a hint"
    made = slides_page("x", [slide])
    assert made.count("<script>") == 2
    assert "figure.player" in made


@pytest.mark.browser
def test_without_a_script_all_slides_stand_below_each_other(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    sheet = patient(context.new_page())
    sheet.goto((folder / "00_start_here.html").as_uri())
    seen = [section.is_visible() for section in sheet.locator("main > section").all()]
    assert len(seen) >= 10
    assert all(seen)
    context.close()


@pytest.mark.browser
def test_on_a_phone_and_enlarged_all_slides_are_read_without_scrolling_sideways(
    browser: Browser, folder: Path
) -> None:
    sheet, problems = opened(browser, folder / "03_reliability.html")
    sheet.set_viewport_size({"width": 400, "height": 800})
    seen = [section.is_visible() for section in sheet.locator("main > section, aside").all()]
    assert all(seen)
    assert sheet.evaluate("() => document.documentElement.scrollWidth") == 400
    assert sheet.locator(".fragment").last.evaluate("e => getComputedStyle(e).visibility") == (
        "visible"
    )
    assert problems == []
    sheet.close()


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
def test_the_handout_holds_slides_and_notes(tmp_path: Path) -> None:
    course = find_course(ROOT)
    module = course.module("00")
    made = list(write_slides(course, [module], tmp_path, pdf=True))
    assert [path.name for path in made] == [
        "00_start_here.html",
        "00_start_here.pdf",
        "index.html",
    ]
    slides = len(deck(module.lesson))
    pages = len(re.findall(rb"/Type\s*/Page\b", made[1].read_bytes()))
    assert slides / 2 <= pages <= slides


TO_GERMAN = "[Auf Deutsch](../translations/de/notebooks/06_a.ipynb)"
TO_FRENCH = "[En français](../translations/fr/notebooks/06_a.ipynb)"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (TO_GERMAN, []),
        (f"**Time.** 90 minutes.\n{TO_GERMAN} · {TO_FRENCH}", ["Time. 90 minutes."]),
        (f"See {TO_GERMAN}.", ["See Auf Deutsch."]),
        ("[The exercise](../exercises/06_a.ipynb)", ["The exercise"]),
        ("[Write to us](mailto:us@example.org)", ["Write to us"]),
    ],
)
def test_a_line_that_leads_to_other_languages_stands_on_no_slide(
    source: str, shown: list[str]
) -> None:
    assert [re.sub("<[^>]+>", "", block.html).strip() for block in text_blocks(source)] == shown
