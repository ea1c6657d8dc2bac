"""The wheels as a stranger gets them: in an empty environment of each supported Python.

Packages are those of requirements.lock, checked by hash; which of them are needed, the metadata of
the wheels alone says. What is tried there has a home and a folder for temporary files of its own.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ends_together
import nbgrader
from distributions import wheels
from pythons import SUPPORTED, find
from said_once import ROOT

from thousandfold.errors import ExplainedError

LESSON = "06_communication"
LARGEST = 650  # MB before anything is compiled; guides promise 750 with that
# What nbgrader's own example earns, by who handed it in.
EXAMPLE = {"bitdiddle": 1.5, "hacker": 3.0, "right": 3.0}


@dataclass(frozen=True)
class Environment:
    """An empty environment, and what is put into it.

    Attributes
    ----------
    folder : pathlib.Path
        Where all of it lies, with what is tried there.
    interpreter : str
        The Python that it is made from.
    wheels : dict of str to pathlib.Path
        Our own, by name of the package.
    wanted : str
        What somebody asks to be installed.
    """

    folder: Path
    interpreter: str
    wheels: dict[str, Path]
    wanted: str

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / "venv" / "bin" / "python"

    def install(self) -> Iterator[str]:
        """Install, and say why that cannot be done."""
        for name in ("home", "tmp", "work"):
            (self.folder / name).mkdir(parents=True)
        asked = self.folder / "wanted.txt"
        asked.write_text("".join(map(self._line, self.wheels)), encoding="utf-8")
        uv = [sys.executable, "-m", "uv", "pip"]
        install = [*uv, "install", "--quiet", "--python", str(self.python), "--require-hashes"]
        install += ["--only-binary", ":all:", "--constraint", str(ROOT / "requirements.lock")]
        venv = [self.interpreter, "-m", "venv", "--without-pip", str(self.folder / "venv")]
        for what, command in {
            "the environment cannot be made": venv,
            "the wheels cannot be installed": [*install, "--requirement", str(asked)],
            "packages do not fit each other": [*uv, "check", "--python", str(self.python)],
        }.items():
            done = ends_together.run(command)
            if done.returncode:
                yield from _failed(what, done)
                return

    def _line(self, name: str) -> str:
        wheel = self.wheels[name]
        asked = self.wanted if self.wanted.partition("[")[0] == name else name
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        return f"{asked} @ {wheel.as_uri()} --hash=sha256:{digest}\n"

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run its Python in a folder of its own, away from this copy of the project."""
        kept = {name: os.environ[name] for name in ("LANG", "PATH") if name in os.environ}
        kept["PATH"] = f"{self.python.parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
        kept |= {name: str(self.folder / "home") for name in ("HOME", "PYTHONPYCACHEPREFIX")}
        kept["TMPDIR"] = str(self.folder / "tmp")
        words = [str(self.python), *map(str, command)]
        return ends_together.run(words, cwd=self.folder / "work", env=kept)

    def size(self) -> float:
        """Return how much was installed, in MB."""
        files = (path for path in (self.folder / "venv").rglob("*") if not path.is_symlink())
        return sum(path.stat().st_size for path in files if path.is_file()) / 1e6

    def doctests(self) -> Iterator[str]:
        """Run the examples of both packages."""
        done = self.run("-I", ROOT / "tools" / "installed_doctests.py", *self.wheels)
        yield from _failed("examples in the documentation fail", done)

    def lesson(self) -> Iterator[str]:
        """Run a lesson from its first cell to its last."""
        shutil.copy(ROOT / "notebooks" / f"{LESSON}.ipynb", self.folder / "work")
        command = ("-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb")
        done = self.run(*command, f"{LESSON}.ipynb")
        yield from _failed(f"lesson {LESSON} does not run", done)

    def sample_class(self) -> Iterator[str]:
        """Grade a class whose points are known: the right answers earn all that a program gives."""
        course = self.folder / "class"
        done = self.run(ROOT / "tools" / "sample_class.py", LESSON, "--course", course)
        yield from _failed(f"the sample class of {LESSON} is not graded", done)
        if done.returncode == 0:
            points = self._points("thousandfold", LESSON, course)
            best = [name for name, sum_ in points.items() if sum_ == max(points.values())]
            if best != ["right"] or points.get("untouched") != 0:
                yield f"the sample class of {LESSON} has other points than it should: {points}"

    def alone(self) -> Iterator[str]:
        """Grade nbgrader's own example where there is nothing of this workshop."""
        if self.run("-c", "import thousandfold").returncode == 0:
            yield "thousandfold is installed where boxgrader alone should be: it must not need it"
        course, example = self.folder / "class", _example()
        shutil.copytree(example / "source" / "ps1", course / "source" / "ps1")
        handed_in = {name: example / "submitted" / name / "ps1" for name in EXAMPLE}
        handed_in["right"] = example / "source" / "ps1"
        for name, place in handed_in.items():
            shutil.copytree(place, course / "submitted" / name / "ps1")
        (course / "nbgrader_config.py").write_text(
            "from boxgrader import install\nc = get_config()\ninstall()\n"
            "c.CourseDirectory.course_id = 'ps1'\n",
            encoding="utf-8",
        )
        done = self.run("-m", "boxgrader", "grade", "ps1", "--course", course)
        yield from _failed("boxgrader alone cannot grade nbgrader's example", done)
        if done.returncode == 0:
            points = self._points("boxgrader", "ps1", course)
            if points != EXAMPLE:
                yield f"boxgrader alone gives {points}, where nbgrader's example is {EXAMPLE}"

    def _points(self, program: str, assignment: str, course: Path) -> dict[str, float]:
        table = self.folder / "points.csv"
        told = ("--course", course, "--output", self.folder / "report.html", "--csv", table)
        asked = ("report", assignment, *told, "--columns", "moodle", "--so-far")
        done = self.run(self.python.with_name(program), *asked)
        if done.returncode:
            raise ExplainedError(f"no report of {assignment}: {done.stderr.strip()}")
        with table.open(newline="", encoding="utf-8") as file:
            return {row["Username"]: float(row[assignment]) for row in csv.DictReader(file)}


