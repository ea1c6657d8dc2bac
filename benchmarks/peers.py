"""Ours against the packages that people would use instead, as `make peers` does.

Both sides do the same work in one process, taking turns; a row is the ratio of CPU time per unit of
work, ours at 1,000 futures. The peers are in the optional group `peers` and in an environment of
their own: no learner installs them. Each peer's answer is held against ours before it is timed.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from speed import fastest

from thousandfold import DynamicModel, quantity, simulate
from thousandfold.core import Array, State
from thousandfold.models.adoption import Adoption
from thousandfold.models.queueing import Queue

FUTURES = 1000
STEPS = 60
CUSTOMERS = 2000


@dataclass(frozen=True)
class BassStock(DynamicModel):
    """Bass diffusion as a stock and a flow, as a system dynamics package writes it."""

    p: float = quantity(0.003, "share a month", "who starts on their own", low=0, high=1)
    q: float = quantity(0.12, "share a month", "who follows others", low=0, high=1)
    market: float = quantity(1000, "people", "everybody", low=1, high=1e9)

    period: ClassVar[str] = "month"
    periods: ClassVar[int] = STEPS
    units: ClassVar[Mapping[str, str]] = {"adopters": "people"}

    def start(self) -> Mapping[str, ArrayLike]:
        return {"adopters": 0}

    def step(self, state: State, shock: Array) -> State:
        adopters = state["adopters"]
        new = (self.p + self.q * adopters / self.market) * (self.market - adopters)
        return {"adopters": adopters + new}


def queue_over_simpy() -> float:
    """M/M/3 at 80 % busy: SimPy's CPU time per customer over ours."""
    import simpy

    def peer() -> list[float]:
        world, chance, waits = simpy.Environment(), random.Random(1), list[float]()  # noqa: S311
        desk = simpy.Resource(world, capacity=3)

        def customer() -> Any:
            came = world.now
            with desk.request() as turn:
                yield turn
                waits.append(world.now - came)
                yield world.timeout(chance.expovariate(1 / 3))

        def door() -> Any:
            for _ in range(CUSTOMERS):
                yield world.timeout(chance.expovariate(0.8))
                world.process(customer())

        world.process(door())
        world.run()
        return waits

    ours = Queue(arrivals=48, handling=3, servers=3)
    waited = simulate(ours, CUSTOMERS, 200)["wait"][1:].mean()
    agree(np.mean(peer()), waited, within=0.4)
    theirs, mine = fastest(peer, lambda: simulate(ours, CUSTOMERS, FUTURES), rounds=5)
    return theirs / (mine / FUTURES)


def step_over_pysd() -> float:
    """One stock-flow step of Bass: PySD's CPU time over ours."""
    import pysd

    text = """{UTF-8}
adopters= INTEG (new, 0) ~~|
new= (p + q * adopters / market) * (market - adopters) ~~|
p= 0.003 ~~|
q= 0.12 ~~|
market= 1000 ~~|
FINAL TIME = 60 ~~|
INITIAL TIME = 0 ~~|
SAVEPER = TIME STEP ~~|
TIME STEP = 1 ~~|
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bass.mdl"
        path.write_text(text)
        model = pysd.read_vensim(str(path))
        agree(model.run()["adopters"].iloc[-1], simulate(BassStock()).final("adopters")[0, 0])
        theirs, mine = fastest(
            lambda: model.run(return_columns=["adopters"]), lambda: simulate(BassStock()), rounds=7
        )
    return theirs / (mine / FUTURES)


def step_over_bptk(loaded: bool = True) -> float:
    """Give the same step over BPTK in Rust: its loaded engine alone, or the call users make."""
    from BPTK_Py import Model as Bptk
    from BPTK_Py._rust_engine import RustSdEngine

    model = Bptk(starttime=0.0, stoptime=float(STEPS), dt=1.0, name="bass")
    adopters, new = model.stock("adopters"), model.flow("new")
    p, q, market = (model.constant(name) for name in ("p", "q", "market"))
    adopters.initial_value, p.equation, q.equation, market.equation = 0.0, 0.003, 0.12, 1000.0
    new.equation = (p + q * adopters / market) * (market - adopters)
    adopters.equation = new
    engine = RustSdEngine().load_model(model.to_json())
    final = max(engine.simulate(["adopters"])["adopters"].values())
    agree(final, simulate(BassStock()).final("adopters")[0, 0])
    theirs, mine = fastest(
        lambda: engine.simulate(["adopters"]) if loaded else model.simulate(["adopters"], "rust"),
        lambda: simulate(BassStock()),
        rounds=15,
    )
    return theirs / (mine / FUTURES)


def adoption_over_mesa() -> float:
    """Adoption of 1,000 people over 60 steps: Mesa's CPU time (shuffled agents) over ours."""
    import mesa

    model = Adoption(market=1000)

    class Person(mesa.Agent):  # type: ignore[misc]
        adopted = False

        def step(self) -> None:
            world = self.model
            if not self.adopted and world.random.random() < world.chance:
                self.adopted = True
                world.adopters += 1

    class World(mesa.Model):  # type: ignore[misc]
        def __init__(self, seed: int) -> None:
            super().__init__(seed=seed)
            self.adopters, self.chance = 0, 0.0
            Person.create_agents(self, 1000)

        def run(self, steps: int) -> int:
            for _ in range(steps):
                self.chance = model.innovation + model.imitation * self.adopters / 1000
                self.agents.shuffle_do("step")
            return self.adopters

    ours = simulate(model, periods=30)["adopters"][30, 0]
    theirs_mean = np.mean([World(seed).run(30) for seed in range(20)])
    agree(theirs_mean, ours.mean(), within=4 * ours.std() / np.sqrt(20) / ours.mean())
    theirs, mine = fastest(
        lambda: World(1).run(STEPS), lambda: simulate(model, periods=STEPS), rounds=3
    )
    return theirs / (mine / FUTURES)


def agree(theirs: ArrayLike, ours: ArrayLike, within: float = 1e-6) -> None:
    """Stop unless both sides do the same work."""
    if not np.isclose(theirs, ours, rtol=within):
        sys.exit(f"the peer says {theirs!r}, we say {ours!r}: they do not do the same work")


ROWS = (
    ("M/M/3 queue, per customer, over SimPy", queue_over_simpy, 300),
    ("stock-flow step (Bass), over PySD", step_over_pysd, 1000),
    (
        "stock-flow step (Bass), over BPTK's call on its Rust engine",
        lambda: step_over_bptk(False),
        150,
    ),
    ("the same, over that engine alone, model loaded, no table made", step_over_bptk, 0),
    ("adoption of 1,000 people, 60 steps, over Mesa (shuffle_do)", adoption_over_mesa, 5000),
)


def main() -> int:
    """Measure against each peer and write `benchmarks/PEERS.md`."""
    text = [
        "# Against the peers",
        "",
        "Made by `make peers`. CPU time per unit of work, theirs over ours at 1,000 futures,",
        "both in one process and taking turns, the fastest of several. Each peer's result is",
        "compared with ours first. **A single run is not faster**: for one future an engine of",
        "arrays loses to a plain loop (see `README.md`); it wins by running a thousand at once.",
        "",
        "| work | times as fast | wanted |",
        "|---|---|---|",
    ]
    for name, measure, wanted in ROWS:
        least = f"at least {wanted:,}" if wanted else "–"
        text.append(f"| {name} | {measure():,.0f} | {least} |")
        print(text[-1], flush=True)
    (Path(__file__).parent / "PEERS.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
