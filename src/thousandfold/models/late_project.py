"""Pictures of a late project that gets more people: what they win or lose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thousandfold.core import DynamicModel, number, whole
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Note, Picture, Series

_DAYS_A_WEEK = 5


def remaining_picture(model: DynamicModel, hired: float, plan: float) -> Picture:
    """Return what remains with and without the people added, and mark the end.

    Parameters
    ----------
    model : DynamicModel
        A `BrooksLaw`.
    hired : float
        People added in it.
    plan : float
        Its plan, in days.

    Returns
    -------
    Picture
    """
    from thousandfold.core import sweep

    runs = sweep(model, hired=sorted({0, int(hired)}))
    picture = runs.picture("remaining")
    done = np.median(runs.final("elapsed"), axis=1)
    if np.median(runs.final("remaining"), axis=1).any():
        return picture  # Not done within the weeks that are run.
    late = done[0] - plan
    alone = f"{abs(round(late))} days {'behind' if late > 0 else 'before'} the plan"
    if not hired:
        end, point, told = "done", f"Nobody added: done {alone}", f"{alone}."
        labels, colours = [""], [""]
    else:
        added = f"{hired:g} {'person' if hired == 1 else 'people'} added"
        end = _won(done[0] - done[-1])
        point, told = f"{added}: {end}", f"on day {done[-1]:.0f} with {added}: {end}."
        labels, colours = ["nobody added", added], ["soft", ""]
    return replace(
        picture,
        series=tuple(
            replace(one, label=label, colour=colour)
            for one, label, colour in zip(picture.series, labels, colours, strict=True)
        ),
        title=point,
        notes=(Note(f"day {done[-1]:.0f}: {end}", float(done[-1]) / _DAYS_A_WEEK, 0.0),),
        sentence=f"{picture.sentence} Done on day {done[0]:.0f} with nobody added, {told}",
    )


def finish_picture(model: DynamicModel, most: int = 12) -> Picture:
    """Return how many working days the people added win, against how many they are.

    Parameters
    ----------
    model : DynamicModel
        A `BrooksLaw`.
    most : int
        Most people added.

    Returns
    -------
    Picture

    Raises
    ------
    ExplainedError
        If `model` is no `BrooksLaw`, or `most` is not a whole number in its range.
    """
    from thousandfold.core import sweep

    late = model.quantities() if isinstance(model, DynamicModel) else {}
    if "hired" not in late:
        raise ExplainedError(f"model must be a BrooksLaw, not {type(model).__name__}")
    most = whole("most", most, 1, int(late["hired"].high))
    hired = np.arange(most + 1)
    done = sweep(model, hired=hired).final("elapsed")
    days = np.median(done, axis=1)
    # In the same future: what the decision does, without what the weeks do.
    low, won, high = np.quantile(done[0] - done, [0.1, 0.5, 0.9], axis=1)
    best, ten = int(days.argmin()), min(10, most)
    marked = [best] if best in (0, ten) else [best, ten]
    return Lines(
        (Series("", hired, won, low, high),),
        "people added to the late project",
        "working days won (below zero: lost)",
        title=f"{ten} people added: {_won(days[0] - days[ten])}",
        shown="Line: the middle of 1,000 futures. Band: eight of ten, each compared with the same "
        "future and nobody added.",
        notes=(
            Note("nobody added", y=0.0),
            *(
                Note(
                    f"{people} added: {_won(days[0] - days[people])}",
                    people,
                    float(won[people]),
                )
                for people in marked
                if people
            ),
        ),
        sentence=(
            f"Working days until the project is done: {number(days[0])} with nobody added, at "
            f"best {number(days[best])} with {best}, and {number(days[-1])} with {most}. In the "
            f"same future {ten} people added mean {_won(float(won[ten]))}; in eight of ten futures "
            f"between {_won(float(low[ten]))} and {_won(float(high[ten]))}."
        ),
    )


def _won(days: float) -> str:
    whole_days = round(float(days))
    if not whole_days:
        return "no day won or lost"
    some = "day" if abs(whole_days) == 1 else "days"
    return f"{abs(whole_days)} {some} {'won' if whole_days > 0 else 'lost'}"
