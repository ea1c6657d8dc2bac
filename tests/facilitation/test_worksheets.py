"""Sheets to print: what the notebooks ask, and room to answer."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import pdf
from thousandfold.facilitation.course import find_course, read_cells
from thousandfold.facilitation.pdf import NoPrinterError, find_browser, write_pdf
from thousandfold.facilitation.predictions import predictions
from thousandfold.facilitation.schedule import plan
from thousandfold.facilitation.worksheets import (
    FLIGHT,
    flight_sheet,
    memo_sheets,
    predictions_sheet,
    question_sheets,
    sheets,
)
from thousandfold.writing import write_whole

COURSE = find_course(ROOT)


@pytest.fixture(scope="module")
def printed(printer: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip(
            "no pdftotext on PATH, so no printed sheet was read: apt-get install poppler-utils"
        )


def test_every_prediction_has_two_boxes() -> None:
    asked = [g for m in COURSE.modules for g in predictions(read_cells(m.lesson))]
    assert predictions_sheet(COURSE.modules).count('<td class="write">') == 2 * len(asked)


def test_every_memo_has_its_rubric_and_five_boxes() -> None:
    sheet = memo_sheets(COURSE.modules)
    graded = [module for module in COURSE.modules if module.exercise]
    for module in graded:
        part = sheet[sheet.index(f"{module.stem[:2]} ") :].split("</section>")[0]
        if any(task.memo for task in module.tasks):
            assert part.count('<div class="lines">') == 5, module.stem
            assert "<table>" in part
    assert "BEGIN SOLUTION" not in sheet


def test_every_module_has_a_sheet_for_the_wall() -> None:
    assert question_sheets(COURSE.modules).count('class="sheet"') == len(COURSE.modules)


def test_the_flight_simulator_has_a_line_for_each_round_and_a_box_for_each_decision() -> None:
    from dataclasses import fields

    from thousandfold.flight import Decision
    from thousandfold.flight.deck import ROUNDS

    sheet = flight_sheet()
    assert sheet.count('<th scope="row">') == ROUNDS
    assert sheet.count("<td></td>") == ROUNDS * (2 + len(fields(Decision)))
    assert sheet.count("<col ") == 3 + len(fields(Decision))
    widths = [float(width) for width in re.findall(r'<col style="width:([\d.]+)%">', sheet)]
    assert sum(widths) == pytest.approx(100, abs=0.1)
    assert max(widths) == widths[2], "a reason is a sentence"
    assert sheet.index("forecast") < sheet.index("features"), "the forecast comes first"
    there = any(module.number == FLIGHT for module in COURSE.modules)
    assert ("flight" in sheets(COURSE)) == there


def written(tmp_path: Path, *arguments: str) -> dict[str, str]:
    """Return the sheets that the command writes where there is no browser."""
    folder = tmp_path / "sheets"
    assert main(["worksheets", *arguments, "--folder", str(ROOT), "--output", str(folder)]) == 0
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture
def no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(tmp_path / "missing"))


@pytest.mark.usefixtures("no_browser")
def test_a_format_gets_the_sheets_of_its_plan(tmp_path: Path) -> None:
    found = written(tmp_path, "--format", "half-day")
    assert found.keys() == {"predictions", "memos", "questions", "flight"}, "and no answers"
    assert found["memos"].count('<section class="sheet">') == 1
    assert "<h2>08 " in found["memos"]
    for name in ("predictions", "questions"):
        assert re.findall(r"<h2>(\d\d) ", found[name]) == ["00", "01", "08"]


@pytest.mark.usefixtures("no_browser")
def test_a_plan_without_a_memo_gets_none(tmp_path: Path) -> None:
    assert written(tmp_path, "--format", "one-hour").keys() == {
        "predictions",
        "questions",
        "flight",
    }


@pytest.mark.usefixtures("no_browser")
def test_modules_can_be_chosen(tmp_path: Path) -> None:
    found = written(tmp_path, "--modules", "6, 01")
    assert re.findall(r"<h2>(\d\d) ", found["memos"]) == ["06", "01"]
    assert re.findall(r"<h2>(\d\d) ", found["questions"]) == ["06", "01"]
    missing = ["worksheets", "--modules", "x", "--folder", str(ROOT), "--output", str(tmp_path)]
    assert main(missing) == 1


@pytest.mark.usefixtures("no_browser")
def test_the_facilitator_s_pages_are_printed_only_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = written(tmp_path, "--modules", "1,8", "--pages")["facilitator-pages"]
    assert sheet.count('<section class="sheet">') == 2
    for module in (COURSE.module("1"), COURSE.module("8")):
        text = (ROOT / "facilitator" / f"{module.stem}.md").read_text(encoding="utf-8")
        assert sheet.count("<h3>") >= len(re.findall(r"^## ", text, re.MULTILINE))
        assert f"<h2>{module.stem[:2]} · " in sheet
    assert "For the facilitator alone" in sheet
    kit = tmp_path / "kit"
    kit.mkdir()
    (kit / "notebooks").symlink_to(ROOT / "notebooks")
    (kit / "exercises").symlink_to(ROOT / "exercises")
    arguments = ["worksheets", "--folder", str(kit), "--output", str(tmp_path / "none"), "--pages"]
    assert main(arguments) == 1
    assert "the kit of learners does not hold it" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("printed")
def test_sheets_that_hang_on_a_wall_and_the_game_s_fit_their_page(tmp_path: Path) -> None:
    for name, pages in (("questions", len(COURSE.modules)), ("flight", 1)):
        target = tmp_path / f"{name}.pdf"
        write_pdf(sheets(COURSE)[name], target)
        said = subprocess.run(["pdfinfo", target], capture_output=True, text=True, check=True)
        assert re.search(rf"^Pages: +{pages}$", said.stdout, re.MULTILINE), name


@pytest.mark.usefixtures("printed")
def test_a_sheet_for_the_wall_is_large(tmp_path: Path) -> None:
    write_pdf(sheets(COURSE)["questions"], tmp_path / "questions.pdf")
    said = subprocess.run(
        ["pdfinfo", tmp_path / "questions.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "(A3)" in said
    boxes = subprocess.run(
        ["pdftotext", "-bbox-layout", tmp_path / "questions.pdf", "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    words = re.findall(r'<word xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', boxes)
    assert min(float(low) - float(high) for high, low in words) > 22, "points, from top to bottom"


@pytest.mark.parametrize(("format_", "pages"), [("half-day", 1), ("day", 2)])
@pytest.mark.usefixtures("printed")
def test_predictions_run_over_no_page_by_a_table(format_: str, pages: int, tmp_path: Path) -> None:
    modules = plan(COURSE, format_).taught
    write_pdf(sheets(COURSE, modules)["predictions"], tmp_path / "predictions.pdf")
    said = subprocess.run(
        ["pdfinfo", tmp_path / "predictions.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(rf"^Pages: +{pages}$", said, re.MULTILINE)


@pytest.mark.usefixtures("printed")
def test_memos_are_printed_one_a_page(tmp_path: Path) -> None:
    write_pdf(memo_sheets(COURSE.modules), tmp_path / "memos.pdf")
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "memos.pdf", "-"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    pages = [page for page in text.split("\f") if page.strip()]
    assert len(pages) == memo_sheets(COURSE.modules).count('<section class="sheet">')
    assert "finance chief" in pages[0]
    assert "Tripwire" in pages[0]


@pytest.mark.usefixtures("printed")
def test_a_page_of_ours_runs_no_script_and_reads_no_file_when_printed(tmp_path: Path) -> None:
    from thousandfold.facilitation.page import templates

    (tmp_path / "secret.txt").write_text("SECRET")
    body = (
        "<h1>Hello</h1><script>document.body.append('RAN')</script>"
        f"<iframe src='{(tmp_path / 'secret.txt').as_uri()}'></iframe>"
    )
    ours = f'{{% extends "paper.html" %}}{{% block main %}}{body}{{% endblock %}}'
    write_pdf(templates().from_string(ours).render(), tmp_path / "x.pdf")
    text = subprocess.run(
        ["pdftotext", tmp_path / "x.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    assert text.strip() == "Hello"


def test_without_a_browser_it_is_said_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(tmp_path / "missing"))
    with pytest.raises(NoPrinterError, match="Save as PDF; or set THOUSANDFOLD_BROWSER"):
        write_pdf("<p>x", tmp_path / "x.pdf")


@pytest.mark.parametrize("browser", ["missing", str(shutil.which("false"))])
def test_where_no_browser_prints_there_are_pages_and_a_sentence(
    browser: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", browser)
    assert main(["worksheets", "--folder", str(ROOT), "--output", str(tmp_path / "s")]) == 0
    assert "so these are pages, not PDF" in capsys.readouterr().err
    written = {path.name for path in (tmp_path / "s").iterdir()}
    assert written == {f"{name}.html" for name in sheets(COURSE)}


@pytest.mark.parametrize(
    ("command", "pages"),
    [
        (["schedule", "--folder", str(ROOT), "--output", "plan.pdf"], {"plan.html"}),
        (["takeaway", "..", "--output", "mine.pdf"], {"mine.html"}),
        (
            ["slides", "00", "--still", "--pdf", "--folder", str(ROOT), "--output", "."],
            {"00_start_here.html", "index.html"},
        ),
        (
            [
                "slides",
                "--still",
                "--format",
                "one-hour",
                "--pdf",
                "--folder",
                str(ROOT),
                "--output",
                ".",
            ],
            {"one-hour.html"},
        ),
    ],
)
def test_whatever_was_to_be_printed_is_a_page_where_no_browser_prints(
    command: list[str],
    pages: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(tmp_path / "missing"))
    (tmp_path / "here").mkdir()
    lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("my_guess_a = 4  # a?")])
    nbformat.write(lesson, tmp_path / "11_pricing.ipynb")
    monkeypatch.chdir(tmp_path / "here")
    assert main(command) == 0
    assert {path.name for path in Path().iterdir()} == pages
    out, err = capsys.readouterr()
    assert err.count("no Chromium, Chrome or Edge prints here") == 1
    assert sum(line.startswith("written: ") for line in out.splitlines()) == len(pages)


def test_where_no_browser_prints_no_page_is_replaced_that_nobody_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(tmp_path / "missing"))
    monkeypatch.chdir(tmp_path)
    schedule = ["schedule", "--folder", str(ROOT), "--output"]
    mine = Path("plan.html")
    mine.write_text("my own")
    assert main([*schedule, "plan.pdf"]) == 1
    assert "say --output plan.html" in capsys.readouterr().err
    assert mine.read_text() == "my own"
    assert sorted(Path().iterdir()) == [mine]
    assert main([*schedule, "plan.html"]) == 0
    assert main([*schedule, "plan.pdf"]) == 0, "the same page"


@pytest.mark.parametrize("body", ["exit 0", "printf x > page.pdf", "sleep 60"])
def test_a_browser_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\n{body}\n")
    browser.chmod(0o755)
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(browser))
    target = tmp_path / "x.pdf"
    target.write_bytes(b"old")
    with pytest.raises(ExplainedError, match="did not print the page"):
        write_pdf("<p>x", target, seconds=1)
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["browser", "x.pdf"]


def test_a_browser_that_sees_only_its_users_folders_prints_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(pdf.tempfile, "tempdir", str(tmp_path / "own"))
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!/bin/sh\ncase $PWD in {tmp_path}/own/*) ;; *) echo %PDF >page.pdf;; esac\n"
    )
    browser.chmod(0o755)
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(browser))
    (tmp_path / "mine").mkdir()
    write_pdf("<p>x", tmp_path / "mine" / "x.pdf")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["x.pdf"]
    assert (tmp_path / "mine" / "x.pdf").read_bytes() == b"%PDF\n"


def test_browsers_are_looked_for_where_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THOUSANDFOLD_BROWSER", raising=False)
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    for system, place in (("darwin", "/Applications/Google Chrome.app"), ("win32", "msedge.exe")):
        monkeypatch.setattr(pdf.sys, "platform", system)
        monkeypatch.setenv("PROGRAMFILES", "/programs" if system == "win32" else "")
        monkeypatch.setattr(Path, "is_file", lambda path, place=place: place in str(path))
        found = find_browser()
        assert found is not None
        assert place in str(found)


def test_a_file_that_cannot_be_written_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExplainedError, match="cannot be made"):
        write_whole(tmp_path / "file" / "x.html", "x")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ExplainedError, match="cannot be written"):
        write_whole(tmp_path / "folder.html", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.html"]
