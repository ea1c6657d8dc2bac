"""Slides and the takeaway: a reader's own spaces, things to touch, the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from for_everybody import NARROW, TALL, axe_finds, barriers
from patience import patient
from playwright.sync_api import Browser

from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.gain import Report
from thousandfold.facilitation.room_calibration import Asked, calibration_of_room
from thousandfold.facilitation.room_calibration_page import html as room_page
from thousandfold.facilitation.slides import none, write_slides
from thousandfold.facilitation.takeaway import collect, html
from thousandfold.inventory.gain import gain_of
from thousandfold.inventory.simulated import SimulatedClass
from thousandfold.teaching.guesses import compare_with
from thousandfold.teaching.typed import Typed

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.xdist_group("browser")]


def slides(folder: Path) -> Path:
    course = find_course(ROOT)
    made, *_ = write_slides(course, [course.module("06")], folder, sliders_of=none)
    return made


def takeaway(folder: Path) -> Path:
    lesson = (ROOT / "notebooks" / "06_communication.ipynb").read_text(encoding="utf-8")
    mine = folder / "06_communication.ipynb"
    mine.write_text(lesson.replace("my_guess_paths = ...", "my_guess_paths = 4"), encoding="utf-8")
    made = folder / "takeaway.html"
    made.write_text(html(collect(folder)), encoding="utf-8")
    return made


def guesses_of_a_room(folder: Path) -> Path:
    guesses = {str(who): compare_with(Typed(who, who), 20) for who in range(1, 9)}
    asked = [Asked("06 Why?", "How many?", guesses), Asked("06 Why?", "How few?", {})]
    made = folder / "guesses.html"
    made.write_text(room_page(calibration_of_room(asked)), encoding="utf-8")
    return made


def gained(folder: Path) -> Path:
    made = folder / "gain.html"
    gain = gain_of(SimulatedClass(20).answers(1), ["00", "01", "06"])
    made.write_text(Report(gain, "Half a day", worth=15, simulated=True).html(), encoding="utf-8")
    return made


@pytest.mark.parametrize("width", [NARROW, 1280])
@pytest.mark.parametrize("make", [slides, takeaway, guesses_of_a_room, gained])
def test_a_page_that_is_handed_out_holds_nobody_up(
    browser: Browser, tmp_path: Path, make: Callable[[Path], Path], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": TALL}, bypass_csp=True)
    page = patient(context.new_page())
    page.goto(make(tmp_path).as_uri())
    assert axe_finds(page) == []
    assert barriers(page) == []
    context.close()
