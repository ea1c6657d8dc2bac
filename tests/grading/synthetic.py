"""A gradebook and autograded notebooks of a class that never was.

    python tests/grading/synthetic.py 2000

makes one of that many learners in a temporary folder and says how long the report takes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy
from nbgrader import api

from boxgrader.nbgrader_course.gradebook import Record, one_gradebook

STEM = "one"
TASKS = {"alpha": 1.0, "beta": 2.0, "gamma": 3.0}


def gradebook(
    folder: Path,
    scores: Mapping[str, Sequence[float | None]],
    *,
    tasks: Mapping[str, float] = TASKS,
    memo: Sequence[float | None] | None = None,
    people: Mapping[str, dict[str, Any]] | None = None,
    penalty: float = 0.0,
    status: Mapping[str, str] | None = None,
) -> None:
    """Make `gradebook.db`: points of each learner for each task, and of a memo graded by hand."""
    engine = sqlalchemy.create_engine(f"sqlite:///{folder / 'gradebook.db'}")
    api.Base.metadata.create_all(engine)
    names = [*tasks, *(["memo"] if memo is not None else [])]
    base = api.BaseCell.__table__
    with engine.begin() as connection:

        def add(table: Any, *rows: dict[str, Any]) -> None:
            if rows:
                connection.execute(sqlalchemy.insert(table), list(rows))

        add(api.Course.__table__, {"id": "course"})
        for name in (STEM, "another"):
            add(api.Assignment.__table__, {"id": name, "name": name, "course_id": "course"})
        add(api.Notebook.__table__, {"id": "n", "name": STEM, "assignment_id": STEM})
        cells = [
            {"id": name, "name": name, "notebook_id": "n", "type": "GradeCell"} for name in names
        ]
        add(base, *cells)
        add(
            api.GradeCell.__table__,
            *(
                {"id": name, "max_score": points, "cell_type": "code"}
                for name, points in tasks.items()
            ),
        )
        if memo is not None:
            add(api.GradeCell.__table__, {"id": "memo", "max_score": 10, "cell_type": "markdown"})
            answer = {"id": "m", "name": "memo", "notebook_id": "n", "type": "SolutionCell"}
            add(base, answer)
            add(api.SolutionCell.__table__, {"id": "m"})
        ids = list(scores)
        about = {"first_name": None, "last_name": None, "email": None, "lms_user_id": None}
        add(
            api.Student.__table__,
            *({"id": name, **about, **(people or {}).get(name, {})} for name in ids),
        )
        add(
            api.SubmittedAssignment.__table__,
            *({"id": name, "assignment_id": STEM, "student_id": name} for name in ids),
        )
        add(
            api.SubmittedNotebook.__table__,
            *(
                {
                    "id": name,
                    "assignment_id": name,
                    "notebook_id": "n",
                    "late_submission_penalty": penalty,
                }
                for name in ids
            ),
        )
        add(
            api.Grade.__table__,
            *(
                {
                    "id": f"{name}/{task}",
                    "notebook_id": name,
                    "cell_id": task,
                    "auto_score": score,
                    "manual_score": None,
                    "needs_manual_grade": score is None,
                }
                for name, row in scores.items()
                for task, score in zip(tasks, row, strict=True)
            ),
            *(
                {
                    "id": f"{name}/memo",
                    "notebook_id": name,
                    "cell_id": "memo",
                    "auto_score": None,
                    "manual_score": score,
                    "needs_manual_grade": score is None,
                }
                for name, score in zip(ids, memo or (), strict=memo is not None)
            ),
        )
    if status:
        with one_gradebook(str(engine.url), "course") as book:
            for name, became in status.items():
                book.record(STEM, Record(name, became))
            book.save()
    engine.dispose()


def autograded(folder: Path, learner: str, says: Mapping[str, Any], padding: str = "") -> Path:
    """Write what the checks said to a learner; a text is an error that explains itself."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": padding}]
    for task, said in says.items():
        outputs = said
        if isinstance(said, str):
            outputs = [
                {"output_type": "error", "ename": "Hint", "evalue": said, "traceback": [said]}
            ]
        marks = {"grade": True, "solution": False, "locked": True, "grade_id": task, "points": 1}
        cells.append({"cell_type": "code", "metadata": {"nbgrader": marks}, "outputs": outputs})
    path = folder / "autograded" / learner / STEM / f"{STEM}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def class_of(folder: Path, count: int, tasks: int = 9) -> None:
    """Make a whole class: learners differ in skill, tasks in difficulty; 100 kB a notebook."""
    luck = np.random.default_rng(0)
    skill, hardness = luck.normal(size=(count, 1)), np.linspace(-1.5, 1.5, tasks)
    right = luck.random((count, tasks)) < 1 / (1 + np.exp(hardness - skill))
    names = {f"task_{n}": 2.0 for n in range(tasks)}
    learners = [f"learner{n:05}" for n in range(count)]
    points = {
        who: [2.0 * bool(got) for got in row] for who, row in zip(learners, right, strict=True)
    }
    gradebook(folder, points, tasks=names, memo=[None] * count)
    for who, row in zip(learners, right, strict=True):
        says = {
            task: [] if got else f"{task} is {luck.integers(1, 4)}: what has to be divided?"
            for task, got in zip(names, row, strict=True)
        }
        autograded(folder, who, says, padding="lorem ipsum\n" * 8_000)


def main(count: int) -> None:
    """Measure the report for a class of this size."""
    from thousandfold.cli import main as thousandfold

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = datetime.now()
        class_of(folder, count)
        print(f"made in {(datetime.now() - start).total_seconds():.1f} s")
        start, cpu = datetime.now(), time.process_time()
        csv = ["--csv", f"{name}/canvas.csv", "--so-far"]
        thousandfold(["report", STEM, "--course", name, "--output", f"{name}/report.html", *csv])
        seconds = (datetime.now() - start).total_seconds()
        size = Path(name, "report.html").stat().st_size
        print(
            f"{seconds:.1f} s, {time.process_time() - cpu:.1f} CPU-s, page of {size / 1000:.0f} kB"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
