"""All guesses of one learner: how often too low, how often too high, in which module."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import read_cells
from thousandfold.facilitation.notebooks import saved_notebooks, stem_of
from thousandfold.facilitation.predictions import outcomes, predictions
from thousandfold.teaching.calibrations import calibration_of
from thousandfold.teaching.guesses import Comparison
from thousandfold.teaching.tables import spoken

if TYPE_CHECKING:
    import pandas as pd

_WORDS = "<p>{}</p>"
_FEW = 4  # a lean to one side that fewer guesses show may be chance


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A sentence, and a table with a row for each module; the last line of a cell shows both."""

    sentence: str
    table: pd.DataFrame | None = None

    def __repr__(self) -> str:
        return "\n".join(
            [self.sentence] if self.table is None else [self.sentence, str(self.table)]
        )

    def _repr_html_(self) -> str:
        said = _WORDS.format(html.escape(self.sentence))
        return said if self.table is None else said + spoken(self.table)._repr_html_()


def calibration(folder: str | Path = ".") -> Calibrated:
    """Sum up the guesses of all modules, as the saved notebooks hold them.

    Parameters
    ----------
    folder : path
        Where the notebooks are; by default beside this one.

    Returns
    -------
    Calibrated
        How many guesses were too low, about right and too high; as a figure and a sentence.

    Examples
    --------
    >>> print(str(calibration("a folder without lessons"))[:27])
    No saved lesson beside this
    """
    compared: dict[str, list[Comparison]] = {}
    asked: dict[str, int] = {}
    for path in saved_notebooks(Path(folder)):
        try:
            cells = read_cells(path)
        except ExplainedError:
            continue
        known, guesses = outcomes(cells), predictions(cells)
        found = [known[guess.name].compared(guess) for guess in guesses if guess.name in known]
        said = [one for one in found if one is not None]
        stem = stem_of(path)
        if known and (said or stem not in compared):
            compared[stem], asked[stem] = said, len(guesses)
    if not any(compared.values()):
        return Calibrated(
            "No saved lesson beside this one holds a guess yet. Save each lesson after you have "
            "guessed, then run this cell again. In a browser without Jupyter, lessons cannot read "
            "each other: there each sums up its own."
        )
    return Calibrated(_sentence(compared, sum(asked.values())), _table(compared, asked))


def _sentence(compared: dict[str, list[Comparison]], asked: int) -> str:
    whole = calibration_of([one for said in compared.values() for one in said])
    less, more = sorted((whole.low, whole.high))
    leans = ""
    if more >= _FEW and more > 2 * less:
        leans = f" You lean to {'low' if whole.low > whole.high else 'high'} numbers."
    return f"You made {whole.guesses} of {asked} guesses: {whole.words}.{leans}"


def _table(compared: dict[str, list[Comparison]], asked: dict[str, int]) -> pd.DataFrame:
    import pandas as pd

    rows = {stem[:2]: calibration_of(said) for stem, said in sorted(compared.items())}
    return pd.DataFrame(
        {
            "guesses made": [
                f"{one.guesses} of {asked[stem]}"
                for one, stem in zip(rows.values(), sorted(compared), strict=True)
            ],
            "too low": [one.low for one in rows.values()],
            "close": [one.close for one in rows.values()],
            "too high": [one.high for one in rows.values()],
            "off by, times": [one.off for one in rows.values()],
        },
        index=pd.Index(rows, name="module"),
    )
