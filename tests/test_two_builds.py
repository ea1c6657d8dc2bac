"""Two builds in one folder: the second waits, and of one that was killed nothing goes on.

Nor of a room that was killed while its sliders were drawn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server, socket

import pytest
from conftest import ROOT
from patience import patience

pytestmark = pytest.mark.site

BUILDS = """
from pathlib import Path; import sys; from one_at_a_time import alone
with alone(Path(sys.argv[1])): print("building", flush=True); sys.stdin.read()
"""
SPHINX = """
from pathlib import Path; import sys; from build_book import sphinx
sphinx("html", Path(sys.argv[1]))
"""
TABLES = """
from pathlib import Path; import sys; from book_tables import drawn
drawn(sorted(Path(sys.argv[1]).glob("*.ipynb")), Path(sys.argv[1], "tables"))
"""
ROOM = """
from says import say; from thousandfold.facilitation.course import find_course
from thousandfold.room.drawn_aside import drawn_aside
course = find_course("..")
with drawn_aside(say) as drawn: drawn(course, course.module("00_start_here"))
"""
SAYS = """
from multiprocessing import parent_process
def say(told):
    if parent_process(): import stays
"""
# Whatever imports it says that it is there, and stays until nobody listens any more.
STAYS = """
import os, socket
there = socket.create_connection(("127.0.0.1", {}))
there.recv(1)
"""
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "import stays\nexplore(stays)"}


@contextmanager
def program(source: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a program of the house that builds in a folder."""
    running = subprocess.Popen(
        [sys.executable, "-c", source, folder],
        cwd=ROOT / "tools",
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with running:
        try:
            yield running
        finally:
            running.kill()


def said(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline()


@pytest.mark.parametrize("killed", [False, True], ids=["built", "killed"])
def test_a_second_build_says_for_whom_it_waits_and_has_its_turn(
    tmp_path: Path, killed: bool
) -> None:
    with program(BUILDS, tmp_path) as first:
        assert said(first) == "building\n"
        with program(BUILDS, tmp_path) as second:
            assert f"Waiting until process {first.pid} has built" in said(second)
            first.kill() if killed else first.communicate()
            assert said(second) == "building\n"


@contextmanager
def staying(folder: Path) -> Iterator[socket]:
    """Lay a module that does not come to its end, and listen for the programs that import it."""
    with create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(patience(60))
        text = STAYS.format(listening.getsockname()[1])
        (folder / "stays.py").write_text(text, encoding="utf-8")
        yield listening


def ended(there: socket) -> bool:
    there.settimeout(patience(60))
    with there:
        return there.recv(1) == b""


def test_sphinx_and_what_it_started_end_with_a_build_that_is_killed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text("import os\nos.fork()\nimport stays\n", encoding="utf-8")
    with staying(tmp_path) as listening, program(SPHINX, tmp_path) as build:
        both = [listening.accept()[0], listening.accept()[0]]
        build.kill()
        assert all(map(ended, both))


def test_who_draws_ends_with_a_build_that_is_killed(tmp_path: Path) -> None:
    for name in "12":
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"cells": [CELL]}), "utf-8")
    with staying(tmp_path) as listening, program(TABLES, tmp_path) as build:
        both = [listening.accept()[0], listening.accept()[0]]
        build.kill()
        assert all(map(ended, both))


def test_who_draws_ends_with_a_room_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "says.py").write_text(SAYS, "utf-8")
    with staying(tmp_path) as listening, program(ROOM, tmp_path) as room:
        there = listening.accept()[0]
        room.kill()
        assert ended(there)
