"""How many users to promise after a load test."""

from __future__ import annotations

from numpy.typing import ArrayLike

from thousandfold.core import number, whole
from thousandfold.models.scalability_fit import checked_load_test, fit_scalability, peak_sentence
from thousandfold.picture import Lines, Picture, Series


def promise_picture(load: ArrayLike, throughput: ArrayLike, tested: int) -> Picture:
    """Return what the first measurements of a load test promised, and what all of them show.

    Parameters
    ----------
    load, throughput : array_like, shape (measurements,)
        As in `fit_scalability`.
    tested : int
        How many measurements, from the lowest load up, the promise rests on.

    Returns
    -------
    Picture
        Both fitted laws, each with the range of a new measurement, and the measurements.
    """
    n, measured = checked_load_test(load, throughput)
    tested = whole("tested", tested, 1, len(n))
    early, late = fit_scalability(n[:tested], measured[:tested]), fit_scalability(n, measured)
    last = n[-1]
    low, high = early.prediction(last)
    return Lines(
        (
            early.series(f"law from the first {tested}, to load {n[tested - 1]:g}", last),
            late.series(f"law from all {len(n)}", last),
            Series(f"measured, first {tested}", n[:tested], measured[:tested], measured=True),
            Series("measured later", n[tested:], measured[tested:], measured=True),
        ),
        "load (processors or users)",
        "throughput (operations per unit of time)",
        sentence=(
            f"Two laws fitted to one load test. The first {tested} measurements, up to load "
            f"{n[tested - 1]:g}: {peak_sentence(early.law)}, and "
            f"{number(float(early.law.throughput(last)))} "
            f"({number(float(low))} to {number(float(high))}) at load {last:g}. All {len(n)}: "
            f"{peak_sentence(late.law)}. At load {last:g}, {number(measured[-1])} was measured."
        ),
    )
