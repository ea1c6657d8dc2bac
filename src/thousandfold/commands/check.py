"""`thousandfold check`: say whether everything is in place."""

from __future__ import annotations

import argparse
import sys

from thousandfold.commands import Command


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.environment import findings, report

    found = findings()
    print(report(found))
    print(f"For instructors: {_grading()}")
    return int(not all(finding.ok for finding in found))


def _grading() -> str:
    """Say whether a class can be graded here; learners do not need it."""
    if sys.platform != "linux":
        return "grading needs another machine, with Linux."
    from thousandfold.grading import box, bubblewrap

    missing = box.why_not()
    if not missing or bubblewrap.available():
        return "learners' code can be graded in a box here."
    return f"grading needs another machine. {missing}"


COMMAND = Command(
    name="check",
    summary="say whether everything is in place for the workshop, and what to do if not",
    details="""
Look at Python, the packages, nbgrader's place in JupyterLab, the data sets and this folder, and say
whether a class could be graded here. Nothing is changed. Exit code 1 if something is missing that
learners need.
""",
    example="thousandfold check",
    declare=lambda parser: None,
    run=_run,
)
