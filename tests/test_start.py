"""`thousandfold start`: it lays the workshop, opens it, and says what it cannot do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT
from patience import patience, patient, wait_until
from test_browser import OPEN, READY, RUN_ALL, START_SECONDS, TOKEN, address, command, stop

from thousandfold.cli import main
from thousandfold.commands import lab, start
from thousandfold.facilitation import laying

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FIRST = Path(lab.FIRST)


@contextmanager
def started(place: Path, *program: str | Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start it in a folder as a learner does, apart from what this machine has configured."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    own = place.parent / "own"
    own.mkdir()
    for kind in ("CONFIG", "DATA", "RUNTIME"):
        environment[f"JUPYTER_{kind}_DIR"] = str(own / kind)
    environment["IPYTHONDIR"] = str(own / "ipython")
    told = ["--ip=127.0.0.1", "--port=0", "--allow-root", f"--IdentityProvider.token={TOKEN}"]
    told.append("--LabApp.expose_app_in_browser=True")
    options = (f"--jupyter={option}" for option in told)
    log = own / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            [*program, "start", "--no-browser", *options],
            cwd=place,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield server, address(server, own / "RUNTIME", log)
    finally:
        stop(server)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder in which a learner starts it."""
    folder = tmp_path / "a place"
    folder.mkdir()
    return folder


def asked(url: str, path: str) -> str:
    """Return what JupyterLab says of itself, which writes down where it is before it listens."""
    told: list[str] = []

    def answered() -> bool:
        with suppress(urllib.error.URLError):
            page = urllib.request.urlopen(f"{url}{path}?token={TOKEN}")  # noqa: S310
            told.append(page.read().decode())
        return bool(told)

    wait_until(answered, START_SECONDS)
    return told[0]


def test_it_starts_jupyterlab_on_the_folder_and_ends_with_it(place: Path) -> None:
    with started(place, sys.executable, "-m", "thousandfold.cli") as (server, url):
        folder = json.loads(asked(url, "api/contents/"))["content"]
        wanted = {"notebooks", "exercises", "translations", "datasets"}
        assert {one["name"] for one in folder} == wanted
        page = asked(url, f"lab/tree/{lab.FIRST}")
        assert '"thousandfold"' in page, "the button Present is not there"
        assert json.dumps(str(lab.SETTINGS)) in page
        server.send_signal(signal.SIGTERM)
        assert server.wait(patience(60)) == 0


@pytest.mark.timeout(900)
def test_one_line_starts_it_where_there_is_nothing(place: Path, browser: Browser) -> None:
    """What the README says, from wheels: all that it needs is found, and 00 runs to its end."""
    if "THOUSANDFOLD_ALL" not in os.environ:
        pytest.skip("installs a hundred packages from the internet: `make test-long` runs it")
    wheels = place.parent / "wheels"
    for source in (ROOT, ROOT / "src" / "boxgrader"):
        built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels]
        subprocess.run(built, cwd=source, check=True, capture_output=True)
    uvx = [Path(sys.executable).with_name("uvx"), "--find-links", wheels]
    for name in ("thousandfold", "boxgrader"):  # a wheel of the same version is not the same
        uvx += ["--refresh-package", name]
    line = [*uvx, "--from", "thousandfold[workshop]", "thousandfold"]
    lesson = place / laying.FOLDER / lab.FIRST
    with started(place, *line) as (_, url), browser.new_context() as context:
        page = patient(context.new_page())
        page.goto(f"{url}lab/tree/{lab.FIRST}?token={TOKEN}")
        page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
        page.evaluate(OPEN, lab.FIRST)
        page.wait_for_function(READY)
        given = lesson.read_bytes()
        command(page, RUN_ALL)
        command(page, "docmanager:save")
        wait_until(lambda: lesson.read_bytes() != given, START_SECONDS)
    cells = json.loads(lesson.read_bytes())["cells"]
    shown = [output for cell in cells for output in cell.get("outputs", ())]
    assert [output for output in shown if output["output_type"] == "error"] == []
    assert laying.content_digest(lab.FIRST, given) != laying.content_digest(
        lab.FIRST, lesson.read_bytes()
    )


def test_where_jupyterlab_is_missing_a_sentence_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "find_spec", lambda name: None)
    assert main(["start", str(tmp_path / "home")]) == 1
    assert "pip install 'thousandfold[workshop]'" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()
    assert main(["start", str(tmp_path / "home"), "--only-lay"]) == 0
    assert (tmp_path / "home" / FIRST).is_file()


def test_whoever_reads_another_language_is_told_where_its_lessons_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert main(["start", str(home), "--only-lay"]) == 0
    told = capsys.readouterr().err.splitlines()
    assert "Auf Deutsch: translations/de/notebooks/06_communication.ipynb" in told
    assert len(told) == 1 + len(list(home.glob("translations/*/notebooks/*.ipynb")))
    assert main(["start", str(home), "--only-lay"]) == 0
    assert len(capsys.readouterr().err.splitlines()) == 1, "once is enough"


@pytest.mark.parametrize("name", ["with a space", "ünïcode", "-dash", "100% {of} $it", "a'b\"c"])
def test_a_folder_may_have_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(lab, "open_lab", lambda *asked: opened.extend(asked))
    monkeypatch.setattr(laying, "_workshop", lambda: iter([(lab.FIRST, b"{}")]))
    monkeypatch.chdir(tmp_path)
    assert main(["start", "--no-browser", "--", name]) == 0
    assert opened == [tmp_path / name, [lab.FIRST, "--no-browser"]]
    assert (tmp_path / name / FIRST).is_file()


@pytest.mark.parametrize(
    ("options", "who"), [([], "JupyterLab opens in your"), (["--no-browser"], "Open the address")]
)
def test_it_says_who_opens_the_page(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    who: str,
) -> None:
    monkeypatch.setattr(lab, "open_lab", lambda *asked: None)
    monkeypatch.setattr(laying, "_workshop", lambda: iter([(lab.FIRST, b"{}")]))
    assert main(["start", *options, str(tmp_path / "new")]) == 0
    said = "".join(capsys.readouterr())
    assert [
        words for words in ("JupyterLab opens in your", "Open the address") if words in said
    ] == [who]


def test_settings_of_jupyterlab_stand_in_one_place() -> None:
    for path in lab.SETTINGS.iterdir():
        json.loads(path.read_text("utf-8"))
    assert {path.name for path in lab.SETTINGS.iterdir()} == {"overrides.json", "page_config.json"}
