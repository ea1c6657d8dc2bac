"""Where a slider of a parameter begins, ends and stops in between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from thousandfold.core import Model, Quantity, Robustness
from thousandfold.errors import ExplainedError
from thousandfold.picture import Picture

# A slider reaches ten times its start, or as far as a company may lie: a range that is mostly too
# far is too coarse for a hand.
_REACH = 10


@dataclass(frozen=True)
class SliderRange:
    """Where a slider stands, and all places that it can stand at.

    Attributes
    ----------
    value, low, high, step : float
    """

    value: float
    low: float
    high: float
    step: float

    @classmethod
    def of(cls, described: Quantity, value: float) -> SliderRange:
        """Return the slider of a quantity that stands at `value`."""
        high = min(described.high, _REACH * value) if value > 0 else described.high
        if described.plausible is not None:
            high = max(high, described.plausible[1])
        if described.decision and described.high <= 1:
            high = described.high  # All of a share may be chosen, however little it starts with.
        if described.whole:
            return cls(int(value), int(described.low), int(high), 1)
        # The browser moves a value that is not on a step to the nearest one, so the start must be.
        step = 10.0 ** math.floor(math.log10((high - described.low) / 100))
        steps_below = math.floor((value - described.low) / step + 1e-9)
        low = max(described.low, round(value - steps_below * step, 12))
        return cls(value, low, high, step)

    @property
    def decimals(self) -> int:
        """How many digits behind the point tell all its places apart: 0.3, and not 0.3000."""
        digits = (f"{edge:.12f}".rstrip("0").partition(".")[2] for edge in (self.low, self.step))
        return max(map(len, digits))

    def places(self, most: int) -> list[float]:
        """Return at most `most` of its places, evenly spread, with its start and both ends."""
        last = math.floor((self.high - self.low) / self.step + 1e-9)
        start = round((self.value - self.low) / self.step)
        apart = max(1, math.ceil(last / max(1, most - 2)))
        chosen = sorted({0, last, start, *range(start % apart, last, apart)})
        found = [round(self.low + place * self.step, 12) for place in chosen]
        return [int(place) if place == int(place) else place for place in found]


def company_of(model: Model | Robustness, names: Sequence[str]) -> Model:
    """Return the company at which sliders start, or say what it has to move."""
    company = model.here if isinstance(model, Robustness) else model
    if not names:
        raise ExplainedError(f"name a parameter to move: {', '.join(company.quantities())}")
    return company.replace(**{name: getattr(company, name, None) for name in names})


def picture_at(
    model: Model | Robustness, settings: dict[str, float], of: str | None = None
) -> Picture:
    """Return what is shown where sliders stand so, on axes that mean the same everywhere."""
    moved = model.replace(**settings)
    if isinstance(moved, Robustness):
        return moved.picture(in_order=True)
    return moved.picture(of)
