"""Where your code stands among five ordinary repositories that were counted in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from thousandfold.models.border_search import random_crossing
from thousandfold.models.cutting import SquadCut
from thousandfold.repository.co_change import CoChange, without_most_tied
from thousandfold.teaching.tables import Table, spoken


class Standing(NamedTuple):
    """What one code base says in a row; of a hundred each.

    Attributes
    ----------
    pairs : float
        Pairs of active people who changed a same file in a month; nan of too few people.
    crosses, at_random : float
        Shared changes that need two squads, with borders drawn well and at random.
    without : float
        The same with borders drawn well, without the area that is tied most; nan of too few areas.
    """

    pairs: float
    crosses: float
    at_random: float
    without: float


def standing(cut: SquadCut, product: CoChange, pairs: float | None) -> Standing:
    """Return where a code base stands, in whole numbers."""
    rest = without_most_tied(product)
    enough = cut.squads < len(rest.areas)
    found = (
        np.nan if pairs is None else pairs,
        100 * cut.of(product).crossing,
        100 * random_crossing(product, int(cut.squads), float(cut.uneven)),
        100 * cut.of(rest).crossing if enough else np.nan,
    )
    return Standing(*(float(np.round(each)) for each in found))


def among_table(name: str, areas: int, own: Standing | None) -> Table:
    """Return five ordinary repositories, and one's own, of so many areas, if it can be read."""
    import pandas as pd

    from thousandfold.datasets import load

    every = load("ordinary_repositories")
    rows = every[["areas", *Standing._fields[:-1]]]
    rows = rows.set_axis(every["project"] + ", " + every["kind"])
    note = "Counted by us, twelve months each; the card of the data set says how to count again."
    if own is None:
        said = "Your own row is missing, because its shared changes or its areas are too few."
    else:
        saved = 1 - rows["crosses"] / rows["at_random"]
        mine = 1 - own.crosses / own.at_random if own.at_random else 0.0
        less = int((saved < mine).sum())
        others = "all five" if less == len(saved) else f"{less or 'none'} of the five"
        said = (
            f"In {others}, good borders save less than in {name}. With few areas they can save "
            "little, so compare with those that have about as many."
        )
        rows.loc[name] = [areas, *own[:-1]]
    told = rows.astype(object).where(rows.notna(), "too few")
    told.columns = [
        "areas",
        "pairs that met",
        "shared changes that cross",
        "borders at random",
    ]
    told.index.name = "of 100, but for the areas"
    shown = spoken(pd.DataFrame(told))
    aligned = (False, *[True] * len(told.columns))
    return replace(shown, aligned=aligned, note=f"{said} {note}")
