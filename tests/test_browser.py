"""JupyterLab in a real browser: what a learner sees, and what an instructor sees.

Each step leaves a picture in `build/screenshots`; `docs/lesson.png` is one of them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import PICTURES, ROOT, lessons
from course import stems
from patience import patience, patient, wait_until
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    ViewportSize,
    expect,
)

from thousandfold.facilitation.course import read_cells
from thousandfold.facilitation.laying import content_digest
from thousandfold.facilitation.predictions import Outcome, outcomes
from thousandfold.teaching.guesses import short
from thousandfold.teaching.typed import ONES

# The group keeps these tests on one server when pytest spreads them over processes.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LABEXTENSION = ROOT / "src" / "thousandfold" / "labextension"
TOKEN = "only-for-this-test"  # noqa: S105
# On a quiet machine; `patience` knows more.
START_SECONDS = 180  # of JupyterLab, once; on a cold disk it takes more than a minute
RUN_SECONDS = 180  # of a whole notebook
SCREEN: ViewportSize = {"width": 1400, "height": 900}
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}

CELL = ".jp-Notebook-cell"
OUTPUT = ".jp-OutputArea-output"
IN_RED = f"{OUTPUT}[data-mime-type='application/vnd.jupyter.stderr']"  # errors and warnings
SLIDER = ".widget-slider .noUi-handle"
RUN_ALL = "notebook:run-all-cells"
# JupyterLab tells the console of every widget whose kernel is gone; what is seen then has a test.
WITHOUT_KERNEL = "widget model not found"

# A cell that is run before its kernel is there makes JupyterLab start a second one and forget it.
READY = """async () => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    await context?.ready;
    return Boolean(await context?.session?.kernel?.info);
}"""
# JupyterLab puts its sidebars back whenever it has loaded, sooner or later.
COLLAPSE = """async () => {
    await jupyterapp.restored;
    jupyterapp.shell.collapseLeft();
    jupyterapp.shell.collapseRight();
}"""
OPEN = """async path => {
    await jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
}"""  # what the command gives back is all of JupyterLab, and seconds of writing it down
# What was run or moved is not saved, and nobody is asked.
CLOSE_ALL = """async () => {
    for (const widget of [...jupyterapp.shell.widgets('main')]) {
        if (widget.context) widget.context.model.dirty = false;
        widget.close();
    }
    await jupyterapp.serviceManager.sessions.shutdownAll();
}"""
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
IN_WORDS = [*ONES, *(f"{ten}-{one}".removesuffix("-zero") for ten in TENS for one in ONES[:10])]
# What a lesson gives, and happens to be the number that a guess asks for.
GIVEN = {"07_squads_and_decisions": "twenty hours a week"}
SEEN = """async () => {
    const seen = [];
    for (const cell of jupyterapp.shell.currentWidget.content.widgets) {
        cell.node.scrollIntoView();
        for (let frame = 0; frame < 100 && !cell.node.innerText.trim(); frame++)
            await new Promise(requestAnimationFrame);
        seen.push(cell.node.innerText.trim());
    }
    return seen;
}"""
COMMAND = """([name, given, milliseconds]) => Promise.race([
    jupyterapp.commands.execute(name, given),
    new Promise((_, fail) => setTimeout(fail, milliseconds, `${name} does not end`)),
])"""


@contextmanager
def watched(page: Page, picture: str) -> Iterator[Page]:
    """Keep a picture of how a page was left, and fail if a script failed in it meanwhile."""
    problems: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type != "error" or "/static/lab/" in message.location["url"]:
            return
        if WITHOUT_KERNEL not in message.text:
            problems.append(message.text)

    def error(problem: Error) -> None:
        problems.append(str(problem))

    page.on("console", console)
    page.on("pageerror", error)
    try:
        yield page
    except BaseException as failure:
        failure.add_note(f"{how_it_was_left(picture)}; its console said: {problems}")
        raise
    finally:
        page.remove_listener("console", console)
        page.remove_listener("pageerror", error)
        page.screenshot(path=PICTURES / f"{picture}.png")
    assert not problems


@dataclass(frozen=True)
class Room:
    """A running JupyterLab with a copy of the course, and a browser in front of it.

    Notebooks are opened one after another in one page, as a learner does: JupyterLab is loaded
    once, which takes longer than a lesson.
    """

    page: Page
    url: str

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.url}{path}?reset&token={TOKEN}")

    @contextmanager
    def visit(self, path: str, picture: str) -> Iterator[Page]:
        """Open another page beside the notebooks."""
        page = patient(self.page.context.new_page())
        try:
            with watched(page, picture):
                self.go(page, path)
                yield page
        finally:
            page.close()

    @contextmanager
    def notebook(self, path: str, picture: str) -> Iterator[Page]:
        """Open a notebook and wait for its kernel; afterwards nothing is open or runs."""
        page = patient(self.page)
        try:
            with watched(page, picture):
                page.set_viewport_size(SCREEN)
                page.evaluate(OPEN, path)
                page.wait_for_function(READY)
                page.evaluate(COLLAPSE)
                yield page
            page.evaluate(CLOSE_ALL)
        except BaseException:
            self.go(page, "lab")  # what a failure left open is in nobody's way
            page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
            page.evaluate(CLOSE_ALL)
            raise


@pytest.fixture(scope="module")
def room(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Start JupyterLab, and open the first lesson in it as `make lab` does."""
    with (
        jupyterlab(tmp_path_factory.mktemp("jupyterlab")) as url,
        browser.new_context(viewport=SCREEN) as context,
    ):
        room = Room(patient(context.new_page()), url)
        with watched(room.page, "first"):
            room.go(room.page, f"lab/tree/notebooks/{lessons()[0]}.ipynb")
            # Scrolled away, perhaps.
            room.page.locator(f".jp-NotebookPanel {CELL}").first.wait_for(state="attached")
            room.page.wait_for_function(READY)
        command(room.page, "application:toggle-side-tabbar", side="right")
        room.page.evaluate(CLOSE_ALL)
        yield room


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Run JupyterLab on a copy of the course, apart from what this machine has configured."""
    course, config, runtime = folder / "course", folder / "config", folder / "runtime"
    for name in ("notebooks", "exercises", "solutions"):
        ignored = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(ROOT / name, course / name, ignore=ignored)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    environment |= {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    told = subprocess.run(["make", "--dry-run", "lab"], cwd=ROOT, capture_output=True, text=True)
    [line] = [line for line in told.stdout.splitlines() if "thousandfold.commands.lab" in line]
    options = [
        *(option.replace(str(ROOT), str(course)) for option in shlex.split(line)[1:]),
        "--no-browser",
        "--ip=127.0.0.1",
        "--port=0",
        f"--IdentityProvider.token={TOKEN}",
        "--LabApp.expose_app_in_browser=True",
        "--ServerApp.allow_root=True",  # in a container tests may run as root
    ]
    log = folder / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, *options],
            cwd=course,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield address(server, runtime, log)
    finally:
        stop(server)


def address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait until the server, or what it started in its place, has written down where it is."""

    def url() -> str:
        assert server.poll() is None, end_of(log)
        for written in runtime.glob("jpserver-*.json"):
            with suppress(FileNotFoundError, ValueError):  # not yet, or half
                return str(json.loads(written.read_text())["url"])
        return ""

    wait_until(url, START_SECONDS, seen=lambda: end_of(log))
    return url()


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server, kindly so that it ends its kernels, and then whatever is left of it."""
    try:
        server.terminate()
        server.wait(patience(20))
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def how_it_was_left(picture: str) -> str:
    return f"how the page was left: {(PICTURES / picture).relative_to(ROOT)}.png"


def end_of(log: Path) -> str:
    return f"the end of the log:\n{log.read_text(errors='replace')[-3000:]}"


def command(page: Page, name: str, **arguments: object) -> object:
    """Run a command of JupyterLab, as its menus do, and wait for its end."""
    return page.evaluate(COMMAND, [name, arguments, patience(RUN_SECONDS) * 1000])


def cells(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]
    return found


def code(notebook: list[dict[str, Any]]) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook if cell["cell_type"] == "code"]


def whole(page: Page, picture: str) -> None:
    """Keep a picture of a whole notebook, on a screen as high as the notebook is long."""
    notebook = page.locator(".jp-WindowedPanel-inner")
    for _ in range(2):  # cells that were never on the screen have a guessed height
        height = notebook.evaluate("notebook => notebook.scrollHeight")
        page.set_viewport_size({**SCREEN, "height": height + 180})
        notebook.evaluate("notebook => notebook.scrollIntoView()")
    page.screenshot(path=PICTURES / f"{picture}.png")
    page.set_viewport_size(SCREEN)


def portrait(page: Page, picture: str) -> None:
    """Keep a picture of the first figure between the cells around it: nothing in it is cut."""
    figure = page.locator(CELL, has=page.locator(f"{OUTPUT} img")).first
    scroll = "cell => (cell.previousElementSibling ?? cell).scrollIntoView()"
    end = "cell => (cell.nextElementSibling ?? cell).getBoundingClientRect().bottom"
    page.set_viewport_size({"width": 1100, "height": 1600})
    figure.evaluate(scroll)
    page.set_viewport_size({"width": 1100, "height": int(figure.evaluate(end)) + 28})
    figure.evaluate(scroll)
    page.screenshot(path=PICTURES / f"{picture}.png")
    page.set_viewport_size(SCREEN)


@pytest.mark.parametrize("stem", lessons())
def test_a_fresh_lesson_gives_no_answer_away_then_it_runs_and_its_sliders_move(
    room: Room, stem: str
) -> None:
    """Both in one visit: to open a lesson and start its kernel takes seconds."""
    with room.notebook(f"notebooks/{stem}.ipynb", f"{stem}-slider") as page:
        assert_gives_no_answer_away(page, stem)
        page.screenshot(path=PICTURES / f"{stem}-fresh.png")
        page.set_viewport_size(SCREEN)
        assert_runs_and_its_sliders_move(page, stem)


@pytest.mark.parametrize("stem", ["00_start_here", "08_flight_simulator"])
def test_who_opened_and_saved_a_lesson_has_not_touched_it(room: Room, stem: str) -> None:
    """So `thousandfold start` may bring it up to date, though JupyterLab writes another file."""
    path = f"notebooks/{stem}.ipynb"
    with room.notebook(path, f"{stem}-saved") as page:
        page.evaluate("() => { jupyterapp.shell.currentWidget.context.model.dirty = true; }")
        command(page, "docmanager:save")
        answer = page.request.get(f"{room.url}files/{path}?token={TOKEN}")
    given = (ROOT / path).read_bytes()
    assert answer.body() != given
    assert content_digest(path, answer.body()) == content_digest(path, given)


def assert_gives_no_answer_away(page: Page, stem: str) -> None:
    path = f"notebooks/{stem}.ipynb"
    page.set_viewport_size(LAPTOP)
    assert_the_first_guess_is_on_the_first_screen(page)
    texts: list[str] = page.evaluate(SEEN)
    assert len(texts) == len(cells(path))
    assert all(texts), f"cell {texts.index('')} stays empty"
    assert page.locator(f"{OUTPUT}:visible").count() == 0
    prompts = r"\[[\d *]*\]:"
    page_text = re.sub(r"\s+", " ", re.sub(prompts, "", " ".join(texts)))
    page_text = re.sub(GIVEN.get(stem, "$"), "", page_text, flags=re.IGNORECASE)
    found = {
        name: given_away(page_text, outcome)
        for name, outcome in outcomes(read_cells(ROOT / path)).items()
    }
    assert {name: words for name, words in found.items() if words} == {}


def assert_the_first_guess_is_on_the_first_screen(page: Page) -> None:
    guess = page.locator(f"{CELL} .cm-line", has_text="my_guess_").first.bounding_box()
    screen = page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer").bounding_box()
    assert guess
    assert screen
    assert guess["y"] + guess["height"] <= screen["y"] + screen["height"]


def given_away(text: str, outcome: Outcome) -> list[str]:
    """Return where a text prints a number that a guess asks for; small ones with their unit."""
    if isinstance(outcome.value, str):
        return []
    value = outcome.value
    forms = {f"{value:{form}}" for form in (",.0f", ".0f", ",.4g", ".3g")} | {short(value)}
    forms |= {form.replace(",", mark) for form in forms for mark in (" ", ".", "\u202f")}
    forms |= {*IN_WORDS[round(value) :][:1]} if value >= 0 else set()
    number = "|".join(sorted(re.escape(form) for form in forms))
    alone = rf"(?<![\w.,])(?:{number})(?![\w%]|[.,]\d)"
    shares = r" ?(?:%|per ?cent|of (?:100|a hundred)|in (?:100|a hundred))"
    unit = re.escape(outcome.unit.removesuffix("s"))
    if outcome.unit in {"%", "of 100"}:
        alone = rf"(?<![\w.,])(?:{number}){shares}"
    elif abs(value) < 1000 and outcome.unit:
        alone = rf"(?<![\w.,])(?:(?:{number})[ -]{unit}|{unit} (?:{number})(?![\w,.]))"
    return [text[max(0, m.start() - 30) : m.end() + 30] for m in re.finditer(alone, text, re.I)]


def test_a_lesson_leads_to_its_exercise_which_answers_kindly(room: Room) -> None:
    """What the exercises of the others say is read in a kernel, where that takes less."""
    stem = stems()[0]
    with room.notebook(f"notebooks/{stem}.ipynb", f"{stem}-exercise") as page:
        page.locator(CELL).last.scroll_into_view_if_needed()
        page.locator(f"a[href*='exercises/{stem}/']").click()
        expect(page.get_by_role("heading", name="Exercise:").first).to_be_visible()
        assert_answers_kindly(page, f"exercises/{stem}/{stem}.ipynb")


def assert_runs_and_its_sliders_move(page: Page, stem: str) -> None:
    lesson = cells(f"notebooks/{stem}.ipynb")
    ran = command(page, RUN_ALL)
    assert page.locator(IN_RED).all_text_contents() == []
    assert ran
    assert page.locator(".jp-OutputPlaceholder:visible").count() == 0, "what is run is unfolded"
    explored = page.locator(OUTPUT, has=page.locator(SLIDER))
    expect(explored).to_have_count(sum("explore(" in source for source in code(lesson)))
    expect(page.locator(CELL)).to_have_count(len(lesson))
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    whole(page, f"{stem}-whole")

    figures = page.locator(f"{OUTPUT} img").evaluate_all(
        "all => all.map(image => [image.alt.trim(), image.naturalWidth])"
    )
    # JupyterLab itself says "Image" where nothing is said.
    assert all(" " in alternative and width for alternative, width in figures), figures
    # The cockpit draws itself here, and leaves its pictures in the file alone.
    drawn = [cell for cell in lesson if "cockpit(" not in "".join(cell["source"])]
    assert len(figures) >= json.dumps(drawn).count("<img ")
    if figures:
        portrait(page, stem)
    for output in explored.all():
        assert_stands_where_the_text_left_it(output, lesson)
        assert_follows_its_slider(page, output)


def assert_stands_where_the_text_left_it(output: Locator, lesson: list[dict[str, Any]]) -> None:
    """A browser corrects a start that is not on a step of its slider, without being asked."""
    alternative = output.locator("img").get_attribute("alt") or ""
    stored = [
        "".join(cell["outputs"][0]["data"]["text/plain"])
        for cell in lesson
        if "explore(" in "".join(cell["source"])
    ]
    assert alternative in stored, f"the file shows something else than: {alternative}"


def assert_follows_its_slider(page: Page, output: Locator) -> None:
    image, sentence = output.locator("img"), output.locator("p[aria-live=polite]")
    drawn, said = image.get_attribute("src"), sentence.text_content() or ""
    handle = output.locator(SLIDER).first
    at_its_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    handle.focus()
    page.keyboard.press("ArrowLeft" if at_its_end else "ArrowRight")
    expect(sentence).not_to_have_text(said)
    expect(image).to_have_attribute("alt", sentence.text_content() or "")
    output.evaluate("output => output.scrollIntoView()")
    changed = image.get_attribute("src") != drawn  # too long to be shown when it is the same
    assert changed, "the sentence follows the slider, the figure does not"


def test_a_notebook_that_is_opened_again_shows_what_its_slider_left(room: Room) -> None:
    path = "notebooks/06_communication.ipynb"
    for _ in ("as it is given out", "as it was saved while its kernel ran"):
        with room.notebook(path, "06-again") as page:
            command(page, "notebook:show-all-cell-outputs")
            cell = page.locator(CELL, has_text='of="won"')
            cell.scroll_into_view_if_needed()
            output = cell.locator(OUTPUT)
            expect(output.locator("img")).to_have_attribute("alt", re.compile("talking grows"))
            expect(output).to_contain_text("Run this cell, then move: talk power, hired.")
            expect(output).not_to_contain_text("widget")
            assert command(page, RUN_ALL)
            expect(output.locator(SLIDER)).to_have_count(2)
            expect(output).not_to_contain_text("Run this cell")
            command(page, "docmanager:save")


def test_a_theme_that_changes_turns_the_pictures_that_are_there(room: Room) -> None:
    with room.notebook("notebooks/06_communication.ipynb", "06-dark") as page:
        command(page, "notebook:show-all-cell-outputs")
        picture = page.locator(f"{OUTPUT} img").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_css("filter", "none")
        try:
            command(page, "apputils:change-theme", theme="JupyterLab Dark")
            expect(picture).to_have_css("filter", re.compile("invert.*hue-rotate"))
            page.screenshot(path=PICTURES / "06-dark.png")
            page.emulate_media(media="print")
            expect(picture).to_have_css("filter", "none")
        finally:
            page.emulate_media(media="screen")
            command(page, "apputils:change-theme", theme="JupyterLab Light")
        expect(picture).to_have_css("filter", "none")


def test_a_guess_is_drawn_by_hand_by_keyboard_and_in_numbers(room: Room) -> None:
    path = "notebooks/00_start_here.ipynb"
    with room.notebook(path, "00-drawn") as page:
        assert command(page, RUN_ALL)
        board = page.locator(CELL, has_text="draw_guess(").last
        board.scroll_into_view_if_needed()
        points, typed = board.get_by_role("slider"), board.get_by_label("or type 7 numbers")
        expect(points).to_have_count(7)
        expect(points.first).to_have_accessible_name(
            "delivered (times today's) at 1, load (times today's)"
        )
        assert_is_drawn(page, board)
        drawn = typed.input_value()

        points.first.focus()
        page.keyboard.press("PageUp")
        page.keyboard.press("Tab")
        expect(points.nth(1)).to_be_focused()
        page.keyboard.press("Delete")
        expect(points.nth(1)).to_have_attribute("aria-valuetext", "nothing drawn yet")
        expect(typed).to_have_value(re.compile(r"^\d\S* - "))
        assert typed.input_value() != drawn

        typed.fill("1, 2, 3")
        typed.press("Enter")
        expect(board.get_by_role("alert")).to_contain_text("Write 7 numbers")
        typed.fill("1, 3, 10, 30, 100, 300, 1,000")
        typed.press("Enter")
        expect(points.last).to_have_attribute("aria-valuetext", "1,000")
        command(page, "docmanager:save")
    with room.notebook(path, "00-drawn-again") as page:
        assert command(page, RUN_ALL)
        board = page.locator(CELL, has_text="draw_guess(").last
        board.scroll_into_view_if_needed()
        expect(board.get_by_label("or type 7 numbers")).to_have_value("1 3 10 30 100 300 1,000")
        answered = page.locator(CELL, has_text="curve.answer()").last
        expect(answered).to_contain_text("You drew it rising to the end")
        expect(answered.locator("img")).to_have_attribute("alt", re.compile("You drew it rising"))


def assert_is_drawn(page: Page, board: Locator) -> None:
    board.scroll_into_view_if_needed()
    way = [(0.1, 0.7), (0.5, 0.3), (0.95, 0.5)]
    pull(page, board.get_by_role("group", name="Draw delivered"), way)
    seven = re.compile(r"^\d\S*( \d\S*){6}$")
    expect(board.get_by_label("or type 7 numbers")).to_have_value(seven)
    expect(board.get_by_role("status")).to_contain_text("It is kept in my_curves.json.")


def pull(page: Page, on: Locator, way: list[tuple[float, float]]) -> None:
    """Draw with a mouse: the way is in shares of the width and the height."""
    box = on.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in way]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def assert_answers_kindly(page: Page, path: str) -> None:
    """Run an exercise in which nothing is written: it runs to the end and says what is open."""
    checks = [
        place
        for place, cell in enumerate(cells(path))
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    page.wait_for_function(READY)
    assert command(page, RUN_ALL)
    shown = page.locator(f".jp-NotebookPanel:visible {CELL}")
    for place in checks:
        hint = shown.nth(place).get_by_role("status").filter(has_text="Hint.")
        hint.scroll_into_view_if_needed()
        assert re.search("has no answer yet|should be one of", hint.text_content() or "")
    assert page.locator(IN_RED).all_text_contents() == []
    shown.last.scroll_into_view_if_needed()
    expect(shown.last.locator(OUTPUT)).to_contain_text("Still open")


def test_formgrader_lists_the_assignments(room: Room) -> None:
    with room.visit("formgrader/manage_assignments", "formgrader") as page:
        for stem in stems():
            expect(page.get_by_role("link", name=stem, exact=True)).to_be_visible()


def test_a_learner_sees_nothing_that_is_for_instructors(room: Room) -> None:
    path = f"exercises/{stems()[0]}/{stems()[0]}.ipynb"
    with room.notebook(path, "nothing-of-nbgrader") as page:
        expect(page.locator(".lm-MenuBar-itemLabel", has_text="Kernel")).to_be_visible()
        for name in ("Nbgrader", "Create Assignment", "Validate"):
            expect(page.get_by_text(name)).to_have_count(0)
            expect(page.locator(f"[title*='{name}' i]")).to_have_count(0)
        there = page.evaluate(
            """() => [...jupyterapp.commands.listCommands(),
                ...[...jupyterapp.shell.widgets('right')].map(widget => widget.id)]"""
        )
        assert "jp-property-inspector" in there
        assert [name for name in there if "nbgrader" in name or "assignment" in name] == []


def test_a_lesson_is_presented_and_its_slider_moves_on_its_slide(room: Room) -> None:
    for path in LABEXTENSION.rglob("*.*"):
        installed = Path(sys.prefix, "share/jupyter/labextensions/thousandfold")
        same = (installed / path.relative_to(LABEXTENSION)).read_bytes() == path.read_bytes()
        assert same, f"{path.name} changed: touch pyproject.toml, then make lab installs it again"
    with room.notebook("notebooks/06_communication.ipynb", "06-present") as page:
        assert command(page, RUN_ALL)
        page.get_by_role("button", name="Present", exact=True).click()
        seen = page.locator(f"{CELL}:visible")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(seen).to_have_count(1)
        for _ in range(40):  # a clicker's key
            if page.locator(f"{SLIDER}:visible").count():
                break
            page.keyboard.press("PageDown")
        expect(seen).to_have_count(1)
        expect(seen.locator(".cm-editor:visible")).to_have_count(0)
        assert_follows_its_slider(page, seen.locator(OUTPUT))
        size = "output => [...output.querySelectorAll('p, .widget-label')].map(text => parseFloat("
        size += "getComputedStyle(text).fontSize))"
        assert min(seen.locator(OUTPUT).evaluate(size)) >= 32  # 24 points
        page.screenshot(path=PICTURES / "06-present-slider.png")
        page.keyboard.press("PageDown")  # what the slider showed, in words
        page.keyboard.press("PageDown")
        expect(page.locator(f"{SLIDER}:visible")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.locator("[popover]")).to_have_count(0)
        assert page.locator(f"{CELL}:visible").count() > 1


def test_a_round_of_the_flight_simulator_is_flown_by_keyboard(room: Room) -> None:
    with room.notebook("notebooks/08_flight_simulator.ipynb", "08-flown") as page:
        assert command(page, RUN_ALL)
        seat = page.locator(".thousandfold-cockpit")
        seat.scroll_into_view_if_needed()
        button = seat.get_by_role("button", name="Fly round 1")
        before = seat.get_by_role("img").first.get_attribute("aria-label")
        seat.get_by_label("your forecast").fill("2500")
        page.keyboard.press("Tab")
        button.press("Enter")
        expect(seat.get_by_role("alert")).to_contain_text("write the reason")
        seat.get_by_label("because").fill("word of mouth")
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(seat.locator("h3")).to_contain_text("round 2 of 12")
        expect(seat.locator(".said")).to_contain_text("Round 1 is flown, and saved")
        expect(seat.get_by_role("img").first).not_to_have_attribute("aria-label", before or "")
        seat.get_by_label("who decides").press("ArrowDown")  # JupyterLab moves between cells by it
        expect(seat.get_by_label("who decides")).to_be_focused()
        expect(seat.get_by_label("who decides")).to_have_value("guardrails")
        for size in (LAPTOP, PROJECTOR):
            page.set_viewport_size(size)
            seat.evaluate("seat => seat.scrollIntoView()")
            box = seat.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size["height"], "the cockpit needs to be scrolled"


def test_somebody_enters_a_company_and_comes_back_to_where_they_were(room: Room) -> None:
    first, second = "notebooks/00_start_here.ipynb", "notebooks/01_technical_debt.ipynb"
    with room.notebook(first, "00-company") as page:
        form = page.locator(CELL, has_text="people who build the product =").last
        form.scroll_into_view_if_needed()
        form.locator(".cm-content").focus()
        for key in ("Control+Home", *3 * ["ArrowDown"], "End", *3 * ["Backspace"]):
            page.keyboard.press(key)
        page.keyboard.type("1,200")
        assert command(page, RUN_ALL)
        expect(form.locator(OUTPUT)).to_contain_text(["Your company: 1,200 people"])
        command(page, "docmanager:save")
    with room.notebook(second, "01-company") as page:
        where = page.locator(CELL, has_text="where_was_i()").first
        assert command(page, RUN_ALL)
        expect(where.locator(OUTPUT)).to_contain_text("Done: 00")
        expect(where.locator(OUTPUT)).to_contain_text("Open: 01")
        own = page.locator(CELL, has_text="with_my_numbers(").last
        own.scroll_into_view_if_needed()
        expect(own.locator(OUTPUT).first).to_contain_text(
            "72,000 days a quarter (your 1,200 people)"
        )
        expect(own.locator("img")).to_have_attribute("alt", re.compile("repa"))
        command(page, "docmanager:save")
        assert command(page, RUN_ALL)
        where.scroll_into_view_if_needed()
        expect(where.locator(OUTPUT)).to_contain_text("Done: 00, 01")
        where.get_by_role("link", name="the exercise of 01").click()
        expect(page.get_by_role("heading", name="Exercise:").first).to_be_visible()
