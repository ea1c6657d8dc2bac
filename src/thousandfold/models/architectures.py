"""What a monolith and services cost as a company grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import Array, Model, Pictures, numbers, one_of, quantity
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture, Series


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
        2,
        "hours a week",
        "cost of a monolith with one developer",
        low=0.1,
        high=100,
        plausible=(1, 4),
        because="below an hour a week nothing is built or released; "
        "above four a lone developer would change tools",
    )
    monolith_power: float = quantity(
        1.45,
        "power",
        "how fast it grows",
        low=0.5,
        high=3,
        plausible=(1.2, 1.6),
        because="1 would be no coordination; above 1.6 a hundred developers would do nothing else",
    )
    modular_price: float = quantity(
        3,
        "hours a week",
        "cost of a modular monolith with one developer",
        low=0.1,
        high=100,
        plausible=(1.5, 6),
        because="a monolith's work and some care for borders, half a day a week at most for one "
        "developer",
    )
    modular_power: float = quantity(
        1.3,
        "power",
        "how fast it grows",
        low=0.5,
        high=3,
        plausible=(1.1, 1.45),
        because="borders in one program save some coordination, and one build and release for all "
        "remains",
    )
    services_price: float = quantity(
        8,
        "hours a week",
        "cost of services with one developer",
        low=0.1,
        high=100,
        plausible=(4, 16),
        because="pipelines, monitoring and versions take half a day a week at least; "
        "above two days nobody starts",
    )
    services_power: float = quantity(
        1.08,
        "power",
        "how fast it grows",
        low=0.5,
        high=3,
        plausible=(1, 1.25),
        because="1 if squads never meet; "
        "above 1.25 services save less than modules in one program would",
    )

    options: ClassVar[tuple[str, ...]] = ("monolith", "modular monolith", "services")

    def cost(self, option: str, developers: ArrayLike) -> Array:
        """Return the cost of `option`, in hours a week, shape as `developers`."""
        price, power = self._curve(option)
        return np.asarray(price * numbers("developers", developers, 0) ** power)

    def crossing(self, one: str, other: str) -> float:
        """Return the number of developers at which `one` and `other` option cost the same.

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
        name = one_of("option", option, self.options).split()[0]
        return getattr(self, f"{name}_price"), getattr(self, f"{name}_power")

    def pictures(self) -> Pictures:
        """Return one picture: the cost of the three options against the number of developers."""
        return {"cost": self._cost_picture}

    def _cost_picture(self) -> Picture:
        developers = np.geomspace(1, 1000, 61)
        names = self.cheapest(developers)
        ranges = [
            f"{name} from {developers[names == name][0]:.0f} to {developers[names == name][-1]:.0f}"
            for name in self.options
            if (names == name).any()
        ]
        changes = np.flatnonzero(names[1:] != names[:-1])
        steps = [f"{names[at]} up to {developers[at]:.0f}" for at in changes]
        cheapest = ", ".join([*steps, f"then {names[-1]}" if steps else f"{names[-1]} at any size"])
        return Lines(
            tuple(
                Series(name, developers, self.cost(name, developers) / developers)
                for name in self.options
            ),
            "developers",
            "cost per developer (hours a week)",
            title=f"Cheapest by developers: {cheapest}",
            shown="What of one developer's week goes into keeping the system together.",
            sentence=(
                "Cost per developer of three architectures, with illustrative numbers. Cheapest: "
                f"{'; '.join(ranges)} developers."
            ),
            log_x=True,
        )
