"""Grade a class in which everybody attacks, and say what came of it.

    python tests/grading/hostile_class.py FOLDER [--timeout SECONDS] [ATTACK ...]

makes a course in FOLDER with one small exercise, hands in one submission for each file in
`attacks/` and some honest ones between them, grades it all as `thousandfold grade` does, and writes
what it found to FOLDER/found.json. Whoever runs it is the grader: `test_attacks.py` runs it as
root and as an ordinary user.

An attack is a TOML file: what it ``tries``, ``who`` attacks ``what`` (a cell of the table in
SECURITY.md), the ``answers`` it puts into the exercise (all others are right), ``files`` beside the
notebook, code of ours that changes the notebook or the folder by hand (``make``), and what must
hold: ``status``, kinds of ``reasons``, the ``grades`` that differ from full marks, what the page of
feedback ``hides`` and ``shows``. Where one is known to succeed, ``succeeds`` says why.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import io
import json
import os
import random
import secrets
import socket
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[1] / "nbgrader_config.py"
STEM = "ps"
HONEST = ("0_honest", "k_honest", "z_honest")
PLANTED = "planted-by-attack"  # the name, or the content, of whatever an attack leaves behind
MEMORY = 400  # megabytes

FULL = {"double": 2.0, "number": 1.0, "thing": 3.0, "share": 4.0}
ANSWERS = {
    "double_answer": "def double(x):\n    return 2 * x",
    "number_answer": "number = 42",
    "thing_answer": (
        "class Pair:\n"
        "    def __init__(self, left, right):\n"
        "        self.left, self.right = left, right\n"
        "    def total(self):\n"
        "        return self.left + self.right"
    ),
    "share_answer": "share = 0.5",
}
# The first two and the last are plain data and judged apart. A class is not: that test runs beside.
_HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS\n"
TESTS = {
    "double": _HIDDEN.format(
        "hidden = 'HIDDEN'\n"
        "known = {3: 6, 21: 42}\n"
        "for given, right in known.items():\n"
        "    result = double(given)\n"
        "    assert type(result) is int and result == right"
    )
    + ("def same(left, right):\n    return type(left) is type(right) and left == right"),
    "number": "assert same(number, 42)",
    "thing": (
        "from thousandfold import checks\n"
        "pair = Pair(2, 3)\n"
        "checks.number('the total', pair.total(), expected=5)\n"
        + _HIDDEN.format("assert pair.left == 2")
    ),
    "share": _HIDDEN.format("hidden = 'HIDDEN'")
    + "assert isinstance(share, float)\nround(8 * share, 2)",
}
SETTINGS = """
c.CourseDirectory.course_id = "hostile"
c.Execute.timeout = {timeout}
c.BoxedAutograde.whole_timeout = 5 * {timeout}
"""


def attacks() -> dict[str, dict[str, Any]]:
    """Return what each file of `attacks/` says, by name."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((HERE / "attacks").glob("*.toml"))
    }


def exercise(marker: str) -> dict[str, Any]:
    """Return the exercise as the instructor wrote it, with a marker in its hidden tests."""
    cells = [_cell("import math", "imports", locked=True)]
    for name, points in FULL.items():
        answer = f"{name}_answer"
        body = f"### BEGIN SOLUTION\n{ANSWERS[answer]}\n### END SOLUTION"
        cells.append(_cell(body, answer, solution=True))
        test = TESTS[name].replace("'HIDDEN'", repr(marker))
        cells.append(_cell(test, name, grade=True, locked=True, points=points))
    memo = _cell("Write here.", "memo", grade=True, solution=True, points=5)
    cells.append({**memo, "cell_type": "markdown"})
    for field in ("outputs", "execution_count"):
        del cells[-1][field]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def _cell(source: str, grade_id: str, **marks: Any) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **marks}
    metadata = {"nbgrader": {"schema_version": 3, "grade_id": grade_id, **flags}}
    return {
        "cell_type": "code", "id": grade_id, "metadata": metadata, "source": source,
        "outputs": [], "execution_count": None,
    }  # fmt: skip


