"""The page for the debrief: how the room did, which tasks were hard, and what it got wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

from thousandfold.facilitation.page import page
from thousandfold.grading.results import Results, Said

_LOW = 0.2  # a custom; see _SOURCES
_BINS = 10

_STYLE = """
.scroll { overflow-x: auto; }
figure { margin: 1rem 0; }
figure img { min-width: 36rem; background: #fff; padding: .3rem; border-radius: .3rem; }
figcaption { margin-top: .4rem; }
.first, .waits { border-left: .3rem solid #0072b2; padding: .2rem 1rem; }
.waits { border-color: #b35c00; }
blockquote { margin: .3rem 0 .3rem 1rem; overflow-wrap: anywhere; }
summary { cursor: pointer; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th.number { white-space: normal; }
h3 code { font-size: 1em; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; }
  body { color: #e8e8e8; background: #161616; }
  .quiet { color: #b9b9b9; }
  thead th { border-color: #e8e8e8; }
  th, td { border-color: #5a5a5a; }
  a { color: #8ecbff; }
  .first { border-color: #56b4e9; }
  .waits { border-color: #e69f00; }
}
@media print {
  figure, li { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { display: none; }
}
"""

_SOURCES = f"""
<p><b>Difficulty</b> is the mean share of the points of a task: 100&nbsp;% is easiest. For a task
that is right or wrong it is the share of learners who were right.</p>
<p><b>Discrimination</b> is the item-rest correlation: Pearson's correlation of the points for the
task with the points for all other tasks, which is the point-biserial correlation where a task is
right or wrong. The task itself is left out of the sum, else it would agree with itself
(S.&nbsp;Henrysson, 1963, <cite>Correction of item-total correlations in item analysis</cite>,
Psychometrika 28, 211-218). Above zero, those who did well elsewhere did well here too. Below
{_LOW:g} a question is usually looked at again (A.&nbsp;Kelava and H.&nbsp;Moosbrugger, 2020, in
<cite>Testtheorie und Fragebogenkonstruktion</cite>, 143-158, as the R package
<cite>performance</cite> reports it); it is a custom, not a law. The bar is Fisher's 95&nbsp;%
interval: in a small class it is wide, and a task whose bar crosses {_LOW:g} has not shown that it
is bad.</p>
<p>Names do not appear on this page. A sentence is shown only if at least two learners were told
it.</p>
"""


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
    title = f"{results.assignment}: how the room did"
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{_overview(results)}</p>"]
    parts += [_not_counted(results), _waits(results)]
    if len(results.learners) and results.points:
        parts += [_first(results), _distribution(results), _difficulty(results)]
        parts += [_discrimination(results)]
    if any(results.messages.values()):
        parts.append(_wrong_answers(results))
    parts += ["<h2>How to read this</h2>", _SOURCES]
    return page(title, "\n".join(part for part in parts if part), _STYLE)


def summary(results: Results) -> str:
    """Return what the page says first, as plain text in one line."""
    return _overview(results).replace("&nbsp;", " ")


def _overview(results: Results) -> str:
    count = len(results.learners)
    if not count:
        return "Nobody's work has been graded yet."
    works = "1 submission" if count == 1 else f"{count:,} submissions"
    if not results.points:
        return f"{works}; no task is graded for everybody yet."
    shares = results.totals / results.points
    middle = f"{_percent(float(np.median(shares)))} of {results.points:g} points"
    if count == 1:
        return f"1 submission: {middle}."
    low, high = np.quantile(shares, [0.25, 0.75])
    return (
        f"{works}. The median is {middle}; half of the room lies between "
        f"{_percent(float(low))} and {_percent(float(high))}."
    )


def _not_counted(results: Results) -> str:
    """Say what became of submissions that were not graded as usual."""
    said = []
    if results.refused:
        said.append(
            f"Not graded: {results.refused:,}; <code>thousandfold grade</code> says why. Who was "
            "graded before stands here with that work."
        )
    if results.marked:
        said.append(
            f"Marked, because somebody seems to have tampered with the checks: {results.marked:,}; "
            "look at them before you publish points."
        )
    return f"<p>{' '.join(said)}</p>" if said else ""


def _waits(results: Results) -> str:
    if not results.waiting or not results.learners:
        return ""
    listed = ", ".join(
        f"<code>{escape(task.name)}</code> ({count:,} of {len(results.learners):,})"
        for task, count in results.waiting.items()
    )
    return (
        f'<p class="waits"><b>Grading is not finished.</b> A person still has to give points for '
        f"{listed}. These tasks are left out of all totals below. Grade them in formgrader, then "
        "make this page again.</p>"
    )


def _first(results: Results) -> str:
    """Say with which task to start the debrief: where the room lost most."""
    lost = {n: results.tasks[n].points * (1 - results.share(n)) for n in results.settled}
    if not lost or max(lost.values()) <= 0:
        return '<p class="first">Nobody lost a point.</p>'
    column = max(lost, key=lambda n: lost[n])
    task = results.tasks[column]
    text = (
        f"<b>Talk about this first:</b> most points were lost in <code>{escape(task.name)}</code>. "
        f"The room got {_percent(results.share(column))} of its {task.points:g} points."
    )
    said = results.said_most(task, 1)
    if said:
        text += (
            f" What {said[0].times:,} were told: <q>{escape(said[0].sentence)}</q> "
            "Ask the room how one gets there."
        )
    return f'<p class="first">{text}</p>'


def _distribution(results: Results) -> str:
    shares = np.clip(results.totals / results.points, 0, 1)
    counts, edges = np.histogram(shares, bins=_BINS, range=(0, 1))
    labels = [f"{100 * low:.0f} to {100 * high:.0f}\u00a0%" for low, high in pairwise(edges)]
    best = int(counts.argmax())
    sentence = (
        f"The largest group, {counts[best]:,} of {len(shares):,}, got {labels[best]} of the points."
    )
    listed = "; ".join(f"{label}: {n}" for label, n in zip(labels, counts, strict=True) if n)
    alternative = f"Bar chart. Learners by the share of points they got: {listed}."
    rows = [(label, f"{n:,}") for label, n in zip(labels, counts, strict=True)]
    table = _table("Learners by share of points", ("share of points", "learners"), rows)
    return (
        "<h2>How the points are spread</h2>"
        + _figure(_histogram(counts), alternative, sentence)
        + f"<details><summary>The numbers behind the picture</summary>{table}</details>"
    )


def _difficulty(results: Results) -> str:
    known = [n for n in results.settled if not math.isnan(results.share(n))]
    shares = {n: results.share(n) for n in known}
    hardest = min(known, key=lambda n: shares[n])
    easiest = max(known, key=lambda n: shares[n])
    sentence = (
        f"{results.tasks[hardest].name} was hardest: the room got {_percent(shares[hardest])} "
        f"of its points; {results.tasks[easiest].name} was easiest, "
        f"with {_percent(shares[easiest])}."
    )
    listed = "; ".join(f"{results.tasks[n].name} {_percent(shares[n])}" for n in known)
    alternative = f"Bar chart. Mean share of the points of each task: {listed}."
    drawn = _bars([results.tasks[n].name for n in known], [shares[n] for n in known])
    return (
        "<h2>Which tasks were hard</h2>"
        + _figure(drawn, alternative, sentence.replace("&nbsp;", " "))
        + _task_table(results)
    )


def _task_table(results: Results) -> str:
    rows = []
    shown = {n for n in results.settled if not math.isnan(results.share(n))}
    for n, task in enumerate(results.tasks):
        r, low, high = results.discrimination(n)
        waits = results.waiting.get(task, 0)
        interval = "" if math.isnan(low) else f" ({low:.2f} to {high:.2f})"
        rows.append(
            (
                task.name + (" (by hand)" if task.by_hand else ""),
                f"{task.points:g}",
                _percent(results.share(n)) if n in shown else f"{waits:,} waiting" if waits else "",
                "unknown" if math.isnan(r) else f"{r:.2f}{interval}",
                f"{len(results.messages.get(task, [])):,}",
            )
        )
    heads = ("task", "points", "share got", "discrimination", "learners told what is wrong")
    return _table("The tasks in the order of the exercise", heads, rows)


def _discrimination(results: Results) -> str:
    found = {n: results.discrimination(n) for n in results.settled}
    found = {n: ends for n, ends in found.items() if not math.isnan(ends[0])}
    heading = "<h2>Which tasks tell learners apart</h2>"
    if not found:
        return (
            f"{heading}<p>Not known: that needs at least two learners who differ, and two tasks in "
            "which they differ.</p>"
        )
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
    return heading + _figure(_intervals(names, list(found.values())), alternative, sentence)


def _wrong_answers(results: Results) -> str:
    parts, apart = ["<h2>What the room got wrong</h2>"], []
    for task in results.tasks:
        told, said = len(results.messages.get(task, [])), results.said_most(task)
        name = f"<code>{escape(task.name)}</code>"
        if said:
            parts.append(f"<h3>{name}</h3>{_told(said, told)}")
        elif told:
            apart.append(f"{name} ({told:,})")
    if apart:
        parts.append(
            f"<p>Where no two learners were told the same, with how many were told something: "
            f"{', '.join(apart)}.</p>"
        )
    return "\n".join(parts)


def _told(said: list[Said], told: int) -> str:
    items = "".join(
        f"<li>{one.times:,} learners were told: "
        f"<blockquote>{escape(one.sentence)}</blockquote></li>"
        for one in said
    )
    rest = told - sum(one.times for one in said)
    more = f'<p class="quiet">{rest:,} more were told something else.</p>' if rest else ""
    return f"<ol>{items}</ol>{more}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(
        f'<th scope="col"{" class=number" if n else ""}>{escape(text)}</th>'
        for n, text in enumerate(heads)
    )
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f'<td class="number">{escape(text)}</td>' for text in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _figure(picture: bytes, alternative: str, sentence: str) -> str:
    from thousandfold.teaching.plotting import image

    return (
        '<figure><div class="scroll" role="group" aria-label="A picture" tabindex="0">'
        f"{image(picture, alternative)}</div><figcaption>{escape(sentence)}</figcaption></figure>"
    )


def _histogram(counts: np.ndarray) -> bytes:
    from matplotlib.ticker import MaxNLocator

    from thousandfold.teaching.plotting import MARKS, figure_of, new_axes, png

    ax = new_axes()
    middles = (np.arange(_BINS) + 0.5) * 100 / _BINS
    bars = ax.bar(middles, counts, width=92 / _BINS, color=MARKS[0]["color"])
    ax.bar_label(bars, labels=[str(n) if n else "" for n in counts], padding=2)
    ax.set_axisbelow(True)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="share of the points [%]", ylabel="learners", xlim=(0, 100))
    ax.set_xticks(range(0, 101, 10))
    ax.margins(y=0.12)
    return png(figure_of(ax))


def _bars(names: Sequence[str], shares: Sequence[float]) -> bytes:
    from thousandfold.teaching.plotting import MARKS, figure_of, new_axes, png

    ax = new_axes()
    _one_line_each(ax, names)
    bars = ax.barh(range(len(names)), [100 * s for s in shares], 0.7, color=MARKS[0]["color"])
    ax.bar_label(bars, labels=[f"{100 * s:.0f}" for s in shares], padding=4)
    ax.set_axisbelow(True)
    ax.set(xlabel="mean share of the points [%]", xlim=(0, 108))
    ax.set_xticks(range(0, 101, 20))
    return png(figure_of(ax))


def _intervals(names: Sequence[str], found: Sequence[tuple[float, float, float]]) -> bytes:
    from thousandfold.teaching.plotting import MARKS, figure_of, new_axes, png

    ax = new_axes()
    _one_line_each(ax, names)
    r, low, high = np.array(found).T
    places = np.arange(len(names))
    certain = ~np.isnan(low)
    ax.hlines(places[certain], low[certain], high[certain], color=MARKS[0]["color"], linewidth=2)
    ax.plot(r, places, "o", color=MARKS[0]["color"])
    ax.axvline(0, color="black", linewidth=1)
    ax.axvline(_LOW, color=MARKS[1]["color"], linestyle="--", linewidth=1.5)
    ax.annotate(
        f"{_LOW:g}", (_LOW, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom"
    )
    ax.set(xlabel="item-rest correlation, with its 95 % interval", xlim=(-1.05, 1.05))
    return png(figure_of(ax))


def _one_line_each(ax: Any, names: Sequence[str]) -> None:
    """Give each task a line of its own, the first on top, and the figure the height for them."""
    from thousandfold.teaching.plotting import figure_of

    short = [name if len(name) <= 28 else f"{name[:27]}…" for name in names]
    # A dollar sign would start a formula.
    ax.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in short])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    figure_of(ax).set_size_inches(8.0, min(40.0, max(2.2, 1.1 + 0.36 * len(names))))
