"""What each illustrative coefficient of the flight simulator moves, and what a flight costs.

`make benchmark-flight` writes `benchmarks/FLIGHT.md`.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from thousandfold.drawing import figure_of, png
from thousandfold.flight import REACTING, Decision, fly
from thousandfold.flight.sensitivity import sensitivity
from thousandfold.flight.survival import what_survives

TARGET = Path(__file__).with_name("FLIGHT.md")
_PAIRS = 15


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def costs() -> list[tuple[str, str]]:
    """Measure a flight against a figure in pairs, and its memory."""
    rows = {"us": [Decision(hire=4)]}
    runs = fly(rows)
    flights = {"a table": lambda: fly(rows), "rules": lambda: fly({"us": REACTING})}
    found = []
    for name, flight in flights.items():
        ratios = []
        for _ in range(_PAIRS):
            figure = processor_seconds(lambda: png(figure_of(runs.picture("customers").plot())))
            ratios.append(processor_seconds(flight) / figure)
        middle = statistics.median(ratios)
        found.append(
            (f"1,000 futures of twelve rounds, {name}, against one figure", f"{middle:.3f}")
        )
    tracemalloc.start()
    fly({"us": REACTING}, replications=10_000)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return [*found, ("10,000 futures, rules, peak of memory", f"{peak:.0f} MB")]


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    lines = ["# The flight simulator", "", "Written by `make benchmark-flight`.", "",
             "| work | ratio or size |", "|---|---|"]  # fmt: skip
    lines += [f"| {work} | {value} |" for work, value in costs()]
    table = sensitivity()
    lines += [
        "",
        "## What each illustrative coefficient moves",
        "",
        "How often the reacting policy reaches the goal, in per cent of 200 futures, when one "
        "coefficient moves to the low or the high end of its plausible range and all others stay. "
        "What moves most stands first. **The share that reaches the goal is tuned, and no law.**",
        "",
        "| coefficient | low | default | high | goal, low | goal | goal, high |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in table.iterrows():
        reached = [f"{100 * float(row[key]):.0f}" for key in
                   ("goal reached, low", "goal reached", "goal reached, high")]  # fmt: skip
        ends = [f"{float(row[key]):g}" for key in ("low", "default", "high")]
        lines.append(f"| `{name}` | {' | '.join(ends + reached)} |")
    lines += ["", "## Which statements fall, if one coefficient alone moves", ""]
    lines += ["| coefficient | at the low end | at the high end |", "|---|---|---|"]
    for name, row in table.iterrows():
        if row["falls, low"] or row["falls, high"]:
            lines.append(f"| `{name}` | {row['falls, low']} | {row['falls, high']} |")
    lines += ["", "## What survives if all of them move together", ""]
    survives = what_survives()
    lines += ["Of 100 companies, in how many the statement holds (`make survival`).", ""]
    lines += [
        f"| statement | {' | '.join(survives.columns)} |",
        "|---|" + "---|" * len(survives.columns),
    ]
    for says, row in survives.iterrows():
        lines.append(f"| {says} | {' | '.join(str(share) for share in row)} |")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
