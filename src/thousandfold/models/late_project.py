"""Pictures of a late project that gets more people: what they win or lose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thousandfold.core import DynamicModel, number, whole
from thousandfold.errors import ExplainedError
from thousandfold.language import say, say_many
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
    days = abs(round(late))
    alone = say("{days} days before the plan", days=days)
    if late > 0:
        alone = say("{days} days behind the plan", days=days)
    if not hired:
        end = say("done")
        point = say("Nobody added: done {when}", when=alone)
        told = say("Done on day {day:.0f} with nobody added, {when}.", day=done[0], when=alone)
        labels, colours = [""], [""]
    else:
        added = people_added(hired)
        end = days_won(done[0] - done[-1])
        point = say("{people}: {won}", people=added, won=end)
        told = say(
            "Done on day {alone:.0f} with nobody added, on day {day:.0f} with {people}: {won}.",
            alone=done[0],
            day=done[-1],
            people=added,
            won=end,
        )
        labels, colours = [say("nobody added"), added], ["soft", ""]
    return replace(
        picture,
        series=tuple(
            replace(one, label=label, colour=colour)
            for one, label, colour in zip(picture.series, labels, colours, strict=True)
        ),
        title=point,
        notes=(
            Note(
                say("day {day:.0f}: {what}", day=done[-1], what=end),
                float(done[-1]) / _DAYS_A_WEEK,
                0.0,
            ),
        ),
        sentence=f"{picture.sentence} {told}",
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
        say("people added to the late project"),
        say("working days won (below zero: lost)"),
        title=say("{people}: {won}", people=people_added(ten), won=days_won(days[0] - days[ten])),
        shown=say(
            "Line: the middle of 1,000 futures. Band: eight of ten, each compared with the same "
            "future and nobody added."
        ),
        notes=(
            Note(say("nobody added"), y=0.0),
            *(
                Note(
                    say(
                        "{people} added: {won}", people=people, won=days_won(days[0] - days[people])
                    ),
                    people,
                    float(won[people]),
                )
                for people in marked
                if people
            ),
        ),
        sentence=say(
            "Working days until the project is done: {alone} with nobody added, at best {least} "
            "with {best}, and {last} with {most}. In the same future {ten} people added mean "
            "{won}; in eight of ten futures between {low} and {high}.",
            alone=number(days[0]),
            least=number(days[best]),
            best=best,
            last=number(days[-1]),
            most=most,
            ten=ten,
            won=days_won(float(won[ten])),
            low=days_won(float(low[ten])),
            high=days_won(float(high[ten])),
        ),
    )


def days_won(days: float) -> str:
    """Return how many days are won or lost, in words.

    Parameters
    ----------
    days : float
        Less than 0 for days that are lost.

    Returns
    -------
    str

    Examples
    --------
    >>> days_won(-22.3)
    '22 days lost'
    """
    whole_days = abs(round(float(days)))
    if not whole_days:
        return say("no day won or lost")
    if days > 0:
        return say_many("{days} day won", "{days} days won", whole_days, days=whole_days)
    return say_many("{days} day lost", "{days} days lost", whole_days, days=whole_days)


def people_added(hired: float) -> str:
    """Return how many people join, in words.

    Parameters
    ----------
    hired : float

    Returns
    -------
    str

    Examples
    --------
    >>> people_added(10)
    '10 people added'
    """
    return say_many("{people:g} person added", "{people:g} people added", hired, people=hired)