class Course:
    """The course, and all the places where an attack could leave something."""

    def __init__(self, folder: Path, timeout: int) -> None:
        self.folder = folder
        self.timeout = timeout
        self.course = folder / "course"
        self.outside = folder / "outside"
        self.tokens = {
            name: secrets.token_hex(12) for name in ("environment", "file", "hidden", "neighbour")
        }
        self.submitted = self.course / "submitted"

    def make(self) -> None:
        """Write everything, and open what an attack could reach."""
        for place in (self.course, self.outside, self.folder / "home"):
            place.mkdir()
        self._listen()
        (self.outside / "secret.txt").write_text(f"secret {self.tokens['file']}\n")
        os.environ["THOUSANDFOLD_SECRET"] = self.tokens["environment"]
        os.environ["HOME"] = str(self.folder / "home")
        source = self.course / "solutions" / STEM
        (source / "tables").mkdir(parents=True)
        content = exercise(f"hidden {self.tokens['hidden']}")
        (source / f"{STEM}.ipynb").write_text(json.dumps(content))
        (source / "data.csv").write_text("people,paths\n3,3\n")
        (source / "tables" / "more.csv").write_text("people,paths\n4,6\n")
        settings = SETTINGS.format(timeout=self.timeout)
        (self.course / "nbgrader_config.py").write_text(CONFIG.read_text("utf-8") + settings)
        for name in HONEST:
            self.submit(name, {"files": {"mine.csv": self.tokens["neighbour"]}})
        self.submit("k_untouched", {"answers": dict.fromkeys(ANSWERS, "# Write here.")})

    def _listen(self) -> None:
        self.listening = []
        for family, kind, address in (
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(self.outside / "socket")),
            (socket.AF_UNIX, socket.SOCK_STREAM, f"\0attack-{self.tokens['file'][:8]}"),
        ):
            listener = socket.socket(family, kind)
            listener.bind(address)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            self.listening.append(listener)

    def contacts(self) -> list[str]:
        """Return which of the open sockets somebody has reached."""
        found = []
        for listener in self.listening:
            try:
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()
                else:
                    listener.recv(1)
            except BlockingIOError:
                continue
            found.append(str(listener.getsockname()))
        return found

    def submit(self, name: str, attack: dict[str, Any]) -> None:
        """Hand in one submission."""
        folder = self.submitted / name / STEM
        folder.mkdir(parents=True)
        notebook = exercise("the release holds no hidden test")
        answers = {**ANSWERS, **attack.get("answers", {})}
        for cell in notebook["cells"]:
            marks = cell["metadata"]["nbgrader"]
            if marks["solution"] and cell["cell_type"] == "code":
                cell["source"] = self._filled(answers[marks["grade_id"]])
            elif marks["grade"]:
                cell["source"] = "An answer." if marks["solution"] else "# hidden"
        for path, text in attack.get("files", {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(self._filled(text))
        path = folder / f"{STEM}.ipynb"
        names = {
            "notebook": notebook, "folder": folder, "path": path, "course": self.course,
            "outside": self.outside, "cell": lambda i: _by_id(notebook, i), "os": os, "json": json,
        }  # fmt: skip
        exec(attack.get("make", ""), names)  # noqa: S102 - written by us, run on our side
        if not os.path.lexists(path) and folder.is_dir():
            path.write_text(json.dumps(notebook))

    def _filled(self, text: str) -> str:
        places = {
            "@COURSE@": self.course, "@OUTSIDE@": self.outside, "@PLANTED@": PLANTED,
            "@SOCKET@": self.outside / "socket", "@ABSTRACT@": f"attack-{self.tokens['file'][:8]}",
            "@PORT@": self.listening[0].getsockname()[1],
            "@UDP@": self.listening[1].getsockname()[1],
        }  # fmt: skip
        for place, value in places.items():
            text = text.replace(place, str(value))
        return text

    def planted(self) -> list[str]:
        """Return the files that carry the attackers' name where none may be."""
        outside = [self.outside, self.folder / "home", Path("/tmp"), Path("/var/tmp")]  # noqa: S108
        outside += [Path("/dev/shm"), Path("/"), Path.cwd(), Path(sys.prefix)]  # noqa: S108
        return [str(path) for place in outside for path in place.glob(f"*{PLANTED}*")]

    def state(self) -> dict[str, str]:
        """Return a digest of each file that grading must leave as it is."""
        kept = {"autograded", "feedback", "exercises"}
        found = {}
        for root in (self.course, self.outside):
            for path in _files(root):
                name = path.relative_to(self.folder)
                if name.parts[1] in kept or name.parts[1].startswith((".grading", "gradebook.db")):
                    continue
                found[str(name).encode(errors="replace").decode()] = _digest(path)
        return found


def _by_id(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(cell for cell in notebook["cells"] if cell["id"] == grade_id)
    return found


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        yield from (Path(folder, name) for name in (*folders, *names))


def _digest(path: Path) -> str:
    try:
        status = path.lstat()
    except OSError:  # a path that is too long
        return ""
    said = f"{status.st_mode:o}"
    if path.is_symlink():
        return f"{said} {path.readlink()}"
    if path.is_file() and status.st_size < 1 << 20 and os.access(path, os.R_OK):
        said += hashlib.sha256(path.read_bytes()).hexdigest()
    return said


def _descendants() -> list[str]:
    """Return what still runs below this process, which adopts every orphan."""
    found, waiting = [], [os.getpid()]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*"):
            with suppress(OSError):  # it has ended meanwhile
                for pid in (task / "children").read_text().split():
                    found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
                    waiting.append(int(pid))
    return found


def _mounts() -> list[str]:
    return Path("/proc/self/mountinfo").read_text().splitlines()


def _is_test(cell: dict[str, Any]) -> bool:
    """Say whether a cell is a test: the traceback of one shows it, and feedback leaves that out."""
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("grade") and not marks.get("solution"))


def main(folder: Path, timeout: int, chosen: list[str]) -> None:
    """Grade the class, or some of it, and write down what was found."""
    os.umask(0o022)
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come to us
    course = Course(folder, timeout)
    course.make()
    for name, attack in attacks().items():
        wanted = not chosen or name in chosen
        if wanted and (os.getuid() or not attack.get("ordinary_user")):
            course.submit(name, attack)
    before, mounts = course.state(), _mounts()

    sys.path.append(str(HERE.parents[1] / "benchmarks"))
    from memory import peak_megabytes

    from thousandfold.cli import main as thousandfold

    printed = io.StringIO()
    grade = ["grade", STEM, "--course", str(course.course), "--workers", "2"]
    grade += ["--memory", str(MEMORY)]
    with redirect_stdout(printed), redirect_stderr(printed):
        code = thousandfold(grade)
    memory = peak_megabytes()
    with redirect_stdout(printed), redirect_stderr(printed):
        report = ["report", STEM, "--course", str(course.course)]
        report += ["--output", str(folder / "report.html"), "--csv", str(folder / "points.csv")]
        thousandfold([*report, "--so-far"])
    after = course.state()
    found = {
        "code": code,
        "printed": printed.getvalue(),
        "submissions": _submissions(course),
        "survivors": _descendants(),
        "contacts": course.contacts(),
        "planted": course.planted(),
        "changed": sorted(
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        ),
        "mounts": sorted(set(_mounts()) ^ set(mounts)),
        "memory": memory,
    }
    (folder / "found.json").write_text(json.dumps(found))


def _submissions(course: Course) -> dict[str, Any]:
    """Return what became of each submission: record, grades, and secrets that it shows."""
    import sqlalchemy

    from boxgrader.nbgrader_course.gradebook import records

    url = f"sqlite:///{course.course}/gradebook.db"
    found: dict[str, Any] = {
        name: {
            "status": record.status,
            "reasons": [[reason.kind, reason.text, reason.test] for reason in record.reasons],
            "grades": {},
        }
        for name, record in records(url, STEM).items()
    }
    query = (
        "select a.student_id, b.name, g.auto_score from grade g"
        " join base_cell b on b.id = g.cell_id"
        " join submitted_notebook n on n.id = g.notebook_id"
        " join submitted_assignment a on a.id = n.assignment_id"
    )
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        for student, test, score in connection.execute(sqlalchemy.text(query)):
            found[student]["grades"][test] = score
    engine.dispose()
    for name, entry in found.items():
        outputs = shown = ""
        for path in (course.course / "autograded" / name).rglob("*"):
            if path.suffix == ".ipynb":
                cells = json.loads(path.read_text("utf-8"))["cells"]
                outputs += json.dumps([c.get("outputs") for c in cells if not _is_test(c)])
            elif path.is_file():
                shown += path.read_bytes()[:100_000].decode(errors="replace")
        entry["leaks"] = [kind for kind, token in course.tokens.items() if token in shown + outputs]
        entry["succeeded"] = [line[:200] for line in outputs.split("SUCCEEDED")[1:]]
        page = course.course / "feedback" / name / STEM / f"{STEM}.html"
        entry["page"] = page.read_text("utf-8", "replace") if page.exists() else ""
        entry["page"] = entry["page"][entry["page"].find("<body") :][: 1 << 20]
    return found


if __name__ == "__main__":
    random.seed(0)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("attacks", nargs="*", help="default: all")
    parser.add_argument("--timeout", type=int, default=6, help="seconds for a cell (default: 6)")
    options = parser.parse_args()
    main(options.folder.resolve(), options.timeout, options.attacks)
