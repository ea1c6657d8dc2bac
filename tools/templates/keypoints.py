"""What lesson NUMBER concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.FILE import MODEL

_SMALL, _LARGE = 1_000, 1_000_000
_SEVERAL = 5

# To replace: a claim is given many companies and returns a margin for each, above 0 where the
# sentence holds, in a unit that a leader understands. Write the sentence so that it holds in at
# least 80 of 100 plausible companies, or say its condition in it (`where=`). What is true by
# arithmetic or was counted says so (`rests_on=`) and is asked with no company.


def a_small_company_pays_several_times(made: Sequence[Model]) -> Array:
    """Return how many times as much a user costs in a small company, beyond several."""
    models = [cast(MODEL, model) for model in made]
    ratios = [model.per_user(_SMALL) / model.per_user(_LARGE) for model in models]
    return np.array(ratios) - _SEVERAL


def the_parts_change_places(_: Sequence[Model]) -> float:
    """Return how much dearer the part for each user is, with ten times the users of the crossing.

    The crossing is ``fixed / each``, so this is the same whatever the two are.
    """
    model = MODEL()
    fixed = model.fixed / (10 * model.crossing)
    return (model.each - fixed) / model.each


def what_to_halve(made: Sequence[Model]) -> Array:
    """Return the smaller of two leads in euros: of a part halved where it is the larger one."""
    models = [cast(MODEL, model) for model in made]
    fixed, each = np.transpose([(model.fixed, model.each) for model in models]) / 2
    return np.asarray(np.minimum(fixed / _SMALL - each, each - fixed / _LARGE))


KEYPOINTS = (
    Keypoint(
        "A user costs several times as much at 1,000 users as at 1,000,000.",
        a_small_company_pays_several_times,
        MODEL(),
        "times",
    ),
    Keypoint(
        "From some size on, the part for each user costs more than the fixed part.",
        the_parts_change_places,
        rests_on="arithmetic",
    ),
    Keypoint(
        "Halving the fixed part helps a small company, halving the part for each user a large one.",
        what_to_halve,
        MODEL(),
        "euros a month",
    ),
)
