"""Ready comments: read from an instructor's file, and put into formgrader's box by a press."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nbformat
import pytest
from conftest import PICTURES, ROOT
from for_everybody import axe_finds
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.server_extensions.formgrader import handlers
from patience import patient
from playwright.sync_api import Page, expect
from small_course import marked
from traitlets.config import Config

from boxgrader.errors import GraderError
from boxgrader.nbgrader_course.comment_bank import offered, read_bank
from boxgrader.nbgrader_course.pages import FormgraderPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Route

OURS = ROOT / "facilitator" / "memo-comments.toml"
SERVER = "http://127.0.0.1:9"  # everything of it is answered here
STATIC = Path(handlers.static_path)
SCRIPT = "document.title = 'taken over'"


def rubric(path: Path) -> list[str]:
    """Return the names of a memo's rows, as an exercise prints them."""
    for cell in nbformat.read(path, as_version=4).cells:
        if "2 points | 1 point" in cell.source:
            rows = [line.split("|")[1].strip() for line in cell.source.splitlines() if "**" in line]
            return [row.strip("*") for row in rows if row.startswith("**")]
    return []


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/*/*.ipynb")), ids=lambda it: it.stem)
def test_each_row_of_each_memo_has_comments_for_each_number_of_points(path: Path) -> None:
    bank = read_bank(OURS)
    assert [row.name for row in bank] == rubric(path)
    for row in bank:
        assert [points for points, _ in row.levels] == [2, 1, 0]
        assert all(2 <= len(sentences) <= 3 for _, sentences in row.levels)


def test_no_two_comments_are_the_same() -> None:
    said = [it for row in read_bank(OURS) for _, sentences in row.levels for it in sentences]
    assert len(set(said)) == len(said)
    assert all(len(it.split()) < 40 for it in said)
    assert not [it for it in said if "!" in it]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[row]\n", "at line 1"),
        ("", "no [[row]]"),
        ("row = 3", "no [[row]]"),
        ("[[row]]\n2 = ['a']", "has no name"),
        ("[[row]]\nname = 'A'", "A has no sentences"),
        ("[[row]]\nname = 'A'\n2 = 'a'", "2 of A is no list"),
        ("[[row]]\nname = 'A'\ntwo = ['a']", "two of A is no number"),
        ("[[row]]\nname = 'A'\nnan = ['a']", "nan of A is no number"),
        ("[[row]]\nname = 'A'\n-inf = ['a']", "-inf of A is no number"),
    ],
)
def test_a_damaged_file_is_told_and_stops_no_page(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bank.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GraderError) as raised:
        read_bank(path)
    assert says in str(raised.value)
    assert "mend the file" in offered(path)
    path.write_bytes(b"\xff\xfe")
    assert "mend the file" in offered(path)


def test_where_there_is_no_file_nothing_is_offered(tmp_path: Path) -> None:
    assert offered(tmp_path / "none.toml") == ""
    assert "mend the file" in offered(tmp_path), "a folder"


@pytest.fixture
def tab(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, list[dict[str, str]]]]:
    """Open a memo in formgrader, with our comments and a hostile one; what it saves is kept."""
    bank = tmp_path / "bank.toml"
    hostile = f"\n[[row]]\nname = '<b>Row</b>'\n1 = ['</script><script>{SCRIPT}</script> $& $1']\n"
    bank.write_text(OURS.read_text("utf-8") + hostile.replace("'taken over'", '"taken over"'))
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.FormgraderPage.comments = str(bank)
    memo = marked(new_markdown_cell("A memo. </body>"), "memo", 10, grade=True, solution=True)
    answer = marked(new_code_cell("x = 1"), "answer", solution=True)
    told = {"submission_id": "1", "notebook_id": "ps", "assignment_id": "ps", "base_url": SERVER}
    told |= {"student": "ann", "index": 0, "total": 1}
    notebook = new_notebook(cells=[memo, answer])
    made, _ = FormgraderPage(config=config).from_notebook_node(notebook, told)
    saved: list[dict[str, str]] = []
    comment = {"id": "c", "name": "memo", "manual_comment": "Dear Ann.", "auto_comment": None}
    grade = {"id": "g", "name": "memo", "max_score": 10, "manual_score": None, "auto_score": None}

    def answers(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = STATIC / path.removeprefix("/formgrader/static/")
        if path == "/formgrader/submissions/1/":
            route.fulfill(body=made, content_type="text/html")
        elif path.startswith("/formgrader/static/") and file.is_file():
            route.fulfill(path=file)
        elif route.request.method == "PUT":
            saved.append(route.request.post_data_json)
            route.fulfill(json=route.request.post_data_json)
        elif path.endswith("/comments"):
            route.fulfill(json=[comment])
        else:
            route.fulfill(json=[grade] if path.endswith("/grades") else [])

    with browser.new_context() as context:
        context.route("**/*", answers)
        page = patient(context.new_page())
        page.goto(f"{SERVER}/formgrader/submissions/1/")
        expect(page.locator("#memo-comment")).to_have_value("Dear Ann.")  # formgrader is ready
        yield page, saved
        page.screenshot(path=PICTURES / "comment-bank.png", full_page=True)


