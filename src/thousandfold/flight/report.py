"""What a team sees of a round: lines, news and voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import Trajectory
from thousandfold.errors import ExplainedError
from thousandfold.flight.deck import EVENTS
from thousandfold.flight.voices import voices

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = (
    ("customers", "customers", "customers", 1, 0),
    ("casual", "casual customers, such as teachers", "customers", 1, 0),
    ("power", "power customers, such as chains", "customers", 1, 0),
    ("partners", "partners", "partners", 1, 0),
    ("cash", "cash in the bank", "thousand dollars", 1e-3, 0),
    ("people", "people", "people", 1, 0),
    ("new", "of them still learning", "people", 1, 0),
    ("built", "new work built", "days", 1, 0),
    ("helped", "of the work on the product helped", "%", 100, 0),
    ("lost", "time that debt costs", "% of the time", 100, 0),
    ("crossing", "changes that need another squad", "%", 100, 0),
    ("releases", "releases", "a week", 1, 1),
    ("availability", "availability", "% of the time", 100, 3),
    ("wait", "wait for a decision", "weeks", 1, 1),
    ("waited", "time that waiting costs", "% of the time", 100, 0),
)
_FELT = 0.05  # share of sign-ups, below which nobody speaks of a good or a slow half-year
_CROWDED = 0.4  # share of those who can use Ferry, from which on few are left to come


@dataclass(frozen=True)
class Line:
    """One line of a report.

    Attributes
    ----------
    name : str
        What it is, for example ``"of them still learning"``.
    stock : str
        Its name in the trajectory.
    now, before : float
        This round and the one before, in `unit`.
    unit : str
    digits : int
        How many decimals are worth showing.
    """

    name: str
    stock: str
    now: float
    before: float
    unit: str
    digits: int

    def text(self, value: float) -> str:
        """Return a value of this line as people read it."""
        return f"{value:,.{self.digits}f}"


@dataclass(frozen=True, repr=False)
class Report:
    """What a team sees after a round: numbers, what happened, and what users say.

    Delays are not among the numbers; they are felt. The event of the round is told when it is
    over.

    Attributes
    ----------
    at : int
        Rounds flown; 0 is the report before the first decision.
    lines : tuple of Line
    news : tuple of str
        What happened.
    voices : tuple of str
        What customers, partners, engineers and the board say.
    """

    at: int
    lines: tuple[Line, ...]
    news: tuple[str, ...]
    voices: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return the lines as a table of text: this round, the round before, unit."""
        import pandas as pd

        rows = [(line.text(line.now), line.text(line.before), line.unit) for line in self.lines]
        names = [line.name for line in self.lines]
        return pd.DataFrame(rows, index=names, columns=["now", "before", "unit"])

    def text(self) -> str:
        """Return the whole report as plain text, for a terminal, a phone or a screen reader."""
        head = f"After round {self.at}" if self.at else "Before the first round"
        rows = [
            f"{line.name}: {line.text(line.now)} {line.unit}"
            + (f" (before: {line.text(line.before)})" if self.at else "")
            for line in self.lines
        ]
        return "\n".join([head, "", *rows, "", *self.news, *self.voices])

    def __str__(self) -> str:
        """Return the report as text."""
        return self.text()

    __repr__ = __str__

    def html(self) -> str:
        """Return the report as HTML: a table with headers, what happened, what people say."""
        from html import escape

        name, cell = "text-align:left;padding:0 8px 0 0", "text-align:right;padding:0 8px"
        rows = "".join(
            f'<tr style="height:auto"><th scope="row" style="{name}">{escape(line.name)}</th>'
            f'<td style="{cell}">{line.text(line.now)}</td>'
            f'<td style="{cell}">{line.text(line.before)}</td>'
            f'<td style="{name}">{escape(line.unit)}</td></tr>'
            for line in self.lines
        )
        head = "<td></td>" + "".join(
            f'<th scope="col" style="{cell}">{text}</th>' for text in ("now", "before", "unit")
        )
        said = "".join(f"<li>{escape(sentence)}</li>" for sentence in (*self.news, *self.voices))
        return (
            '<table style="line-height:1.5;border-collapse:collapse"><thead><tr>'
            f'{head}</tr></thead><tbody>{rows}</tbody></table><ul style="line-height:1.5;'
            f'max-width:36em">{said}</ul>'
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}


