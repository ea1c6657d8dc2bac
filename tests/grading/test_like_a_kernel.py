"""What a notebook finds around it: in the box it is what a kernel on the instructor's machine has.

Each cell was run by nbclient in ipykernel as well, and showed the same.
"""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

import pytest
from patience import patience

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.engine import execution
from boxgrader.engine.job import Cell, Job, Plan

pytestmark = pytest.mark.usefixtures("boxes")

SHOWS = {
    "a module beside the notebook": ("import beside\nbeside.x", 1),
    "a script": ("%run beside.py\nx", 1),
    "a module that a cell writes": ("%%writefile late.py\nx = 2", "Writing late.py\n"),
    "which the next imports": ("import late\nlate.x", 2),
    "a package in a folder": (
        "import os\nos.mkdir('package')\nopen('package/part.py', 'w').write('x = 3')\n"
        "from package.part import x\nx",
        3,
    ),
    "Python's own modules go before": ("import statistics\nstatistics.mean([2])", 2),
    "Python as a program": ("!python beside.py\nopen('said').read()", "1"),
    "a program that is handed in": ("!./program.sh > said\nopen('said').read()", "ran\n"),
    "no file of its own": ("'__file__' in globals()", False),
    "the arguments of a kernel": ("import sys\nsys.argv[1]", "-f"),
    "a folder for what is left behind": ("open('/tmp/a', 'w').write('12')", 2),
    "by each of its names": (
        "import os, tempfile\nos.replace('/tmp/a', tempfile.gettempdir() + '/b')\n"
        "'b' in os.listdir('/var/tmp')",
        True,
    ),
    "a home": ("from pathlib import Path\nPath('~').expanduser().is_dir(), Path.home().is_dir()",
               (True, True)),
    "a name": ("import getpass, pwd\ngetpass.getuser() == pwd.getpwuid(os.getuid()).pw_name", True),
    "processes": (
        "import multiprocessing\ndef square(x): return x * x\n"
        "with multiprocessing.Pool(2) as pool: squares = pool.map(square, [2, 3])\nsquares",
        [4, 9],
    ),
    "memory that they share": (
        "value = multiprocessing.Value('i', 0)\ndef count(): value.value += 1\n"
        "one = multiprocessing.Process(target=count)\none.start()\none.join()\nvalue.value",
        1,
    ),
    "memory without a name": (
        "import mmap\nmemory = mmap.mmap(-1, 4096)\nif os.fork() == 0:\n"
        "    memory[:2] = b'hi'\n    os._exit(0)\nos.wait()\nmemory[:2]",
        b"hi",
    ),
    "in each of its kinds": (
        "[mmap.mmap(-1, 10, flags=mmap.MAP_PRIVATE)[0], mmap.mmap(-1, 10, mmap.MAP_SHARED |"
        " mmap.MAP_ANONYMOUS, mmap.PROT_READ)[0], mmap.mmap(-1, 10, access=mmap.ACCESS_COPY)[0]]",
        [0, 0, 0],
    ),
    "waiting at the top": ("import asyncio\nawait asyncio.sleep(0, 'done')", "done"),
    "a loop that runs": (
        "later = asyncio.ensure_future(asyncio.sleep(0, 4))\nasyncio.get_event_loop().is_running()",
        True,
    ),
    "across cells": ("await later", 4),
    "what a cell sets for the next": (
        "import contextvars, decimal\nvariable = contextvars.ContextVar('v')\n"
        "decimal.getcontext().prec = 3\nvariable.set(1)\nNone", None
    ),
    "set": ("str(decimal.Decimal(1) / 3), variable.get()", ("0.333", 1)),
    "but not by one that waits": ("await asyncio.sleep(0)\nvariable.set(2)\nvariable.get()", 2),
    "which leaves what was": ("variable.get()", 1),
    "text as it is written here": ("import locale\nlocale.getpreferredencoding().lower()", "utf-8"),
    "the time of this place": ("import time\ntime.tzname[0]", "JST"),
}  # fmt: skip
RAISES = {
    "nobody who answers": ("input('Your name? ')", "StdinNotImplementedError"),
    "a module that is nowhere": ("import elsewhere", "ModuleNotFoundError"),
}
FILES = {
    "beside.py": b"x = 1\nopen('said', 'w').write(str(x))",
    "statistics.py": b"1 / 0",
    "program.sh": b"#!/bin/sh\necho ran\n",
}


