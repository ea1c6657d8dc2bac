from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from boxgrader.box import bubblewrap, namespaces
from thousandfold import datasets, environment
from thousandfold.cli import main


def test_here_everything_is_in_place(capsys: pytest.CaptureFixture[str]) -> None:
    environment.check()
    assert capsys.readouterr().out == "Everything is in place.\n"
    shown = environment.report(environment.findings())
    assert "nbgrader is part of JupyterLab" in shown
    assert shown.endswith("Everything is in place.")
    assert str(Path.home()) not in shown


def test_what_is_missing_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def nothing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(environment, "version", nothing)
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(datasets, "_PACKAGE", tmp_path / "src" / "thousandfold")
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    environment.check()
    shown = capsys.readouterr().out
    for part in (
        "Python 3.9 is too old: install 3.11 or newer",
        "pandas is missing: set up again as the README says",
        "JupyterLab does not know nbgrader",
        "data sets of the workshop are missing",
        "see the lines above",
    ):
        assert part in shown


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    last = environment.findings(tmp_path / "nowhere")[-1]
    assert not last.ok
    assert "copy the workshop to your own" in last.says


def test_in_the_browser_the_lock_of_the_site_is_asked_and_not_the_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock = {name: {"version": "3.1"} for name in ("numpy", "pandas", "ipywidgets")}
    packages = SimpleNamespace(to_py=lambda: lock)
    pyodide_js = SimpleNamespace(lockfile=SimpleNamespace(packages=packages))
    monkeypatch.setitem(sys.modules, "pyodide_js", pyodide_js)
    monkeypatch.setattr(environment.sys, "platform", "emscripten")
    found = environment.findings()
    says = " ".join(finding.says for finding in found)
    assert "jupyterlab" not in says
    assert "numpy 3.1" in says
    assert "matplotlib is not part of this site" in says
    assert [finding.ok for finding in found].count(False) == 1


def test_an_account_without_a_home_is_told_to_name_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", str)
    assert main(["check"]) == 1
    assert "set HOME to a folder of yours" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("missing", "other", "says"),
    [
        ("", False, "can be graded in a box here"),
        ("No user namespaces. Use a container.", True, "can be graded in a box here"),
        ("No user namespaces. Use a container.", False, "another machine. No user namespaces."),
    ],
)
def test_an_instructor_learns_before_grading_whether_there_is_a_box(
    missing: str,
    other: bool,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(namespaces, "why_not", lambda: missing)
    monkeypatch.setattr(bubblewrap, "available", lambda: other)
    assert main(["check"]) == 0, "learners need no box"
    assert says in capsys.readouterr().out.splitlines()[-1]


def test_a_learner_on_another_system_is_told_in_a_sentence_and_no_box_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("there is none to look for"))
    assert main(["check"]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert "on Linux only, and this is Windows." in said
    assert "docs/grading-elsewhere.md" in said
