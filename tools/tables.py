"""Write what is repeated, as `make tables` does.

From the notebooks: the run of show, and the tables of modules and formats in the README and on the
facilitator's first page. From pyproject.toml and the package: what `said_once.py` says. It stands
between two comments; what stands around them is written by hand. From the cards of the data sets:
what `data_package.py` makes of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import data_package
import said_once
from said_once import ROOT, filled

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, find_course
from thousandfold.facilitation.run_of_show import markdown
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.writing import write_whole


def pages(root: Path = ROOT) -> dict[Path, str]:
    """Return each page that holds something of this, as it should be.

    Raises
    ------
    ExplainedError
        If a notebook is damaged, a format does not fit its time, or a page lost its comments.
    """
    course = find_course(root)
    front, start = root / "README.md", root / "facilitator" / "README.md"
    return {
        front: filled(front, {"modules": learners(course)}),
        start: filled(start, {"formats": lengths(course), "modules": facilitators(course)}),
        root / "facilitator" / "run-of-show.md": markdown(
            [plan(course, name) for name in formats()]
        ),
        **said_once.pages(root),
        **data_package.files(root / "datasets"),
    }


def learners(course: Course) -> str:
    """Return the table of modules for learners."""
    rows = [
        f"| [{m.number:02}](notebooks/{m.stem}.ipynb) | {m.question} | {m.minutes} |"
        for m in course.modules
    ]
    return "\n".join(["| module | question | minutes |", "|---|---|---|", *rows])


def facilitators(course: Course) -> str:
    """Return the table of modules for facilitators."""
    rows = [f"| [{m.number:02}]({m.stem}.md) | {m.question} |" for m in course.modules]
    return "\n".join(["| page | question |", "|---|---|", *rows])


def lengths(course: Course) -> str:
    """Return the table of formats for facilitators."""
    rows = [f"| {plan(course, name).title.lower()} | `{name}` |" for name in formats()]
    return "\n".join(["| you have | format |", "|---|---|", *rows])


def main() -> int:
    """Write the pages that have changed, and name them."""
    try:
        for page, text in pages().items():
            if not page.exists() or page.read_text(encoding="utf-8") != text:
                print(write_whole(page, text).relative_to(ROOT))
    except ExplainedError as error:
        print(f"tables: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