@pytest.fixture(scope="module")
def shown() -> dict[str, object]:
    """Run all cells in one notebook; return what each showed last, or the name of its error."""
    settings = Settings(timeout=patience(30), modules=())
    cells = {**SHOWS, **RAISES}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        job = Job(tuple(Cell(source) for source, _ in cells.values()), settings, FILES)
        done = execution.run(job)
    bench.close_all()
    return {
        name: _last(outputs[-1]) if outputs else None
        for name, outputs in zip(cells, done.outputs, strict=True)
    }


def _last(output: dict[str, object]) -> object:
    if "data" in output:
        data = output["data"]
        assert isinstance(data, dict)
        return ast.literal_eval(data["text/plain"])
    return output.get("text") or output["ename"]


@pytest.mark.parametrize("what", [*SHOWS, *RAISES])
def test_a_notebook_finds(what: str, shown: dict[str, object]) -> None:
    assert shown[what] == {**SHOWS, **RAISES}[what][1]


def test_no_traceback_shows_a_frame_of_the_grader() -> None:
    raising = [
        "input()",
        "import getpass\ngetpass.getpass()",
        "import sys\nsys.stdout.write(1)",
        "try:\n    input()\nexcept Exception as error:\n    raise ValueError('no') from error",
        "try:\n    input()\nexcept Exception as error:\n    raise ExceptionGroup('all', [error])",
        "import traceback\ntry:\n    input()\nexcept Exception:\n    traceback.print_exc()",
        "import logging\ntry:\n    sys.stdout.write(1)\nexcept TypeError:\n"
        "    logging.exception('no')",
        "import time\ntry:\n    time.sleep(3600)\nexcept KeyboardInterrupt as error:\n"
        "    raise ValueError from error",
        "def asks(x):\n    return input()",
    ]
    cells = [*map(Cell, raising), Cell("assert asks(1) == 2", "test")]
    judged = Plan(answers=("asks",), judged=frozenset({"test"}), points={"test": 1.0})
    for plan in (Plan(), judged):
        done = execution.run(
            Job(tuple(cells), Settings(timeout=patience(3), modules=()), plan=plan)
        )
        bench.close_all()
        assert all(outputs for outputs in done.outputs[:8])
        said = str(done.outputs)
        assert "StdinNotImplementedError" in said
        assert "boxgrader" not in said
        tracebacks = [it.get("traceback") for outputs in done.outputs for it in outputs]
        assert "<grading>" not in str(tracebacks), "nor a frame without a place"
        assert "learner's function" not in str(tracebacks)
        assert "asked for input" in done.reasons[0].text


def test_what_is_shown_below_tmp_is_there_and_what_is_beside_it_can_be_written() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        for number in range(2_001):  # more than is looked through after each test
            Path(folder, str(number)).touch()
        cells = [
            Cell(f"import os\nopen('/tmp/a', 'w').close()\nlen(os.listdir('{folder}'))"),
            Cell(f"open('{folder}/a', 'w')"),
            Cell(
                "own = os.getpid()\nclass Equal:\n"
                "    def __eq__(self, other): return os.getpid() == own\nanswer = Equal()"
            ),
            Cell("assert answer == 5", "test"),
        ]  # fmt: skip
        settings = Settings(timeout=patience(30), readable=(folder,), modules=())
        done = execution.run(Job(tuple(cells), settings))
        bench.close_all()
    assert [_last(outputs[-1]) for outputs in done.outputs[:2]] == [2_001, "OSError"]
    assert [reason.kind for reason in done.reasons] == ["tampered"]  # it was tried twice
