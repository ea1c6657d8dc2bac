"""What a team of the flight simulator decides in a round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thousandfold.errors import ExplainedError

SHARES = ("features", "onboarding", "debt", "reliability", "platform")
"""What the work of a round is split over, in per cent."""
DECIDES = ("approver", "guardrails", "alone")
"""Who decides: you approve all, squads inside goals and guardrails, or squads without either."""
API = ("closed", "partners", "public")
"""Who may build on Ferry."""
CLOSED, PARTNERS, PUBLIC = range(3)  # places in `API`
MOST_HIRED = 200
"""Most people that a team can hire in one round."""
MOST_SQUADS = 60
"""Most squads that a team can form."""
MOST_KEPT = 120
"""Most that partners may keep of the revenue from extensions, in per cent."""

_ENDLESS = 1e15


@dataclass(frozen=True)
class Decision:
    """What a team decides for one round: one row of a policy.

    Attributes
    ----------
    features, onboarding, debt, reliability, platform : float
        Shares of the capacity, in per cent; together 100. *Debt* is debt and architecture.
    hire : float
        People to hire, 0 to 200.
    squads : float
        Number of squads, 1 to 60.
    decides : str
        ``"approver"``: one person approves everything; ``"guardrails"``: squads decide inside
        goals and guardrails; ``"alone"``: squads decide, without either.
    api : str
        ``"closed"``, ``"partners"`` or ``"public"``.
    keep : float
        Share of the revenue from extensions that partners keep, in per cent, 0 to 120. Above 100
        you pay on top.

    Examples
    --------
    >>> Decision(features=60, onboarding=20, debt=20, reliability=0).squads
    1
    """

    features: float = 40
    onboarding: float = 30
    debt: float = 20
    reliability: float = 10
    platform: float = 0
    hire: float = 0
    squads: float = 1
    decides: str = "approver"
    api: str = "closed"
    keep: float = 70

    def __post_init__(self) -> None:
        """Refuse what no team can decide."""
        for name in SHARES:
            _checked(name, getattr(self, name), 0, 100, "per cent of the capacity")
        total = sum(getattr(self, name) for name in SHARES)
        if abs(total - 100) > 1e-6:
            raise ExplainedError(
                f"{', '.join(SHARES)} must add up to 100 per cent, not {total:g}; "
                f"{'take away' if total > 100 else 'give out'} {abs(total - 100):g} more"
            )
        _checked("hire", self.hire, 0, MOST_HIRED, "people", whole=True)
        _checked("squads", self.squads, 1, MOST_SQUADS, "squads", whole=True)
        _checked("keep", self.keep, 0, MOST_KEPT, "per cent of the revenue")
        for name, options in (("decides", DECIDES), ("api", API)):
            if getattr(self, name) not in options:
                raise ExplainedError(
                    f"{name} must be one of {', '.join(options)}, not {getattr(self, name)!r:.40}"
                )

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Decision:
        """Return the decision that `row`, of a table or a saved game, holds.

        Raises
        ------
        ExplainedError
            If a name is missing or unknown, or a value is none that a team can decide.
        """
        names = cls.__dataclass_fields__
        if not isinstance(row, Mapping) or set(row) != set(names):
            given = ", ".join(map(str, row)) if isinstance(row, Mapping) else type(row).__name__
            raise ExplainedError(
                f"a decision needs exactly {', '.join(names)}; this has {given:.200}"
            )
        return cls(**row)

    def row(self) -> dict[str, Any]:
        """Return the decision as a plain dictionary, for a table or a file."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def coded(self) -> dict[str, float]:
        """Return the decision as numbers, as `Flight.step` takes it: shares as 0..1."""
        numbers = {name: float(getattr(self, name)) / 100 for name in (*SHARES, "keep")}
        return numbers | {
            "hire": float(self.hire),
            "squads": float(self.squads),
            "decides": float(DECIDES.index(self.decides)),
            "api": float(API.index(self.api)),
        }


def _checked(
    name: str, value: object, low: float, high: float, unit: str, whole: bool = False
) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ExplainedError(f"{name} must be a number ({unit}), not {value!r:.40}")
    if not low <= value <= high or (whole and value != np.round(value)):
        kind = "a whole number" if whole else "a number"
        told = f"{value:,.10g}" if -_ENDLESS < value < _ENDLESS else "one without end"
        raise ExplainedError(f"{name} must be {kind} from {low:g} to {high:g} ({unit}), not {told}")
