"""The loops behind the flight simulator, and which of them turned in a flight."""

from __future__ import annotations

from collections.abc import Callable

from thousandfold.core import Array, Trajectory
from thousandfold.picture import Loop, Loops

LOOPS = (
    Loop(
        "Word of mouth",
        (("customers", 1), ("sign-ups", 1)),
        "It grows by itself, for a while.",
    ),
    Loop(
        "Growth outruns the product",
        (("customers", 1), ("wishes", -1), ("fit of the product", 1), ("sign-ups", 1)),
        "The same product pleases fewer of the new customers.",
    ),
    Loop(
        "Debt breeds debt",
        (("debt", 1), ("time lost", -1), ("repayment", -1)),
        "Nothing for three rounds, then everything is slow.",
    ),
    Loop(
        "Teaching",
        (("new people", 1), ("teaching", -1), ("delivery", 1), ("money", 1)),
        "You hire, and deliver less.",
    ),
    Loop(
        "Waiting for an answer",
        (("squads", 1), ("questions", 1), ("waiting", -1), ("delivery", 1), ("money", 1)),
        "More squads, and no more comes out.",
    ),
    Loop(
        "Partners and users",
        (("partners", 1), ("extensions used", 1)),
        "Nothing, then a wave; or you stop paying one round too early.",
    ),
)
"""What the debrief looks for; a test holds each link against the engine."""


_GREW = 2.0
_FELL = 0.9
_LOST = 0.1
_TAUGHT = 0.25
_WAITED = 0.2

# What a report shows when a loop turned: how a stock of the flight moved, round by round.
_TURNED: dict[str, Callable[[dict[str, Array]], bool]] = {
    "Word of mouth": lambda now: now["customers"][-1] > _GREW * now["customers"][0],
    "Growth outruns the product": lambda now: (
        min(now[kind][-1] / now[kind][1:].max() for kind in ("casual_uptake", "power_uptake"))
        < _FELL
    ),
    "Debt breeds debt": lambda now: now["lost"].max() > now["lost"][0] + _LOST,
    "Teaching": lambda now: bool((now["new"] > _TAUGHT * now["people"]).any()),
    "Waiting for an answer": lambda now: now["waited"].max() > max(_WAITED, now["waited"][0]),
    "Partners and users": lambda now: now["partners"][-1] > _GREW * max(1, now["partners"][1]),
}


def turned(flown: Trajectory) -> tuple[str, ...]:
    """Return the names of the loops that turned in a flight, as its report would show it.

    Customers or partners doubled; a kind of customer took to the product a tenth less than once;
    debt cost a tenth of the time more than at the start, waiting a fifth of it and more than then;
    a quarter of all people were new.

    Parameters
    ----------
    flown : Trajectory
        Of which the first scenario and the first future count.
    """
    now = {stock: flown[stock][:, 0, 0] for stock in flown.units}
    return tuple(name for name, happened in _TURNED.items() if happened(now))


def loops_picture(flown: Trajectory | None = None) -> Loops:
    """Return all loops as one picture; with a flight, those that turned in it are lit.

    Parameters
    ----------
    flown : Trajectory, optional
        As `Game.flown` returns it.

    Returns
    -------
    Loops
    """
    lit = None if flown is None else turned(flown)
    told = " ".join(loop.sentence for loop in LOOPS)
    if lit is None:
        title, which = "Six loops drive the flight", "The loops behind the flight."
    else:
        title = f"{len(lit)} of {len(LOOPS)} loops turned in this flight"
        which = f"In this flight turned: {', '.join(lit) or 'none'}."
    return Loops(
        LOOPS,
        lit,
        title=title,
        shown="+ more makes more, − more makes less; R feeds itself, B holds itself back",
        sentence=f"{which} {told}",
    )
