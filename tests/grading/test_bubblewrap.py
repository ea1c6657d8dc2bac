"""The other box, of a program that many systems have: used where there is none of our own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import test_attacks
from patience import patience
from small_course import instructors

import thousandfold
from boxgrader.box import bench, bubblewrap
from boxgrader.box.calls import allowed_calls
from boxgrader.box.worker import receive
from boxgrader.errors import BoxError, GraderError

# Run by an ordinary user: the first process for learners' code says that it gets no box.
PROGRAM = """
import json, sys
import nbformat
from boxgrader.box import bench
from boxgrader.engine import execution, planning
from boxgrader.box.bench import Limits, Settings
from boxgrader.engine.job import Cell, Job, Plan

received = bench.receive
def refused(*arguments):
    bench.receive = received
    received(*arguments)
    return {"error": "no box here", "no_box": True}
bench.receive = refused

seconds = float(sys.argv[1])
settings = Settings(timeout=seconds, limits=Limits(memory=200 << 20), modules=())
notebook = nbformat.reads(sys.argv[2], 4)
test = notebook.cells[1].source
plan = planning.plan(notebook, settings=settings)
found = {"own": bench.own_box, "judged": sorted(plan.judged)}
for name, code in json.loads(input()).items():
    done = execution.run(Job((Cell(code), Cell(test, "double")), settings, plan=plan))
    found[name] = [done.outputs, [reason.text for reason in done.reasons]]
command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
kernel = {"argv": command, "language": "octave", "display_name": "Octave", "readable": []}
plain = Settings(timeout=seconds, modules=())
job = Job((Cell("print('ready')"),), plain, plan=Plan(kernel=kernel))
done = execution.run(job)
found["kernel"] = [done.outputs, [reason.text for reason in done.reasons]]
bench.close_all()
print(json.dumps(found))
"""
SOLUTION = [
    ("def double(x): return 2 * x\nanswer = 42", "solution"),
    ("assert double(4) == 8", "test:double"),
]
SUBMISSIONS = {
    "honest": "def double(x): return 2 * x\nprint('ready')",
    "looks": (
        "import os, socket\n"
        "def tried(what):\n"
        "    try:\n        return what()\n    except OSError as error:\n"
        "        return type(error).__name__\n"
        "print([tried(lambda: open(SECRET).read()), tried(lambda: open('/usr/planted', 'w')),\n"
        "    tried(lambda: socket.socket(socket.AF_INET)), os.getuid(),\n"
        "    tried(lambda: open('/dev/zero', 'r+b')), tried(lambda: open('/dev/planted', 'w')),\n"
        "    len([name for name in os.listdir('/proc') if name.isdigit()]) < 6])"
    ),
    "kills": "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(1000)",
    "swells": (
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n        held = bytearray(60 << 20)\n        time.sleep(1000)\n"
        "time.sleep(1000)"
    ),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if not shutil.which("bwrap"):
        pytest.skip("needs bubblewrap: install the package of that name to see this one")
    user = test_attacks._command("ordinary_user")
    tried = [arg for arg in user if arg != sys.executable]
    outside = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    if subprocess.run([*tried, *outside], cwd="/", capture_output=True).returncode:
        pytest.skip("bubblewrap may not make a box here: this container forbids it")
    secret = Path(thousandfold.__file__).parents[2] / "README.md"
    submissions = {name: code.replace("SECRET", repr(str(secret))) for name, code in
                   SUBMISSIONS.items()}  # fmt: skip
    done = subprocess.run(
        [*user, "-c", PROGRAM, str(patience(30)), nbformat.writes(instructors(SOLUTION))],
        cwd="/",
        input=json.dumps(submissions),
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=patience(120),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_it_is_used_where_there_is_no_box_of_our_own(found: dict[str, Any]) -> None:
    assert found["own"] is False
    assert found["judged"] == ["double"]
    ready = [{"output_type": "stream", "name": "stdout", "text": "ready\n"}]
    assert found["honest"] == [[ready, []], []]


def test_a_kernel_of_another_language_runs_in_it_as_well(found: dict[str, Any]) -> None:
    assert found["kernel"] == [[found["honest"][0][0]], []]


def test_nothing_outside_is_seen_or_reached(found: dict[str, Any]) -> None:
    said = found["looks"][0][0][0]["text"]
    expected = "['FileNotFoundError', 'OSError', 'PermissionError', 65534, "
    assert said == expected + "'OSError', 'OSError', True]\n"


def test_who_ends_the_server_ends_only_what_is_its_own(found: dict[str, Any]) -> None:
    assert "was killed" in found["kills"][1][0]


def test_the_memory_of_all_its_processes_counts(found: dict[str, Any]) -> None:
    assert "more than 200 MB" in found["swells"][1][0]


def test_without_libseccomp_there_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    monkeypatch.setattr(bubblewrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: "/bin/true")
    monkeypatch.setattr(
        bubblewrap.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=0)
    )
    assert not bubblewrap.available()
    with pytest.raises(GraderError, match="apt-get install libseccomp2"):
        allowed_calls()


def test_a_container_that_gives_no_proc_gives_no_such_box(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bwrap").write_text('#!/bin/sh\ncase "$*" in *--proc*) exit 1 ;; esac\n')
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(bubblewrap.os, "geteuid", lambda: 1000)
    assert not bubblewrap.available()


def test_without_either_grading_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: Any) -> dict[str, str]:
        receive(*arguments)
        return {"error": "This machine gives no box; grade with --unsafe.", "no_box": True}

    monkeypatch.setattr("boxgrader.box.bench.receive", refused)
    monkeypatch.setattr("boxgrader.box.bubblewrap.available", lambda: False)
    with pytest.raises(BoxError, match="--unsafe"):
        bench.take(bench.Settings(boxed=False, modules=())).wait()
