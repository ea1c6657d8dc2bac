"""Send points back to Canvas or Moodle, into a column of the course from which learners came.

As the account that grades, in the folder of the course:

    python /srv/thousandfold/lti/points_back.py 06_communication --dry-run
    python /srv/thousandfold/lti/points_back.py 06_communication

Points are those of `thousandfold report --csv`: whose memo is unread is left out. What was sent
before and is the same is not sent again. Nobody gets a 0 by being left out.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pwd
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grade_services import BUSY, Column, GradeServices, NotPermittedError, ServiceError
from lti_people import LTI, Course, LtiError, Register, read, write_private
from lti_platform import read_key, read_platform

from boxgrader.errors import GraderError, listed, shown

SENT = "lti-sent.json"  # in the folder of the course
UNREACHED = 3  # learners in a row, after which the platform is left alone
NOT_ALL = 3  # how the command ends when somebody's points are not there


@dataclass(frozen=True)
class Points:
    """What a class got.

    Attributes
    ----------
    assignment : str
    got : dict of str to float
        By learner; NaN where it is not complete.
    most : float
        The most that can be got.
    notes : list of str
        What there is to know before anybody sees points.
    """

    assignment: str
    got: dict[str, float]
    most: float
    notes: list[str] = field(default_factory=list)


def points_of(course: Any, assignment: str, *, so_far: bool, absent_as_zero: bool) -> Points:
    """Read points as the table for Canvas has them.

    Raises
    ------
    GraderError
        If nobody's points are complete, or there is no such assignment.
    """
    from boxgrader.nbgrader_course import lms, roll
    from boxgrader.nbgrader_course.absent import with_absent
    from boxgrader.nbgrader_course.results import read_results

    results = read_results(course, assignment, messages=False)
    notes = roll.told(course, results, so_far=so_far)
    if absent_as_zero:
        results, more = with_absent(course, results)
        notes += more
    _, more = lms.table([results], "canvas", so_far=so_far)
    column = lms.sums(results, so_far=so_far)
    return Points(results.assignment, column.points, column.most, [*notes, *more])


@dataclass
class Sent:
    """What each course's column got from here, as the file beside the gradebook remembers it."""

    place: Path
    told: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Sent:
        """Read it; whatever cannot be read was not sent, and is sent again."""
        place = folder / SENT
        try:
            told = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            told = {}
        return cls(place, told if isinstance(told, dict) else {})

    def of(self, course: str, assignment: str, address: str = "") -> dict[str, Any]:
        """Return points by learner; of another column of that name they are not these."""
        kept = self.told.get(f"{course}/{assignment}")
        known = isinstance(kept, dict) and isinstance(kept.get("points"), dict)
        if not known or (address and kept.get("column") != address):
            kept = self.told[f"{course}/{assignment}"] = {"column": address, "points": {}}
        points: dict[str, Any] = kept["points"]
        return points

    def write(self) -> None:
        """Write it, whole."""
        write_private(self.place, json.dumps(self.told, indent=1, sort_keys=True) + "\n")


@dataclass
class Outcome:
    """What became of whom; the words are those that are printed."""

    sent: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    no_learner: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def send_course(
    where: tuple[str, Course],
    points: Points,
    register: Register,
    sent: Sent,
    services: GradeServices | None,
    outcome: Outcome,
    *,
    again: bool = False,
) -> None:
    """Send what is new to one course; without services, only say what would be sent.

    Raises
    ------
    ServiceError
        If the platform permits nothing, or answers nobody. What was done until then is told.
    """
    name, _ = where
    column, silent = None, 0
    if services:
        column = services.column(points.assignment, points.most)
        _tell(column, points)
    before = sent.of(name, points.assignment, column.address if column else "")
    here = {who: one for who, one in register.people.items() if name in one.courses}
    for who in sorted(here.keys() & points.got.keys()):
        got = points.got[who]
        if math.isnan(got):
            outcome.waits.append(who)
            continue
        if here[who].role and "Learner" not in here[who].role:
            outcome.no_learner.append(who)
            continue
        told = [here[who].subject, round(got, 4), points.most]
        if before.get(who) == told and not again:
            outcome.same.append(who)
            continue
        print(f"  {shown(who):<24}{told[1]:g} of {points.most:g}{_before(before.get(who))}")
        if services and column:
            try:
                services.send(column, here[who].subject, told[1], points.most)
            except NotPermittedError:
                raise
            except ServiceError as error:
                outcome.failed[who] = str(error)
                silent = silent + 1 if error.status in {0, *BUSY} else 0
                if silent == UNREACHED:
                    says = f"{error}. The others were not tried; what was sent is remembered"
                    raise ServiceError(says, error.status) from error
                continue
            before[who], silent = told, 0
            sent.write()  # at once: what was changed there by hand is not overwritten next time
        outcome.sent.append(who)


