"""What is measured: each function returns a ratio within one process, ours over the peer's."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import cycle

import numpy as np

from thousandfold import DynamicModel, Model, simulate
from thousandfold.drawing import draw, figure_of, png
from thousandfold.models import (
    BrooksLaw,
    CriticalMass,
    Debt,
    ErrorBudgetPolicy,
    SquadCut,
    Squads,
    StranglerFig,
    TwoSegments,
)
from thousandfold.teaching.widgets import explore

# Each picture beyond lines that a slider moves: the model, and a parameter from where to where.
KINDS: dict[str, tuple[Model, str, float, float]] = {
    "people": (Squads(squad=10), "squad", 6, 14),
    "week": (Squads(squad=10), "squad", 6, 14),
    "map": (Debt(), "interest", 0.1, 0.6),
    "map, computed anew": (Debt(), "carelessness", 0.1, 0.3),
    "areas": (StranglerFig(), "drag", 0.4, 2),
    "year": (ErrorBudgetPolicy(resume=0), "freeze", 0.1, 0.6),
    "hills": (TwoSegments(), "depth", 0.2, 0.9),
    "hall": (CriticalMass(), "on_board", 0.1, 0.9),
    "network": (SquadCut(), "squads", 3, 8),
}


def fastest(*works: Callable[[], object], rounds: int = 15) -> list[float]:
    """Run the works in turn and return the CPU seconds of each one's fastest run.

    In turn, so that a change in the machine's speed meets all of them; the fastest, since whatever
    else the machine does can only add.
    """
    best = [float("inf")] * len(works)
    for work in works:
        work()
    for _ in range(rounds):
        for i, work in enumerate(works):
            started = time.process_time()
            work()
            best[i] = min(best[i], time.process_time() - started)
    return best


def import_ratio() -> float:
    """`import thousandfold` over `import numpy`, each in fresh interpreters, taking turns."""

    def seconds(name: str) -> float:
        code = (
            f"import time; t = time.process_time(); import {name}; print(time.process_time() - t)"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        return float(run.stdout)

    pairs = [(seconds("thousandfold"), seconds("numpy")) for _ in range(10)]
    return min(ours for ours, _ in pairs) / min(numpy for _, numpy in pairs)


def slider_ratio() -> float:
    """A moved slider (1,000 futures, draw, encode) over one redraw of the same kept figure."""
    slider = explore(BrooksLaw(), "hired").widget.children[0]
    kept = figure_of(draw(BrooksLaw().picture()).ax)

    def move() -> None:
        slider.value = 5 if slider.value == 10 else 10

    update, redraw = fastest(move, lambda: png(kept))
    return update / redraw


def kind_ratios() -> dict[str, float]:
    """For each kind of picture beyond lines: a moved slider over one redraw of a line chart."""
    kept = figure_of(draw(BrooksLaw().picture()).ax)
    ratios = {}
    for of, (model, parameter, low, high) in KINDS.items():
        move = _slider(model, of.partition(",")[0], parameter, low, high)
        answered, redraw = fastest(move, lambda: png(kept), rounds=7)
        ratios[of] = answered / redraw
    return ratios


def _slider(model: Model, of: str, name: str, low: float, high: float) -> Callable[[], None]:
    """Return what moves a parameter on and shows the picture, as `explore` does."""
    whole = model.quantities()[name].whole
    values = cycle(range(int(low), int(high) + 1) if whole else np.linspace(low, high, 31).tolist())
    drawing = draw(model.picture(of))

    def move() -> None:
        drawing.update(model.replace(**{name: next(values)}).picture(of))
        png(figure_of(drawing.ax))

    return move


def staffing_ratio(replications: int = 1000) -> float:
    """Plain Python loop over our engine, per step and future of the staffing model."""
    model = BrooksLaw(hired=5)

    def plain() -> None:
        for luck in lucks:
            plain_brooks(model, luck)

    import random

    some = 20
    generator = random.Random(1)  # noqa: S311
    lucks = [[generator.gauss(0, 1) for _ in range(model.periods)] for _ in range(some)]
    loop, engine = fastest(plain, lambda: simulate(model, replications=replications), rounds=7)
    return (loop / some) / (engine / replications)


def fit_milliseconds() -> dict[str, float]:
    """CPU time of each fit on published data, the import of scipy aside."""
    from thousandfold.datasets import load
    from thousandfold.models.bass_fit import fit_bass
    from thousandfold.models.retention_fit import fit_retention
    from thousandfold.models.scalability_fit import fit_scalability

    test = load("load_tests").query("test == 'specsdm91'")
    sales = load("vcr_sales").iloc[:, 1]
    alive = load("retention").query("segment == 'Regular'").iloc[:8, -1]
    fits = {
        "Universal Scalability Law": lambda: fit_scalability(test["load"], test["throughput"]),
        "shifted-beta-geometric": lambda: fit_retention(alive),
        "Bass": lambda: fit_bass(sales),
    }
    return dict(zip(fits, (1000 * s for s in fastest(*fits.values())), strict=True))


def peak_megabytes(model: DynamicModel) -> float:
    """Most memory that 10,000 futures of sixty periods take, in megabytes."""
    tracemalloc.start()
    simulate(model, periods=60, replications=10_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def plain_brooks(model: BrooksLaw, luck: list[float]) -> float:
    """Return the day on which one future of the model is done, with floats and a loop.

    `tests/test_speed.py` checks that it gives what the engine gives.
    """
    remaining, new, experienced = model.requirements, 0.0, float(model.team)
    hires, elapsed = 0.0, 0.0
    for shock in luck:
        planned = model.requirements * min(1.0, elapsed / model.plan)
        behind = planned - (model.requirements - remaining)
        if behind >= model.tolerance and remaining > 0 and hires == 0:
            hires += model.hired
            new += model.hired
        people = new + experienced
        effort = model.new_factor * new + model.experienced_factor * (
            experienced - model.training * new
        )
        quiet = max(0.0, 1 - model.talk * (people / model.team) ** model.talk_power)
        output = model.days * model.productivity * max(0.0, effort) * quiet
        output *= max(0.0, 1 + model.variation * shock)
        delivered = min(remaining, output)
        part_of_week = delivered / output if output > 0 else 1.0
        remaining -= delivered
        learned = new * model.days / model.assimilation
        new -= learned
        experienced += learned
        elapsed += model.days * part_of_week
    return elapsed
