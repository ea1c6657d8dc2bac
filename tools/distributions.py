"""The files that an index would get: built twice, alike, without an answer, fit to be uploaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from course import FOR_LEARNERS
from given_out import contents, look_into
from only_in_solutions import secret_lines, told_in
from release_papers import told
from said_once import ROOT

from thousandfold.errors import ExplainedError
from thousandfold.writing import write_whole

PACKAGES = {"boxgrader": ROOT / "src" / "boxgrader", "thousandfold": ROOT}
BESIDE = "thousandfold_first_cell.py"
"""What stands beside our packages in a wheel: it must be quick, and import nothing of them."""


def build(folder: Path) -> Iterator[str]:
    """Build a source distribution and a wheel of each package; say which cannot be built."""
    for source in PACKAGES.values():
        try:
            _hatchling(source, folder, "sdist", "wheel")
        except ExplainedError as error:
            yield str(error)


def _hatchling(source: Path, target: Path, *kinds: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
    command += [part for kind in kinds for part in ("-t", kind)]
    # It packs in the folder for temporary files, and leaves that there when it is stopped.
    here = {**os.environ, "TMPDIR": str(target.parent)}
    done = subprocess.run(
        command, cwd=source, env=here, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ExplainedError(f"{source} cannot be built:\n{done.stderr.strip()[-2000:]}")


def keep(built: Path, folder: Path) -> None:
    """Put what was checked into a folder, in place of what was kept there before."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        for old in folder.glob(f"{name}-[0-9]*"):
            old.unlink()
    for path in sorted(built.iterdir()):
        write_whole(folder / path.name, path.read_bytes())


def wheels(folder: Path) -> dict[str, Path]:
    """Return the wheel of each package by its name."""
    return {path.name.partition("-")[0]: path for path in sorted(folder.glob("*.whl"))}


def alike(folder: Path, work: Path) -> Iterator[str]:
    """Say which wheel comes out otherwise when it is built from its source distribution."""
    for source in sorted(folder.glob("*.tar.gz")):
        name = source.name.removesuffix(".tar.gz")
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        again = work / f"{name}-wheel"
        _hatchling(work / name, again, "wheel")
        (wheel,) = again.glob("*.whl")
        here, there = dict(contents(folder / wheel.name)), dict(contents(wheel))
        for file in sorted(here.keys() | there.keys()):
            if here.get(file) != there.get(file) and not file.endswith("/RECORD"):
                yield (
                    f"{file} is not the same in {wheel.name} and in the wheel that is built from "
                    f"{source.name}: mend what the pyproject.toml includes in each"
                )


def without_answers(folder: Path) -> Iterator[str]:
    """Name each file in a distribution that holds an answer, a hidden test or a page of a guide."""
    secrets = secret_lines()
    told: dict[bytes, set[str]] = {}  # most files lie in the source and in the wheel
    for path in sorted(folder.iterdir()):
        try:
            look_into(path)
        except ExplainedError as error:
            yield str(error)
        for name, content in contents(path):
            if content not in told:
                told[content] = told_in(_text(name, content), secrets)
            for line in sorted(told[content])[:1]:
                yield f"{path.name}: {name} tells an answer, such as {line!r}: leave it out"


def _text(name: str, content: bytes) -> str:
    text = content.decode("utf-8", errors="replace")
    if not name.endswith((".ipynb", ".json")):
        return text
    try:
        return "\n".join(_strings(json.loads(text)))
    except ValueError:  # none, whatever its name says
        return text


def _strings(value: Any) -> Iterator[str]:
    """Yield all that JSON says: of a notebook also what its cells show and remember."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(line, str) for line in value):
            yield "".join(value)
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, dict):
        yield from _strings([*value, *value.values()])


def uploadable(folder: Path) -> Iterator[str]:
    """Say what an index would refuse, or show badly."""
    said = told("twine", ["check", "--strict", *map(str, sorted(folder.iterdir()))])
    if said.count("PASSED") != len(list(folder.iterdir())):
        yield f"twine refuses a distribution, and says why:\n{said.strip()}"


def laid() -> Iterator[str]:
    """Yield where a wheel holds each lesson, exercise and table of data."""
    for pattern in FOR_LEARNERS:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            data = name.removeprefix("datasets/")
            yield f"workshop/{name}" if data == name else f"data/{data}"


def complete(folder: Path) -> Iterator[str]:
    """Name what a wheel lacks, and what it would install beside its package.

    It has types, licences, lessons, exercises, and data with their cards.
    """
    for name, wanted in (
        ("boxgrader", ("boxgrader/py.typed", "/licenses/LICENSE")),
        (
            "thousandfold",
            (
                "thousandfold/py.typed",
                "/licenses/LICENSE",
                *(f"thousandfold/{place}" for place in laid()),
                "share/jupyter/labextensions/thousandfold/package.json",
            ),
        ),
    ):
        wheel = wheels(folder)[name]
        files = dict(contents(wheel))
        own = "-".join(wheel.name.split("-")[:2])
        tops = {PurePosixPath(file).parts[0] for file in files}
        for top in sorted(tops - {name, f"{own}.dist-info", f"{own}.data", BESIDE}):
            yield f"the wheel of {name} installs {top} beside its package: leave it out"
        for file in wanted:
            if not any(one.endswith(file) for one in files):
                yield f"the wheel of {name} lacks {file}: mend what its pyproject.toml includes"
