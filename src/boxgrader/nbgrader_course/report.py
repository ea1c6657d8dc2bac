"""The page for the debrief: how the room did, which tasks were hard, and what it got wrong."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import Any

from boxgrader.nbgrader_course.page_templates import template
from boxgrader.nbgrader_course.pictures import WIDTH, Picture, histogram, intervals, shares
from boxgrader.nbgrader_course.results import Results, Said, Task

_LOW = 0.2  # a custom; the page names its sources
_BINS = 10
_MOST_NAMED = 5


@dataclass(frozen=True)
class _Figure:
    """A picture, the sentence that says the same, and the rows of the table beside it."""

    picture: Picture
    sentence: str
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class _Lost:
    """The task in which the room lost most points; none where nobody lost any."""

    task: Task | None = None
    share: float = 1.0
    said: Said | None = None
    others: int = 0  # in which it lost as many
    alike: bool = False  # it got the same share of all tasks: this one gives more points


@dataclass(frozen=True)
class _Told:
    """What the check of a task said most, and how many it told something else."""

    task: Task
    said: list[Said]
    rest: int


def report(results: Results) -> str:
    """Return the page, whole and self-contained.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        HTML that asks for nothing outside itself, without any learner's name.
    """
    current = results.current
    about: dict[str, Any] = {
        "title": f"{results.assignment}: how the room did",
        "overview": summary(results),
        "results": current,
        "width": WIDTH,
        "low": f"{_LOW:g}",
        "told": _told(results),
        "lost": None,
    }
    if len(current.learners) and current.points:
        about |= {
            "lost": _lost(results),
            "spread": _spread(current),
            "difficulty": _difficulty(current),
            "discrimination": _discrimination(current),
        }
    return template("report.html").render(about) + "\n"


def summary(results: Results) -> str:
    """Return what the page says first, as plain text in one line."""
    count = len(results.current.learners)
    refused = len(set(results.refused) - {learner.id for learner in results.learners})
    if not count:
        again = " again" if results.outdated else ""
        lacks = f" Refused: {refused:,}." if refused else ""
        return f"Nobody's work has been graded{again} yet.{lacks}"
    results = results.current
    works = "1 submission" if count == 1 else f"{count:,} submissions"
    if refused:
        works += f", without {refused:,} that {'was' if refused == 1 else 'were'} refused"
    if not results.points:
        return f"{works}; no task is graded for everybody yet."
    got = [total / results.points for total in results.totals]
    middle = f"{_percent(statistics.median(got))} of {results.points:g} points"
    if count == 1:
        return f"{works}: {middle}."
    low, _, high = statistics.quantiles(got, n=4, method="inclusive")
    return (
        f"{works}. The median is {middle}; half of the room lies between "
        f"{_percent(low)} and {_percent(high)}."
    )


def _lost(results: Results) -> _Lost:
    """Say with which task to start the debrief: where the room lost most."""
    now = results.current
    shares = {n: share for n in now.settled if not math.isnan(share := now.share(n))}
    lost = {n: now.tasks[n].points * (1 - share) for n, share in shares.items()}
    if not lost or max(lost.values()) <= 0:
        return _Lost()
    column = max(lost, key=lambda n: lost[n])
    task = now.tasks[column]
    others = sum(math.isclose(points, lost[column]) for points in lost.values()) - 1
    said = next(iter(results.said_most(task, 1)), None)
    alike = len(shares) > 1 and len(set(map(_percent, shares.values()))) == 1
    return _Lost(task, shares[column], said, others, alike)


def _spread(results: Results) -> _Figure:
    counts = [0] * _BINS
    for total in results.totals:
        share = min(1.0, max(0.0, total / results.points))
        counts[min(_BINS - 1, int(share * _BINS))] += 1
    step = 100 // _BINS
    labels = [f"{low} to {low + step}\u00a0%" for low in range(0, 100, step)]
    largest = [label for label, n in zip(labels, counts, strict=True) if n == max(counts)]
    listed = "; ".join(f"{label}: {n}" for label, n in zip(labels, counts, strict=True) if n)
    return _Figure(
        histogram(counts, f"Bar chart. Learners by the share of points they got: {listed}."),
        f"The largest group, {max(counts):,} of {len(results.totals):,}, got {largest[0]} of "
        "the points."
        if len(largest) == 1
        else f"{len(largest)} groups are the largest, {max(counts):,} of {len(results.totals):,} "
        f"in each: they got {_and(largest)} of the points.",
        [(label, f"{n:,}") for label, n in zip(labels, counts, strict=True)],
    )


def _difficulty(results: Results) -> _Figure:
    found = {n: results.share(n) for n in results.settled if not math.isnan(results.share(n))}
    listed = "; ".join(f"{results.tasks[n].name} {_percent(found[n])}" for n in found)
    names = [results.tasks[n].name for n in found]
    alternative = f"Bar chart. Mean share of the points of each task: {listed}."
    return _Figure(
        shares(names, list(found.values()), alternative),
        _compared([(results.tasks[n].name, share) for n, share in found.items()]),
        [_row(results, n, known=n in found) for n in range(len(results.tasks))],
    )


def _compared(found: list[tuple[str, float]]) -> str:
    """Say which tasks were hardest and easiest, as far as the figures shown can tell."""
    ends = [_percent(end(share for _, share in found)) for end in (min, max)]
    low, high = ends
    if len(found) == 1:
        return f"{found[0][0]} is the only task: the room got {low} of its points."
    if low == high:
        return f"No task was harder than another: the room got {low} of the points of each."
    hardest, easiest = (
        [name for name, share in found if _percent(share) == end][:_MOST_NAMED] for end in ends
    )
    hard, easy = ("was" if len(names) == 1 else "were" for names in (hardest, easiest))
    return (
        f"{_and(hardest)} {hard} hardest: the room got {low} of the points; "
        f"{_and(easiest)} {easy} easiest, with {high}."
    )


def _and(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _row(results: Results, n: int, *, known: bool) -> tuple[str, ...]:
    """Return what the table of tasks says of one."""
    task = results.tasks[n]
    r, low, high = results.discrimination(n)
    waits = results.waiting.get(task, 0)
    interval = "" if math.isnan(low) else f" ({low:.2f} to {high:.2f})"
    return (
        task.name + (" (by hand)" if task.by_hand else ""),
        f"{task.points:g}",
        _percent(results.share(n)) if known else f"{waits:,} waiting" if waits else "",
        "unknown" if math.isnan(r) else f"{r:.2f}{interval}",
        f"{len(results.messages.get(task, [])):,}",
    )


def _discrimination(results: Results) -> _Figure | None:
    found = {n: results.discrimination(n) for n in results.settled}
    found = {n: ends for n, ends in found.items() if not math.isnan(ends[0])}
    if not found:
        return None
    doubtful = [results.tasks[n].name for n, (r, _, _) in found.items() if r < _LOW]
    proven = [results.tasks[n].name for n, (_, _, high) in found.items() if high < _LOW]
    if proven:
        sentence = f"Look again at {', '.join(proven)}: even the upper end lies below {_LOW:g}."
    elif doubtful:
        sentence = (
            f"{', '.join(doubtful)} came out below {_LOW:g}; "
            f"with {len(results.learners):,} learners that can be luck."
        )
    else:
        sentence = f"No task came out below {_LOW:g}: whoever did well elsewhere did well in each."
    listed = "; ".join(f"{results.tasks[n].name} {r:.2f}" for n, (r, _, _) in found.items())
    alternative = f"Points with bars. Item-rest correlation of each task: {listed}."
    names = [results.tasks[n].name for n in found]
    return _Figure(intervals(names, list(found.values()), _LOW, alternative), sentence)


def _told(results: Results) -> list[_Told]:
    """Return what the room was told, task by task."""
    found = []
    for task in results.tasks:
        told = len(results.messages.get(task, []))
        if told:
            said = results.said_most(task)
            found.append(_Told(task, said, told - sum(one.times for one in said)))
    return found


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"
