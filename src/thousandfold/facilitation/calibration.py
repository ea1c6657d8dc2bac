"""All guesses of one learner: how they lie beside what happened, and what follows from that."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import read_cells
from thousandfold.facilitation.notebooks import saved_notebooks, stem_of
from thousandfold.facilitation.predictions import Outcome, outcomes, predictions
from thousandfold.teaching.calibrations import calibration_of
from thousandfold.teaching.guesses import Comparison, Guess, in_words, times_in_digits
from thousandfold.teaching.lean import Lean, between, lean_of, said_factor, to_one_side
from thousandfold.teaching.ratio_strip import Row, figure
from thousandfold.teaching.tables import spoken

if TYPE_CHECKING:
    import pandas as pd

_WORDS = "<p>{}</p>"
_WIDE = '<div style="max-width: 44rem">{}</div>'
_LONGEST = 200  # letters of a title
_SURPRISING = (
    "These questions were chosen because they surprise people, so this is about numbers like them: "
    "what adds up, multiplies or waits. It measures no person."
)
_UNMARKED = (
    "Per cent, differences and choices do not compare in times: they are counted in words and have "
    "no mark."
)


@dataclass(frozen=True)
class OfModule:
    """The guesses of one module.

    Attributes
    ----------
    title : str
    compared : tuple of Comparison
        Those that could be compared with what happened.
    asked : int
    """

    title: str
    compared: tuple[Comparison, ...]
    asked: int


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What somebody's guesses show; the last line of a cell shows all of it.

    Attributes
    ----------
    sentence : str
        How many were too low, close and too high, and what one may conclude.
    table : pandas.DataFrame or None
        A row for each module.
    figure : str
        The guesses as marks on lines, as HTML; empty without a guess.
    """

    sentence: str
    table: pd.DataFrame | None = None
    figure: str = ""

    def __repr__(self) -> str:
        return "\n".join(
            [self.sentence] if self.table is None else [self.sentence, str(self.table)]
        )

    def _repr_html_(self) -> str:
        if self.table is None:
            return _WORDS.format(html.escape(self.sentence))
        return _WIDE.format(self.figure) + spoken(self.table)._repr_html_()


def calibration(folder: str | Path = ".") -> Calibrated:
    """Sum up the guesses of all modules, as the saved notebooks hold them.

    Parameters
    ----------
    folder : path
        Where the notebooks are; by default beside this one.

    Returns
    -------
    Calibrated
        How many guesses were too low, about right and too high, as a figure and a sentence, and
        whether they lean to one side.

    Examples
    --------
    >>> print(str(calibration("a folder without lessons"))[:27])
    No saved lesson beside this
    """
    found: dict[str, OfModule] = {}
    for path in saved_notebooks(Path(folder)):
        try:
            cells = read_cells(path)
        except ExplainedError:
            continue
        known, guesses = outcomes(cells), predictions(cells)
        compared = tuple(compared_with(known, guesses))
        stem = stem_of(path)
        if known and (compared or stem not in found):
            title = next((cell.heading for cell in cells if cell.heading), "")
            found[stem] = OfModule(titled(stem, title), compared, len(guesses))
    if not any(module.compared for module in found.values()):
        return Calibrated(
            "No saved lesson beside this one holds a guess yet. Save each lesson after you have "
            "guessed, then run this cell again. In a browser without Jupyter, lessons cannot read "
            "each other: there each sums up its own."
        )
    modules = [found[stem] for stem in sorted(found)]
    said, follows = sentence(modules), conclusion(ratios(modules))
    return Calibrated(f"{said} {follows}", _table(found), drawn(modules))


def compared_with(known: Mapping[str, Outcome], guesses: Iterable[Guess]) -> Iterable[Comparison]:
    """Yield how each guess compares with what happened, where both are numbers of one kind."""
    for guess in guesses:
        outcome = known.get(guess.name)
        compared = outcome.compared(guess) if outcome else None
        if compared is not None:
            yield compared


def titled(stem: str, title: str) -> str:
    """Return the title of a lesson with the number of its module, if it has one."""
    number = f"{stem[:2]} " if stem[:2].isdigit() else ""
    return f"{number}{title[:_LONGEST]}".strip()


def sentence(modules: Iterable[OfModule]) -> str:
    """Return how many of somebody's guesses were too low, close and too high."""
    modules = list(modules)
    whole = calibration_of([one for module in modules for one in module.compared])
    asked = sum(module.asked for module in modules)
    return f"You made {whole.guesses} of {asked} guesses: {whole.words}."


def ratios(modules: Iterable[OfModule]) -> list[float]:
    """Return guess / happened of all guesses that compare in times."""
    return [one.ratio for module in modules for one in module.compared if one.ratio is not None]


def drawn(modules: Iterable[OfModule]) -> str:
    """Return the guesses as marks, a line for each module, and what follows, as HTML."""
    modules = list(modules)
    rows = [
        Row(module.title, f"{calibration_of(module.compared).counted}.", tuple(ratios([module])))
        for module in modules
        if module.compared
    ]
    lean = lean_of(ratios(modules))
    if lean is not None:
        rows = [Row("All together", f"{to_one_side(lean.ratio)}.", lean=lean), *rows]
    silent = any(one.ratio is None for module in modules for one in module.compared)
    what = f"Each mark is a guess. {_UNMARKED}" if silent else "Each mark is a guess."
    if lean is not None:
        what += " The bar is all of them together, as wide as what fits."
    return figure(rows, sentence(modules), what, conclusion(ratios(modules)))


def conclusion(found: list[float]) -> str:
    """Return what one may conclude from guess / happened of one person, in a few sentences."""
    lean = lean_of(found)
    if lean is None:
        count = {0: "None", 1: "One"}.get(len(found), in_words(str(len(found))).capitalize())
        return (
            f"{count} of them compare{'s' * (len(found) == 1)} in times; below {in_words('5')} a "
            "lean to one side may be chance, so conclude nothing yet."
        )
    if not lean.side:
        return f"{_told(lean)} So no lean shows: leave your next number as it is, and give a range."
    if lean.is_small:
        return f"{_told(lean)} You lean to {_side(lean)} numbers, but by little: leave them."
    step = said_factor(lean.factor)
    what = "multiply" if lean.side < 0 else "divide"
    told = in_words(times_in_digits(step))
    return (
        f"{_told(lean)} You lean to {_side(lean)} numbers: {what} your next such number by about "
        f"{told} before you defend it. {_SURPRISING}"
    )


def _side(lean: Lean) -> str:
    return "low" if lean.side < 0 else "high"


def _told(lean: Lean) -> str:
    many = in_words(str(lean.count))
    return (
        f"The {many} that compare in times are, all together, {to_one_side(lean.ratio)}; "
        f"with so few, anything {'from ' if lean.side else ''}{between(lean.low, lean.high)} fits."
    )


def _table(found: Mapping[str, OfModule]) -> pd.DataFrame:
    import pandas as pd

    rows = {stem[:2]: calibration_of(found[stem].compared) for stem in sorted(found)}
    return pd.DataFrame(
        {
            "guesses made": [
                f"{one.guesses} of {found[stem].asked}"
                for one, stem in zip(rows.values(), sorted(found), strict=True)
            ],
            "too low": [one.low for one in rows.values()],
            "close": [one.close for one in rows.values()],
            "too high": [one.high for one in rows.values()],
            "off by, times": [one.off for one in rows.values()],
        },
        index=pd.Index(rows, name="module"),
    )
