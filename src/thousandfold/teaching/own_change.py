"""A change at your own place, beside what happens in any other month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture
from thousandfold.repository.placebos import placebo_picture

if TYPE_CHECKING:
    import pandas as pd


def change_picture(name: str, growth: pd.DataFrame, month: str) -> Picture:
    """Return how many people were left after a change; what cannot be compared is said in it.

    Parameters
    ----------
    name : str
        Whose numbers they are.
    growth : pandas.DataFrame
        Like one project of the data set ``project_growth``; months without a commit may be missing.
    month : str
        When something changed, such as ``"2017-06"``.
    """
    try:
        if not str(month).strip():
            raise ExplainedError(
                "write the month in which something changed at your place, such as"
                ' month = "2024-06"'
            )
        return placebo_picture(_every_month(name, growth), "people", {name: month})
    except ExplainedError as error:
        # All cells of the lesson are to run, whatever stands in this one.
        why = str(error)
        return Lines(
            (),
            "",
            "",
            title="Your change cannot be compared yet",
            shown=f"{why[:1].upper()}{why[1:]}.",
            sentence=f"Your change cannot be compared yet: {why}.",
        )


def _every_month(name: str, growth: pd.DataFrame) -> pd.DataFrame:
    """Return people month by month; in a month without a row nobody committed anything."""
    import pandas as pd

    people = growth.dropna(subset="month").set_index("month")["active_authors"]
    if people.empty:
        raise ExplainedError(f"{name} has no complete month yet; come back when there are 26")
    span = pd.date_range(people.index.min(), people.index.max(), freq="MS")
    people = people.reindex(span, fill_value=0)
    return pd.DataFrame({"project": name, "month": span, "people": people.to_numpy()})
