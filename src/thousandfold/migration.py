"""What a monolith costs as it grows, and in what order to take it apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, Model, Quantity, Trajectory, number, quantity
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

_SHARE = Quantity(0, "share of changes", "a share or a probability", 0, 1)
_LARGEST_BATCH = 1000
_HOURS_A_WEEK = 40.0
_WEEKS_A_YEAR = 52
_MOST_TAKEN_OUT = 12


def batch_risk(changes: ArrayLike, risk: ArrayLike) -> Array:
    """Return the chance that a release of several changes fails: ``1 - (1 - risk)**changes``.

    It leaves out: that one change can break another, and that large releases are tested more.

    Parameters
    ----------
    changes : array_like
        Changes in the release, any shape.
    risk : array_like
        Chance that one change breaks the release.

    Examples
    --------
    >>> batch_risk([1, 10, 100], 0.02).round(2).tolist()
    [0.02, 0.18, 0.87]
    """
    _SHARE.check("risk", risk)
    return np.asarray(1 - (1 - np.asarray(risk, float)) ** np.asarray(changes, float))


@dataclass(frozen=True)
class ReleaseTrain(Model):
    """Changes wait until a batch is full, then until the release before them is out.

    With ``failure = 1 - (1 - risk)**batch``, in working hours::

        filling = (batch - 1) / 2 / changes an hour
        release = release_hours + failure * (repair + search * batch)       on average
        queue   = load / (1 - load) * (1 / batch + spread of release) / 2 * release
        load    = releases an hour * release

    One release is under way at a time. The queue is Kingman's approximation of 1961, with
    changes that come at random. It leaves out: what a failure costs customers, changes that
    are urgent, and people who wait for the release and start something else meanwhile.

    Examples
    --------
    >>> ReleaseTrain().best_batch, ReleaseTrain(release_hours=0.3).best_batch
    (5, 1)
    """

    changes: float = quantity(40, "changes a week", "how many become ready", low=1, high=1000)
    risk: float = quantity(
        0.02, "share of changes", "how often one change breaks a release", low=0, high=0.5
    )
    release_hours: float = quantity(
        3, "hours", "work of testing, approving and shipping one release", low=0.01, high=100
    )
    repair: float = quantity(2, "hours", "work after a failed release", low=0, high=100)
    search: float = quantity(
        0.4, "hours per change", "work to find the culprit in a failed release", low=0, high=10
    )

    def releases(self, batch: ArrayLike) -> Array:
        """Return the releases a week, at a number of changes in each."""
        return np.asarray(self.changes / np.asarray(batch, dtype=float))

    def failure(self, batch: ArrayLike) -> Array:
        """Return the share of releases that fail."""
        return batch_risk(batch, self.risk)

    def load(self, batch: ArrayLike) -> Array:
        """Return the share of the time that a release is under way; from 1 on they pile up."""
        return self.releases(batch) * self._release(batch) / _HOURS_A_WEEK

    def lead_time(self, batch: ArrayLike) -> Array:
        """Return the hours from ready to in use; infinite if releases pile up.

        Parameters
        ----------
        batch : array_like
            Changes in a release, any shape.
        """
        k = np.asarray(batch, dtype=float)
        failure, release, load = self.failure(k), self._release(k), self.load(k)
        spread = failure * (1 - failure) * ((self.repair + self.search * k) / release) ** 2
        room = np.maximum(1 - load, 0)
        times = np.divide(load, room, out=np.full_like(load, np.inf), where=room > 0)
        filling = (k - 1) / 2 * _HOURS_A_WEEK / self.changes
        return np.asarray(filling + times * (1 / k + spread) / 2 * release + release)

    @property
    def best_batch(self) -> int:
        """Number of changes in a release that brings changes into use soonest.

        Raises
        ------
        ExplainedError
            If releases pile up at any size.
        """
        batch = np.arange(1, _LARGEST_BATCH + 1)
        hours = self.lead_time(batch)
        if np.isinf(hours).all():
            raise ExplainedError(
                f"releases pile up at any size up to {_LARGEST_BATCH} changes: {self.changes:g} "
                "changes a week are too many for the hours that a release and a repair take"
            )
        return int(batch[hours.argmin()])

    def _release(self, batch: ArrayLike) -> Array:
        k = np.asarray(batch, dtype=float)
        return np.asarray(self.release_hours + self.failure(k) * (self.repair + self.search * k))

    def picture(self, of: str | None = None) -> Picture:
        """Return lead time against the size of the batch, also with a release ten times cheaper."""
        from thousandfold.plotting import Picture, Series

        batch = np.unique(np.geomspace(1, 200, 60).round())
        funded = self.replace(release_hours=max(0.01, self.release_hours / 10))
        series, ends = [], []
        for train in (self, funded):
            hours = train.lead_time(batch)
            known = np.isfinite(hours)
            label = f"{train.release_hours:g} hours of work per release"
            series.append(Series(label, batch[known], hours[known]))
            soonest = (
                f"soonest, {number(hours.min())} hours, in batches of {batch[hours.argmin()]:.0f}"
            )
            ends.append(f"with {label}, {soonest if known.any() else 'releases pile up'}")
        large = float(self.lead_time(100))
        slow = (
            f"takes {number(large)} hours and" if np.isfinite(large) else "never gets out in time;"
        )
        return Picture(
            tuple(series),
            "changes in one release",
            "lead time (working hours)",
            f"Hours from ready to in use: {'; '.join(ends)}. A batch of 100 {slow} it fails with a "
            f"chance of {100 * float(self.failure(100)):.0f} %.",
            log_x=True,
            log_y=True,
        )


@dataclass(frozen=True)
class Architectures(Model):
    """Three ways to build one product, and the work that each costs besides the features.

    ::

        cost = price * developers**power

    No published equation says what an architecture costs: all six numbers are placeholders to
    replace by your own. What holds for any of them: two such curves cross once, and whatever
    starts dearer and grows more slowly wins in the end. It leaves out: the cost of moving from
    one to another, and how well each is done.

    Examples
    --------
    >>> round(Architectures().crossing("monolith", "modular monolith"))
    15
    >>> Architectures().cheapest([5, 50, 500]).tolist()
    ['monolith', 'modular monolith', 'services']
    """

    monolith_price: float = quantity(
        2, "hours a week", "cost of a monolith with one developer", low=0.1, high=100
    )
    monolith_power: float = quantity(1.45, "power", "how fast it grows", low=0.5, high=3)
    modular_price: float = quantity(
        3, "hours a week", "cost of a modular monolith with one developer", low=0.1, high=100
    )
    modular_power: float = quantity(1.3, "power", "how fast it grows", low=0.5, high=3)
    services_price: float = quantity(
        8, "hours a week", "cost of services with one developer", low=0.1, high=100
    )
    services_power: float = quantity(1.08, "power", "how fast it grows", low=0.5, high=3)

    options: ClassVar[tuple[str, ...]] = ("monolith", "modular monolith", "services")

    def cost(self, option: str, developers: ArrayLike) -> Array:
        """Return the cost of an option, in hours a week, shape as `developers`."""
        price, power = self._curve(option)
        return np.asarray(price * np.asarray(developers, dtype=float) ** power)

    def crossing(self, one: str, other: str) -> float:
        """Return the number of developers at which two options cost the same.

        Raises
        ------
        ExplainedError
            If an option is unknown, or both grow equally fast and never cross.
        """
        (price, power), (other_price, other_power) = self._curve(one), self._curve(other)
        if power == other_power:
            raise ExplainedError(
                f"{one} and {other} grow with the same power, {power:g}, so the cheaper one stays "
                "the cheaper one; change one of the powers"
            )
        return float((other_price / price) ** (1 / (power - other_power)))

    def cheapest(self, developers: ArrayLike) -> NDArray[np.str_]:
        """Return the name of the cheapest option, shape as `developers`."""
        costs = [self.cost(option, developers) for option in self.options]
        return np.asarray(np.array(self.options)[np.argmin(costs, axis=0)])

    def _curve(self, option: str) -> tuple[float, float]:
        if option not in self.options:
            raise ExplainedError(f"there is no {option!r}; there are {', '.join(self.options)}")
        name = option.split()[0]
        return getattr(self, f"{name}_price"), getattr(self, f"{name}_power")

    def picture(self, of: str | None = None) -> Picture:
        """Return the cost of the three options against the number of developers."""
        from thousandfold.plotting import Picture, Series

        developers = np.geomspace(1, 1000, 61)
        names = self.cheapest(developers)
        ranges = [
            f"{name} from {developers[names == name][0]:.0f} to {developers[names == name][-1]:.0f}"
            for name in self.options
            if (names == name).any()
        ]
        return Picture(
            tuple(
                Series(name, developers, self.cost(name, developers) / developers)
                for name in self.options
            ),
            "developers",
            "cost per developer (hours a week)",
            "Cost per developer of three architectures, with illustrative numbers. Cheapest: "
            f"{'; '.join(ranges)} developers.",
            log_x=True,
        )


@dataclass(frozen=True, eq=False)
class CodeBase:
    """The areas of a code base, how often each changes, and which change together.

    Attributes
    ----------
    areas : tuple of str
    churn : array, shape (areas,)
        Changes in a year.
    together : array, shape (areas, areas)
        Changes that touched both areas; symmetric, 0 on the diagonal.

    Examples
    --------
    >>> FERRY.order_by(FERRY.churn * FERRY.independence)
    ['payments', 'booking', 'calendar', 'messages', 'reports', 'login']
    """

    areas: tuple[str, ...]
    churn: Array
    together: Array

    def __post_init__(self) -> None:
        if not np.all(self.churn > 0) or not np.array_equal(self.together, self.together.T):
            raise ExplainedError(
                "each area must have changed at least once, and two areas changed together as "
                "often as the other way round; look for an area without changes or a lopsided pair"
            )

    @classmethod
    def of(
        cls,
        areas: pd.DataFrame,
        coupling: pd.DataFrame,
        project: str,
        leave_out: Sequence[str] = (),
    ) -> CodeBase:
        """Take one project from two tables.

        Parameters
        ----------
        areas, coupling : pandas.DataFrame
            Like the data sets ``code_areas`` and ``area_coupling``.
        project : str
            For example ``"rails"``.
        leave_out : sequence of str
            Areas that are no part of the product, for example its guides.

        Raises
        ------
        ExplainedError
            If there is no such project or area.
        """
        rows = areas[areas["project"] == project]
        if rows.empty:
            raise ExplainedError(
                f"there is no project {project!r}; there are {', '.join(areas['project'].unique())}"
            )
        unknown = set(leave_out) - set(rows["area"])
        if unknown:
            raise ExplainedError(f"{project} has no area {min(unknown)!r} to leave out")
        rows = rows[~rows["area"].isin(leave_out)]
        names = tuple(rows["area"])
        place = {name: i for i, name in enumerate(names)}
        pairs = coupling[
            (coupling["project"] == project)
            & coupling["area_a"].isin(names)
            & coupling["area_b"].isin(names)
        ]
        together = np.zeros((len(names), len(names)))
        a, b = pairs["area_a"].map(place), pairs["area_b"].map(place)
        together[a, b] = together[b, a] = pairs["commits_both"]
        return cls(names, rows["commits"].to_numpy(dtype=float), together)

    @cached_property
    def coupling(self) -> Array:
        """How often each area changes together with another one; each other one counts."""
        return np.asarray(self.together.sum(axis=1))

    @cached_property
    def independence(self) -> Array:
        """How much each area changes on its own: ``churn / (churn + coupling)``, 0..1."""
        return np.asarray(self.churn / (self.churn + self.coupling))

    def order_by(self, values: ArrayLike) -> list[str]:
        """Return the areas in the order of some values, the largest first."""
        return [self.areas[i] for i in np.argsort(-np.asarray(values, float), kind="stable")]

    def table(self) -> pd.DataFrame:
        """Return one row per area, the most changed first."""
        import pandas as pd

        columns = {"churn": self.churn, "coupling": self.coupling}
        table = pd.DataFrame(columns, index=list(self.areas)).astype(int)
        table["independence"] = self.independence.round(2)
        return table.sort_values("churn", ascending=False, kind="stable")

    def expecting(self, times: Mapping[str, float]) -> CodeBase:
        """Return the same areas with the churn that a roadmap announces.

        An area that changes four times as often changes twice as often together with each other
        one, and four times as often with one that does so too.

        Parameters
        ----------
        times : mapping of str to float
            How many times last year's churn, above 0, for the areas that the roadmap names.

        Raises
        ------
        ExplainedError
            If an area is unknown or a number is not above 0.

        Examples
        --------
        >>> FERRY.expecting({"reports": 2}).table().loc["reports", "churn"].item()
        200
        """
        factor = np.ones(len(self.areas))
        factor[self.places(list(times))] = list(times.values())
        if not np.all(factor > 0):
            raise ExplainedError(
                "write how many times last year's churn is expected, above 0: 0.5 is half of it"
            )
        together = self.together * np.sqrt(np.outer(factor, factor))
        return CodeBase(self.areas, self.churn * factor, together)

    def places(self, order: Sequence[str]) -> list[int]:
        """Return the place of each named area.

        Raises
        ------
        ExplainedError
            If a name is unknown or comes twice.
        """
        known = {name: i for i, name in enumerate(self.areas)}
        for name in order:
            if name not in known:
                raise ExplainedError(f"there is no area {name!r}; there are {', '.join(known)}")
        if len(set(order)) < len(order):
            twice = next(name for name in order if list(order).count(name) > 1)
            raise ExplainedError(f"{twice} comes twice; an area leaves the monolith once")
        return [known[name] for name in order]


_NO_PRODUCT = {
    "rails": (".github", "guides", "tasks"),
    "terraform": ("website", "vendor", "examples"),
    "prometheus": ("docs", "documentation", ".github", "scripts"),
    "ansible": ("changelogs", "docs", "test", ".github", "hacking"),
}


@cache
def real_code(project: str) -> CodeBase:
    """Return the areas of a real code base, without its documents and tools.

    Parameters
    ----------
    project : str
        ``"terraform"``, ``"ansible"``, ``"prometheus"`` or ``"rails"``; see the card of the data
        set ``code_areas``.

    Examples
    --------
    >>> real_code("rails").table().index[0]
    'activerecord'
    """
    from thousandfold.datasets import load

    areas, coupling = load("code_areas"), load("area_coupling")
    return CodeBase.of(areas, coupling, project, _NO_PRODUCT.get(project, ()))


def _ferry() -> CodeBase:
    together = np.zeros((6, 6))
    for a, b, changes in [
        *[(0, 1, 170), (0, 2, 60), (0, 3, 90), (0, 4, 60), (0, 5, 60)],
        *[(1, 3, 60), (1, 5, 30), (2, 4, 40), (2, 5, 30), (3, 5, 30)],
    ]:
        together[a, b] = together[b, a] = changes
    areas = ("booking", "calendar", "payments", "messages", "reports", "login")
    return CodeBase(areas, np.array([380.0, 280, 300, 160, 100, 80]), together)


FERRY = _ferry()
"""Ferry's monolith: six areas and a year of changes. Illustrative."""


