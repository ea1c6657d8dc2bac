"""What runs on Linux alone, and why: on other systems it is skipped in this sentence.

A file that is not named here runs on Linux, macOS and Windows; `tools/every_system.py` runs those.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
BROWSER = "pages are looked at in Chromium on Linux alone"
COMMANDS = "it calls the shell commands of Linux"
SITE = "the site and the book are built on Linux alone"
WHY = {
    "facilitation": "sheets are printed, and their printing is interrupted, on Linux alone",
    "flight/test_cockpit_screen.py": BROWSER,
    "flight/test_flight_touch.py": BROWSER,
    "flight/test_policy_form_screen.py": BROWSER,
    "grading": "learners' code is boxed by what Linux alone has",
    "room": "a room is attacked and killed with the signals, limits and addresses of Linux",
    "test_accessibility.py": BROWSER,
    "test_binder.py": COMMANDS,
    "test_book.py": SITE,
    "test_book_reading.py": SITE,
    "test_browser.py": BROWSER,
    "test_class.py": "a class is graded in boxes, which Linux alone has",
    "test_drawn_in_the_book.py": SITE,
    "test_exercises.py": "a few thousand answers are graded, and their marks hang on no system",
    "test_first_page.py": SITE,
    "test_game_page.py": SITE,
    "test_house.py": COMMANDS,
    "test_hub.py": "a hub gives its learners accounts of Linux",
    "test_interrupts.py": "programs are interrupted by the signals of Linux",
    "test_new_module.py": COMMANDS,
    "test_security.py": "what is attacked here, Linux alone has",
    "test_serve_site.py": SITE,
    "test_set_up.py": COMMANDS,
    "test_site.py": SITE,
    "test_speed.py": "what is measured hangs on no system",
    "test_spreadsheet.py": SITE,
    "test_two_builds.py": SITE,
    "test_workflows.py": COMMANDS,
}


def why(path: Path) -> str | None:
    """Say why a file of tests runs on Linux alone, or nothing if it runs everywhere."""
    if TESTS not in path.parents:
        return None
    within = path.relative_to(TESTS).as_posix()
    return next((WHY[part] for part in (within, within.split("/")[0]) if part in WHY), None)


class Skipped(pytest.Module):
    """A file of tests that is not even imported: a module that it asks for may be missing."""

    def collect(self) -> list[pytest.Item]:
        pytest.skip(f"{why(self.path)}", allow_module_level=True)
