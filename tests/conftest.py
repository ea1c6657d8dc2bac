"""What all tests share: the figures that somebody else published, and the modules there are."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import linux_alone
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from patience import patience

from boxgrader.box import namespaces
from thousandfold.facilitation.pdf import NoPrinterError, find_browser, write_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
# Tests reach this machine alone, and no proxy leads there.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost,::1"
# Under nohup programs that tests start would ignore a terminal that is closed. What this process
# does at a signal, and does not ignore, no program that it starts inherits.
if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)
# How long an example takes, or making it, says how busy the machine is, and nothing about our code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
MOST_DIGITS = 6  # of a fit, which differs from processor to processor in the eighth
PUBLISHED = json.loads((ROOT / "tests" / "published.json").read_text(encoding="utf-8"))
PICTURES = ROOT / "build" / "screenshots"  # how a page looked when a test left it
CHROMIUM_OPTIONS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What a page wants from any other host is then an error in its console, and fails the test.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
# A command that is started so has its signals ignored, as after nohup.
IGNORING = ("sh", "-c", "trap '' INT QUIT HUP TERM; exec \"$@\"", "sh")
LONGEST = (
    "test_site.py",
    "test_book.py",
    "test_site_begun_anew.py",
    "test_accessibility.py",
    "test_whole_day.py",
    "test_browser.py",
    "test_autograde.py",
    "test_hub.py",
    "test_attacks.py",
    "test_stopping.py",
    "test_kernels.py",
    "test_equality.py",
    "test_postgres.py",
    "test_exercises.py",
    "test_class.py",
    "test_new_module.py",
    "test_faults.py",
    "test_no_false_alarm.py",
    "test_ordinary.py",
    "test_flying.py",
    "test_narrow.py",
    "test_set_up.py",
    "test_cockpit_screen.py",
)
WAITS = "waits for a translator"  # in the reason of what a translation not yet made skips
LIMIT_SECONDS = 300.0  # of a test, on a quiet machine; whoever needs more says so in a mark
BUILD_SECONDS = 900.0  # of one that may be the first to need the book or the site


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let Linux, too, run what runs on every system and nothing else."""
    parser.addoption(
        "--every-system", action="store_true", help="skip what runs on Linux alone, as others do"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Wait for the kernels of lessons as for everything else."""
    config.option.nbval_cell_timeout = patience(LIMIT_SECONDS)
    config.option.nbval_kernel_startup_timeout = patience(60)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Skip what runs on Linux alone before it is imported, which may not be possible."""
    found = yield
    elsewhere = sys.platform != "linux" or parent.config.getoption("--every-system")
    if found and elsewhere and linux_alone.why(file_path):
        return [linux_alone.Skipped.from_parent(parent, path=file_path)]
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no core waits for another at the end."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def pytest_collection_finish() -> None:
    """Look for no garbage among ten thousand tests and what they import: a tenth of the time."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what waits for a translator: of what is skipped, pytest shows no reason unasked."""
    reports = terminalreporter.stats.get("skipped", ())
    reasons = {str(report.longrepr[2]) for report in reports if isinstance(report.longrepr, tuple)}
    for reason in sorted(reason for reason in reasons if WAITS in reason):
        terminalreporter.write_line(reason.removeprefix("Skipped: "))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Give each test a time limit of its own, by what the machine can do as the test begins."""
    own = item.get_closest_marker("timeout")
    built = {"book", "site"}.intersection(getattr(item, "fixturenames", ()))
    seconds = own.args[0] if own else BUILD_SECONDS if built else LIMIT_SECONDS
    limit = pytest.mark.timeout(patience(seconds))
    item.add_marker(limit, append=False)
    return (yield)


@dataclass(frozen=True)
class Published:
    """Figures that somebody else published, by id."""

    entries: dict[str, dict[str, Any]]

    def agrees(self, name: str, ours: Any) -> None:
        """Assert that what we calculate lies within the tolerance of what was published."""
        entry = self.entries[name]
        np.testing.assert_allclose(ours, entry["value"], rtol=0, atol=entry["tolerance"])


@pytest.fixture(scope="session")
def published() -> Published:
    return Published({entry["id"]: entry for entry in PUBLISHED})


def long_numbers(text: str) -> list[str]:
    """Return the fractions with more digits than a reader needs and all processors agree on."""
    fractions = re.findall(r"(?<![\w.])\d+\.\d*[1-9]", text)
    return [one for one in fractions if len(one.replace(".", "").lstrip("0")) > MOST_DIGITS]


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the browser that tests look with; without one they are skipped."""
    found = find_browser()
    if found is None:
        pytest.skip(
            "no Chromium on PATH, so no page was looked at: install it by `apt-get install "
            "chromium` or `brew install --cask chromium`"
        )
    return found


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start a browser. A module's, since Playwright's loop is in nbclient's way."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=CHROMIUM_OPTIONS, timeout=patience(60) * 1000
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def printer(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the browser that prints sheets; where it does not, tests of sheets are skipped."""
    try:
        write_pdf("<p>One page.", tmp_path_factory.mktemp("printer") / "page.pdf")
    except NoPrinterError as error:
        pytest.skip(
            f"nothing was printed: {error}. As an ordinary user it needs user namespaces, as a "
            "container started with --security-opt seccomp=unconfined has them"
        )
    return chromium


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """Return a folder that the first core to need it builds, while the others wait."""
    from one_at_a_time import alone

    own = factory.getbasetemp()
    work = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"shared-{name}"
    folder = work / name
    with alone(work):
        if not folder.exists():
            build(folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site that holds everything, once for all tests of it."""
    import build_site
    import fetch_for_tests

    if not fetch_for_tests.PYODIDE.is_dir():
        pytest.skip(
            "Python for browsers is not here, so the site was not tested: "
            "`python tools/fetch_for_tests.py` fetches it, with npm and a network"
        )

    def build(folder: Path) -> None:
        build_site.build(folder, fetch_for_tests.PYODIDE, repository="owner/name")

    return built_once(tmp_path_factory, "site", build)


@pytest.fixture(scope="session")
def git() -> None:
    """Skip what reads a repository where nobody can."""
    if shutil.which("git") is None:
        pytest.skip("no git on PATH, so no repository was read: apt-get install git")


@pytest.fixture(scope="session")
def boxes() -> None:
    """Skip what runs learners' code where there is no box for it."""
    if missing := namespaces.why_not():
        pytest.skip(f"no learners' code was run. {missing}")


def lessons() -> list[str]:
    """Name of each lesson. A module is found by its stem: a new one needs no line here."""
    return sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the book that stands alone, once for all tests of it."""
    import build_book

    return built_once(tmp_path_factory, "book", build_book.build)
