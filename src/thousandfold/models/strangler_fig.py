"""In which order to take a monolith apart, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thousandfold.core import (
    SEED,
    Array,
    Pictures,
    TimedModel,
    Trajectory,
    extent,
    instance,
    labelled,
    quantity,
    whole,
)
from thousandfold.models.ferry import FERRY
from thousandfold.models.leaving_areas import (
    Leaving,
    areas_picture,
    out_picture,
    stops_picture,
)
from thousandfold.picture import Picture
from thousandfold.repository.co_change import CoChange, network

_MOST_TAKEN_OUT = 12


@dataclass(frozen=True)
class StranglerFig(TimedModel):
    """A monolith that is taken apart area by area while the team goes on delivering.

    ::

        days for a change = 1 + drag * share**(1 + relief) + cross * crossings
        days to take out  = fixed + untangle * changes together with areas still inside

    ``share`` is the share of all changes that still go through the monolith: such a change costs
    up to `drag` more days. What stays gets lighter as it shrinks: in proportion to the share
    where `relief` is 1, not at all where it is 0. ``crossings`` are the changes that touch
    two areas of which at least one has left, per change. While an area is being taken out, the
    old and the new one both run, and each of its changes costs `dual` days more. A share of the
    team (`budget`) takes areas out, one after the other in a given order; when the list is done,
    everybody delivers.

    All numbers are placeholders to replace by your own. It leaves out: that splitting also
    buys scaling and fault isolation, outages on the way, the cost of running services, and people
    who have never done it before.

    Examples
    --------
    >>> move = StranglerFig(variation=0, drift=0)
    >>> runs = move.migrate(FERRY, {"stay": [], "payments": ["payments"]}, replications=1)
    >>> runs.final("delivered").round().ravel().tolist()
    [2600.0, 3069.0]
    """

    capacity: float = quantity(
        50,
        "days a week",
        "work that the team can do",
        low=1,
        high=5000,
        decision=True,
        because="the size of the example",
    )
    budget: float = quantity(
        0.2,
        "share of the capacity",
        "work that goes into taking areas out",
        low=0.01,
        high=0.9,
        decision=True,
    )
    out: float = quantity(
        0,
        "areas",
        "how many leave in the picture of them",
        low=0,
        high=_MOST_TAKEN_OUT,
        decision=True,
        whole=True,
    )
    drag: float = quantity(
        1,
        "days per change",
        "what a change costs more in the whole monolith",
        low=0,
        high=10,
        plausible=(0.2, 3),
        because="an hour or two for a slow build, up to three days of tests for a day of work",
    )
    relief: float = quantity(
        1,
        "power",
        "how fast what stays gets lighter as it shrinks (0: not at all, 1: in proportion)",
        low=0,
        high=3,
        plausible=(0, 2),
        because="0: the rest is built and tested as slowly as the whole was; "
        "2: as pairs of parts that disturb each other, which grow with the square",
    )
    cross: float = quantity(
        0.5,
        "days per change and boundary",
        "what crossing a boundary costs more",
        low=0,
        high=10,
        plausible=(0.1, 2),
        because="an hour for a versioned call, up to two days of meetings with the other squad",
    )
    fixed: float = quantity(
        20,
        "days",
        "work to take out any area",
        low=0,
        high=1000,
        plausible=(5, 60),
        because="a week where pipelines stand ready; "
        "one person for a quarter for the first service ever",
    )
    untangle: float = quantity(
        0.5,
        "days per yearly change together",
        "work to cut a tie",
        low=0,
        high=10,
        plausible=(0.1, 2),
        because="an hour for a call that is already clean, two days for a shared table",
    )
    dual: float = quantity(
        0.5,
        "days per change",
        "what a change costs more while its area runs twice",
        low=0,
        high=5,
        plausible=(0.1, 1.5),
        because="an hour to copy a change, up to more work than the change itself where data run "
        "twice",
    )
    variation: float = quantity(
        0.4,
        "spread of a logarithm",
        "how far work to take out is from its estimate",
        low=0,
        high=2,
        plausible=(0.2, 0.8),
        because="overruns of 30 to 40 % are the average (Moløkken & Jørgensen 2003); "
        "at 0.8 one in six more than doubles",
    )
    drift: float = quantity(
        0.2,
        "spread of a logarithm",
        "how far churn is from that of last year",
        low=0,
        high=2,
        plausible=(0.05, 0.6),
        because="no year is like the last; above 0.6 the product would have become another one",
    )

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 104
    units: ClassVar[Mapping[str, str]] = {
        "delivered": "changes",
        "ahead": "changes, against staying as it is",
        "taken out": "areas",
        "dragging": "days lost to the monolith",
        "crossing": "days lost to boundaries",
        "doubling": "days lost to running twice",
        "migrating": "days of taking out",
    }

    def effort(self, code: CoChange, order: Sequence[str]) -> Array:
        """Return the days that each area of `code` takes to take out, in `order`.

        Ties are cut once: the later of two areas that change together finds them already cut.
        All areas together take the same days in any order.
        """
        ties = self._ties(code, instance("code", code, CoChange).places(order))
        return np.asarray(self.fixed + self.untangle * ties)

    def migrate(
        self,
        code: CoChange,
        scenarios: Mapping[str, Sequence[str]],
        periods: int = 104,
        replications: int = 1000,
        seed: int = SEED,
    ) -> Trajectory:
        """Take areas out in given orders, all under the same luck.

        Parameters
        ----------
        code : CoChange
            What to take apart.
        scenarios : mapping of str to sequence of str
            Label and areas, first one first. Areas that are not named stay in the monolith; an
            empty order leaves everything as it is.
        periods : int
            How many weeks.
        replications : int
            How many futures: how much more work an area is than estimated, and how churn moves.
        seed : int
            The same seed gives the same futures.

        Returns
        -------
        Trajectory
            With one scenario per order.

        Raises
        ------
        ExplainedError
            If there is no order, or one names an area that is unknown or comes twice.
        """
        instance("code", code, CoChange)
        labelled("scenarios", scenarios, '{"mine": ["payments"]}')
        each = len(scenarios) * len(self.units)
        periods, replications = extent(periods, replications, each)
        generator = np.random.default_rng(whole("seed", seed, 0))
        luck = generator.standard_normal((replications, 2, len(code.areas)))
        runs = [
            self._run(code, code.places(order), luck, np.arange(periods + 1.0))
            for order in scenarios.values()
        ]
        record = {name: np.stack([run[name] for run in runs], axis=1) for name in self.units}
        return self.trajectory(scenarios, record)

    def by_payback(self, code: CoChange) -> list[str]:
        """Return all areas of `code`, always next the one that saves most a day of work."""
        inside = np.ones(len(instance("code", code, CoChange).areas), dtype=bool)
        total, order = code.changes.sum(), []
        while inside.any():
            ties = code.together @ inside
            share, without = code.changes[inside].sum(), code.changes[inside].sum() - code.changes
            power = 1 + self.relief
            lighter = total * ((share / total) ** power - (without / total) ** power)
            saved = self.drag * lighter - self.cross * ties
            worth = np.where(
                inside, saved / np.maximum(self.fixed + self.untangle * ties, 1e-9), -np.inf
            )
            order.append(int(worth.argmax()))
            inside[order[-1]] = False
        return [code.areas[i] for i in order]

    @staticmethod
    def _ties(code: CoChange, places: Sequence[int]) -> Array:
        """Count, for each area that leaves, changes together with areas that are still inside."""
        gone = np.tri(len(places), k=-1, dtype=bool)
        among = np.where(gone, code.together[np.ix_(places, places)], 0).sum(axis=1)
        return np.asarray(code.coupling[list(places)] - among)

    def _run(self, code: CoChange, places: list[int], luck: Array, time: Array) -> dict[str, Array]:
        """One order, exactly: all rates are constant from one departure to the next."""
        futures, stages = len(luck), len(places) + 1
        ties = self._ties(code, places)
        work = (self.fixed + self.untangle * ties) * np.exp(self.variation * luck[:, 0, places])
        churn = code.changes * np.exp(self.drift * luck[:, 1])
        shares = churn[:, places] / churn.sum(axis=1, keepdims=True)

        left = np.cumsum(work, axis=1) / (self.capacity * self.budget)
        last = np.maximum(left.max(axis=1, initial=0), time[-1]) + 1
        ends = np.column_stack([left, last])
        starts = np.column_stack([np.zeros(futures), ends[:, :-1]])

        inside = 1 - np.column_stack([np.zeros(futures), np.cumsum(shares, axis=1)])
        crossings = np.concatenate([[0], np.cumsum(ties)]) / code.changes.sum()
        costs = {
            "dragging": self.drag * np.maximum(inside, 0) ** (1 + self.relief),
            "crossing": np.broadcast_to(self.cross * crossings, inside.shape),
            "doubling": self.dual * np.column_stack([shares, np.zeros(futures)]),
        }
        moving = np.full(stages, self.capacity * self.budget)
        moving[-1] = 0
        delivered = (self.capacity - moving) / (1 + sum(costs.values()))
        rates = {
            "delivered": delivered,
            **{name: delivered * cost for name, cost in costs.items()},
            "migrating": np.broadcast_to(moving, inside.shape),
        }

        # Each future gets its own stretch of one long time line, so that one call reads them all.
        offset = 2 * (ends.max() + 1) * np.arange(futures)[:, np.newaxis]
        knots = (np.column_stack([np.zeros(futures), ends]) + offset).ravel()
        asked = (time + offset).ravel()
        run = {}
        for name, rate in rates.items():
            total = np.cumsum(rate * (ends - starts), axis=1)
            levels = np.column_stack([np.zeros(futures), total]).ravel()
            run[name] = np.interp(asked, knots, levels).reshape(futures, -1).T
        run["ahead"] = run["delivered"] - (self.capacity / (1 + self.drag) * time)[:, np.newaxis]
        run["taken out"] = (left.T[:, np.newaxis] <= time[:, np.newaxis]).sum(axis=0) * 1.0
        return run

    def best_stop(self, code: CoChange) -> int:
        """Return after how many areas of `code` to stop, the most worthwhile leaving first."""
        return int(self._leaving(instance("code", code, CoChange)).middle.argmax())

    def _leaving(self, code: CoChange) -> Leaving:
        """Return what is delivered by how many leave, most changed and independent first."""
        order = code.order_by(code.changes * code.independence)
        orders = {f"{k}": order[:k] for k in range(_MOST_TAKEN_OUT + 1)}
        end = self.migrate(code, orders, replications=200).summary("delivered")
        middle, low, high = (end[name].to_numpy() for name in ("median", "low", "high"))
        return Leaving(code, order, middle, low, high)

    def _stops(self) -> Picture:
        codes = [network(project, documents=False) for project in ("terraform", "prometheus")]
        return stops_picture(*map(self._leaving, codes))

    def _areas(self) -> Picture:
        return areas_picture(self._leaving(network("prometheus", documents=False)), self.drag)

    def _out(self) -> Picture:
        code = network("prometheus", documents=False)
        gone = code.order_by(code.changes * code.independence)[: int(self.out)]
        free = self.replace(cross=0, fixed=0, untangle=0, dual=0)
        steps = [
            float(np.median(one.migrate(code, {"": order}, replications=200).final("delivered")))
            for one, order in [
                (self, []),
                (free, gone),
                (free.replace(cross=self.cross), gone),
                (self, gone),
            ]
        ]
        return out_picture(code, gone, steps)

    def pictures(self) -> Pictures:
        """Return a picture of each stock, where to stop in real code bases, and one as a map."""
        stocks = super().pictures()
        own = {"stops": self._stops, "areas": self._areas, "leaving": self._out}
        return {"ahead": stocks["ahead"]} | stocks | own

    def example(self) -> Trajectory:
        """Take Ferry apart: all areas, the first two, all in the worst order."""
        best = self.by_payback(FERRY)
        orders = {
            "by payback, all": best,
            "by payback, first two": best[:2],
            "the other way round, all": best[::-1],
        }
        return self.migrate(FERRY, orders, replications=200)
