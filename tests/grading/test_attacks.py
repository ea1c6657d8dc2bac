"""Everybody in a class attacks, and the grader, the others and their grades are as before.

`hostile_class.py` grades one submission for each file in `attacks/`, with honest ones between them,
as root and as an ordinary user. What came of each attack is a test of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_class import FULL, HONEST, attacks

import thousandfold
from thousandfold.grading import box

HERE = Path(__file__).resolve().parent
NOBODY = 65534
CORPUS = attacks()
WHO = {"root": "as root", "ordinary": "as an ordinary user"}


def _as_root() -> tuple[list[str], dict[str, str]]:
    if os.getuid() != 0:
        pytest.skip("needs root: run the tests as root, in a container, to see this one")
    return [sys.executable], {}


def _as_ordinary_user() -> tuple[list[str], dict[str, str]]:
    """Return a Python that an ordinary user may run, with this environment's packages."""
    if os.getuid() != 0:
        return [sys.executable], {}
    import nbgrader

    place = str(Path(nbgrader.__file__).parents[1])
    shown = {
        "PYTHONPATH": f"{Path(thousandfold.__file__).parents[1]}{os.pathsep}{place}",
        "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
    }
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    for python in (sys.executable, f"/usr/bin/python{version}"):
        tried = [*command, python, "-c", "import nbgrader, numpy, thousandfold.grading.autograde"]
        try:
            done = subprocess.run(tried, cwd="/", env={**os.environ, **shown}, capture_output=True)
        except OSError:
            break
        if done.returncode == 0:
            return [*command, python], shown
    pytest.skip(
        "needs setpriv, and a Python of this version and an environment that everybody may read: "
        "run the tests as an ordinary user to see this one"
    )


@pytest.fixture(scope="module", params=WHO, ids=list(WHO))
def found(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Grade the whole class once for each kind of user."""
    if said := box.why_not():
        pytest.skip(said)
    python, shown = _as_root() if request.param == "root" else _as_ordinary_user()
    # Not in /tmp, which the box has of its own: what leads outside has to lead outside.
    folder = Path(tempfile.mkdtemp(prefix="hostile-", dir="/var/tmp"))
    if "setpriv" in python:
        os.chown(folder, NOBODY, NOBODY)
    try:
        done = subprocess.run(
            [*python, str(HERE / "hostile_class.py"), str(folder)],
            cwd="/",
            env={**os.environ, **shown, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=540,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        found = json.loads((folder / "found.json").read_text())
        found["report"] = (folder / "report.html").read_text("utf-8")
        found["points"] = (folder / "points.csv").read_text("utf-8")
        found["user"] = request.param
        yield found
    finally:
        shutil.rmtree(folder)


def test_there_are_enough_attacks() -> None:
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("name", CORPUS)
def test_attack(name: str, found: dict[str, Any], request: pytest.FixtureRequest) -> None:
    attack = CORPUS[name]
    if attack.get("ordinary_user") and found["user"] == "root":
        pytest.skip("root may read everything: this one is for an ordinary user")
    if "succeeds" in attack:
        request.applymarker(pytest.mark.xfail(reason=attack["succeeds"], strict=True))
    came = found["submissions"][name]
    reasons = {kind for kind, _, _ in came["reasons"]}
    expected = {**FULL, **attack.get("grades", {})}
    if attack.get("status") == "refused":
        expected = {}
    assert (came["status"], reasons) == (
        attack.get("status", "graded"),
        set(attack.get("reasons", ())),
    ), came["reasons"]
    assert {test: came["grades"][test] for test in FULL if test in came["grades"]} == expected
    assert came["leaks"] == []
    assert came["succeeded"] == []
    assert all(0 < len(text) < 1000 and text.endswith(".") for _, text, _ in came["reasons"])


def test_everybody_else_has_the_right_grade(found: dict[str, Any]) -> None:
    for name in HONEST:
        came = found["submissions"][name]
        assert (came["status"], came["reasons"]) == ("graded", []), name
        assert {test: came["grades"][test] for test in FULL} == FULL, name
    assert sum(found["submissions"]["k_untouched"]["grades"][test] for test in FULL) == 0


def test_nobody_else_is_graded(found: dict[str, Any]) -> None:
    skipped = {name for name, attack in CORPUS.items() if attack.get("ordinary_user")}
    expected = {*CORPUS, *HONEST, "k_untouched"}
    if found["user"] == "root":
        expected -= skipped
    assert set(found["submissions"]) == expected
    tests = {test for came in found["submissions"].values() for test in came["grades"]}
    assert tests == {*FULL, "memo"}, "a test of a learner's own gives no points"


def test_nothing_outside_has_changed(found: dict[str, Any]) -> None:
    assert found["changed"] == []
    assert found["planted"] == []
    assert found["mounts"] == []


def test_nobody_was_reached(found: dict[str, Any]) -> None:
    assert found["contacts"] == []


def test_nothing_survives(found: dict[str, Any]) -> None:
    assert found["survivors"] == []


def test_the_grader_stays_small(found: dict[str, Any]) -> None:
    assert found["memory"] < 300, "megabytes"


def test_the_command_says_that_somebody_was_refused_or_has_tampered(found: dict[str, Any]) -> None:
    assert found["code"] == 1
    told = {
        name
        for name, attack in CORPUS.items()
        if attack.get("status") in ("refused", "tampered") and "succeeds" not in attack
    }
    assert [name for name in told & set(found["submissions"]) if name not in found["printed"]] == []


def test_nothing_paints_on_the_terminal(found: dict[str, Any]) -> None:
    kinds = {letter: unicodedata.category(letter) for letter in found["printed"]}
    painted = {letter for letter, kind in kinds.items() if kind in ("Cc", "Cf")}
    assert painted <= {"\n", "\r"}


def test_the_report_runs_nothing_of_a_learner(found: dict[str, Any]) -> None:
    assert "<script" not in found["report"]
    assert not re.search(r"<[^>]*attack\(", found["report"])


def test_a_spreadsheet_runs_nothing_of_a_learner(found: dict[str, Any]) -> None:
    cells = [cell for line in found["points"].splitlines() for cell in line.split(",")]
    assert [cell for cell in cells if cell.strip('"')[:1] in ("=", "@", "+")] == []


@pytest.mark.parametrize(
    "name", ["shows_scripts", "raises_hostile_errors", "brings_widgets_and_attachments"]
)
def test_feedback_runs_nothing_of_a_learner(name: str, found: dict[str, Any]) -> None:
    page = found["submissions"][name]["page"]
    assert page
    live = re.findall(r"<script[^>]*>[^<]*attack|<[^>]*\son\w+\s*=[^>]*attack|javascript:", page)
    assert live == []
