"""What a network is worth to its members, by five laws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, number, numbers, quantity
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture, Series

_BRISCOE = "Briscoe, Odlyzko and Tilly 2006, Metcalfe's Law is Wrong, IEEE Spectrum"

LAWS = ("Sarnoff", "Odlyzko-Tilly", "Metcalfe", "Zhang-Xu", "Reed")
"""What a network of n members is worth: n, n log n, n squared, n cubed, 2 to the power of n."""

_FACTOR = Quantity(2, "times", "how much a network grows", 0.001, 1_000_000)


@dataclass(frozen=True)
class NetworkValue(Model):
    """Five laws of what a network is worth, and the opposite advice that they give.

    ::

        Sarnoff n   Odlyzko-Tilly n * log(n)   Metcalfe n**2   Zhang-Xu n**3   Reed 2**n

    Each is scaled so that `members` are worth `value` today.

    It leaves out: that members differ in worth, cost, crowding, and everything that is no
    question of size. No law here was proved; each is a rule of thumb. Of two companies the square
    fitted best in 2015 (Zhang, Liu and Xu, JCST 30(2):246-251), the cube in 2023 (Zhang and Xu,
    JCST 38(2):219-227): what grew with the members was not the members alone.

    Examples
    --------
    >>> {law: round(factor, 2) for law, factor in NetworkValue().grown(2).items()}
    {'Sarnoff': 2.0, 'Odlyzko-Tilly': 2.12, 'Metcalfe': 4.0, 'Zhang-Xu': 8.0, 'Reed': inf}
    """

    members: float = quantity(
        100_000, "members", "size of your network", low=2, high=1e7,
        source=_BRISCOE, measured=False, decision=True,
    )  # fmt: skip
    value: float = quantity(
        1e6, "dollars", "what your network is worth today", low=1, high=1e12,
        source=_BRISCOE, measured=False, decision=True,
    )  # fmt: skip

    def _log_value(self, members: ArrayLike) -> dict[str, Array]:
        """Logarithm of what each law says: Reed's values are too large to write down."""
        n = np.asarray(members, dtype=float)
        log_n = np.log(n)
        logs = (log_n, log_n + np.log(log_n), 2 * log_n, 3 * log_n, n * np.log(2))
        return dict(zip(LAWS, logs, strict=True))

    def times(self, members: ArrayLike) -> dict[str, Array]:
        """Return how many times today's value a network of `members` is worth, by law.

        Raises
        ------
        ExplainedError
            If there is not more than one member.
        """
        sizes = numbers("members", members, 0)
        if (sizes <= 1).any():
            raise ExplainedError(f"a network needs more than one member, not {sizes.min():g}")
        today, then = self._log_value(self.members), self._log_value(sizes)
        return {law: _exp(then[law] - today[law]) for law in LAWS}

    def grown(self, factor: float) -> dict[str, float]:
        """Return how many times today's value the network is worth at `factor` times its size."""
        return {
            law: float(times)
            for law, times in self.times(_FACTOR.check_one("factor", factor) * self.members).items()
        }

    def pictures(self) -> Pictures:
        """Return one picture: value against size for the laws that can be drawn."""
        return {"value": self._value_picture}

    def _value_picture(self) -> Picture:
        sizes = self.members * np.geomspace(0.1, 10, 21)
        sizes = sizes[sizes >= 2]
        times = self.times(sizes)
        double, ten = self.grown(2), self.grown(10)
        drawn = LAWS[:-1]
        tens = sorted(float(ten[law]) for law in drawn)
        said = "; ".join(f"{law} {number(double[law])} and {number(ten[law])}" for law in drawn)
        return Lines(
            tuple(Series(law, sizes, self.value * times[law]) for law in drawn),
            "members",
            "value (dollars)",
            title=f"Ten times the members: {number(tens[0])} to {number(tens[-1])} times the value",
            shown="What four laws say; each step on the axes is a multiple of the one before.",
            sentence=(
                f"A network of {number(self.members)} members is worth {number(self.value)} "
                "dollars. Doubled, and ten times as large, it is worth so many times that: "
                f"{said}. What Reed's law says is too large to draw."
            ),
            log_x=True,
            log_y=True,
        )


def _exp(logarithm: ArrayLike) -> Array:
    """Exponential; infinite where a number cannot hold it."""
    x = np.asarray(logarithm, dtype=float)
    return np.where(x > 700, np.inf, np.exp(np.minimum(x, 700)))
