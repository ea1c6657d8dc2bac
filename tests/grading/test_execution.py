"""Running a notebook: outputs as a kernel's, tests judged, forgeries seen, crashes survived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from patience import patience
from small_course import instructors

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.box.namespaces import Limits
from boxgrader.box.worker import send
from boxgrader.engine import execution, planning
from boxgrader.engine.job import Cell, Job, Plan, Run

pytestmark = pytest.mark.usefixtures("boxes")

SETTINGS = Settings(
    timeout=patience(60), limits=Limits(memory=400 << 20), modules=("numpy", "pandas")
)
HURRIED = replace(SETTINGS, timeout=patience(2))  # for what does not end by itself
SOLUTION = [
    ("import math", ""),
    ("def double(x):\n    return 2 * x\nanswer = 42", "solution"),
    ("assert double(4) == 8", "test:function"),
    ("assert type(answer) is int and answer == 42", "test:number"),
    ("import inspect\nassert 'return' in inspect.getsource(double)", "test:source"),
]


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planning.plan(instructors(SOLUTION), settings=SETTINGS)


def run(*cells: Cell, settings: Settings = SETTINGS, **more: Any) -> Run:
    return execution.run(Job(cells, settings, **more))


def shown(done: Run, number: int = 0) -> list[Any]:
    return [
        output.get("text") or output.get("ename") or output["data"]["text/plain"]
        for output in done.outputs[number]
    ]


def test_outputs_are_those_of_a_kernel() -> None:
    done = run(
        Cell("import sys\nprint('a', end='')\nprint('b', file=sys.stderr)\nprint('c')\n1 + 1"),
        Cell(""),
        Cell("display('x')\nprint('y')\n1 / 0"),
        Cell("_ + 1, __name__"),
    )
    assert shown(done, 0) == ["ac\n", "b\n", "2"]
    assert [output["output_type"] for output in done.outputs[2]] == [
        "display_data", "stream", "error",
    ]  # fmt: skip
    assert shown(done, 3) == ["(3, '__main__')"]
    assert done.counts == [1, None, 2, 3]


def test_displays_can_be_updated_and_cleared() -> None:
    done = run(
        Cell("from IPython.display import clear_output, display\nh = display(1, display_id='h')"),
        Cell("h.update(2)\nprint('gone')\nclear_output()\nprint('there')"),
    )
    assert shown(done, 0) == ["2"]
    assert shown(done, 1) == ["there\n"]


def test_figures_and_files() -> None:
    done = run(
        Cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"),
        Cell("open('made.txt', 'w').write(open('given/data.txt').read())"),
        files={"given/data.txt": b"42"},
        keep=1000,
    )
    assert done.outputs[0][0]["data"]["image/png"].startswith("iVBOR")
    assert done.files == {"made.txt": b"42"}


def test_what_is_shown_is_sent_as_a_kernel_sends_it() -> None:
    done = run(
        Cell("from PIL import Image\nImage.new('RGB', (2, 2))"),
        Cell("from IPython import display as shown\ndisplay({'image/png': b'12'}, raw=True)"),
        Cell("import numpy as np\nshown.JSON({'a': np.int64(1), 'b': [np.float64(0.5)]})"),
        Cell("display({'text/plain': object()}, raw=True)"),
        Cell("import datetime\ndisplay(1, metadata={'when': datetime.date(2026, 1, 2)})"),
        Cell("'on'"),
    )
    assert done.outputs[0][0]["data"]["image/png"].startswith("iVBOR")
    assert done.outputs[1][0]["data"] == {"image/png": "MTI="}
    assert done.outputs[2][0]["data"]["application/json"] == {"a": 1, "b": [0.5]}
    assert shown(done, 3)[0].startswith("<object object at")
    assert done.outputs[4][0]["metadata"]["when"].startswith("2026-01-02")
    assert shown(done, 5) == ["'on'"]


def test_what_other_programs_print_is_shown() -> None:
    assert shown(run(Cell("import os\nos.system('echo hello');"))) == ["hello\n"]


def test_the_plan_finds_what_can_be_judged_apart(plan: Plan) -> None:
    assert plan.judged == {"function", "number"}
    assert plan.answers == ("answer", "double")
    assert plan.setup == ("import math",)


def test_honest_answers_pass_and_wrong_ones_fail(plan: Plan) -> None:
    tests = [Cell(source, kind[5:]) for source, kind in SOLUTION[2:]]
    right = run(Cell(SOLUTION[1][0]), *tests, plan=plan)
    assert right.outputs == [[], [], [], []]
    assert right.reasons == []
    wrong = run(Cell("def double(x):\n    return x\nanswer = 41"), *tests, plan=plan)
    assert shown(wrong, 1) == ["AssertionError"]
    assert shown(wrong, 2) == ["AssertionError"]


def test_names_that_are_missing_are_missing(plan: Plan) -> None:
    done = run(Cell("pass"), Cell(SOLUTION[2][0], "function"), plan=plan)
    assert shown(done, 1) == ["NameError"]


def test_errors_prints_and_changes_of_a_function_come_across() -> None:
    test = (
        "items = [2, 1]\n"
        "try:\n    arrange(None)\nexcept ValueError as error:\n    print(error)\n"
        "arrange(items)\nassert items == [1, 2]"
    )
    answer = (
        "def arrange(items):\n    if items is None:\n        raise ValueError('no list')\n"
        "    print('sorting')\n    items.sort()"
    )
    notebook = instructors([(answer, "solution"), (test, "test:arrange")])
    plan = planning.plan(notebook, settings=SETTINGS)
    assert plan.judged == {"arrange"}
    done = run(Cell(answer), Cell(test, "arrange"), plan=plan)
    assert shown(done, 1) == ["no list\nsorting\n"]


def test_a_later_cell_of_the_learner_runs_after_a_judged_test(plan: Plan) -> None:
    done = run(Cell("answer = 42"), Cell(SOLUTION[3][0], "number"), Cell("answer"), plan=plan)
    assert shown(done, 2) == ["42"]
    assert done.counts == [1, 2, 3]


def test_who_ends_an_iteration_ends_no_test() -> None:
    test = "assert all(map(lambda pair: double(pair[0]) == pair[1], [(3, 6), (21, 42)]))"
    cells = [("def double(x):\n    return 2 * x", "solution"), (test, "test:double")]
    plan = planning.plan(instructors(cells), settings=SETTINGS)
    assert plan.judged == {"double"}
    for what in ("StopIteration", "StopAsyncIteration", "GeneratorExit"):
        done = run(Cell(f"def double(x):\n    raise {what}"), Cell(test, "double"), plan=plan)
        assert done.outputs[1][-1]["output_type"] == "error", what


def test_an_answer_that_holds_nothing_and_equals_anything_is_told() -> None:
    test = "import numpy as np\nassert np.allclose(answer, [1, 2])"
    cells = [("answer = [1.0, 2.0]", "solution"), (test, "test:array")]
    plan = planning.plan(instructors(cells), settings=SETTINGS)
    for nothing in ("np.empty((0, 1))", "np.zeros((1, 0, 2))"):
        done = run(Cell(f"import numpy as np\nanswer = {nothing}"), Cell(test, "array"), plan=plan)
        assert done.outputs[1] == []
        assert [(reason.kind, reason.test) for reason in done.reasons] == [("unclear", "array")]
    empty = [("answer = []", "solution"), ("assert answer == []", "test:empty")]
    plan = planning.plan(instructors(empty), settings=SETTINGS)
    assert run(Cell("answer = []"), Cell("assert answer == []", "empty"), plan=plan).reasons == []


def test_an_answer_that_comes_late_is_no_order() -> None:
    place = bench.take(SETTINGS)
    session = place.open()
    order = {"do": "answer", "answer": {"do": "run", "source": "1 / 0"}, "id": 1, "mark": ""}
    send(session._line, {**order, "source": "forged = 1", "timeout": 1})
    reply = session.ask({"do": "run", "source": "'forged' in globals()", "timeout": 20}, 30)
    assert reply["outputs"][0]["data"]["text/plain"] == "False"
    session.close()
    bench.give_back(place)


FORGERIES = {
    "equals everything": "class Yes:\n    def __eq__(self, other): return True\n"
    "answer = Yes()\ndouble = lambda x: Yes()",
    "subclass of int": "class Int(int):\n    def __eq__(self, other): return True\n"
    "answer = Int(1)\ndef double(x): return Int(1)",
    "strips asserts": "import ast\nclass Strip(ast.NodeTransformer):\n"
    "    def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)\n"
    "get_ipython().ast_transformers.append(Strip())\nanswer = 0\ndouble = abs",
    "replaces run_cell": "from types import SimpleNamespace\n"
    "get_ipython().run_cell = lambda *a, **k: SimpleNamespace("
    "error_before_exec=None, error_in_exec=None)\nanswer = 0\ndouble = abs",
    "hides errors": "get_ipython().showtraceback = lambda *a, **k: None\nanswer = 0\ndouble = abs",
    "replaces AssertionError": "import builtins\n"
    "builtins.AssertionError = SystemExit\nanswer = 0\ndouble = abs",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_fails_where_it_is_judged(name: str, plan: Plan) -> None:
    done = run(
        Cell(FORGERIES[name]),
        Cell(SOLUTION[2][0], "function"),
        Cell(SOLUTION[3][0], "number"),
        plan=plan,
    )
    for outputs in done.outputs[1:]:
        assert any(output["output_type"] == "error" for output in outputs)


@pytest.mark.parametrize("name", ["strips asserts", "replaces run_cell", "hides errors"])
def test_a_forgery_fails_beside_the_learners_code(name: str) -> None:
    done = run(Cell(FORGERIES[name]), Cell("assert answer == 42", "number"))
    (output,) = done.outputs[1]
    assert output["output_type"] == "error"


def test_who_strips_asserts_is_named() -> None:
    done = run(Cell(FORGERIES["strips asserts"]), Cell("assert answer == 42", "number"))
    (reason,) = done.reasons
    assert (reason.kind, reason.test) == ("tampered", "number")


def test_a_canary_that_is_recognised_is_not_enough() -> None:
    """Asserts are stripped unless they look like a canary: the negated twin passes too."""
    forgery = (
        "import ast\nclass Strip(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node):\n"
        "        canary = 'len' in ast.dump(node)\n"
        "        return node if canary else ast.copy_location(ast.Pass(), node)\n"
        "get_ipython().ast_transformers.append(Strip())\nanswer = 0"
    )
    done = run(Cell(forgery), Cell("assert answer == 42", "number"))
    assert [reason.kind for reason in done.reasons] == ["tampered"]


def test_modules_are_imported_as_in_a_kernel() -> None:
    done = run(Cell("import pandas\npandas.get_option('display.max_columns')"))
    assert shown(done) == ["20"], "on a terminal it would be 0"


def test_what_nobody_has_asked_for_is_not_imported() -> None:
    done = run(Cell("import sys\nsorted({'matplotlib', 'scipy', 'tqdm'} & set(sys.modules))"))
    assert shown(done) == ["[]"], "each process for learners' code would wait for it"


def test_the_contrary_of_a_test_is_a_test_that_fails() -> None:
    assert execution.negated("x = 1\nassert x == 1") == "x = 1\nassert not x == 1"
    assert execution.negated("if x:\n    assert x") == ""
    assert execution.negated("no python at all") == ""


@pytest.mark.parametrize(
    ("code", "says", "settings"),
    [
        ("import os; os._exit(3)", "exit code 3", SETTINGS),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV); import ctypes; "
         "ctypes.string_at(0)", "crashed", SETTINGS),
        ("import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(1000)",
         "did not answer", HURRIED),
        ("import os, time\nfor _ in range(8):\n  if os.fork() == 0:\n    x = b'1' * (150 << 20)\n"
         "    time.sleep(1000)\ntime.sleep(1000)", "memory", SETTINGS),
        ("import os\nos.write(3, b'\\0\\0\\0\\2{}')", "no notebook sends", SETTINGS),
        ("import os\nos.write(3, b'\\xff' * 100)", "no notebook sends", SETTINGS),
        ("import os\nos.close(3)", "ended before", SETTINGS),
    ],
)  # fmt: skip
def test_what_ended_is_told_and_what_came_before_is_kept(
    code: str, says: str, settings: Settings
) -> None:
    cells = Cell("print('before')"), Cell(code), Cell("assert True", "last"), Cell("1")
    done = run(*cells, settings=settings)
    assert shown(done, 0) == ["before\n"]
    assert [cell[0]["output_type"] for cell in done.outputs[1:]] == ["error"] * 3, done
    stopped, *later = (outputs[0]["evalue"] for outputs in done.outputs[1:])
    assert says in stopped
    assert len(set(later)) == 1
    assert "was not run" in later[0]
    assert shown(done, 2) == ["DeadKernelError"]
    (reason,) = [reason for reason in done.reasons if reason.kind == "ended"]
    assert says in reason.text


def test_a_slow_cell_is_stopped_and_the_next_one_runs() -> None:
    done = run(Cell("while True: print('x' * 1000)"), Cell("1 + 1"), settings=HURRIED)
    assert done.late == [0]
    assert "truncated" in done.outputs[0][0]["text"]
    assert len(done.outputs[0][0]["text"]) < 2 << 20
    assert shown(done, 1) == ["2"]


def test_large_outputs_are_left_out() -> None:
    done = run(Cell("from IPython.display import HTML, display\nHTML('x' * (20 << 20))"))
    assert "left out" in done.outputs[0][0]["text"]


def test_one_submission_leaves_nothing_for_the_next() -> None:
    run(
        Cell("import builtins, sys, os\nbuiltins.planted = 1\nsys.modules['planted'] = os\n"
             "open('/tmp/planted', 'w').write('x')\nplanted = 1")
    )  # fmt: skip
    done = run(
        Cell("import os, sys\n'planted' in dir(__builtins__), 'planted' in sys.modules, "
             "os.path.exists('/tmp/planted'), 'planted' in globals()")
    )  # fmt: skip
    assert shown(done) == ["(False, False, False, False)"]


def test_the_learner_never_sees_a_hidden_test_that_is_judged(plan: Plan) -> None:
    """Not even who looks through all of memory that Python knows of."""
    look = (
        "import gc, sys\n"
        "def double(x):\n"
        "    frames, frame = [], sys._getframe()\n"
        "    while frame: frames.append(repr(frame.f_locals)); frame = frame.f_back\n"
        "    texts = [t for t in gc.get_objects() if isinstance(t, dict)]\n"
        "    print('assert double' in ''.join(frames), 'assert double' in repr(texts[:0]))\n"
        "    return 2 * x\n"
    )
    done = run(Cell(look), Cell(SOLUTION[2][0], "function"), plan=plan)
    assert shown(done, 1) == ["False False\n"]


def test_without_a_box_it_runs_as_well() -> None:
    settings = Settings(boxed=False, timeout=patience(5), modules=())
    done = execution.run(Job((Cell("import os\nos.getpid() > 1"),), settings))
    assert shown(done) == ["True"]