def _example() -> Path:
    return Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"


def _failed(what: str, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    if done.returncode:
        said = "\n".join(filter(None, (done.stdout.strip(), done.stderr.strip())))
        yield f"{what}. It said:\n{said[-3000:]}"


Check = Callable[[], Iterable[str]]


def checks(distributions: Path, folder: Path) -> Iterator[tuple[str, list[tuple[str, Check]]]]:
    """Yield for each environment its name and its checks, the installation first.

    Where a Python cannot be had, there are none.
    """
    built = wheels(distributions)
    for version in SUPPORTED:
        interpreter = find(version)
        if interpreter is None:
            yield f"Python {version}", []
            continue
        whole = Environment(folder / version, interpreter, built, "thousandfold[workshop]")
        yield (
            f"Python {version}, the workshop",
            [
                ("install", whole.install),
                ("size", lambda whole=whole: _too_large(whole.size())),  # type: ignore[misc]
                ("doctests", whole.doctests),
                ("a lesson", whole.lesson),
                ("a class", whole.sample_class),
            ],
        )
        grader = {"boxgrader": built["boxgrader"]}
        alone = Environment(folder / f"{version}-grader", interpreter, grader, "boxgrader")
        yield (
            f"Python {version}, boxgrader alone",
            [("install", alone.install), ("nbgrader's example", alone.alone)],
        )


def _too_large(size: float) -> Iterator[str]:
    print(f"{size:.0f} MB … ", end="", flush=True)
    if size > LARGEST:
        yield (
            f"{size:.0f} MB are installed, more than {LARGEST}: find what came in, or allow it "
            "in tools/first_install.py and say so in CHANGELOG.md"
        )
