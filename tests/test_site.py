"""The site for browsers: whole lessons and exercises in Chromium, with nothing installed.

One site is built and served for all tests here, and one JupyterLab with one kernel runs all
notebooks: each starts with an empty namespace, as in a kernel of its own, but Python starts once.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import build_site
import fetch_for_tests
import nbformat
import pytest
import serve_site
from bs4 import BeautifulSoup
from conftest import CHROMIUM_OPTIONS, PICTURES, ROOT, lessons
from course import Sample, answered, release, samples, scratch, stems
from patience import patience, patient, wait_until
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from sample_class import points
from study import study
from test_browser import (
    CELL,
    IN_RED,
    OUTPUT,
    RUN_ALL,
    SCREEN,
    SLIDER,
    WITHOUT_KERNEL,
    assert_follows_its_slider,
    assert_is_drawn,
    cells,
    code,
    command,
)

from thousandfold.facilitation.progress import GIVEN_OUT
from thousandfold.language import IN_ENGLISH, read
from thousandfold.teaching.edition import FILE

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.timeout(900)]

START_SECONDS = 120  # of Python in a browser, on a machine that does much else
GRADED = "06_communication"
DRAW = "= draw_guess("

# Another computer of the room: a browser trusts its own computer more than any other.
ROOM = "room.test"
NAMES = f"--host-resolver-rules=MAP {ROOM} 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"

SHOWN = "() => window.jupyterapp?.shell?.currentWidget?.context?.path"
IN_FRONT = """() => [
    document.readyState, document.visibilityState, window.jupyterapp?.shell?.currentWidget?.id,
    ...[...document.querySelectorAll(".jp-Dialog")].map(asked => asked.innerText)].join(" | ")"""
OPEN = """async ([path, kernel, milliseconds]) => {
    const model = kernel ? {id: kernel} : undefined;
    const panel = await jupyterapp.commands.execute(
        "docmanager:open", {path, factory: "Notebook", kernel: model});
    await panel.context.ready;
    if (panel.context.saving === undefined) {
        panel.context.saving = 0;
        panel.context.saveState.connect(
            (context, state) => { context.saving += state === "started" ? 1 : -1; });
    }
    await panel.sessionContext.ready;
    const latest = Date.now() + milliseconds;
    while (!panel.sessionContext.session?.kernel) {
        if (Date.now() > latest) throw new Error(`${path} gets no kernel`);
        await new Promise(later => setTimeout(later, 100));
    }
    await panel.sessionContext.session.kernel.info;
    window.opened = panel;
    return panel.sessionContext.session.kernel.id;
}"""
RUN = """async (source) => {
    const kernel = opened.sessionContext.session.kernel;
    const future = kernel.requestExecute({code: source});
    let said = "";
    future.onIOPub = ({content}) => {
        said += content.text ?? content.data?.["text/plain"] ?? "";
        if (content.evalue) said += `${content.ename}: ${content.evalue}`;
    };
    await future.done;
    return said;
}"""
# What a kernel says after the saving would make JupyterLab ask whether to save again. A notebook
# that is closed while it saves itself, every few seconds here, leaves an error before the next one;
# one that is saved meanwhile finds its file changed, and asks.
SAVE_AND_CLOSE = """async () => {
    const saved = async () => {
        do await new Promise(later => setTimeout(later, 20)); while (opened.context.saving > 0);
    };
    await saved();
    await opened.context.save();
    opened.context.model.dirty = false;
    await saved();
    opened.close();
}"""
TOLD = "() => opened.contentHeader.widgets.length"
STORED_FIRST = """async path => (await jupyterapp.serviceManager.contents.get(
    path, {content: true})).content.cells[0].source"""
LAST = "() => JSON.stringify(opened.content.widgets.at(-1).model.outputs.toJSON())"
FIRST_CELL = "source => opened.content.widgets[0].model.sharedModel.setSource(source)"
ANSWER = """sources => opened.content.widgets.forEach(
    (cell, place) => cell.model.sharedModel.setSource(sources[place]))"""


# What is lost between page and kernel never comes: a test then says where it waited.
WITHIN = """async ([script, given, front, milliseconds]) => {
    const late = new Promise((_, fail) => setTimeout(fail, milliseconds)).catch(() => {
        const kernel = window.opened?.sessionContext?.session?.kernel?.status;
        const saving = window.opened?.context?.saving;
        throw new Error(`no answer: ${[kernel, saving, eval(front)(), script.slice(0, 200)]}`);
    });
    return await Promise.race([eval(script)(given), late]);
}"""


def ask(page: Page, script: str, given: object = None) -> Any:
    """Run a script in a page, and fail with what is in front where it does not end."""
    return page.evaluate(WITHIN, [script, given, IN_FRONT, patience(START_SECONDS) * 1000])


def open_in(page: Page, path: str, kernel: str = "") -> str:
    """Open a notebook, with a kernel of its own or the one that is named; return which it has."""
    return str(ask(page, OPEN, [path, kernel, patience(START_SECONDS) * 1000]))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    running = serve_site.server(folder, serve_site.LOOPBACK, 0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://{serve_site.LOOPBACK}:{running.server_address[1]}/"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as url:
        yield url


@dataclass
class Visitor:
    """A browser that remembers where it asked and what went wrong in its pages."""

    context: BrowserContext
    address: str
    asked: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    page: Page | None = None
    kernel: str = ""

    def watch(self) -> None:
        def console(message: ConsoleMessage) -> None:
            if message.type == "error" and WITHOUT_KERNEL not in message.text:
                self.problems.append(f"{message.text} ({message.location.get('url')})")

        self.context.on("request", lambda request: self.asked.add(request.url))
        self.context.on("console", console)
        self.context.on("weberror", lambda error: self.problems.append(str(error.error)))

    def lab(self, path: str, address: str = "") -> Page:
        """Open JupyterLab at a notebook, as a link of the landing page does."""
        page = patient(self.context.new_page())
        page.set_default_timeout(patience(START_SECONDS) * 1000)  # Python is fetched, and starts
        page.goto(f"{address or self.address}lab/index.html?path={path}")
        wait_until_shown(page, path)
        return page

    @contextmanager
    def notebook(self, path: str) -> Iterator[Page]:
        """Open a notebook in the one JupyterLab, with the one kernel and an empty namespace."""
        if self.page is None:
            self.page, self.kernel = self.lab("notebooks/00_start_here.ipynb"), ""
        page = self.page
        try:
            self.kernel = open_in(page, path, self.kernel)
            wait_until_shown(page, path)
            ask(page, RUN, "%reset -f")
            before = len(self.problems)
            yield page
            page.screenshot(path=PICTURES / f"site-{Path(path).stem}.png")
            ask(page, SAVE_AND_CLOSE)
        except BaseException:
            page.close()
            self.page = None  # the next notebook gets a page that this one has not spoilt
            raise
        assert self.problems[before:] == []


@pytest.fixture(scope="module")
def visitor(
    chromium: Path, address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=chromium,
            args=[*CHROMIUM_OPTIONS[:-1], NAMES],
            viewport=SCREEN,
            timeout=patience(60) * 1000,
        )
        visitor = Visitor(context, address)
        visitor.watch()
        yield visitor
        context.close()
    outside = {
        url for url in visitor.asked if urlsplit(url).hostname not in {None, "127.0.0.1", ROOM}
    }
    outside -= {url for url in outside if urlsplit(url).scheme in {"data", "blob"}}
    assert outside == set()


def wait_until_shown(page: Page, path: str) -> None:
    """Wait for a notebook to be in front; what is there instead is told, such as a question."""
    wait_until(lambda: page.evaluate(SHOWN) == path, START_SECONDS, lambda: page.evaluate(IN_FRONT))


def run_all(page: Page) -> bool:
    return bool(command(page, RUN_ALL))


@pytest.mark.parametrize("stem", lessons())
def test_a_lesson_runs_and_its_sliders_move_figure_and_sentence(
    visitor: Visitor, stem: str
) -> None:
    lesson = cells(f"notebooks/{stem}.ipynb")
    with visitor.notebook(f"notebooks/{stem}.ipynb") as page:
        ran = run_all(page)
        assert page.locator(f".jp-NotebookPanel:visible {IN_RED}").all_text_contents() == []
        assert ran
        explored = page.locator(CELL, has_text="explore(").locator(OUTPUT, has=page.locator(SLIDER))
        expect(explored).to_have_count(sum("explore(" in source for source in code(lesson)))
        for output in explored.all():
            assert_follows_its_slider(page, output)
        for board in page.locator(".jp-NotebookPanel:visible").locator(CELL, has_text=DRAW).all():
            assert_is_drawn(page, board)


@pytest.mark.parametrize(
    "path",
    [path.relative_to(ROOT).as_posix() for path in ROOT.glob("translations/*/notebooks/*.ipynb")],
)
def test_a_lesson_in_another_language_runs_and_names_the_english_one(
    visitor: Visitor, path: str
) -> None:
    said = read(path.split("/")[1])
    with visitor.notebook(path) as page:
        try:
            ran = run_all(page)
            assert page.locator(f".jp-NotebookPanel:visible {IN_RED}").all_text_contents() == []
            assert ran
            moved = page.locator(f".jp-NotebookPanel:visible {CELL}", has_text="explore(")
            for output in moved.locator(OUTPUT, has=page.locator(SLIDER)).all():
                assert_follows_its_slider(page, output)
            assert ask(page, RUN, "from thousandfold.language import say; say('In English')") == (
                repr(said.messages[IN_ENGLISH][0])
            )
        finally:  # other lessons have the same kernel
            ask(page, RUN, "from thousandfold import speak; speak('en')")
        here = page.locator(".jp-NotebookPanel:visible")
        expect(here.get_by_role("link", name=IN_ENGLISH)).to_be_visible()


def test_what_no_lesson_names_comes_when_it_is_imported(visitor: Visitor) -> None:
    with visitor.notebook("notebooks/00_start_here.ipynb") as page:
        # By a name that no cell shows, as when a function of ours imports it.
        hidden = (
            "__import__('importlib').import_module('scipy.optimize').brentq(lambda x: x - 3, 0, 9)"
        )
        assert ask(page, RUN, hidden).strip() == "3.0"
        assert "site-packages" in ask(page, RUN, "import scipy; scipy.__file__")
        assert "No module named 'nowhere'" in ask(page, RUN, "__import__('nowhere')")


def test_a_round_is_flown_and_saved_in_the_browser(visitor: Visitor) -> None:
    with visitor.notebook("notebooks/08_flight_simulator.ipynb") as page:
        assert run_all(page)
        seat = page.locator(".jp-NotebookPanel:visible .thousandfold-cockpit")
        seat.scroll_into_view_if_needed()
        seat.get_by_label("your forecast").fill("2,500")
        seat.get_by_label("because").fill("word of mouth")
        seat.get_by_role("button", name="Fly round 1").click()
        expect(seat.locator(".said")).to_contain_text("Round 1 is flown, and saved in flight-")
        expect(seat.locator("h3")).to_contain_text("round 2 of 12")


def test_a_company_is_kept_in_the_browser_and_its_learner_led_on(visitor: Visitor) -> None:
    entered = "from thousandfold import *\nprint(my_company('people = 1,200'))"
    with visitor.notebook("notebooks/00_start_here.ipynb") as page:
        assert "Kept in my_company.toml" in ask(page, RUN, entered)
    again = "from thousandfold.models import Debt\nmine = with_my_numbers(Debt())\nwhere_was_i()"
    with visitor.notebook("notebooks/01_technical_debt.ipynb") as page:
        said = ask(page, RUN, f"from thousandfold import *\n{again}")
        assert "72,000 days a quarter (your 1,200 people)" in said
        assert re.search("This is the beginning|Next: ", said), said


@pytest.mark.parametrize("stem", stems())
def test_an_exercise_answers_kindly_and_runs_whole_with_right_answers(
    visitor: Visitor, stem: str
) -> None:
    with visitor.notebook(f"exercises/{stem}/{stem}.ipynb") as page:
        assert run_all(page)
        said = page.locator(f".jp-NotebookPanel:visible {OUTPUT}").all_text_contents()
        assert "Still open" in page.evaluate(LAST)
        assert any("has no answer yet" in text or "gives nothing back" in text for text in said)
        assert not any("Traceback" in text for text in said)
        fill_in(page, stem, Sample("right"))
        assert run_all(page)


def fill_in(page: Page, stem: str, sample: Sample) -> None:
    notebook = answered(release(stem), stem, sample)
    page.evaluate(ANSWER, [cell.source for cell in notebook.cells])


def test_somebody_alone_is_told_what_is_right_with_one_file_more(visitor: Visitor) -> None:
    asked = "true_paths = 15\nright('true_paths')"
    with visitor.notebook("exercises/06_communication/06_communication.ipynb") as page:
        ask(page, RUN, "from thousandfold import checks, right")
        assert "This copy is for a graded class" in ask(page, RUN, asked)
        ask(page, RUN, f"open('/drive/{FILE}', 'wb').write({study()!r})")
        assert "Right: true_paths." in ask(page, RUN, asked)
        ask(page, RUN, f"import os; os.remove('/drive/{FILE}')")


def test_hints_and_the_twelve_questions_are_there_in_a_browser(visitor: Visitor) -> None:
    asked = (
        "form = questionnaire('before')\nform._canvas.given = {'load': ['b', 75]}\n"
        "print(form.file.read_text())"
    )
    with visitor.notebook("exercises/06_communication/06_communication.ipynb") as page:
        ask(page, RUN, "from thousandfold import hint, questionnaire\none_joins = 3")
        assert "Hint 1 of 3. Look in the lesson" in ask(page, RUN, "hint('one_joins')")
        assert "Hint 2 of 3. With whom" in ask(page, RUN, "hint('one_joins')")
        assert ",load,b,75" in ask(page, RUN, asked)
        ask(page, RUN, "form.file.unlink()")


def test_an_exercise_is_downloaded_and_graded_as_if_it_came_from_jupyterlab(
    visitor: Visitor, tmp_path: Path
) -> None:
    [sample] = [one for one in samples(GRADED) if one.name == "half_right"]
    course = tmp_path / "course"
    scratch(course)
    files = {}
    for name in ("browser", "jupyterlab"):
        files[name] = course / "submitted" / name / GRADED / f"{GRADED}.ipynb"
        files[name].parent.mkdir(parents=True)
    with visitor.notebook(f"exercises/{GRADED}/{GRADED}.ipynb") as page:
        fill_in(page, GRADED, sample)
        run_all(page)
        command(page, "docmanager:save")
        with page.expect_download() as download:
            page.locator(".lm-MenuBar-itemLabel", has_text="File").click()
            page.locator(".lm-Menu-itemLabel").get_by_text("Download", exact=True).click()
        assert download.value.suggested_filename.endswith(f"_{GRADED}.ipynb")
        download.value.save_as(files["browser"].with_name(download.value.suggested_filename))
    nbformat.write(answered(release(GRADED), GRADED, sample), files["jupyterlab"])
    # In a process of its own: Playwright's loop is in the way of others.
    grade = [Path(sys.executable).parent / "thousandfold", "grade", GRADED, "--course", course]
    graded = subprocess.run(grade, capture_output=True, text=True)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    grades = points(course, GRADED)
    assert grades["browser"] == grades["jupyterlab"]
    assert 0 < sum(grades["browser"].values()) < sum(sample.loses.values()) + 16


def test_a_table_is_uploaded_and_read(visitor: Visitor, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("month,customers\n2026-01,1000\n")
    with visitor.notebook("notebooks/00_start_here.ipynb") as page:
        command(page, "filebrowser:go-to-path", path="notebooks")
        with page.expect_file_chooser() as chooser:
            page.locator(
                "jp-button[data-command='filebrowser:upload'], .jp-id-upload"
            ).first.click()
        chooser.value.set_files(table)
        page.locator(".jp-DirListing-itemText", has_text="mine.csv").wait_for()
        read = "import pandas; print(pandas.read_csv('mine.csv').customers[0])"
        assert ask(page, RUN, read).strip() == "1000"


def test_what_needs_git_says_what_to_do_instead(visitor: Visitor) -> None:
    with visitor.notebook("notebooks/00_start_here.ipynb") as page:
        said = ask(
            page,
            RUN,
            "from thousandfold.repository.counts import count_history\ncount_history('.')",
        )
    assert "browser" in said


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_the_first_page_is_accessible(visitor: Visitor, scheme: Any, width: int) -> None:
    page = patient(visitor.context.new_page())
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(visitor.address)
    page.screenshot(path=PICTURES / f"site-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if not fetch_for_tests.AXE.is_file():
        pytest.skip("axe-core is not here: `python tools/fetch_for_tests.py` fetches it")
    page.add_script_tag(path=fetch_for_tests.AXE)
    found = page.evaluate("async () => await axe.run()")
    assert [
        (one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]
    ] == []
    assert len(found["passes"]) > 15
    page.close()


def test_the_first_page_leads_to_every_notebook(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    for path in (*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*/*.ipynb")):
        name = path.relative_to(ROOT).as_posix()
        assert f'href="lab/index.html?path={name}"' in page
        assert f'href="files/{name}"' in page
        assert (site / "files" / name).is_file()
    assert "mybinder.org/v2/gh/owner/name/HEAD" in page


def test_the_first_page_and_the_lesson_lead_to_other_languages(site: Path) -> None:
    translated = sorted(ROOT.glob("translations/*/notebooks/*.ipynb"))
    assert translated
    for path in translated:
        name, tongue = path.relative_to(ROOT).as_posix(), path.parts[-3]
        assert (site / "files" / name).is_file()
        for page in ("index.html", f"notebooks/{path.stem}.html"):
            links = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
            [link] = links.find_all("a", href=re.compile(rf"\?path={re.escape(name)}$"))
            assert link["lang"] == link["hreflang"] == tongue, page
            assert link.get_text()


def test_a_lesson_of_the_book_runs_where_it_says_so(visitor: Visitor) -> None:
    page = patient(visitor.context.new_page())
    page.goto(f"{visitor.address}notebooks/{GRADED}.html")
    page.get_by_role("link", name="Run this lesson").click()
    wait_until_shown(page, f"notebooks/{GRADED}.ipynb")
    page.close()


def test_python_is_told_when_its_notebooks_were_given_out(site: Path) -> None:
    told = json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = told["litePluginSettings"][build_site.SETTINGS]
    given_out = int(kernel["loadPyodideOptions"]["env"][GIVEN_OUT])
    listed = [
        file
        for listing in site.glob("api/contents/**/all.json")
        for file in json.loads(listing.read_text())["content"]
        if file["path"].endswith(".ipynb")
    ]
    assert {datetime.fromisoformat(file["last_modified"]).timestamp() for file in listed} == {
        given_out
    }


def test_a_site_holds_no_answer_and_no_hidden_test(site: Path) -> None:
    assert list(site.rglob(FILE)) == []
    files = [path for path in site.rglob("*") if path.is_file()]
    marks = (b"BEGIN SOLUTION", b"BEGIN HIDDEN", b"END HIDDEN")
    told = [path for path in files if any(mark in path.read_bytes() for mark in marks)]
    assert told == []
    assert not [path for path in files if "solutions" in path.parts]
    assert build_site.megabytes(site) < 100  # of which the book is five


def test_a_site_from_the_network_names_pyodide_and_nothing_else(site: Path, tmp_path: Path) -> None:
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

    folder = tmp_path / "site"
    build_site.build(folder, None)
    told = json.loads((folder / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = told["litePluginSettings"][build_site.SETTINGS]
    assert kernel["pyodideUrl"].startswith(PYODIDE_CDN_URL)
    assert kernel["disablePyPIFallback"] is True
    lock = json.loads((folder / "static/pyodide/pyodide-lock.json").read_text())["packages"]
    for found in lock.values():
        name = found["file_name"]
        assert name.startswith(PYODIDE_CDN_URL) or (folder / "static/pyodide" / name).is_file()
    assert not list(folder.rglob("pyodide.asm.wasm"))
    assert build_site.megabytes(folder) < build_site.megabytes(site) / 2


def test_another_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(build_site.SiteError, match="holds other files"):
        build_site.build(tmp_path, None)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_what_is_no_pyodide_is_refused(tmp_path: Path) -> None:
    for name, content in (("notes.txt", "no archive"), ("pyodide.tar.bz2", "no archive either")):
        (tmp_path / name).write_text(content)
        with pytest.raises(build_site.SiteError, match=r"cannot be unpacked|no distribution"):
            build_site.unpack(tmp_path / name, tmp_path / "cache")
    with pytest.raises(build_site.SiteError, match="no distribution"):
        build_site.unpack(tmp_path, tmp_path / "cache")


def test_a_package_that_is_not_the_official_one_is_refused(tmp_path: Path) -> None:
    if not fetch_for_tests.PYODIDE.is_dir():
        pytest.skip("Python for browsers is not here: `python tools/fetch_for_tests.py` fetches it")
    source = tmp_path / "pyodide"
    shutil.copytree(fetch_for_tests.PYODIDE, source)
    [numpy] = source.glob("numpy-*.whl")
    numpy.write_bytes(numpy.read_bytes() + b"more")
    (tmp_path / "made").mkdir()
    with pytest.raises(build_site.SiteError, match="is not the numpy"):
        build_site.self_contained(source, tmp_path / "made")


def test_a_server_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve_site.main(["--folder", str(tmp_path), "--loopback"]) == 1
    assert "run `make site` first" in capsys.readouterr().err
    (tmp_path / "jupyter-lite.json").write_text("{}")
    taken = serve_site.server(tmp_path, serve_site.LOOPBACK, 0)
    port = str(taken.server_address[1])
    assert serve_site.main(["--folder", str(tmp_path), "--loopback", "--port", port]) == 1
    assert "is in use" in capsys.readouterr().err
    taken.server_close()
