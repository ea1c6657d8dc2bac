"""How many users to promise after a load test."""

from __future__ import annotations

from numpy.typing import ArrayLike

from thousandfold.core import number, whole
from thousandfold.models.scalability_fit import checked_load_test, fit_scalability, peak_sentence
from thousandfold.picture import Lines, Note, Picture, Series


def promise_picture(
    load: ArrayLike,
    throughput: ArrayLike,
    tested: int,
    loads: str = "processors or users",
    unit: str = "operations per unit of time",
) -> Picture:
    """Return what the first measurements of a load test promised, and what all of them show.

    Parameters
    ----------
    load, throughput : array_like, shape (measurements,)
        As in `fit_scalability`.
    tested : int
        How many measurements, from the lowest load up, the promise rests on.
    loads, unit : str
        What the load counts, and what throughput is measured in.

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
    promised = float(early.law.throughput(last))
    gap = measured[-1] - promised
    off = f"{number(abs(gap))} too {'low' if gap > 0 else 'high'}"
    between = f"{number(float(low))} and {number(float(high))}"
    return Lines(
        (
            early.series(f"law from the first {tested}", last),
            late.series(f"law from all {len(n)}", last),
            Series("", n[:tested], measured[:tested], measured=True),
            Series("measured later", n[tested:], measured[tested:], measured=True),
        ),
        f"load ({loads})",
        f"throughput ({unit})",
        unmeasured=(float(n[tested - 1]), float(last)) if tested < len(n) else None,
        title=(
            f"The test promised {number(promised)}. Measured later: {number(measured[-1])}"
            if tested < len(n)
            else f"All {len(n)} measurements: {number(promised)} at load {last:g}"
        ),
        shown=f"The first {tested} say {number(promised)}, between {between}. "
        "Bands: where one new measurement would lie, 95 times in 100.",
        notes=(Note(off, float(last), float(measured[-1])),) if tested < len(n) else (),
        sentence=(
            f"Two laws fitted to one load test. The first {tested} measurements, up to load "
            f"{n[tested - 1]:g}: {peak_sentence(early.law)}, and "
            f"{number(float(early.law.throughput(last)))} "
            f"(between {between}) at load {last:g}. All {len(n)}: "
            f"{peak_sentence(late.law)}. At load {last:g}, {number(measured[-1])} was measured."
        ),
    )