@dataclass(frozen=True)
class StranglerFig(Model):
    """A monolith that is taken apart area by area while the team goes on delivering.

    ::

        days for a change = 1 + drag * share**2 + cross * crossings
        days to take out  = fixed + untangle * changes together with areas still inside

    ``share`` is the share of all changes that still go through the monolith: such a change costs
    up to `drag` more days, in proportion to the share. ``crossings`` are the changes that touch
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

    capacity: float = quantity(50, "days a week", "work that the team can do", low=1, high=5000)
    budget: float = quantity(
        0.2, "share of the capacity", "work that goes into taking areas out", low=0.01, high=0.9
    )
    drag: float = quantity(
        1, "days per change", "what a change costs more in the whole monolith", low=0, high=10
    )
    cross: float = quantity(
        0.5, "days per change and boundary", "what crossing a boundary costs more", low=0, high=10
    )
    fixed: float = quantity(20, "days", "work to take out any area", low=0, high=1000)
    untangle: float = quantity(
        0.5, "days per yearly change together", "work to cut a tie", low=0, high=10
    )
    dual: float = quantity(
        0.5, "days per change", "what a change costs more while its area runs twice", low=0, high=5
    )
    variation: float = quantity(
        0.4, "spread of a logarithm", "how far work to take out is from its estimate", low=0, high=2
    )
    drift: float = quantity(
        0.2, "spread of a logarithm", "how far churn is from that of last year", low=0, high=2
    )

    units: ClassVar[Mapping[str, str]] = {
        "delivered": "changes",
        "ahead": "changes, against staying as it is",
        "taken out": "areas",
        "dragging": "days lost to the monolith",
        "crossing": "days lost to boundaries",
        "doubling": "days lost to running twice",
        "migrating": "days of taking out",
    }

    def effort(self, code: CodeBase, order: Sequence[str]) -> Array:
        """Return the days that each area takes to take out, in the order given.

        Ties are cut once: the later of two areas that change together finds them already cut.
        All areas together take the same days in any order.
        """
        ties = self._ties(code, code.places(order))
        return np.asarray(self.fixed + self.untangle * ties)

    def migrate(
        self,
        code: CodeBase,
        orders: Mapping[str, Sequence[str]],
        weeks: int = 104,
        replications: int = 1000,
        seed: int = SEED,
    ) -> Trajectory:
        """Take areas out in given orders, all under the same luck.

        Parameters
        ----------
        code : CodeBase
            What to take apart.
        orders : mapping of str to sequence of str
            Label and areas, first one first. Areas that are not named stay in the monolith; an
            empty order leaves everything as it is.
        weeks : int
            How long.
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
        if not orders:
            raise ExplainedError('give at least one order, for example {"mine": ["payments"]}')
        luck = np.random.default_rng(seed).standard_normal((replications, 2, len(code.areas)))
        runs = [
            self._run(code, code.places(order), luck, np.arange(weeks + 1.0))
            for order in orders.values()
        ]
        record = {name: np.stack([run[name] for run in runs], axis=1) for name in self.units}
        for stock in record.values():
            stock.flags.writeable = False
        return Trajectory(
            type(self).__name__,
            "week",
            self.units,
            tuple(map(str, orders)),
            MappingProxyType(record),
        )

    def by_payback(self, code: CodeBase) -> list[str]:
        """Return all areas, always next the one that saves most per day of taking it out."""
        inside = np.ones(len(code.areas), dtype=bool)
        total, order = code.churn.sum(), []
        while inside.any():
            ties = code.together @ inside
            share, without = code.churn[inside].sum(), code.churn[inside].sum() - code.churn
            saved = self.drag * (share**2 - without**2) / total - self.cross * ties
            worth = np.where(
                inside, saved / np.maximum(self.fixed + self.untangle * ties, 1e-9), -np.inf
            )
            order.append(int(worth.argmax()))
            inside[order[-1]] = False
        return [code.areas[i] for i in order]

    @staticmethod
    def _ties(code: CodeBase, places: Sequence[int]) -> Array:
        """Count, for each area that leaves, changes together with areas that are still inside."""
        gone = np.tri(len(places), k=-1, dtype=bool)
        among = np.where(gone, code.together[np.ix_(places, places)], 0).sum(axis=1)
        return np.asarray(code.coupling[list(places)] - among)

    def _run(self, code: CodeBase, places: list[int], luck: Array, time: Array) -> dict[str, Array]:
        """One order, exactly: all rates are constant from one departure to the next."""
        futures, stages = len(luck), len(places) + 1
        ties = self._ties(code, places)
        work = (self.fixed + self.untangle * ties) * np.exp(self.variation * luck[:, 0, places])
        churn = code.churn * np.exp(self.drift * luck[:, 1])
        shares = churn[:, places] / churn.sum(axis=1, keepdims=True)

        left = np.cumsum(work, axis=1) / (self.capacity * self.budget)
        last = np.maximum(left.max(axis=1, initial=0), time[-1]) + 1
        ends = np.column_stack([left, last])
        starts = np.column_stack([np.zeros(futures), ends[:, :-1]])

        inside = 1 - np.column_stack([np.zeros(futures), np.cumsum(shares, axis=1)])
        crossings = np.concatenate([[0], np.cumsum(ties)]) / code.churn.sum()
        costs = {
            "dragging": self.drag * inside**2,
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
        run["taken out"] = (left[:, np.newaxis, :] <= time[:, np.newaxis]).sum(axis=2).T * 1.0
        return run

    def _stops(self) -> Picture:
        """Return what two real code bases deliver, by how many areas leave before the end."""
        from thousandfold.plotting import Picture, Series

        series, said = [], []
        for project in ("terraform", "prometheus"):
            code = real_code(project)
            order = code.order_by(code.churn * code.independence)
            number_out = range(_MOST_TAKEN_OUT + 1)
            orders = {f"{k}": order[:k] for k in number_out}
            end = self.migrate(code, orders, replications=200).summary("delivered")
            middle, low, high = (end[name].to_numpy() for name in ("median", "low", "high"))
            series.append(Series(project.capitalize(), list(number_out), middle, low, high))
            best = int(middle.argmax())
            most = f"most after {best}, {middle[best]:,.0f}" if best else "most if nothing leaves"
            said.append(
                f"{project.capitalize()} {middle[0]:,.0f} if nothing leaves, {most}, "
                f"{middle[-1]:,.0f} after {_MOST_TAKEN_OUT}"
            )
        return Picture(
            tuple(series),
            "areas taken out, then stop",
            "delivered in two years (changes)",
            f"Changes delivered in 104 weeks by areas taken out, most changed and most independent "
            f"first: {'; '.join(said)}. Median and middle eight of ten in 200 futures.",
        )

    def picture(self, of: str | None = None) -> Picture:
        """Return how far Ferry gets ahead of staying: all areas, the first two, worst order.

        With ``"stops"``: what two real code bases deliver, by the number of areas taken out.
        """
        if of == "stops":
            return self._stops()
        best = self.by_payback(FERRY)
        orders = {
            "by payback, all": best,
            "by payback, first two": best[:2],
            "the other way round, all": best[::-1],
        }
        return self.migrate(FERRY, orders, replications=200).picture(of or "ahead")


if __name__ == "__main__":
    from thousandfold.datasets import load
    from thousandfold.demonstration import demonstrate

    rails = CodeBase.of(
        load("code_areas"), load("area_coupling"), "rails", leave_out=(".github", "guides", "tasks")
    )
    first = rails.order_by(rails.churn * rails.independence)
    runs = StranglerFig().migrate(
        rails, {"all": first, "first three": first[:3], "by name": sorted(first)}
    )
    demonstrate(ReleaseTrain(), Architectures(), StranglerFig(), runs.picture("ahead"))
