"""What lies beside the instructor's notebook is hers: everybody has it, at nobody's expense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import patience
from small_course import instructors

from boxgrader.box import bench, released
from boxgrader.box.bench import Settings
from boxgrader.box.namespaces import Limits
from boxgrader.engine import execution, planning
from boxgrader.engine.job import Cell, Job, Plan, Run

pytestmark = pytest.mark.usefixtures("boxes")

MEGABYTE = 1 << 20
LARGE = b"x" * (3 * MEGABYTE)
SETTINGS = Settings(
    timeout=patience(30), modules=(), limits=Limits(file=MEGABYTE, scratch=2 * MEGABYTE)
)
FILES = {
    "data/small.csv": b"1,2",
    "large.csv": LARGE,  # more than a learner may write into a file, or into all
    **{f"part{number}": b"x" * (MEGABYTE - 1) for number in range(4)},  # as all of them together
    "helper.py": b"def plus(x):\n    return x + 1",
    "count.sh": b"#!/bin/sh\nwc -c < large.csv",
}


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


def run(*sources: str, settings: Settings = SETTINGS, **handed_in: bytes) -> Run:
    files = {name.replace("__", "."): content for name, content in handed_in.items()}
    cells = tuple(map(Cell, sources))
    return execution.run(Job(cells, settings, files, Plan(files=FILES), keep=MEGABYTE))


def said(done: Run) -> list[str]:
    return [
        output.get("text", "").strip() or output.get("ename") or output["data"]["text/plain"]
        for outputs in done.outputs
        for output in outputs
    ]


@pytest.mark.parametrize("boxed", [True, False])
def test_it_is_there_and_may_be_changed_by_each_for_themselves(boxed: bool) -> None:
    settings = SETTINGS if boxed else Settings(boxed=False, timeout=patience(30), modules=())
    change = (
        "with open('data/small.csv', 'a') as file:\n    file.write(',3')\n"
        "open('data/small.csv').read()"
    )
    for _ in range(2):
        done = run(change, "!./count.sh", "import helper\nhelper.plus(1)", settings=settings)
        assert said(done) == ["'1,2,3'", str(len(LARGE)), "2"]
        assert done.files == {}  # nothing of it is the learner's


def test_what_a_learner_may_write_is_as_much_as_without_it() -> None:
    fill = "for name in 'ab':\n    open(name, 'wb').write(b'x' * 900_000)\nprint('wrote')"
    assert said(run(fill, "open('c', 'wb').write(b'x' * 900_000)")) == ["wrote", "OSError"]


def test_what_was_handed_in_goes_before() -> None:
    done = run(
        "len(open('large.csv').read())", "open('data/small.csv').read()",
        large__csv=b"mine", data=b"a file where she has a folder",
    )  # fmt: skip
    assert said(done) == ["4", "'1,2'"]


def test_the_judge_has_it_too() -> None:
    test = "import helper\nassert answer == helper.plus(len(open('large.csv').read()))"
    answer = "answer = len(open('large.csv').read()) + 1"
    notebook = instructors([(answer, "solution"), (test, "test:it")])
    plan = planning.plan(notebook, settings=SETTINGS, files=FILES)
    assert plan.judged == {"it"}
    for source, failed in ((answer, False), ("answer = 1", True)):
        done = execution.run(Job((Cell(source), Cell(test, "it")), SETTINGS, plan=plan))
        assert bool(done.outputs[1]) is failed


def test_it_lies_there_once_where_nobody_else_comes() -> None:
    one, other = released.lay(dict(FILES)), released.lay(dict(FILES))
    assert one is other
    above = released.folder()
    assert above.parent.stat().st_mode & 0o077 == 0
    assert Path(above, one.name, "helper.py").read_bytes() == FILES["helper.py"]
