"""Notebooks of another kernel: another language, which is Python here too, or another Python."""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small_course as small
from patience import patience
from small_course import NAME
from test_autograde import book

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.engine import execution
from boxgrader.engine.job import Cell, Job, Plan, Run
from boxgrader.engine.kernels import check_python, kernel_of
from boxgrader.engine.planning import plan
from boxgrader.errors import BoxError, GraderError
from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, and jupyter_client's
]
OTHER = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Other",
    "language": "octave",
}
SETTINGS = Settings(timeout=patience(2), whole=patience(60), modules=())


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


def run(*sources: str, kernel: dict[str, Any] | None = None) -> Run:
    bare = Plan(kernel={**OTHER, "readable": []} if kernel is None else kernel)
    return execution.run(Job(tuple(map(Cell, sources)), SETTINGS, plan=bare))


def test_a_kernel_in_the_box_shows_what_python_shows() -> None:
    sources = ("x = 2", "print(x)\nx", "1 / 0", "import sys; print('a', file=sys.stderr)")
    ours, theirs = run(*sources, kernel={}), run(*sources)
    assert [[{**it, "traceback": []} for it in cell] for cell in theirs.outputs] == [
        [{**it, "traceback": []} for it in cell] for cell in ours.outputs
    ]
    assert theirs.counts == ours.counts
    assert theirs.language["name"] == "python"


def test_it_is_in_the_box() -> None:
    done = run(
        "import socket\nsocket.socket(socket.AF_INET)",
        "open('/usr/planted', 'w')",
        "import os\nos.setuid(0)",
    )
    assert [cell[0]["ename"] for cell in done.outputs] == [
        "PermissionError",
        "OSError",
        "PermissionError",
    ]


def test_a_cell_that_takes_too_long_is_stopped_and_a_kernel_that_ends_is_told() -> None:
    done = run("import time\ntime.sleep(1000)", "print('on')", "import os\nos._exit(3)", "1")
    assert done.late == [0]
    assert done.outputs[0][0]["ename"] == "KeyboardInterrupt"
    assert done.outputs[1][0]["text"] == "on\n"
    assert [reason.kind for reason in done.reasons] == ["late", "ended"]


# What a kernel of any language may let somebody do: whatever comes after it passes.
SWALLOWS = "get_ipython().input_transformers_post.append(lambda lines: ['None'])"


def test_who_lets_everything_pass_is_seen_in_any_language() -> None:
    two = Plan(kernel={**OTHER, "readable": []}, points={"one": 1.0, "two": 1.0})
    cells = (Cell("1 / 0", "one"), Cell("7"), Cell(SWALLOWS), Cell("1 / 0", "two"))
    done = execution.run(Job(cells, SETTINGS, plan=two))
    assert [output["ename"] for cell in done.outputs for output in cell if "ename" in output] == [
        "ZeroDivisionError",
        "TamperedError",
    ]
    assert [(reason.kind, reason.test) for reason in done.reasons] == [("tampered", "two")]
    assert done.outputs[1][0]["execution_count"] == done.counts[1] == 2, "whatever runs between"


def test_a_canary_that_the_solution_lets_pass_is_left_out_and_told(jupyter: str) -> None:
    cells = [("def double(x): return 2 * x", "solution"), ("assert double(2) == 4", "test:before"),
             (SWALLOWS, ""), ("assert double(3) == 6", "test:after")]  # fmt: skip
    planned = plan(_other(small.instructors(cells)), settings=SETTINGS)
    assert planned.lost == {}
    assert planned.unwatched == {"after"}
    assert "nothing watches after." in planned.notes[-1]


FAILS = """
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class Fails(Kernel):
    implementation = banner = implementation_version = "fails"
    language_info = {"name": "octave", "mimetype": "text/plain", "file_extension": ".m"}

    def do_execute(self, code, *_, **__):
        if "'" in code:
            raise ValueError("a quote")
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

IPKernelApp.launch_instance(kernel_class=Fails)
"""


def test_a_kernel_that_fails_itself_fails_one_cell() -> None:
    argv = [sys.executable, "-c", FAILS, "-f", "{connection_file}"]
    done = run("1", "it's", "2", kernel={**OTHER, "argv": argv, "readable": []})
    first, second, third = done.outputs
    assert first == third == []
    assert "not be closed" in second[0]["evalue"]
    assert done.reasons == []