def _tell(column: Column, points: Points) -> None:
    made = "is made" if column.is_new else "is there"
    print(f'  the column "{shown(column.label)}" {made}')
    if column.most != points.most:
        print(
            f"  it has {column.most:g} points at most, the exercise {points.most:g}: the platform "
            "reckons in shares"
        )


def _before(told: object) -> str:
    return f"  (before: {told[1]:g})" if isinstance(told, list) and len(told) == 3 else ""


def send_all(
    points: Points,
    register: Register,
    sent: Sent,
    services: Callable[[Course], GradeServices] | None,
    *,
    again: bool = False,
) -> int:
    """Send to each course from which learners came, say what became of whom, return the exit code.

    Raises
    ------
    LtiError
        If nobody came by LTI, or the platform cannot be asked at all.
    """
    courses = {
        name: course
        for name, course in register.courses.items()
        if any(name in one.courses for one in register.people.values())
    }
    if not courses:
        raise LtiError(
            "nobody has opened this hub from a course on the platform yet, so it is not known "
            "where points go: let learners open it there once, as hub/lti.md says, or use "
            "thousandfold report --csv"
        )
    total, stopped = Outcome(), False
    try:
        for name, course in courses.items():
            print(f"{shown(course.title or name)}:")
            ask = services(course) if services else None
            try:
                send_course((name, course), points, register, sent, ask, total, again=again)
            except ServiceError as error:
                print(f"  {error}")
                stopped = True
    finally:
        if services:
            sent.write()
    came = {who for who, one in register.people.items() if courses.keys() & set(one.courses)}
    graded = {who for who, got in points.got.items() if not math.isnan(got)}
    total.unknown = sorted(graded - came)
    total.waits = sorted({*total.waits, *(points.got.keys() - graded)})
    _say(total, dry=not services)
    return NOT_ALL if stopped or total.failed or total.unknown else 0


def _say(outcome: Outcome, *, dry: bool) -> None:
    print(f"{'would be sent' if dry else 'sent'}: {len(outcome.sent):,}")
    if outcome.same:
        print(f"the same as before, and not sent again: {len(outcome.same):,}")
    if outcome.waits:
        print(
            f"not complete, so nothing was sent: {len(outcome.waits):,} ({listed(outcome.waits)}). "
            "Grade by hand in formgrader, or count that as 0 with --so-far"
        )
    if outcome.unknown:
        print(
            f"never came from the platform, so it is not known who they are there: "
            f"{len(outcome.unknown):,} ({listed(outcome.unknown)}). Let them open the hub from the "
            "course once, and run this again; or give them points there by hand"
        )
    if outcome.no_learner:
        names = listed(outcome.no_learner)
        print(f"no learners on the platform: {len(outcome.no_learner):,} ({names})")
    for who, why in sorted(outcome.failed.items()):
        print(f"not taken: {shown(who)}: {why}")
    if outcome.failed:
        print("Who has left the course there gets no points; else run this again")


def main(
    given: list[str] | None = None,
    *,
    folder: Path = LTI,
    wait: Callable[[float], None] = time.sleep,
    patience: float = 30.0,
) -> int:
    """Send points back."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="for example 06_communication")
    parser.add_argument("--course", type=Path, default=Path(), help="its folder (default: this)")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be sent; send nothing"
    )
    parser.add_argument("--so-far", action="store_true", help="count what is unread as 0 for now")
    parser.add_argument(
        "--absent-as-zero", action="store_true", help="give 0 to whoever handed in nothing"
    )
    parser.add_argument("--again", action="store_true", help="send also what is the same as before")
    options = parser.parse_args(given)
    warnings.filterwarnings("ignore", module="nbgrader")
    try:
        _check_account(options.course)
        from boxgrader.nbgrader_course.course import course_directory

        # Before anything is read: who set nothing up is told so first.
        platform, key, register = read_platform(folder), read_key(folder), read(folder)
        course = course_directory(options.course, "")
        points = points_of(
            course,
            options.assignment.rstrip("/"),
            so_far=options.so_far,
            absent_as_zero=options.absent_as_zero,
        )
        for note in points.notes:
            print(f"points_back: {note}", file=sys.stderr)

        def services(course: Course) -> GradeServices:
            return GradeServices(platform, key, course, wait=wait, patience=patience)

        sent = Sent.read(options.course)
        ask = None if options.dry_run else services
        of_this = register.of(platform.issuer)  # another platform's 5 is another person's
        return send_all(points, of_this, sent, ask, again=options.again)
    except (LtiError, GraderError, OSError) as error:
        print(f"points_back: {error}", file=sys.stderr)
        return 1


def _check_account(course: Path) -> None:
    """Refuse to run a course's configuration as somebody else, above all as root."""
    owner = course.stat().st_uid
    if owner != os.geteuid():
        name = pwd.getpwuid(owner).pw_name
        raise LtiError(f"the course belongs to {name}: run this as that account, sudo -u {name}")


if __name__ == "__main__":
    sys.exit(main())
