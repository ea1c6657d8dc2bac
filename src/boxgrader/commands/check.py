"""`boxgrader check`: say whether a class can be graded here."""

from __future__ import annotations

import argparse
import sys

from boxgrader.commands import Command


def why_not() -> str:
    """Say why no class can be graded on this machine, or nothing."""
    from boxgrader.box import bubblewrap, namespaces

    missing = namespaces.why_not()
    if not missing or (sys.platform == "linux" and bubblewrap.available()):
        return ""
    return f"grading needs another machine. {missing}"


def _run(arguments: argparse.Namespace) -> int:
    if missing := why_not():
        print(missing)
        return 1
    from boxgrader.box import cgroups

    print("Learners' code can be graded in a box here.")
    if unbounded := cgroups.why_not():
        print(unbounded)
    return 0


COMMAND = Command(
    name="check",
    summary="say whether this machine gives a box for learners' code, and what to do if not",
    details="""
Build a box, run nothing in it, and take it down. Nothing is changed. Exit code 1 if this machine
gives none.
""",
    example="check",
    declare=lambda parser: None,
    run=_run,
)
