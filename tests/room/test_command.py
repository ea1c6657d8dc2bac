"""`thousandfold room`, as a facilitator opens it, in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from conftest import PICTURES, ROOT
from course import Sample, answered, release, samples, scratch
from handed_in import FILE, SECONDS, STEM
from patience import patience, patient
from playwright.sync_api import Browser, Page, ViewportSize, expect

TASKS = 5
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 360, "height": 740}


@dataclass
class Opened:
    """A room that the command has opened."""

    program: subprocess.Popen[str]
    said: str

    @property
    def address(self) -> str:
        return self._found("Everybody")

    @property
    def password(self) -> str:
        return self._found("Password")

    @property
    def key(self) -> str:
        """The facilitator's link."""
        return self._found("You")

    def _found(self, name: str) -> str:
        found = re.search(rf"{name}:\s+(\S+)", self.said)
        assert found, self.said
        return found[1]

    def close(self) -> str:
        """Close it as Ctrl+C does, and return what it says."""
        self.program.send_signal(signal.SIGINT)
        assert self.program.stdout
        end = self.program.stdout.read()
        assert self.program.wait(patience(SECONDS)) == 0
        return end


@contextmanager
def command(course: Path, data: Path, *options: str) -> Iterator[Opened]:
    """Run `thousandfold room`."""
    program = subprocess.Popen(
        [sys.executable, "-m", "thousandfold.cli", "room", "--no-browser", *options],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "JUPYTER_DATA_DIR": str(data)},
    )
    assert program.stdout
    try:
        said = ""
        while "Ctrl+C" not in said:
            line = program.stdout.readline()
            assert line, said
            said += line
        yield Opened(program, said)
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room") / "course"
    scratch(folder)
    shutil.copytree(ROOT / "exercises" / STEM, folder / "exercises" / STEM)
    return folder


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Password of the room").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password of the room")).to_be_hidden()


def test_a_room_that_was_killed_or_closed_opens_as_it_was(course: Path, tmp_path: Path) -> None:
    with command(course, tmp_path, STEM, "--port=0") as first:
        (journal,) = (tmp_path / "thousandfold" / "rooms").glob("*.room")
        assert journal.stat().st_mode & 0o077 == 0
        with command_that_fails(course, tmp_path, STEM, "--port=0") as refused:
            assert "a room is open with" in refused
    with command(course, tmp_path, STEM, "--port=0") as again:
        assert (again.password, again.key.rpartition("=")[2]) == (
            first.password,
            first.key.rpartition("=")[2],
        )
        assert "The same command opens it again" in again.close()
    with command(course, tmp_path, STEM, "--port=0", "--new") as new:
        assert new.password != first.password
    assert len(list((tmp_path / "thousandfold" / "rooms").glob("*.room"))) == 2


def test_a_second_laptop_goes_on_with_the_day_that_the_first_one_held(tmp_path: Path) -> None:
    day = ("--format", "half-day", "--modules", "6", "--port=0", "--folder", str(tmp_path / "in"))
    with command(ROOT, tmp_path / "first", *day) as first:
        other = ("--port=0", "--folder", str(tmp_path / "in 2"), "--take-over", first.key)
        with command(ROOT, tmp_path / "second", *other) as second:
            assert second.password == first.password
            assert "0 notebooks came along" in second.said
            assert f"0 handed in {STEM};" in second.close()
        with command_that_fails(ROOT, tmp_path / "first", *other) as refused:
            # The first laptop's own day: its room is open with it.
            assert "a room is open with" in refused
        assert f"0 handed in {STEM};" in first.close()
    with command(ROOT, tmp_path / "first", *day, "--start", "13:37") as again:
        assert "goes on with the day that was opened on" in again.said


