"""What a keypoint is: its words, and the claim behind them that can be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from thousandfold.core import SEED, Array, Claim, Condition, Model, Robustness, robust
from thousandfold.errors import ExplainedError
from thousandfold.language import say

RESTS_ON = ("model", "arithmetic", "counted data")


@dataclass(frozen=True)
class Keypoint:
    """What a lesson concludes. Lesson, tests, facilitator's page and tables take it from here.

    Attributes
    ----------
    says : str
        The sentence, as the lesson prints it.
    claim : callable
        From companies to a margin for each, above 0 where the sentence holds. What rests on
        arithmetic or on counted data is asked with no company, and gives one number.
    model : Model or None
        The company of the lesson, whose decisions are kept; None where no model is asked.
    unit : str
        Of the margin.
    where : callable, optional
        Of which companies the sentence speaks, if not of all; its condition stands in `says`.
    sets : tuple of str
        Decisions that the claim takes itself, and nobody can know.
    rests_on : str
        *model*, *arithmetic* or *counted data*.
    """

    says: str
    claim: Claim
    model: Model | None = None
    unit: str = ""
    where: Condition | None = None
    sets: tuple[str, ...] = ()
    rests_on: str = "model"

    def __post_init__(self) -> None:
        if self.rests_on not in RESTS_ON:
            raise ExplainedError(
                f"a keypoint rests on {', '.join(RESTS_ON)}, not on {self.rests_on!r}"
            )
        if (self.model is None) == (self.rests_on == "model"):
            raise ExplainedError(f"name the model, or what this rests on instead: {self.says}")

    def margin(self) -> float:
        """Return by how much it holds in the lesson: above 0 if it does."""
        asked: Sequence[Model] = () if self.model is None else (self.model,)
        found: Array = np.atleast_1d(np.asarray(self.claim(asked), dtype=float))
        return float(found[0])

    def robust(
        self,
        draws: int = 100,
        *,
        anywhere: bool = False,
        within: float | None = None,
        seed: int = SEED,
        **known: float,
    ) -> Robustness:
        """Try it in many plausible companies.

        Parameters
        ----------
        anywhere : bool
            Try it also in companies of which the sentence does not speak.
        draws, within, seed, **known
            As in `thousandfold.robust`.

        Raises
        ------
        ExplainedError
            If it rests on no model, or somebody knows what the claim decides itself.

        Examples
        --------
        >>> from thousandfold import keypoint
        >>> keypoint("01.1").robust(anywhere=True, interest=0.1).percent < 20
        True
        """
        if self.model is None:
            raise ExplainedError(
                f"this rests on {self.rests_on}, so there is no company to draw: {self.says}"
            )
        for name in self.sets:
            if name in known:
                raise ExplainedError(f"the sentence itself decides {name}: leave it out")
        tried = robust(
            self.model,
            self.claim,
            say("{claim} (asked of all companies)", claim=say(self.says).rstrip("."))
            if anywhere
            else say(self.says),
            unit=self.unit,
            where=None if anywhere else self.where,
            draws=draws,
            within=within,
            seed=seed,
            **known,
        )
        again = partial(self.robust, draws, anywhere=anywhere, within=within, seed=seed)
        return replace(tried, again=again)

    def __repr__(self) -> str:
        return say(self.says)
