"""What the first years of sales say of the rest: the curve of Bass fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, number, numbers, single
from thousandfold.errors import ExplainedError
from thousandfold.models.bass_diffusion import BassDiffusion
from thousandfold.picture import Lines, Picture, Series

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_PERIODS = 4
_LARGEST_MARKET = 1000  # times the sales so far
_LONGEST = 1e6  # years for the market, if only the innovators began


@dataclass(frozen=True, eq=False)
class BassFit:
    """A Bass curve fitted to sales, and how far to trust it.

    Attributes
    ----------
    curve : BassDiffusion
        The market is in the unit of the sales, time in their periods.
    standard_errors : dict of str to float
        One for each parameter of the curve.
    residual_error : float
        Typical distance of a period's sales from the curve.
    sales : array, shape (periods,)
        What was fitted.
    """

    curve: BassDiffusion
    standard_errors: dict[str, float]
    residual_error: float
    sales: Array

    def table(self) -> pd.DataFrame:
        """Return the parameters of the curve with their standard errors."""
        import pandas as pd

        values = {name: getattr(self.curve, name) for name in self.standard_errors}
        return pd.DataFrame({"value": values, "standard error": self.standard_errors})

    def picture(self, later: ArrayLike = ()) -> Picture:
        """Return the sales that were fitted, the curve, and what came later.

        Parameters
        ----------
        later : array_like
            Sales of the periods after those that were fitted.

        Raises
        ------
        ExplainedError
            If `later` is not a list of numbers.
        """
        known, after = len(self.sales), numbers("later", later, 0)
        if after.ndim != 1:
            raise ExplainedError("later must be a list of sales, one number for each period")
        time = np.linspace(0, max(known + len(after), 2 * self.curve.peak_time), 61)
        sold = np.concatenate([self.sales, after])
        error = 2 * self.standard_errors["market"]
        return Lines(
            (
                Series("fitted curve", time, self.curve.sales(time)),
                Series("sold", 1 + np.arange(len(sold)), sold, measured=True),
            ),
            "time (periods)",
            "sales (new customers a period)",
            unmeasured=(known, time[-1]),
            title=f"Promised: {number(self.curve.market)} customers, give or take {number(error)}",
            shown="Dark points: what the curve was fitted to. Hollow: what came later.",
            sentence=(
                f"Sales in {known} periods and the Bass curve fitted to them: the peak is "
                f"{number(self.curve.peak_sales)} at period {number(self.curve.peak_time)}, and "
                f"{number(self.curve.market)} will ever begin, give or take {number(error)} (two "
                "standard errors)."
            ),
        )


def fit_bass(sales: ArrayLike) -> BassFit:
    """Fit a Bass curve to the sales of a new product by least squares.

    The sales of period 1, 2, ... are taken as the height of the curve at times 1, 2, ... . It
    leaves out: repeat purchases in the sales, and what the curve itself leaves out.

    Parameters
    ----------
    sales : array_like, shape (periods,)
        New customers in each period from the first on.

    Returns
    -------
    BassFit

    Raises
    ------
    ExplainedError
        If there are too few periods, or the sales do not say how large the market is (as long as
        they only grow faster and faster, every large market fits as well as any other), or no
        curve comes near them.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> fit = fit_bass(load("vcr_sales")["sales"])
    >>> round(fit.curve.market), round(fit.curve.peak_time, 1)
    (67981, 7.1)
    """
    from scipy.optimize import least_squares

    sold = _sales(sales)
    time = np.arange(1, len(sold) + 1)
    names = tuple(BassDiffusion.quantities())
    total = float(sold.sum())

    def misses(logarithms: Array) -> Array:
        m, p, q = np.exp(logarithms)
        left = np.exp(-(p + q) * time)
        return np.asarray(m * (p + q) ** 2 / p * left / (1 + q / p * left) ** 2 - sold / total)

    # Logarithms keep the parameters above 0; shares make every unit of the sales alike.
    limits = np.array([[0.5, 1e-6, 1e-6], [_LARGEST_MARKET, 1, 5]])
    found = least_squares(
        misses,
        np.log([2, 0.01, 0.4]),
        bounds=np.log(limits),
        x_scale="jac",
        ftol=1e-14,
        xtol=1e-12,
        gtol=1e-14,
    )
    values = np.clip(np.exp(found.x), *limits)
    if values[0] > _LARGEST_MARKET / 2 or not found.success:
        raise ExplainedError(
            f"these {len(sold)} periods do not say how large the market is: a curve without end "
            "fits them as well as any other; wait until growth slows down, or assume a market"
        )
    if (values[1:] > 0.99 * limits[1, 1:]).any():
        raise ExplainedError(
            "no Bass curve comes near these sales: it rises to one peak and falls again; look for "
            "a gap, or for a period that holds the sales of many"
        )
    residual_error = float(np.sqrt(2 * found.cost / (len(sold) - 3)))
    inverse = np.linalg.pinv(found.jac)
    errors = values * np.sqrt(np.sum(inverse**2, axis=1)) * residual_error
    unit = np.array([total, 1, 1])
    return BassFit(
        BassDiffusion(*(values * unit).tolist()),
        dict(zip(names, (errors * unit).tolist(), strict=True)),
        residual_error * total,
        sold,
    )


def fit_bass_regression(sales: ArrayLike) -> BassDiffusion:
    """Fit a Bass curve as Bass did in 1969: a parabola of sales against owners so far.

    ::

        sales = a + b * owners before + c * owners before ** 2

    It leaves out: that the owners of a period change within it, so its parameters differ from
    those of `fit_bass`.

    Parameters
    ----------
    sales : array_like, shape (periods,)
        New customers in each period from the first on.

    Returns
    -------
    BassDiffusion

    Raises
    ------
    ExplainedError
        If there are too few periods or the parabola never comes down to zero.

    Examples
    --------
    >>> curve = fit_bass_regression([0.517, 1.169, 1.604, 2.044, 2.286])
    >>> round(curve.market, 2), round(curve.innovation, 3), round(curve.imitation, 3)
    (10.5, 0.063, 0.738)
    """
    sold = _sales(sales)
    before = np.cumsum(sold) - sold
    parabola = np.column_stack([np.ones_like(before), before, before**2])
    a, b, c = np.linalg.lstsq(parabola, sold, rcond=None)[0]
    return bass_from_regression(a, b, c)


def bass_from_regression(a: float, b: float, c: float) -> BassDiffusion:
    """Return the Bass curve behind the coefficients of the parabola ``a + b * x + c * x**2``.

    ::

        market = (-b - sqrt(b**2 - 4 * a * c)) / (2 * c)
        innovation = a / market,   imitation = -c * market

    It leaves out: how uncertain the coefficients are.

    Parameters
    ----------
    a, b, c : float
        As printed in articles that fit by regression.

    Returns
    -------
    BassDiffusion

    Raises
    ------
    ExplainedError
        If no market follows from the coefficients.

    Examples
    --------
    >>> round(bass_from_regression(104.67, 0.21305, -0.053913e-4).market)
    40003
    """
    a, b, c = single("a", a), single("b", b), single("c", c)
    inside = b * b - 4 * a * c
    market = (-b - np.sqrt(inside)) / (2 * c) if a > 0 and c < 0 and inside >= 0 else np.inf
    if market > _LONGEST * a:
        raise ExplainedError(
            f"no market follows from the parabola {a:.4g} + {b:.4g} x + {c:.4g} x²: it has to "
            "begin above 0 and bend down; wait until growth slows down"
        )
    return BassDiffusion(float(market), float(a / market), float(-c * market))


def _sales(sales: ArrayLike) -> Array:
    """Return sales as an array, or say what is wrong with them."""
    sold = numbers("sales", sales, 0)
    if sold.ndim != 1 or len(sold) < _FEWEST_PERIODS:
        raise ExplainedError(
            "a Bass curve has three parameters: it can be fitted to the sales of at least "
            f"{_FEWEST_PERIODS} periods, not of {sold.size}"
        )
    if not sold.any():
        raise ExplainedError("sales must be above 0 somewhere, not all 0; look for gaps")
    return sold
