"""What the debrief draws of one team: skill and luck, and what a lead in customers hides."""

from __future__ import annotations

import numpy as np

from thousandfold.core import Trajectory
from thousandfold.errors import ExplainedError
from thousandfold.flight.policies import COMPARED
from thousandfold.flight.statements import features_or_balance
from thousandfold.picture import Lines, Note, Picture, Series


def luck_picture(runs: Trajectory, team: int = 0, lived: int = 0) -> Picture:
    """Draw skill and luck: futures from the worst to the best, of a team and of others.

    How high a curve lies is skill. Where on its own curve the team's life stands is luck.

    Parameters
    ----------
    runs : Trajectory
        As `Room.replay` returns it.
    team : int
        Place of the team among the policies.
    lived : int
        Which of the futures was lived; those who played lived the first.

    Returns
    -------
    thousandfold.Picture

    Raises
    ------
    ExplainedError
        If there is no such team.
    """
    if not 0 <= team < len(runs.scenarios):
        raise ExplainedError(f"team must be a place from 0 to {len(runs.scenarios) - 1}")
    ends = dict(zip(runs.scenarios, runs.final("customers"), strict=True))
    name = runs.scenarios[team]
    own = ends[name]
    end = float(own[lived])
    luck = 100 * ((own < end).mean() + (own == end).mean() / 2)
    others = [label for label in COMPARED if label in ends and label != name]
    at = np.linspace(0, 100, 101)
    curves = [Series(label, at, np.percentile(ends[label], at)) for label in (name, *others[-2:])]
    compared = ", ".join(f"{label} {np.median(ends[label]):,.0f}" for label in others)
    return Lines(
        tuple(curves),
        x_label="futures, from the worst to the best (%)",
        y_label="customers after the last round",
        title=f"{name}: more customers than in {luck:.0f} % of its futures",
        shown="How high a curve lies is skill; where on its own curve a team stands is luck.",
        notes=(Note(f"lived: {end:,.0f}", luck, end),),
        sentence=(
            f"{name[0].upper()}{name[1:]} ended with {end:,.0f} customers, more than in {luck:.0f} "
            f"% of the futures of the same decisions; in the middle of them it is "
            f"{np.median(own):,.0f}. In the middle of the same futures: {compared}."
        ),
    )


def lead_picture(replications: int = 1000, features: float = 100) -> Picture:
    """Draw how far ahead a company is that puts everything into features.

    Two companies decide alike, but for the split of their capacity: all into features, or 40 per
    cent features, 20 onboarding, 25 debt, 10 reliability and 5 platform.

    Parameters
    ----------
    replications : int
        How many futures.
    features : float
        What the first of them puts into features, in per cent; it splits the rest as the other.

    Returns
    -------
    thousandfold.Picture
    """
    runs = features_or_balance(replications, features)
    name = "features only" if features == 100 else f"{features:g} % features"
    ratio = 100 * runs["customers"][:, 0] / runs["customers"][:, 1]
    low, middle, high = np.quantile(ratio, [0.1, 0.5, 0.9], axis=1)
    rounds = np.asarray(runs.time)
    best = int(middle.argmax())
    return Lines(
        (Series(name, rounds, middle, low, high),),
        x_label="round",
        y_label="customers (% of the balanced company's)",
        title=(
            f"{name.capitalize()}: {middle[best]:.0f} % of the customers at best, "
            f"{middle[-1]:.0f} % in the end"
        ),
        shown="Line: the middle of the futures. Band: eight of ten of them.",
        notes=(Note("balanced", y=100),),
        sentence=(
            f"{name.capitalize()} has {middle[best]:.0f} % of the balanced company's customers "
            f"after round {best}, and {middle[-1]:.0f} % after round {rounds[-1]:g} "
            f"({low[-1]:.0f} to {high[-1]:.0f} in the middle eight of ten futures)."
        ),
    )