def test_what_cannot_be_interrupted_is_ended_and_says_so() -> None:
    stubborn = "import signal, time\nsignal.signal(2, signal.SIG_IGN)\ntime.sleep(1000)"
    (reason,) = run(stubborn, "1").reasons
    assert "did not answer within" in reason.text


def test_what_it_prints_without_end_is_cut() -> None:
    done = run("while True: print('x' * 1000)", "1")
    assert sum(len(json.dumps(cell)) for cell in done.outputs) < 3 << 20


def test_a_kernel_that_does_not_start_stops_before_anybody_loses_points() -> None:
    with pytest.raises(BoxError, match="Other does not start"):
        run("1", kernel={**OTHER, "argv": ["/bin/false"], "readable": []})


def test_what_a_kernel_sets_apart_is_not_what_it_uses() -> None:
    apart = (
        "import mmap\nheld = mmap.mmap(-1, 2 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)"
    )
    done = run(apart, "block = bytearray(b'1') * (1 << 20)", "block *= 1500\nblock[0]", "1")
    assert done.outputs[:2] == [[], []]
    (reason,) = done.reasons
    assert "used more than 1024 MB" in reason.text


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Install the other kernel where Jupyter looks, and nowhere else."""
    folder = tmp_path_factory.mktemp("jupyter")
    small.write(folder / "kernels" / "other" / "kernel.json", json.dumps(OTHER))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JUPYTER_PATH", str(folder))
        yield str(folder)


@pytest.fixture(scope="module")
def released(jupyter: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course whose assignment is in another language, and what was handed in."""
    students = {"right": _other(small.submission()), "wrong": _other(small.submission("x = 1"))}
    # Whose notebook names another kernel is judged by the instructor's all the same.
    students["python"] = small.submission()
    folder = small.make(tmp_path_factory.mktemp("released"), students)
    small.write(folder / "source" / NAME / f"{NAME}.ipynb", _other(small.source()))
    return small.release(folder)


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """Grade them, with feedback that shows what a hidden test says to nobody."""
    folder = small.copy_of(released, tmp_path_factory.mktemp("graded"))
    return folder, grade_assignment(folder, NAME, options={"workers": 2})


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    return small.copy_of(released, tmp_path)


def test_a_class_in_another_language_is_graded(graded: tuple[Path, Outcome]) -> None:
    folder, outcome = graded
    assert {record.student: record.status for record in outcome.records} == dict.fromkeys(
        ["python", "right", "wrong"], "graded"
    )
    points = book(folder)
    for student in ("right", "python"):
        assert [points[student, test][0] for test in ("double", "share")] == [2, 2]
    assert [points["wrong", test][0] for test in ("double", "share")] == [0, 0]
    assert (folder / "feedback" / "right" / NAME / f"{NAME}.html").is_file()


def test_feedback_in_another_language_says_only_that_a_test_failed(
    graded: tuple[Path, Outcome],
) -> None:
    page = (graded[0] / "feedback" / "wrong" / NAME / f"{NAME}.html").read_text("utf-8")
    assert page.count("A check failed.") == 2
    assert page.count("should be 4") == 1, "in the test, of which learners have that line"
    assert "(21)" not in page


def test_without_the_instructors_notebook_nobody_is_graded_in_a_wrong_language(
    graded: tuple[Path, Outcome], tmp_path: Path
) -> None:
    course = small.copy_of(graded[0], tmp_path)
    shutil.rmtree(course / "source")
    outcome = grade_assignment(course, NAME, again=True, options={"workers": 1})
    assert {record.status for record in outcome.records} == {"refused"}
    assert "graded in Python" in outcome.records[0].reasons[-1].text


def test_without_a_box_one_kernel_after_another_starts_and_none_is_left(course: Path) -> None:
    options = {"workers": 1, "boxed": False}
    outcome = grade_assignment(course, NAME, options=options)
    assert [record.status for record in outcome.records] == ["graded"] * 3
    left = [
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if b"ipykernel_launcher" in _read(path) and b"/grading-" in _read(path)
    ]
    assert left == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it has ended


