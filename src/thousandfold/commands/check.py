"""`thousandfold check`: say whether everything is in place."""

from __future__ import annotations

import argparse

from thousandfold.commands import Command


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.environment import findings, report

    found = findings()
    print(report(found))
    return int(not all(finding.ok for finding in found))


COMMAND = Command(
    name="check",
    summary="say whether everything is in place for the workshop, and what to do if not",
    details="""
Look at Python, the packages, nbgrader's place in JupyterLab, the data sets and this folder. Nothing
is changed. Exit code 1 if something is missing.
""",
    example="thousandfold check",
    declare=lambda parser: None,
    run=_run,
)
