"""The data sets of the workshop: small tables, each with a card in `datasets/README.md`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

_PACKAGE = Path(__file__).resolve().parent

__all__ = ["folder", "load", "names"]


def folder() -> Path:
    """Return the folder that holds the data sets.

    The wheel carries them inside the package; in a checkout they stand at the top.

    Returns
    -------
    Path

    Raises
    ------
    ExplainedError
        If neither is there.

    Examples
    --------
    >>> (folder() / "project_growth.csv").is_file()
    True
    """
    places = (_PACKAGE / "data", _PACKAGE.parent.parent / "datasets")
    for place in places:
        if (place / "README.md").is_file():
            return place
    raise ExplainedError(
        "the data sets of the workshop are missing; install the package again, "
        f"or restore the folder {places[1]} from the repository"
    )


def names() -> list[str]:
    """Return the name of each data set, in alphabetical order.

    Returns
    -------
    list of str

    Examples
    --------
    >>> names()[0]
    'admissions'
    """
    return sorted(path.stem for path in folder().glob("*.csv"))


def load(name: str) -> pd.DataFrame:
    """Return one data set as a table.

    Parameters
    ----------
    name : str
        For example ``"project_growth"``; `names` lists them all.

    Returns
    -------
    pandas.DataFrame
        Columns and units as on the card of the data set; months become dates.

    Raises
    ------
    ExplainedError
        If there is no such data set or its file cannot be read.

    Examples
    --------
    >>> load("project_growth").columns[:3].tolist()
    ['project', 'month', 'commits']
    """
    import pandas as pd

    if name not in names():
        raise ExplainedError(f"there is no data set {name!r}; there are {', '.join(names())}")
    path = folder() / f"{name}.csv"
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise ExplainedError(
            f"the data set {path} cannot be read ({error}); restore it from the repository"
        ) from error
    if "month" in table:
        table["month"] = pd.to_datetime(table["month"])
    return table
