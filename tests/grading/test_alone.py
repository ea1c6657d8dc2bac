"""The grader stands alone: it knows nothing of this workshop, and needs nbgrader and nh3 only."""

from __future__ import annotations

import ast
import csv
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import nbgrader
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from patience import patience
from small_course import marked

import boxgrader

GRADER = ROOT / "src" / "boxgrader"
FILES = {".".join(path.relative_to(GRADER).with_suffix("").parts): path
         for path in GRADER.rglob("*.py")}  # fmt: skip
# What the files of each room may import, of the grader and of others, at the top or in functions.
MAY_IMPORT = {
    "errors": "",
    "interrupts": "",
    "typed": "",
    "writing": "errors",
    "box": "errors IPython ipykernel jupyter_client pyseccomp traitlets",
    "engine": "box errors distributed jupyter_client nbformat",
    "nbgrader_course": (
        "alembic box engine errors jinja2 jsonschema jupyter_core markupsafe nbconvert nbformat "
        "nbgrader nh3 sqlalchemy traitlets typed"
    ),
    "imports": "",
    "commands": "box errors imports nbgrader_course typed writing",
    "cli": "__version__ commands errors interrupts",
    "__main__": "cli",
    "__init__": "box engine errors nbgrader_course",
}
OURS = {"thousandfold"}
HEAVY = {"numpy", "pandas", "matplotlib", "scipy", "networkx"}


def imported(source: str) -> Iterator[str]:
    """Yield what a file imports: rooms of the grader, and other packages but Python's own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            asked = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            asked = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in asked:
            first, _, inside = name.partition(".")
            room = inside.partition(".")[0] if first == "boxgrader" else first
            if room not in sys.stdlib_module_names:
                yield room


def wrong(name: str, source: str) -> set[str]:
    """Return what a file imports and may not."""
    room = name.partition(".")[0]
    return set(imported(source)) - {room, *MAY_IMPORT[room].split()}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_of_the_grader_imports_only_what_it_may(name: str) -> None:
    assert wrong(name, FILES[name].read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_forbidden_import_is_seen_inside_a_function_too(room: str) -> None:
    for other in OURS | HEAVY | ({"nbgrader"} if room in ("box", "engine", "cli") else set()):
        for line in (f"import {other}.part", f"from {other} import part"):
            assert wrong(room, line) == {other}
            assert wrong(f"{room}.file", f"def f():\n    {line}\n") == {other}


def test_no_file_of_the_grader_speaks_of_the_workshop_or_is_long() -> None:
    texts = {name: path.read_text(encoding="utf-8") for name, path in FILES.items()}
    assert [name for name, text in texts.items() if "thousandfold" in text.lower()] == []
    assert [name for name, text in texts.items() if text.count("\n") > 450] == []


def test_the_workshop_knows_the_grader_in_two_rooms_only() -> None:
    package = ROOT / "src" / "thousandfold"
    knowing = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if re.search(r"(from|import) boxgrader", path.read_text(encoding="utf-8"))
    }
    assert knowing == {"commands", "room"}


def test_all_that_is_public_is_there_and_nothing_is_loaded_for_its_name() -> None:
    assert boxgrader.__all__ == sorted(boxgrader.__all__)
    assert all(hasattr(boxgrader, name) for name in boxgrader.__all__)
    code = "import sys, boxgrader.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"nbgrader", "nbformat", "IPython"}.isdisjoint(done.stdout.split())


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the wheels of both packages; no network is needed."""
    made = {}
    for name, folder in (("boxgrader", GRADER), ("thousandfold", ROOT)):
        target = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (made[name],) = target.glob("*.whl")
    return made


def test_each_wheel_holds_its_own_package(wheels: dict[str, Path]) -> None:
    held = {name: zipfile.ZipFile(path).namelist() for name, path in wheels.items()}
    for name, files in held.items():
        tops = {file.split("/")[0] for file in files}
        own = {name, "thousandfold_first_cell.py"} if name == "thousandfold" else {name}
        assert tops - own == {top for top in tops if top.startswith(f"{name}-")}
    files = set(held["boxgrader"])
    assert {f"boxgrader/{path.relative_to(GRADER)}" for path in GRADER.rglob("*.py")} <= files
    assert "boxgrader/nbgrader_course/templates/report.html" in files
    assert "boxgrader/py.typed" in files
    assert not [file for file in files if file.endswith(("pyproject.toml", "README.md"))]


def _needed(asked: list[Requirement]) -> set[str]:
    """Return distributions and all that these need, here."""
    found: set[tuple[str, str]] = set()
    asked = list(asked)
    while asked:
        one = asked.pop()
        name = canonicalize_name(one.name)
        for extra in {"", *one.extras} - {extra for known, extra in found if known == name}:
            found.add((name, extra))
            for needed in map(Requirement, importlib.metadata.requires(name) or []):
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    asked.append(needed)
    return {name for name, _ in found}


