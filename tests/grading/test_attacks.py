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
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hostile_class import FULL, HONEST, attacks
from patience import patience

from boxgrader.box import namespaces

pytestmark = pytest.mark.timeout(900)  # the first waits until the whole class is graded

HERE = Path(__file__).resolve().parent
NOBODY = 65534
CORPUS = attacks()
USERS = ["root", "ordinary_user"]


# Shows some folders of a closed one to everybody, in a mount namespace that ends with the command.
OPENED = """
set -e
umask 022
closed=$1
mount -t tmpfs -o mode=755 held /mnt
mkdir /mnt/held
mount --rbind "$closed" /mnt/held
mount -t tmpfs -o mode=755 opened "$closed"
shift
while [ "$1" != -- ]; do
    mkdir -p "$1"
    mount --rbind "/mnt/held${1#"$closed"}" "$1"
    shift
done
shift
exec "$@"
"""


def _command(user: str) -> list[str]:
    """Return how to start Python as that user."""
    if user == "root":
        if os.getuid() != 0:
            pytest.skip("needs root: run the tests as root, in a container, to see this one")
        return [sys.executable]
    if os.getuid() != 0:
        return [sys.executable]
    needed = [Path(sys.base_prefix), Path(sys.prefix), HERE.parents[1]]
    above = {folder for path in needed for folder in (path, *path.parents)}
    closed = sorted(folder for folder in above if not folder.stat().st_mode & 0o001)[:1]
    command = []
    for folder in closed:
        inside = [str(path) for path in needed if path.is_relative_to(folder) and path != folder]
        command = ["unshare", "--mount", "sh", "-c", OPENED, "sh", str(folder), *inside, "--"]
    command += ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    command += [sys.executable]
    try:
        subprocess.run([*command, "-c", "import thousandfold"], cwd="/", check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(
            "this root may not become somebody else who may read this Python: run the tests as an "
            "ordinary user to see this one"
        )
    return command


def _chosen(user: str) -> list[str]:
    """Return the attacks that user grades: as the second one, those that run or read something."""
    return [
        name
        for name, attack in CORPUS.items()
        if (user == "root" and not attack.get("ordinary_user"))
        or (user != "root" and (os.getuid() or attack.keys() & {"answers", "ordinary_user"}))
    ]


@pytest.fixture(scope="module")
def started() -> Iterator[dict[str, Any]]:
    """Start to grade the class for both kinds of user at once: much of it is waiting."""
    running: dict[str, Any] = {}
    for user in USERS:
        try:
            if said := namespaces.why_not():
                pytest.skip(said)
            command = _command(user)
        except pytest.skip.Exception as why:
            running[user] = str(why)
            continue
        # Not in /tmp, which the box has of its own: what leads outside has to lead outside.
        folder = Path(tempfile.mkdtemp(prefix="hostile-", dir="/var/tmp"))
        if "setpriv" in command:
            os.chown(folder, NOBODY, NOBODY)
        with (folder / "errors.txt").open("w") as errors:
            process = subprocess.Popen(
                [*command, str(HERE / "hostile_class.py"), f"--timeout={round(patience(6))}",
                 str(folder), *_chosen(user)],
                cwd="/",
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=errors,
                stderr=errors,
            )  # fmt: skip
        running[user] = folder, process
    yield running
    for folder, process in (started for started in running.values() if type(started) is tuple):
        process.kill()
        process.wait()
        shutil.rmtree(folder)


@pytest.fixture(scope="module", params=USERS)
def found(request: pytest.FixtureRequest, started: dict[str, Any]) -> dict[str, Any]:
    """Return what was found when that kind of user graded the class."""
    if type(started[request.param]) is str:
        pytest.skip(started[request.param])
    folder, process = started[request.param]
    assert process.wait(patience(540)) == 0, (folder / "errors.txt").read_text()[-3000:]
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    found["report"] = (folder / "report.html").read_text("utf-8")
    found["points"] = (folder / "points.csv").read_text("utf-8")
    found["user"] = request.param
    return found


def test_there_are_enough_attacks() -> None:
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("name", CORPUS)
def test_attack(name: str, found: dict[str, Any], request: pytest.FixtureRequest) -> None:
    attack = CORPUS[name]
    if name not in _chosen(found["user"]):
        pytest.skip("root may read everything; and what nobody runs is tried by one user only")
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
    assert [text for text in attack.get("hides", ()) if text in came["page"]] == []
    assert [text for text in attack.get("shows", ()) if text not in came["page"]] == []
    assert all(0 < len(text) < 1000 and text.endswith(".") for _, text, _ in came["reasons"])


def test_everybody_else_has_the_right_grade(found: dict[str, Any]) -> None:
    for name in HONEST:
        came = found["submissions"][name]
        assert (came["status"], came["reasons"]) == ("graded", []), name
        assert {test: came["grades"][test] for test in FULL} == FULL, name
    assert sum(found["submissions"]["k_untouched"]["grades"][test] for test in FULL) == 0


def test_nobody_else_is_graded(found: dict[str, Any]) -> None:
    expected = {*_chosen(found["user"]), *HONEST, "k_untouched"}
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
    assert found["code"] == 3
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
    "name",
    [
        "shows_scripts",
        "raises_hostile_errors",
        "brings_widgets_and_attachments",
        "brings_yesterdays_feedback",
        "shows_a_beacon",
    ],
)
def test_feedback_runs_nothing_of_a_learner(name: str, found: dict[str, Any]) -> None:
    if name not in found["submissions"]:
        pytest.skip("what nobody runs is tried by one user only")
    page = found["submissions"][name]["page"]
    assert page
    found_alive = _Alive()
    found_alive.feed(page)
    assert found_alive.parts == []


class _Alive(HTMLParser):
    """Finds what of an attack a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        for name, value in attrs:
            runs = name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
            if (runs or name == "srcdoc") and "attack" in (value or ""):
                self.parts.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self._in_script and "attack" in data:
            self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False
