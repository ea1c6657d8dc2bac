"""`plan` and `mark`: an instructor's notebook, a learner's, and no gradebook."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small_course as small
from IPython.core import inputtransformer2
from nbformat import NotebookNode, from_dict
from nbgrader.utils import determine_grade
from patience import patience

from boxgrader import BoxError, Marks, Plan, Settings, mark, plan
from boxgrader.box import bench
from boxgrader.box.judge import parsed
from boxgrader.engine import execution
from boxgrader.engine.job import Cell, Job, Run
from boxgrader.engine.marking import check_credit
from boxgrader.engine.planning import imported
from boxgrader.engine.points import score

SETTINGS = Settings(timeout=patience(30))


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


@pytest.fixture(scope="module")
def planned(boxes: None) -> Plan:
    return plan(small.source(), settings=SETTINGS)


def marked(notebook: NotebookNode, planned: Plan) -> Marks:
    return mark(notebook, planned, settings=SETTINGS)


def test_a_plan_says_what_is_needed_to_mark(planned: Plan) -> None:
    assert planned.points == {"double": 2, "share": 4}
    assert planned.judged == {"double", "share"}
    assert "double(21) == 42" in planned.locked["double"]
    assert set(planned.locked) == {"double", "share"}


def test_points_outputs_and_reasons_come_by_test(planned: Plan) -> None:
    right = marked(small.submission(), planned)
    assert right.points == {"double": 2, "share": 2}
    assert right.reasons == ()
    assert right.outputs["share"][0]["data"] == {"text/plain": "2.0"}
    wrong = marked(small.submission("def double(x):\n    return x\nshare = 2"), planned)
    assert wrong.points == {"double": 0, "share": 0}
    assert wrong.outputs["double"][0]["evalue"] == "double(2) should be 4"
    assert [(it.kind, it.test) for it in wrong.reasons] == [("unclear", "share")]


def test_what_a_learner_did_to_a_test_does_not_count(planned: Plan) -> None:
    notebook = small.submission("def double(x):\n    return x\nshare = 0.5")
    notebook.cells[2].source = "assert True"
    notebook.cells[2].metadata["nbgrader"]["points"] = 1000
    assert marked(notebook, planned).points == {"double": 0, "share": 2}
    gone = marked(small.without("double"), planned)
    assert gone.points == {"double": 0, "share": 2}
    assert [(it.kind, it.test) for it in gone.reasons] == [("deleted", "double")]


def test_a_cell_without_a_name_stays_the_learners(planned: Plan) -> None:
    instructors = small.source()
    instructors.cells[0].metadata["nbgrader"] = {"locked": True}
    assert "" not in plan(instructors, settings=SETTINGS).locked
    assert marked(small.submission(), planned).points["double"] == 2


def test_a_test_that_takes_too_long_gets_nothing(planned: Plan) -> None:
    settings = Settings(timeout=patience(1))
    slow = small.submission("def double(x):\n    while True:\n        pass\nshare = 1")
    made = mark(slow, planned, settings=settings)
    assert made.points == {"double": 0, "share": 4}
    assert ("late", "double") in [(it.kind, it.test) for it in made.reasons]


def test_files_of_the_instructor_go_before_those_of_a_learner(boxes: None) -> None:
    cells = [("answer = open('a.txt').read()", "solution"), ("assert answer == 'hers'", "test:a")]
    notebook = small.instructors(cells)
    made = plan(notebook, settings=SETTINGS, files={"a.txt": b"hers"})
    files = {"a.txt": b"his", "b.txt": b""}
    assert mark(notebook, made, settings=SETTINGS, files=files).points == {"a": 1}


def output(kind: str, **content: Any) -> dict[str, Any]:
    return {"output_type": kind, "metadata": {}, **content}


def result(text: str) -> dict[str, Any]:
    return output("execute_result", data={"text/plain": text}, execution_count=1)


ERROR = output("error", ename="AssertionError", evalue="", traceback=[])
STDERR = output("stream", name="stderr", text="careful")
STDOUT = output("stream", name="stdout", text="hello")
PICTURE = output("display_data", data={"text/plain": "0"})


@pytest.mark.parametrize(
    "outputs",
    [
        [], [STDOUT], [PICTURE], [ERROR], [STDERR], [STDOUT, ERROR], [result("1.5")],
        [result("0")], [result("3")], [result("'well done'")], [result("True")],
        [ERROR, result("2")], [result("2"), ERROR], [STDOUT, result("2")],
    ],
)  # fmt: skip
def test_points_are_those_that_nbgrader_gives(outputs: list[dict[str, Any]]) -> None:
    marks = {"grade": True, "solution": False, "points": 3, "grade_id": "a"}
    cell = {"cell_type": "code", "source": "", "metadata": {"nbgrader": marks}}
    theirs, _ = determine_grade(from_dict({**cell, "outputs": outputs}))
    assert score(outputs, 3.0) == theirs


@pytest.mark.parametrize("shown", ["4", "-1", "nan", "inf", ""])
def test_what_no_test_can_give_is_nothing(shown: str) -> None:
    done = Run(outputs=[[], copy.deepcopy([STDOUT, result(shown)])])
    (reason,) = check_credit(done, [("", 0.0), ("a", 3.0)])
    assert (reason.kind, reason.test) == ("unclear", "a")
    assert score(done.outputs[1], 3.0) == 0


@pytest.mark.parametrize("shown", ["np.float64(1.5)", "np.float32(1.5)", "np.int64(1)", "1.5"])
def test_a_number_of_points_counts_as_numpy_shows_it_too(shown: str) -> None:
    done = Run(outputs=[[result(shown)]])
    assert check_credit(done, [("a", 3.0)]) == []
    marks = {"grade": True, "solution": False, "points": 3, "grade_id": "a"}
    cell = {"cell_type": "code", "source": "", "metadata": {"nbgrader": marks}}
    theirs, _ = determine_grade(from_dict({**cell, "outputs": done.outputs[0]}))
    assert score(done.outputs[0], 3.0) == theirs == (1 if "int" in shown else 1.5)


@pytest.mark.parametrize(
    ("outputs", "kind", "says"),
    [
        ([result("False")], "unclear", "shows False, which is no number: it gives all its points"),
        ([result("np.False_")], "unclear", "shows np.False_"),
        ([STDERR], "stderr", "only because something was written to stderr"),
        ([STDERR, result("2")], "stderr", "gives 0"),
    ],
)
def test_what_an_instructor_may_not_have_meant_is_told(
    outputs: list[dict[str, Any]], kind: str, says: str
) -> None:
    (reason,) = check_credit(Run(outputs=[copy.deepcopy(outputs)]), [("a", 3.0)])
    assert (reason.kind, reason.test) == (kind, "a")
    assert says in reason.text


def test_the_modules_of_a_notebook_are_found_also_beside_magics() -> None:
    cells = [
        ("%matplotlib inline\nimport numpy as np, os.path", ""),
        ("from pandas import DataFrame\nfrom math import *\nfrom . import x", "solution"),
        ("def f():\n    import json\nno python at all", ""),
    ]
    found = imported(small.instructors(cells))
    assert found == ["numpy", "os.path", "pandas", "pandas.DataFrame", "math"]


@pytest.mark.usefixtures("boxes")
def test_only_modules_that_leave_nothing_behind_are_imported_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)  # whoever runs in the box is nobody
    (tmp_path / "quiet.py").write_text("import time\nstart = time.monotonic()")
    (tmp_path / "noisy.py").write_text("print('a word for everybody')")
    (tmp_path / "busy.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,), daemon=True)"
        ".start()"
    )
    (tmp_path / "broken.py").write_text("raise SystemExit")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    names = ("quiet", "noisy", "busy", "broken", "missing")
    settings = Settings(timeout=patience(30), modules=names)
    look = Cell(f"import sys\nprint(*[name for name in {names} if name in sys.modules])")
    done = execution.run(Job((look, Cell("import noisy, busy\nbusy.time.sleep")), settings))
    assert done.outputs[0][0]["text"] == "quiet\n"
    assert done.outputs[1][0]["text"] == "a word for everybody\n"


def test_without_a_box_nothing_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    from boxgrader.box import bubblewrap

    monkeypatch.setattr(bench, "receive", lambda line: {"error": "no box", "no_box": True})
    monkeypatch.setattr(bubblewrap, "available", lambda: False)
    with pytest.raises(BoxError, match="no box"):
        plan(small.source(), settings=Settings(timeout=patience(1.5)))


@pytest.mark.parametrize(
    "cell",
    ["a = b", "%time a = b\nc", "!ls {a}", "a = !ls", "In [3]: a = b", " In [3]: a", ">>> a = b",
     "    a = b\n    c", "%%time\na(b)", "a?", "def a(:", "a = '''\n%time b\n'''", "...: a", ""],
)  # fmt: skip
def test_a_cell_is_read_as_a_kernel_reads_it(cell: str) -> None:
    plain = inputtransformer2.TransformerManager().transform_cell(cell)
    try:
        expected = ast.parse(plain)
    except SyntaxError:
        expected = ast.Module([], [])
    assert ast.dump(parsed(cell)) == ast.dump(expected)
