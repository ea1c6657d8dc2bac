"""Which months of a history are counted in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thousandfold.core import tabular

if TYPE_CHECKING:
    import pandas as pd

# Subversion named who let a change in, whoever had written it; Git names who wrote it. Until March
# 2008 two commits of Rails have an author who is not the committer, and from April on each month
# has some: ten people in March, a hundred and one in May.
# Until their split from Terraform, the providers' histories are copies of Terraform's.
_SINCE = {
    "rails": "2008-04",
    "terraform-provider-google": "2017-07",
    "terraform-provider-azurerm": "2017-07",
    "terraform-provider-kubernetes": "2017-07",
}


def counted_alike(growth: pd.DataFrame) -> pd.DataFrame:
    """Leave out the months in which somebody else is counted than in the others.

    Rails is kept from April 2008 on, because its older history names only who let a change in.
    The Terraform providers are kept from July 2017 on, because what is older was copied from
    Terraform. All other months stay.

    Parameters
    ----------
    growth : pandas.DataFrame
        Like the data set ``project_growth``.

    Returns
    -------
    pandas.DataFrame
        Some of its rows.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> growth = load("project_growth")
    >>> len(growth), len(counted_alike(growth))
    (1329, 1229)
    """
    import pandas as pd

    months = tabular("growth", growth, "project", "month")
    since = pd.to_datetime(months["project"].map(_SINCE))
    return months[since.isna() | (pd.to_datetime(months["month"]) >= since)]
