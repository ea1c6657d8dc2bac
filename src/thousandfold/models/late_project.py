"""A late project in pictures: when it is done, and what people added to it win or lose."""

from __future__ import annotations

from dataclasses import replace

from thousandfold.core import Array
from thousandfold.picture import Lines, Note, Picture, Series


def won_picture(
    overhead: Array, won: Array, here: tuple[float, float], team: float, hired: float, futures: int
) -> Picture:
    """Return what people added win by how much of the day talking takes, and where that turns.

    Parameters
    ----------
    overhead, won : array, shape (n,)
        Share of the day per person squared, and working days won.
    here : tuple of float
        Both, of the team itself.
    team, hired : float
        People before, and people added.
    futures : int
        Of how many futures `won` is the mean.
    """
    most = float(overhead[-1])
    talk = 100 * team**2
    turns = [
        float(overhead[k] + won[k] / (won[k] - won[k + 1]) * (overhead[k + 1] - overhead[k]))
        for k in range(len(won) - 1)
        if won[k] > 0 >= won[k + 1]
    ]
    if not hired:
        told = "Nobody is added"
    elif here[0] > most:
        told = f"{team + hired:g} people hardly do anything but talk"
    else:
        days = "win" if here[1] > 0 else "lose"
        told = f"{hired:g} people added {days} {abs(here[1]):.0f} days"
    turned = (
        f"From {talk * turns[0]:.0f} % on they lose days."
        if turns
        else "On this line nothing turns."
    )
    return Lines(
        (Series("", talk * overhead, won),),
        f"what talking takes in a team of {team:g} (% of the day)",
        "working days won (below 0: lost)",
        title=told,
        shown="Far left nobody is late; to the right each who joins is one more to talk with.",
        notes=(
            Note("nobody added", y=0),
            *([Note("this team", talk * here[0], here[1])] * (here[0] <= most)),
            *(Note(f"turns at {talk * at:.0f} %", talk * at, 0.0) for at in turns[:1]),
        ),
        sentence=(
            "Working days that people added to the late project win, by how much of the day "
            f"{team:g} people talk. At {talk * here[0]:.0f} % (overhead "
            f"{here[0]:g}) {told[0].lower()}{told[1:]}. {turned} Mean of {futures} "
            "futures."
        ),
    )


def late_picture(picture: Lines, done: Array, hired: float, plan: float, days: float) -> Picture:
    """Return what remains with and without the people added, with both ends marked.

    Parameters
    ----------
    picture : Lines
        What remains, a line for each number of people added.
    done : array, shape (lines,)
        On which working day each is done.
    hired, plan, days : float
        People added, working days planned, working days in a week.
    """
    added = f"{hired:g} {'person' if hired == 1 else 'people'} added"
    labels, colours = (("nobody added", added), ("soft", "")) if hired else (("",), ("",))
    late = done[0] - plan
    end = f"day {done[-1]:.0f}: {in_days(done[0] - done[-1]) if hired else 'done'}"
    alone = f"{abs(round(late))} days {'behind' if late > 0 else 'before'} the plan"
    return replace(
        picture,
        series=tuple(
            replace(one, label=label, colour=colour)
            for one, label, colour in zip(picture.series, labels, colours, strict=True)
        ),
        title=f"{added}: {in_days(done[0] - done[-1])}" if hired else f"Nobody added: done {alone}",
        notes=(Note(end, float(done[-1]) / days, 0.0),),
        sentence=f"{picture.sentence} Done on day {done[0]:.0f} with nobody added"
        + (
            f", on day {done[-1]:.0f} with {added}: {in_days(done[0] - done[-1])}."
            if hired
            else f", {alone}."
        ),
    )


def in_days(days: float) -> str:
    """Return days won, or lost below 0, in words."""
    whole_days = round(float(days))
    if not whole_days:
        return "no day won or lost"
    some = "day" if abs(whole_days) == 1 else "days"
    return f"{abs(whole_days)} {some} {'won' if whole_days > 0 else 'lost'}"