def report(
    runs: Trajectory,
    at: int | None = None,
    policy: int = 0,
    future: int = 0,
    promise: float = 0.999,
    forecasts: Sequence[float | None] = (),
) -> Report:
    """Return what the team sees in one future.

    Parameters
    ----------
    runs : Trajectory
        What `flight.engine.fly` returns.
    at : int, optional
        After how many rounds; by default all that were flown.
    policy, future : int
        Place of the policy and of the future.
    promise : float
        Availability that was promised, as a share of the time.
    forecasts : sequence of float or None
        Customers that the team expected, one for each round; None where it wrote nothing down.

    Raises
    ------
    ExplainedError
        If there is no such round, policy or future.

    Examples
    --------
    >>> from thousandfold.flight import STEADY, fly
    >>> told = report(fly({"steady": STEADY}, replications=1, rounds=2))
    >>> told.at, told.lines[0].name
    (2, 'customers')
    """
    times, policies, futures = runs["customers"].shape
    at = times - 1 if at is None else at
    for name, value, most in (
        ("at", at, times),
        ("policy", policy, policies),
        ("future", future, futures),
    ):
        if not isinstance(value, int | np.integer) or not 0 <= value < most:
            raise ExplainedError(
                f"{name} must be a whole number from 0 to {most - 1}, not {value!r}"
            )
    seen = {name: runs[name][:, policy, future] for name in runs.units}
    before = max(0, at - 1)
    lines = tuple(
        Line(
            name,
            stock,
            factor * float(seen[stock][at]),
            factor * float(seen[stock][before]),
            unit,
            digits,
        )
        for stock, name, unit, factor, digits in _SHOWN
    )
    if at == 0:
        return Report(0, lines, ("The board wants 1,000,000 customers in six years.",), ())
    told = [{name: float(values[each]) for name, values in seen.items()} for each in range(at + 1)]
    return Report(at, lines, tuple(_news(told[-1], promise)), voices(told, forecasts))


def _news(told: Mapping[str, float], promise: float) -> list[str]:
    event, season = int(told["event"]), told["season"]
    news = [list(EVENTS.values())[event]]
    if abs(season) >= _FELT:
        kind, more = ("good", "more") if season > 0 else ("slow", "fewer")
        luck = f"A {kind} half-year: {100 * abs(season):.0f} % {more} sign-ups than usual."
        news = [*news, luck] if event else [luck]
    joined = told["casual_joined"] + told["power_joined"]
    left = told["casual_left"] + told["power_left"]
    unfit = f"; {told['lost_unfit']:,.0f} of them missed something" if told["lost_unfit"] else ""
    news.append(f"{joined:,.0f} customers came and {left:,.0f} left{unfit}.")
    teachers, chains = (told[kind] / told[f"{kind}_reachable"] for kind in ("casual", "power"))
    if max(teachers, chains) >= _CROWDED:
        news.append(
            f"Of teachers who can use Ferry as it is {100 * teachers:.0f} % do, of chains "
            f"{100 * chains:.0f} %."
        )
    kept = "was kept" if told["availability"] >= promise else "was broken"
    if told["lost_downtime"]:
        kept += f"; it cost {told['lost_downtime']:,.0f} customers"
    news.append(f"The promise of {100 * promise:g} % {kept}.")
    came = f"{told['hired']:,.0f} {'person' if told['hired'] == 1 else 'people'}"
    moved = [
        f"{came if told['hired'] else 'Nobody'} joined and "
        f"{format(told['quit'], ',.0f') if told['quit'] else 'nobody'} left."
    ]
    if told["dismissed"]:
        moved = [
            f"The bank account was empty: nobody could be hired, {told['dismissed']:,.0f} people "
            f"had to go and {told['quit']:,.0f} more left."
        ]
    return news + moved
