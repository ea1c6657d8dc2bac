"""What of the flight survives where all that we do not know is drawn together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from thousandfold.core import Array, Model, robust
from thousandfold.flight.engine import Flight
from thousandfold.flight.policies import REACTING, with_rules
from thousandfold.flight.statements import STATEMENTS, ends

if TYPE_CHECKING:
    import pandas as pd

STORED = Path(__file__).with_name("survival.json")
"""What `make survival` found."""

WIDTHS: Mapping[str, float | None] = MappingProxyType(
    {"within 10 % of Ferry": 0.1, "within 25 %": 0.25, "all plausible": None}
)
"""From how wide a range companies are drawn."""

IGNORING: Mapping[str, str] = MappingProxyType(
    {
        "nothing": "",
        "debt": "debt 0",
        "platform work": "platform 0",
        "debt and platform work": "debt 0, platform 0",
        "the API": "api closed",
        "reliability": "reliability 0",
        "structure: one approver": "decides approver",
        "structure: one team": "squads 1",
        "structure: squads alone": "decides alone",
    }
)
"""What the reacting policy can ignore, and the rule that makes it."""

_DRAWS = 100


def survival(draws: int = _DRAWS) -> dict[str, dict[str, dict[str, int]]]:
    """Try all statements, and ignoring one thing, in many companies.

    All coefficients are drawn together. A share is one of companies that were drawn between bounds
    that we chose: no chance.

    Parameters
    ----------
    draws : int
        How many companies of each width.

    Returns
    -------
    dict
        ``"statements"``: of 100 companies, in how many each holds; ``"ignoring"``: in how many
        the policy that ignores something ends behind the one that ignores nothing.
    """
    tried: dict[str, dict[str, Callable[[Sequence[Model]], Array]]] = {
        "statements": {name: statement.margin for name, statement in STATEMENTS.items()},
        "ignoring": {name: _behind_by_ignoring(rule) for name, rule in IGNORING.items() if rule},
    }
    return {
        what: {
            name: {
                width: robust(Flight(), margin, name, within=within, draws=draws).percent
                for width, within in WIDTHS.items()
            }
            for name, margin in margins.items()
        }
        for what, margins in tried.items()
    }


def _behind_by_ignoring(rule: str) -> Callable[[Sequence[Model]], Array]:
    def behind(made: Sequence[Model]) -> Array:
        return ends(made, REACTING) - ends(made, with_rules(REACTING, rule))

    return behind


def stored() -> dict[str, dict[str, dict[str, int]]]:
    """Return what `survival` found when it was last computed."""
    found: dict[str, dict[str, dict[str, int]]] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def what_survives() -> pd.DataFrame:
    """Return the eight statements, and in how many of 100 companies each holds.

    Returns
    -------
    pandas.DataFrame
        One row per statement, the words first; one column per width of what may differ.

    Examples
    --------
    >>> what_survives().shape
    (8, 3)
    """
    import pandas as pd

    found = stored()["statements"]
    rows = [found[name] for name in STATEMENTS]
    table = pd.DataFrame(rows, index=[statement.says for statement in STATEMENTS.values()])
    return table.rename_axis(index="holds in so many of 100 companies")
