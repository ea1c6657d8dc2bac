"""The image that docs/grader-alone.md has somebody build for a course of their own, as it says.

What stands in the page is what is built and typed: its Dockerfile, and its lines with `docker`, for
which runc stands in, with no rights and as an ordinary user.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import own_course
from course import ROOT

from thousandfold.errors import ExplainedError

PAGE = ROOT / "docs" / "grader-alone.md"
FRAMED = re.compile(r"^```(?P<kind>\w*)\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)
CONTAINER = "grading"
# `docker exec [-i] NAME COMMAND...`, which is all that the page types once the container runs.
DOCKER = '#!/bin/sh\nset -e\n[ "$1" = exec ]\nshift\n[ "$1" != -i ] || shift\nexec {exec} "$@"\n'


def page() -> str:
    """Return what the page says."""
    return PAGE.read_text("utf-8")


def framed(kind: str = "") -> list[str]:
    """Return the framed blocks of the page, of one kind."""
    return [found["lines"] for found in FRAMED.finditer(page()) if found["kind"] == kind]


def recipe() -> str:
    """Return the Dockerfile of the page."""
    [found] = framed("dockerfile")
    return found


def lay(folder: Path) -> None:
    """Put into an empty folder what the page says: three files."""
    (folder / "Dockerfile").write_text(recipe(), encoding="utf-8")
    (folder / "requirements.txt").write_text("boxgrader\nnumpy\n", encoding="utf-8")
    build_wheel(folder)


def build_wheel(folder: Path) -> None:
    """Build the grader as the one file that a colleague gets."""
    wheel = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(wheel, cwd=ROOT / "src" / "boxgrader", check=True, capture_output=True)


def grade(system: Path, settings: dict[str, Any], place: Path) -> None:
    """Start a container of the image, grade a course in it, and see what comes back.

    Parameters
    ----------
    system : Path
        The files of the image.
    settings : dict
        What the image says of itself: user, variables, folder.
    place : Path
        An empty folder.

    Raises
    ------
    ExplainedError
        If a line of the page fails, or the points are others.
    """
    own_course.lay(place / "course")
    [lines] = [block for block in framed() if "docker exec" in block]
    with _running(system, settings, place) as programs:
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        for line in ("docker exec grading boxgrader check", *lines.splitlines()):
            done = subprocess.run(
                ["bash", "-o", "pipefail", "-c", line],
                cwd=place,
                env={**os.environ, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                said = (done.stdout + done.stderr).strip()[-2000:]
                raise ExplainedError(f"in the image of {PAGE.name}, `{line}` fails:\n{said}")
    if (points := own_course.points(place / "course")) != own_course.POINTS:
        raise ExplainedError(f"{points} came back, and {own_course.POINTS} was to be earned")


@contextmanager
def _running(system: Path, settings: dict[str, Any], place: Path) -> Iterator[Path]:
    """Have a container run, and give the folder of a `docker` that reaches it."""
    bundle = place / "bundle"
    bundle.mkdir()
    runc = ["runc", "--root", str(place / "containers")]
    subprocess.run(["runc", "spec", "--bundle", str(bundle)], check=True)
    file = bundle / "config.json"
    file.write_text(json.dumps(_told(json.loads(file.read_text()), system, settings)))
    programs = place / "programs"
    programs.mkdir()
    (programs / "docker").write_text(DOCKER.format(exec=" ".join([*runc, "exec"])))
    (programs / "docker").chmod(0o755)
    log = bundle / "log.txt"  # what runs on holds it open; a pipe would be waited for
    with log.open("w") as said:
        started = [*runc, "run", "--detach", "--bundle", str(bundle), CONTAINER]
        done = subprocess.run(started, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    if done.returncode:
        raise ExplainedError(f"runc starts no container:\n{log.read_text()}")
    try:
        yield programs
    finally:
        subprocess.run([*runc, "delete", "--force", CONTAINER], check=True)


def _told(spec: dict[str, Any], system: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of runc: no rights, no list of calls, what the image says."""
    user = int(settings["User"])
    spec["root"] = {"path": str(system), "readonly": False}
    spec["process"] |= {
        "terminal": False,
        "user": {"uid": user, "gid": user},
        "args": ["sleep", "infinity"],
        "env": settings["Env"],
        "cwd": settings["WorkingDir"],
        "capabilities": {},
        "noNewPrivileges": True,
    }
    spec["linux"].pop("seccomp", None)
    return spec