@contextmanager
def command_that_fails(course: Path, data: Path, *options: str) -> Iterator[str]:
    done = subprocess.run(
        [sys.executable, "-m", "thousandfold.cli", "room", "--no-browser", *options],
        cwd=course,
        capture_output=True,
        text=True,
        env={**os.environ, "JUPYTER_DATA_DIR": str(data)},
        timeout=patience(SECONDS),
        check=False,
    )
    assert done.returncode == 1
    yield done.stderr


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_an_exercise_in_a_browser(course: Path, browser: Browser, tmp_path: Path) -> None:
    wrong = next(sample for sample in samples(STEM) if sample.name == "counts_each_pair_twice")
    handed_in = {
        "Zoe Right": nbformat.writes(answered(release(STEM), STEM, Sample("right"))),
        "Zoe Wrong": nbformat.writes(answered(release(STEM), STEM, wrong)),
        "Zoe Untouched": nbformat.writes(release(STEM)),
    }
    problems: list[str] = []

    def page_of(size: ViewportSize, scheme: str = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page = patient(context.new_page())
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: problems.append(said.text) if said.type in ("error", "warning") else None,
        )
        return page

    with command(course, tmp_path / "data", STEM, "--port=0") as room:
        board = page_of(PROJECTOR)
        sign_in(board, f"{room.address}/projector", room.password)
        board.goto(f"{room.address}/projector")
        expect(board.locator("dd").first).to_have_text("0")
        board.evaluate("() => { window.sameWindow = true }")
        for name, text in handed_in.items():
            learner = page_of(PHONE)
            sign_in(learner, room.address, room.password)
            learner.goto(f"{room.address}/hand-in")
            learner.get_by_label("Your name").fill(name)
            file = tmp_path / FILE
            file.write_text(text, encoding="utf-8")
            learner.get_by_label("Your notebook").set_input_files(file)
            learner.get_by_role("button", name="Hand in").click()
            expect(learner.locator("output.answer")).to_contain_text("Handed in at")
            expect(learner.locator(".results li")).to_have_count(TASKS)
            assert learner.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
            learner.screenshot(path=PICTURES / "room-hand-in.png", full_page=True)
            learner.context.close()

        expect(board.locator("dl")).to_have_text(
            re.compile(r"started\s*3\s*all tasks right\s*1\s*$")
        )
        rows = board.locator("tbody tr")
        expect(rows).to_have_count(TASKS)
        counts = ["1 right, 1 not yet", "2 right", "1 right, 1 not yet", "2 right", "2 right"]
        for number, count in enumerate(counts):
            expect(rows.nth(number).locator("p").first).to_have_text(count)
        expect(rows.nth(0)).to_contain_text("1 × You counted each pair twice, once from each side")
        expect(rows.nth(2)).to_contain_text(wrong.says["true_paths"])
        assert board.evaluate("() => window.sameWindow"), "it was loaded again, and flashed"
        assert "zoe" not in board.content().lower()

        height = board.evaluate("() => document.documentElement.scrollHeight")
        assert height <= PROJECTOR["height"], "a projector shows all of it"
        letters = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
        assert min(board.locator("tbody :is(th, td)").evaluate_all(letters)) >= 25
        assert min(board.locator("tbody b, dd").evaluate_all(letters)) >= 25
        board.screenshot(path=PICTURES / "room.png")
        for size, scheme in ((PROJECTOR, "dark"), (PHONE, "light")):
            page = page_of(size, scheme)
            sign_in(page, room.address, room.password)
            page.goto(f"{room.address}/projector")
            expect(page.locator("tbody tr")).to_have_count(TASKS)
            assert page.evaluate("() => document.documentElement.scrollWidth") == size["width"]
            page.screenshot(path=PICTURES / f"room-{size['width']}-{scheme}.png")
            page.context.close()
        assert problems == []

        end = room.close()
        assert f"3 handed in {STEM}; it lies in {course / 'submitted'}" in end
        assert f"thousandfold grade {STEM}" in end
        expect(board.locator("#lost")).to_contain_text("No connection to the room")
        board.context.close()
    submitted = course / "submitted"
    assert sorted(path.name for path in submitted.iterdir()) == [
        "zoe-right",
        "zoe-untouched",
        "zoe-wrong",
    ]