@pytest.mark.browser
def test_a_press_puts_a_comment_into_the_box_and_formgrader_saves_it(
    tab: tuple[Page, list[dict[str, str]]],
) -> None:
    page, saved = tab
    assert page.locator(".comment-bank summary").count() == 1, "beside what a person gives points"
    page.locator(".comment-bank summary").click()
    bank = {row.name: dict(row.levels) for row in read_bank(OURS)}
    choice, tripwire = bank["Option chosen"][1][0], bank["Tripwire"][2][0]
    page.get_by_role("button", name=choice).click()
    page.get_by_role("button", name=tripwire).click()
    box = page.locator("#memo-comment")
    wanted = f"Dear Ann.\n\n**Option chosen.** {choice}\n\n**Tripwire.** {tripwire}"
    expect(box).to_have_value(wanted)
    page.wait_for_function("$.active === 0")
    assert saved[-1]["manual_comment"] == wanted
    told = page.locator(".comment-bank-sum")
    assert told.inner_text().startswith("2 of 6 rows chosen: 3 of 11 points.")
    assert page.locator("#memo").input_value() == "", "points are given by a person"
    # Another of the same row stands in its place; the same once more takes it back.
    better = bank["Option chosen"][2][0]
    page.get_by_role("button", name=better).click()
    expect(box).to_have_value(wanted.replace(choice, better))
    page.get_by_role("button", name=better).click()
    expect(box).to_have_value(f"Dear Ann.\n\n**Tripwire.** {tripwire}")
    page.wait_for_function("$.active === 0")
    # What was changed by hand since stays.
    box.fill("Dear Ann. All of it is mine.")
    page.get_by_role("button", name=better).click()
    expect(box).to_have_value(f"Dear Ann. All of it is mine.\n\n**Option chosen.** {better}")


@pytest.mark.browser
def test_a_press_while_another_is_being_saved_is_not_lost(
    tab: tuple[Page, list[dict[str, str]]],
) -> None:
    page, saved = tab
    page.locator(".comment-bank summary").click()
    bank = {row.name: dict(row.levels) for row in read_bank(OURS)}
    first, second, third = (bank[row][1][0] for row in list(bank)[:3])
    held: list[Route] = []
    page.route("**/comment/**", lambda it: it.fallback() if held else held.append(it))
    box = page.locator("#memo-comment")
    page.get_by_role("button", name=first).click()
    page.get_by_role("button", name=second).click()
    page.get_by_role("button", name=third).click()
    [on_its_way] = held
    on_its_way.fulfill(json=on_its_way.request.post_data_json)
    page.wait_for_function("$.active === 0")
    for chosen in (first, second, third):
        expect(box).to_have_value(re.compile(re.escape(chosen)))
        assert chosen in saved[-1]["manual_comment"]


@pytest.mark.browser
def test_the_keyboard_leads_in_through_and_back(tab: tuple[Page, list[dict[str, str]]]) -> None:
    page, _ = tab
    box = page.locator("#memo-comment")
    box.focus()
    page.keyboard.press("Alt+c")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.dataset.says")
    assert focused == dict(read_bank(OURS)[0].levels)[2][1]
    page.keyboard.press("Enter")
    assert focused in box.input_value()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "memo-comment"


@pytest.mark.browser
def test_the_comments_have_no_barrier(tab: tuple[Page, list[dict[str, str]]]) -> None:
    page, _ = tab
    page.locator(".comment-bank summary").click()
    assert [it for it in axe_finds(page) if "comment-bank" in str(it)] == []


@pytest.mark.browser
def test_what_stands_in_the_file_is_text(tab: tuple[Page, list[dict[str, str]]]) -> None:
    page, _ = tab
    page.locator(".comment-bank summary").click()
    page.locator(".comment-bank button").last.click()
    assert page.title() == "ps"
    assert page.locator("#memo-comment").input_value().endswith("</script> $& $1")