@pytest.fixture(scope="module")
def alone(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Python that has the grader and what it needs of the packages here, by links."""
    folder = tmp_path_factory.mktemp("alone")
    folder.chmod(0o755)  # whoever runs in the box is nobody
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheels["boxgrader"]) as wheel:
        wheel.extractall(packages)
        (about,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        lines = wheel.read(about).decode().splitlines()
    asked = [Requirement(line[15:]) for line in lines if line.startswith("Requires-Dist: ")]
    asked = [one for one in asked if "extra" not in str(one.marker)]
    assert {one.name for one in asked} == {"nbgrader", "nh3", "pyseccomp"}
    for name in _needed(asked):
        for file in importlib.metadata.files(name) or []:
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not top.endswith(".pth"):
                place = Path(str(importlib.metadata.distribution(name).locate_file(top)))
                if not (packages / top).is_symlink():
                    (packages / top).symlink_to(place)
    (folder / "share").symlink_to(Path(sys.prefix, "share"))  # nbconvert's templates
    (packages / "tiny_bash.py").write_text(BASH)
    return folder / "bin" / "python"


def _run(alone: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    environment |= {"PATH": f"{alone.parent}{os.pathsep}{Path(sys.executable).parent}"
                    f"{os.pathsep}{os.environ['PATH']}", **more}  # fmt: skip
    return subprocess.run(
        [alone, "-P", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=patience(200),
    )


def test_nothing_heavy_can_be_imported_there(alone: Path) -> None:
    for name in (*HEAVY, *OURS, "tqdm"):
        assert "ModuleNotFoundError" in _run(alone, "-c", f"import {name}").stderr
    assert _run(alone, "-m", "boxgrader", "--help").returncode == 0


def _course(folder: Path, assignment: str) -> Path:
    packages = Path(nbgrader.__file__).parent.parent  # where the links lead to
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(
        "from boxgrader import install\nc = get_config()\ninstall()\n"
        f"c.CourseDirectory.course_id = {assignment!r}\n"
        f"c.BoxedAutograde.readable = [{str(packages)!r}]\n"
        f"c.Execute.timeout = {round(patience(10))}\n"
    )
    return folder


def _points(alone: Path, course: Path, assignment: str, **more: str) -> dict[str, float]:
    """Grade a course there, and return what everybody got."""
    where = ["--course", str(course)]
    graded = _run(alone, "-m", "boxgrader", "grade", assignment, *where, "--workers", "2", **more)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    page, table = course / "report.html", course / "points.csv"
    told = ["--output", str(page), "--csv", str(table), "--columns", "moodle", "--so-far"]
    done = _run(alone, "-m", "boxgrader", "report", assignment, *where, *told)
    assert done.returncode == 0, done.stdout + done.stderr
    assert page.read_text(encoding="utf-8").count("<svg") >= 2
    with table.open(newline="") as file:
        return {row["Username"]: float(row[assignment]) for row in csv.DictReader(file)}


@pytest.mark.usefixtures("boxes")
def test_nbgraders_own_example_is_graded_there(alone: Path, tmp_path: Path) -> None:
    course = _course(tmp_path / "course", "ps1")
    example = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
    shutil.copytree(example / "source" / "ps1", course / "source" / "ps1")
    for learner in ("bitdiddle", "hacker"):
        place = course / "submitted" / learner / "ps1"
        shutil.copytree(example / "submitted" / learner / "ps1", place)
    shutil.copytree(course / "source" / "ps1", course / "submitted" / "right" / "ps1")
    assert _points(alone, course, "ps1") == {"bitdiddle": 1.5, "hacker": 3.0, "right": 3.0}
    assert (course / "feedback" / "hacker" / "ps1" / "problem1.html").is_file()


# A kernel of another language, as small as one can be.
BASH = """
import subprocess
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class Bash(Kernel):
    implementation = language = banner = "bash"
    implementation_version = language_version = "1"
    language_info = {"name": "bash", "mimetype": "text/x-sh", "file_extension": ".sh"}

    def __init__(self, **keywords):
        super().__init__(**keywords)
        pipe = subprocess.PIPE
        self.bash = subprocess.Popen(["bash"], stdin=pipe, stdout=pipe, text=True)

    async def do_execute(self, code, silent, *_, **__):
        self.bash.stdin.write(code + '\\necho "END $?"\\n')
        self.bash.stdin.flush()
        said = ""
        for line in self.bash.stdout:
            if line.startswith("END "):
                break
            said += line
        self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": said})
        reply = {"execution_count": self.execution_count, "status": "ok", "user_expressions": {}}
        if line != "END 0\\n":
            error = {"ename": "exit", "evalue": line[4:].strip(), "traceback": []}
            self.send_response(self.iopub_socket, "error", error)
            return {**reply, "status": "error", **error}
        return reply

IPKernelApp.launch_instance(kernel_class=Bash)
"""


@pytest.mark.usefixtures("boxes")
def test_a_notebook_in_bash_is_graded_there(alone: Path, tmp_path: Path) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "bash" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [str(alone), "-m", "tiny_bash", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": command, "display_name": "Bash", "language": "bash"}))
    course = _course(tmp_path / "course", "shell")
    with (course / "nbgrader_config.py").open("a") as config:  # nbgrader has no words for bash
        config.write("c.ClearSolutions.code_stub = {'bash': '# Write your answer here.'}\n")
    for place, answer in (
        ("source", "double() { echo $((2 * $1)); }"),
        ("submitted/right", "double() { echo $(($1 + $1)); }"),
        ("submitted/wrong", "double() { echo $1; }"),
    ):
        notebook = new_notebook(
            cells=[
                marked(new_code_cell(answer), "answer", solution=True),
                marked(
                    new_code_cell('[ "$(double 4)" = 8 ]'), "double", 3, grade=True, locked=True
                ),
            ]
        )
        notebook.metadata["kernelspec"] = {
            "name": "bash", "language": "bash", "display_name": "Bash",
        }  # fmt: skip
        path = course / place / "shell" / "shell.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    jupyter = str(tmp_path / "jupyter")
    points = _points(alone, course, "shell", JUPYTER_PATH=jupyter)
    assert points == {"right": 3.0, "wrong": 0.0}
