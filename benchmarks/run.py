"""Measure everything and write `benchmarks/README.md`, as `make benchmarks` does."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import time
from pathlib import Path

import nbformat
import speed
from nbclient import NotebookClient
from traitlets.config import Config

from thousandfold.models.adoption import Adoption
from thousandfold.models.debt import Debt
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.partner_programme import PartnerProgramme
from thousandfold.models.staffing import BrooksLaw

ROOT = Path(__file__).resolve().parent.parent


def lesson_cost(path: Path) -> tuple[float, int]:
    """Wall seconds of one lesson from a cold kernel, and the most memory of it in megabytes."""
    notebook = nbformat.read(path, as_version=4)
    asks = Path(__file__).with_name("memory.py")
    notebook.cells.append(nbformat.v4.new_code_cell(f"%run {shlex.quote(str(asks))}"))
    encrypted = Config({"KernelManager": {"transport_encryption": "auto"}})
    started = time.perf_counter()
    NotebookClient(
        notebook, config=encrypted, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    seconds = time.perf_counter() - started
    return seconds, int(notebook.cells[-1].outputs[0].text)


def main() -> int:
    """Measure, print and write the table."""
    rows = [
        ("`import thousandfold` over `import numpy`", f"{speed.import_ratio():.2f}", "at most 1.3"),
        (
            "slider update (1,000 futures, draw, encode) over one redraw of the same kept figure",
            f"{speed.slider_ratio():.2f}",
            "at most 1.2",
        ),
        (
            "staffing model, per step and future: plain Python loop over engine at 1,000 futures",
            f"{speed.staffing_ratio():.0f}",
            "at least 12",
        ),
        (
            "the same for a single future, where an engine of arrays does not pay",
            f"{speed.staffing_ratio(replications=1):.2f}",
            "–",
        ),
    ]
    kinds = speed.kind_ratios()
    slowest = max(kinds, key=lambda of: kinds[of])
    rows += [
        (
            "a kind of picture beyond lines: a moved slider over one redraw of a line chart "
            f"(most: {slowest})",
            f"{kinds[slowest]:.2f}",
            "at most 2.5",
        )
    ]
    rows += [
        (f"fit of the {name}, milliseconds", f"{milliseconds:.1f}", "at most 50")
        for name, milliseconds in speed.fit_milliseconds().items()
    ]
    largest = max(
        (ErrorBudgetPolicy(), BrooksLaw(), Debt(), Adoption(), PartnerProgramme()),
        key=speed.peak_megabytes,
    )
    rows.append(
        (
            f"memory of 10,000 futures, 60 periods, megabytes (most: {type(largest).__name__})",
            f"{speed.peak_megabytes(largest):.0f}",
            "at most 200",
        )
    )
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        seconds, megabytes = lesson_cost(path)
        rows.append(
            (f"lesson `{path.stem}` from a cold kernel, seconds", f"{seconds:.1f}", "at most 10")
        )
        rows.append(("its kernel, most memory, megabytes", f"{megabytes}", "at most 700"))
    text = [
        "# Benchmarks",
        "",
        "Made by `make benchmarks`; the code is in this folder. Ratios are of CPU time, with",
        "both sides in one run, taking turns, the fastest of several. Trust them, not the seconds.",
        f"Measured with Python {platform.python_version()} on {os.cpu_count()} cores.",
        "",
        "| what | measured | wanted |",
        "|---|---|---|",
        *(f"| {what} | {measured} | {wanted} |" for what, measured, wanted in rows),
        "",
        "`benchmarks/history.py` measures `thousandfold history` on a repository of 75,000 commits",
        "that it makes itself; it takes a few minutes and prints its own table.",
    ]
    print("\n".join(text))
    (ROOT / "benchmarks" / "README.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
