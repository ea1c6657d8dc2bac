"""`thousandfold check`: say whether everything is in place."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command, grader


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.environment import findings, report

    found = findings()
    print(report(found))
    print(f"For instructors: {_grading()}")
    return int(not all(finding.ok for finding in found))


def _grading() -> str:
    """Say whether a class can be graded here; learners do not need it."""
    try:
        from boxgrader.commands.check import why_not
    except ModuleNotFoundError:
        return f"{grader.MISSING}."
    return why_not() or "learners' code can be graded in a box here."


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
