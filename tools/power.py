"""Try the twelve questions in classes whose gain is known, and write what is found.

`make power` writes two tables into facilitator/does-it-work.md, between two comments; what stands
around them is written by hand. A test tries the same with other luck.
"""

from __future__ import annotations

import sys

from said_once import ROOT

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.schedule import plan
from thousandfold.inventory.gain import taught_by
from thousandfold.inventory.simulated import SimulatedClass
from thousandfold.inventory.told import Verdict, verdicts
from thousandfold.writing import write_whole

PAGE = ROOT / "facilitator" / "does-it-work.md"
BEGIN = "<!-- the power: written by tools/power.py -->"
END = "<!-- the end of the power -->"
FORMATS = ("six-evenings", "day", "half-day")
PEOPLE = (20, 40)
GAINS = (0, 5, 10, 15, 20)  # percentage points
JUDGED = (0, 10, 15, 20)
PRACTICE = 5.0  # points that come by being asked twice, where practice is told from teaching
WORTH = 15  # points
CLASSES = 5000

Row = tuple[int, int, tuple[float, ...]]
"""People, the true gain, and shares of classes, from 0 to 1."""


def taught() -> dict[str, tuple[bool, ...]]:
    """Return by the title of each format which of the questions it teaches."""
    course = find_course(ROOT)
    plans = [plan(course, name) for name in FORMATS]
    return {
        one.title: tuple(map(bool, taught_by([f"{module.number:02}" for module in one.taught])))
        for one in plans
    }


def found(classes: int = CLASSES, seed: int = 0) -> list[Row]:
    """Return how often a gain is found, and one beyond practice where not all was taught."""
    rows = []
    for people in PEOPLE:
        for gain in GAINS:
            shares = []
            for which in taught().values():
                shares.append(SimulatedClass(people, which, gain).outcomes(classes, seed).found())
                if not all(which):
                    practised = SimulatedClass(people, which, gain, PRACTICE)
                    shares.append(practised.outcomes(classes, seed + 1).found(beyond=True))
            rows.append((people, gain, tuple(shares)))
    return rows


def judged(classes: int = CLASSES, seed: int = 0) -> list[Row]:
    """Return how often a study is called a failure, and how often a success, by format."""
    rows = []
    for people in PEOPLE:
        for gain in JUDGED:
            shares = []
            for which in taught().values():
                outcomes = SimulatedClass(people, which, gain).outcomes(classes, seed)
                said = verdicts(outcomes.taught, WORTH)
                shares += [float((said == one).mean()) for one in (Verdict.FAILED, Verdict.WORKED)]
            rows.append((people, gain, tuple(shares)))
    return rows


def tables(found_rows: list[Row], judged_rows: list[Row]) -> str:
    """Return both tables, with a line above each."""
    finds, judges = ["people", "gain"], ["people", "gain"]
    for title, which in taught().items():
        name = f"{title.lower()}, {sum(which)} taught"
        finds.append(f"{name}: gain")
        if not all(which):
            finds.append("beyond practice")
        judges += [f"{name}: failed", "worked"]
    return "\n".join(
        [
            "Of 100 studies with a true gain, in points, so many find one (zero lies outside):",
            "",
            *_table(finds, found_rows),
            "",
            f"So many fail and so many work by the rule below, with {WORTH} points as worth the "
            "time; the rest is open:",
            "",
            *_table(judges, judged_rows),
        ]
    )


def _table(head: list[str], rows: list[Row]) -> list[str]:
    lines = [
        [str(people), str(gain), *(f"{100 * share:.0f}" for share in shares)]
        for people, gain, shares in rows
    ]
    ruled = [head, ["---", *["--:"] * (len(head) - 1)], *lines]
    return [f"| {' | '.join(line)} |" for line in ruled]


def page(text: str, between: str) -> str:
    """Return the page with the tables between its two comments.

    Raises
    ------
    ExplainedError
        If it has lost them.
    """
    before, begun, rest = text.partition(f"{BEGIN}\n")
    _, ended, after = rest.partition(f"\n{END}")
    if not (begun and ended):
        raise ExplainedError(f"{PAGE} has no place for the power: put in the lines\n{BEGIN}\n{END}")
    return f"{before}{begun}{between}{ended}{after}"


def main() -> int:
    """Try everything, and write the page if it has changed."""
    try:
        text = PAGE.read_text(encoding="utf-8")
        now = page(text, tables(found(), judged()))
        if now != text:
            print(write_whole(PAGE, now).relative_to(ROOT))
    except ExplainedError as error:
        print(f"power: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
