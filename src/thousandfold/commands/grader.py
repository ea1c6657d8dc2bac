"""`thousandfold grade`, `report` and `forget`: doors to the grader, a package of its own."""

from __future__ import annotations

import argparse
import importlib
from dataclasses import replace
from pathlib import Path

from thousandfold.commands import Command
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.studied import studied

MISSING = "grading needs the grader, which learners do not: pip install 'thousandfold[workshop]'"


def _door(name: str) -> Command:
    """Return a command of the grader; one that says what is missing, where there is none."""

    def declare(parser: argparse.ArgumentParser) -> None:
        parser.set_defaults(program="thousandfold")
        found.declare(parser)

    try:
        found = importlib.import_module(f"boxgrader.commands.{name}").COMMAND
    except ModuleNotFoundError:
        return Command(name, MISSING, MISSING, f"thousandfold {name}", _anything, _say)
    example = f"thousandfold {found.example}"
    return Command(name, found.summary, found.details, example, declare, found.run)


def _anything(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def _say(arguments: argparse.Namespace) -> int:
    raise ExplainedError(MISSING)


def _grade(arguments: argparse.Namespace) -> int:
    """Grade, and tell who has studied: nothing else is different for them."""
    code = _GRADE.run(arguments)
    if not getattr(arguments, "check", False):
        _tell_studied(arguments)
    return code


def _tell_studied(arguments: argparse.Namespace) -> None:
    from boxgrader.errors import shown
    from boxgrader.nbgrader_course.course import course_directory

    course = course_directory(arguments.course)
    told = list(studied(Path(course.root, course.submitted_directory), arguments.assignment))
    if told:
        print("\nStudied with a copy that tells what is right (graded like all others):")
    for learner, answers in told:
        seen = [name for name, shown_to in answers.items() if shown_to]
        words = f"has seen {', '.join(seen)}" if seen else "has asked"
        print(f"  {shown(learner)} {words}")
    if told:  # Whoever runs all cells again has the first try stand where the answer stood.
        print("  They may have seen more than their notebooks still say.")


def _report(arguments: argparse.Namespace) -> int:
    """Report; what a lesson says, its learners may quote, so it does not make answers alike."""
    lesson = arguments.course / "notebooks" / f"{arguments.assignment}.ipynb"
    if arguments.assignment and not arguments.student and lesson.is_file():
        arguments.given = [*arguments.given, lesson]
    return _REPORT.run(arguments)


_GRADE = _door("grade")
GRADE = replace(_GRADE, run=_grade) if _GRADE.summary != MISSING else _GRADE
_REPORT = _door("report")
REPORT = replace(_REPORT, run=_report) if _REPORT.summary != MISSING else _REPORT
FORGET = _door("forget")
