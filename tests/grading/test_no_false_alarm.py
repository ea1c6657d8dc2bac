"""Honest work is neither refused nor marked as tampered, and earns what it is worth.

The reference solution of each exercise and a seeded sample of the named answers in
`tests/answers/`; `THOUSANDFOLD_ALL=1` takes all of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from course import Sample, answered, grade_id, samples, source, stems
from nbformat import from_dict
from nbgrader.utils import determine_grade, is_grade, is_solution
from patience import patience

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.engine import execution, planning
from boxgrader.engine.job import Cell, Job, Plan
from thousandfold.datasets import folder

pytestmark = pytest.mark.usefixtures("boxes")

SETTINGS = Settings(
    timeout=patience(30),
    modules=("matplotlib.pyplot", "pandas", "scipy.optimize", "thousandfold.teaching.checks"),
    readable=(str(folder()),),
)
NAMED = [(stem, sample) for stem in stems() for sample in samples(stem)]
CHOSEN = NAMED
if not os.environ.get("THOUSANDFOLD_ALL"):
    CHOSEN = random.Random(0).sample(NAMED, 8)  # noqa: S311 - any sample will do


@pytest.fixture(scope="module")
def plans() -> Iterator[dict[str, Plan]]:
    yield {}
    bench.close_all()


def plan(stem: str, plans: dict[str, Plan]) -> Plan:
    """Return how an exercise is judged."""
    if stem not in plans:
        plans[stem] = planning.plan(source(stem), settings=SETTINGS)
    return plans[stem]


def grades(
    stem: str, sample: Sample, plan: Plan
) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Run a submission; return points and possible points by test, and what there is to say."""
    notebook = answered(source(stem), stem, sample)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    tests = [grade_id(cell) if is_grade(cell) and not is_solution(cell) else "" for cell in code]
    cells = tuple(Cell(cell.source, test) for cell, test in zip(code, tests, strict=True))
    done = execution.run(Job(cells, SETTINGS, plan=plan))
    points = {}
    for cell, test, outputs in zip(code, tests, done.outputs, strict=True):
        if test:
            cell.outputs = [from_dict(output) for output in outputs]
            points[test] = determine_grade(cell)
    return points, [reason.kind for reason in done.reasons]


@pytest.mark.parametrize("stem", stems())
def test_the_reference_solution_earns_everything(stem: str, plans: dict[str, Plan]) -> None:
    how = plan(stem, plans)
    points, reasons = grades(stem, Sample("right"), how)
    assert reasons == []
    assert {test: got for test, (got, _) in points.items()} == {
        test: most for test, (_, most) in points.items()
    }
    assert how.judged == set(points), "each test of ours is judged apart from the learner's code"


@pytest.mark.parametrize(("stem", "sample"), CHOSEN, ids=lambda it: getattr(it, "name", it))
def test_a_named_answer_earns_what_it_is_worth(
    stem: str, sample: Sample, plans: dict[str, Plan]
) -> None:
    points, reasons = grades(stem, sample, plan(stem, plans))
    assert set(reasons) <= {"waits"}, "an answer of the wrong kind may need a person"
    lost = {test: most - got for test, (got, most) in points.items() if got != most}
    assert lost == pytest.approx(sample.loses), (
        f"{sample.name}.toml says it loses {sample.loses}, and the grader takes {lost}"
    )
