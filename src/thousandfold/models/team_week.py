"""Where a product team's week goes, and what is left to win when writing code gets faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from thousandfold.core import SEED, Model, Pictures, Quantity, companies, number, one_of, quantity
from thousandfold.errors import ExplainedError
from thousandfold.picture import Layer, Lines, Note, Picture, Series, Stack

if TYPE_CHECKING:
    import pandas as pd

_HOURS_A_WEEK = 40.0
_FASTEST = 30
_LEAST_LEFT = 0.04
_MOST_SAVED = 0.6
_FROM = Quantity(0.3, "share of the week", "from where on a move comes first", 0, 1)


@dataclass(frozen=True)
class TeamWeek(Model):
    """A week of which writing code is one part, for Amdahl's law.

    The parts are shares of today's week, and each change needs its share of each of them. Where
    code is written faster, the work of a week needs::

        coding / faster + heavier * (review + mending) + agreeing       of a week

    with ``agreeing`` for what is left: finding out what to build, agreeing on it, testing and
    releasing it. What is saved goes into more of the same, so the team delivers one over that.

    It leaves out: waiting, meetings that stay as they are however much is built, how much each
    change is worth, and that debt makes all of it slower.

    Examples
    --------
    >>> week = TeamWeek()
    >>> round(week.gain, 1), round(week.most, 1)
    (17.8, 34.7)
    """

    coding: float = quantity(
        0.32,
        "share of the week",
        "writing code",
        low=0.02,
        high=0.7,
        source="The New Stack and Tidelift, 400 developers, as quoted by Hatica 2023",
        plausible=(0.1, 0.5),
        because="Software.com 2022 saw 11 % in the editors of 250,000 developers, ZeroTurnaround's "
        "developers said 15 of 40 hours; above half nobody would decide, read or mend",
    )
    review: float = quantity(
        0.1,
        "share of the week",
        "reading what others wrote, before it goes in",
        low=0.01,
        high=0.5,
        plausible=(0.05, 0.25),
        because="two hours a week where most goes in unread; "
        "above ten hours it would be whole days of reading",
    )
    mending: float = quantity(
        0.15,
        "share of the week",
        "mending what broke, and what was built wrong",
        low=0.01,
        high=0.5,
        plausible=(0.05, 0.35),
        because="the best teams lose two hours a week to it; "
        "at fourteen hours a team is known for its faults",
    )
    faster: float = quantity(
        3,
        "times",
        "how many times faster code is written",
        low=0.5,
        high=30,
        plausible=(1, 10),
        because="below one nobody would go on using it; ten times is nearly free",
    )
    heavier: float = quantity(
        1.25,
        "times",
        "review and mending of a change that nobody wrote by hand",
        low=0.5,
        high=5,
        plausible=(0.75, 2),
        because="below, an assistant takes over a quarter of the reading, too; "
        "Faros 2025 counted 91 % more time for a review, waiting with it (second hand)",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if np.any(np.asarray(self.agreeing) < _LEAST_LEFT):
            raise ExplainedError(
                "coding, review and mending leave less than 4 % of the week for finding out what "
                "to build; make one of them smaller"
            )

    @property
    def agreeing(self) -> float:
        """Share of the week for the rest: finding out, agreeing, testing, releasing."""
        return 1 - self.coding - self.review - self.mending

    def _parts(self, faster: float | None = None) -> dict[str, float]:
        """Return what the work of one week of today needs, in shares of a week, by part."""
        speed = self.faster if faster is None else faster
        return {
            "writing code": self.coding / speed,
            "review": self.heavier * self.review,
            "mending": self.heavier * self.mending,
            "agreeing and releasing": self.agreeing,
        }

    @property
    def gain(self) -> float:
        """How much more the team delivers than today, in percent; below 0 it is less."""
        return 100 * (1 / sum(self._parts().values()) - 1)

    @property
    def most(self) -> float:
        """The same if writing code took no time at all."""
        return 100 * (1 / sum(self._parts(np.inf).values()) - 1)

    def pictures(self) -> Pictures:
        """Return the week as a stack, what is won by faster code, and by other first moves."""
        return {
            "week": self._week_picture,
            "gain": self._gain_picture,
            "moves": self._moves_picture,
        }

    def _week_picture(self) -> Picture:
        after = self._parts()
        needed = sum(after.values())
        today = dict(
            zip(after, (self.coding, self.review, self.mending, self.agreeing), strict=True)
        )
        columns = [today, after, {name: share / needed for name, share in after.items()}]
        hours = {name: [_HOURS_A_WEEK * column[name] for column in columns] for name in today}
        speed, free = number(self.faster), _HOURS_A_WEEK * (1 - needed)
        left = (
            f"{number(free)} of {_HOURS_A_WEEK:g} hours are free"
            if free >= 0
            else f"{number(-free)} hours are missing"
        )
        return Stack(
            ("today", f"same work, code {speed} times as fast", "week filled again"),
            tuple(Layer(name, heights) for name, heights in hours.items()),
            "hours",
            _HOURS_A_WEEK,
            title=f"Code {speed} times as fast: {_compared(self.gain)} delivered",
            shown="A column is the week of one person; only writing code shrinks.",
            sentence=(
                f"A week of {_HOURS_A_WEEK:g} hours. Today "
                + ", ".join(f"{number(spent[0])} for {name}" for name, spent in hours.items())
                + f". With code {speed} times as fast, the same work: "
                + ", ".join(f"{number(spent[1])} for {name}" for name, spent in hours.items())
                + f"; {left}. Filled again, the week delivers {_compared(self.gain)}."
            ),
        )

    def _gain_picture(self) -> Picture:
        speeds = np.geomspace(1, _FASTEST, 60)
        gains = np.array([self.replace(faster=float(speed)).gain for speed in speeds])
        here = number(self.faster)
        return Lines(
            (Series("", speeds, gains),),
            "how many times faster code is written",
            "delivered more than today (%)",
            title=f"However fast code is written, it stays below {_compared(self.most)}",
            shown="Each step along the axis below is a multiple of the one before.",
            notes=(
                Note("if code cost nothing", y=self.most),
                Note(f"{here} times", float(self.faster), self.gain),
            ),
            sentence=(
                f"What a team delivers beyond today, in percent, by how many times faster it "
                f"writes code: {number(gains[0])} % at 1 time, where reading and mending are "
                f"heavier and nothing is faster; {number(self.gain)} % at {here} times; "
                f"{number(gains[-1])} % at {_FASTEST} times. It never reaches "
                f"{number(self.most)} %."
            ),
            log_x=True,
        )

    def overtakes_at(self, move: str) -> float:
        """Return which share of its part a move has to save to win as much as faster code.

        Above 1 it cannot, whatever it saves; 0 where faster code wins nothing.

        Parameters
        ----------
        move : str
            ``"smaller changes"``, which save review; ``"fewer faults"``, which save mending;
            ``"fewer to ask"``, which saves agreeing and releasing.

        Examples
        --------
        >>> round(TeamWeek().overtakes_at("fewer to ask"), 2)
        0.35
        """
        part = self._moved[one_of("move", move, self._moved)]
        return max(0.0, 1 - sum(self._parts().values())) / part

    @property
    def _moved(self) -> dict[str, float]:
        """Shares of the week of which moves other than faster code save a part."""
        return {
            "smaller changes": self.review,
            "fewer faults": self.mending,
            "fewer to ask": self.agreeing,
        }

    def _moves_picture(self) -> Picture:
        saved = np.linspace(0, _MOST_SAVED, 31)
        places = {move: self.overtakes_at(move) for move in self._moved}
        first = min(places, key=places.__getitem__)
        needed = 100 * places[first]
        met = self.gain > 0 and needed <= 100 * _MOST_SAVED
        ends = ", ".join(
            f"{move} {number(100 / (1 - part * _MOST_SAVED) - 100)} %"
            for move, part in self._moved.items()
        )
        return Lines(
            tuple(
                Series(move, 100 * saved, 100 / (1 - part * saved) - 100)
                for move, part in self._moved.items()
            ),
            "what a move saves of its own part (%)",
            "delivered more than today (%)",
            title=(
                f"{first.capitalize()} overtakes faster code at {number(needed)} % saved"
                if met
                else "Faster code wins nothing: any other move comes first"
                if self.gain <= 0
                else f"Up to {number(100 * _MOST_SAVED)} % saved, faster code wins most"
            ),
            shown="Smaller changes save review, fewer faults mending, fewer to ask agreeing.",
            notes=(
                Note(f"faster code: {_compared(self.gain)}", y=self.gain),
                *((Note(f"{number(needed)} % saved", needed, self.gain),) if met else ()),
            ),
            sentence=(
                f"Faster code delivers {_compared(self.gain)}, whatever other moves save. At "
                f"{number(100 * _MOST_SAVED)} % saved of its own part each of the others wins: "
                f"{ends}. "
                + (
                    f"{first.capitalize()} overtakes faster code at {number(needed)} %."
                    if met
                    else "None of them overtakes faster code."
                    if self.gain > 0
                    else "Each of them wins more than faster code."
                )
            ),
        )


def _compared(percent: float) -> str:
    return f"{number(abs(percent))} % {'less' if percent < 0 else 'more'}"


def first_moves(week: TeamWeek) -> pd.DataFrame:
    """Return what a team delivers more after one move alone, in percent.

    *Faster code* is the assistant, with all that it makes heavier. Each of the others leaves code
    as it is: *smaller changes* halve review, *fewer faults* halves mending, and *fewer to ask*
    takes a quarter from agreeing and releasing. These sizes are illustrative. It leaves out what a
    move costs, and how long it takes.

    Parameters
    ----------
    week : TeamWeek

    Returns
    -------
    pandas.DataFrame
        One row for each move.

    Raises
    ------
    ExplainedError
        If `week` is no `TeamWeek`.

    Examples
    --------
    >>> first_moves(TeamWeek())["delivered more (%)"].round(1).to_dict()
    {'faster code': 17.8, 'smaller changes': 5.3, 'fewer faults': 8.1, 'fewer to ask': 12.0}
    """
    import pandas as pd

    if not isinstance(week, TeamWeek):
        raise ExplainedError(f"week must be a TeamWeek, not {type(week).__name__}")
    saved = {
        "smaller changes": week.review / 2,
        "fewer faults": week.mending / 2,
        "fewer to ask": week.agreeing / 4,
    }
    more = {"faster code": week.gain}
    more |= {name: 100 * (1 / (1 - share) - 1) for name, share in saved.items()}
    return pd.DataFrame({"delivered more (%)": more}).rename_axis("moved first")


def moved_by_rule(
    coding_from: float, mending_from: float, draws: int = 20, seed: int = SEED
) -> pd.DataFrame:
    """Return what one rule for the first move makes of plausible companies.

    Where writing code takes `coding_from` of the week or more, *faster code* comes first; elsewhere
    *fewer faults*, where mending takes `mending_from` or more; elsewhere *fewer to ask*. It leaves
    out what `first_moves` leaves out.

    Parameters
    ----------
    coding_from, mending_from : float
        Shares of the week.
    draws : int
        How many companies are drawn.
    seed : int
        Another seed is other companies.

    Returns
    -------
    pandas.DataFrame
        For each move that comes first somewhere, and for all: in how many companies it does, and
        what these deliver more, in percent, on average.

    Examples
    --------
    >>> moved_by_rule(0, 0)["companies"].to_dict()
    {'faster code': 20, 'all': 20}
    """
    import pandas as pd

    coding_from = _FROM.check_one("coding_from", coding_from)
    mending_from = _FROM.check_one("mending_from", mending_from)
    won: dict[str, list[float]] = {"faster code": [], "fewer faults": [], "fewer to ask": []}
    for company in companies(TeamWeek(), draws, seed=seed).models:
        week = cast(TeamWeek, company)
        move = "faster code" if week.coding >= coding_from else "fewer to ask"
        if week.mending >= mending_from and week.coding < coding_from:
            move = "fewer faults"
        won[move].append(float(first_moves(week)["delivered more (%)"][move]))
    won["all"] = [more for each in won.values() for more in each]
    rows = {move: (len(more), np.mean(more)) for move, more in won.items() if more}
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["companies", "delivered more (%)"]
    ).rename_axis("moved first")