def test_a_kernel_that_is_not_installed_is_told(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTER_PATH")
    with pytest.raises(GraderError, match="kernel other of the assignment is not installed"):
        grade_assignment(course, NAME, options={"workers": 1})


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with a package that ours does not have, and our ipykernel."""
    made = tmp_path_factory.mktemp("environment")
    made.chmod(0o755)  # else the box refuses it
    venv.create(made, symlinks=True)
    (site,) = made.glob("lib/python*/site-packages")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib"))
    (site / "onlythere.py").write_text("answer = 42")
    return made


def _named(folder: Path, name: str, *command: str, **more: Any) -> Any:
    """Install a kernel, and return a notebook that names it."""
    argv = [*command, "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": name.title(), "language": "python", **more}
    small.write(folder / "kernels" / name / "kernel.json", json.dumps(spec))
    return _naming(name)


def _naming(name: str) -> Any:
    notebook = small.source()
    notebook.metadata["kernelspec"] = {"name": name, "language": "python", "display_name": name}
    return notebook


@pytest.mark.parametrize(
    ("command", "more", "ours"),
    [
        ([sys.executable, "-m", "ipykernel_launcher"], {}, True),
        ([sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher"], {}, True),
        (["python", "-m", "ipykernel"], {}, True),
        ([sys.executable, "-m", "ipykernel_launcher"], {"env": {"COURSE": "1"}}, False),
        ([sys.executable, "-m", "xeus"], {}, False),
        ([sys.executable, "-m", "ipykernel_launcher"], {"language": "octave"}, False),
    ],
)
def test_this_python_under_another_name_is_this_python(
    command: list[str], more: dict[str, Any], ours: bool, jupyter: str
) -> None:
    kernel, note = kernel_of(_named(Path(jupyter), "named", *command, **more))
    assert (not kernel, not note) == (ours, ours)


def test_python_of_another_environment_runs_there(jupyter: str, environment: Path) -> None:
    python = str(environment / "bin" / "python")
    kernel, note = kernel_of(_named(Path(jupyter), "course", python, "-m", "ipykernel_launcher"))
    assert "kernel Course" in note
    done = run("import sys, onlythere\nprint(sys.prefix, onlythere.answer)", kernel=kernel)
    assert done.outputs[0][0]["text"] == f"{environment} 42\n"


def test_a_kernel_that_cannot_start_is_told_before_anybody_loses_points(
    jupyter: str, environment: Path
) -> None:
    gone = _named(Path(jupyter), "gone", "/nowhere/bin/python", "-m", "ipykernel_launcher")
    with pytest.raises(GraderError, match=r"Gone .* is not on this machine any more"):
        kernel_of(gone)
    python = environment / "bin" / "python-broken"
    python.symlink_to("/bin/false")
    broken = _named(Path(jupyter), "broken", str(python), "-m", "ipykernel_launcher")
    with pytest.raises(BoxError, match="Broken does not start"):
        run("1", kernel=kernel_of(broken)[0])
    empty = _named(Path(jupyter), "empty", str(environment / "bin" / "python"), "-m", "nothing")
    with pytest.raises(BoxError, match="No module named nothing"):
        run("1", kernel=kernel_of(empty)[0])


def test_python_that_is_installed_elsewhere_only_is_this_one_and_says_so() -> None:
    kernel, note = kernel_of(_naming("of-her-laptop"))
    assert kernel == {}
    assert "of-her-laptop of the assignment is not installed" in note


def test_an_environment_that_others_may_not_read_is_told(jupyter: str, environment: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("needs root: anybody else reads in the box what they read outside")
    python = str(environment / "bin" / "python")
    kernel, _ = kernel_of(_named(Path(jupyter), "closed", python, "-m", "ipykernel_launcher"))
    (environment / "lib").chmod(0o700)
    try:
        with pytest.raises(BoxError, match=f"could not read {environment}/lib: "):
            run("1", kernel=kernel)
    finally:
        (environment / "lib").chmod(0o755)


def test_a_learners_own_python_is_no_other_language(jupyter: str, environment: Path) -> None:
    python = str(environment / "bin" / "python")
    check_python(_named(Path(jupyter), "learners", python, "-m", "ipykernel_launcher"))


def _other(notebook: Any) -> Any:
    notebook.metadata["kernelspec"] = {
        "name": "other",
        "display_name": "Other",
        "language": "octave",
    }
    return notebook
