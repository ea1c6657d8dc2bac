"""What a load test promises: the law of scalability fitted to measurements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Quantity, number, numbers, single
from thousandfold.errors import ExplainedError
from thousandfold.models.scalability import ScalabilityLaw, times_one
from thousandfold.picture import Lines, Picture, Series

if TYPE_CHECKING:
    import pandas as pd

_LEVEL = Quantity(0.95, "share of such intervals that hold", "level", 0.5, 0.999)
_FEWEST_POINTS = 4
_FEWEST_LOADS = 3
_DIRECTIONS, _RINGS, _HALVINGS, _FARTHEST = 120, 16, 40, 100


@dataclass(frozen=True, eq=False)
class ScalabilityFit:
    """A scalability law fitted to a load test, and how far to trust it.

    Attributes
    ----------
    law : ScalabilityLaw
        The law nearest to the measurements; its rate is in the test's own unit.
    covariance : array, shape (3, 3)
        How the errors of rate, contention and cross-talk hang together. For a parameter that
        stands at its bound, as if it might pass it.
    load, measured : array, shape (measurements,)
        The load test, in the order of the load.
    """

    law: ScalabilityLaw
    covariance: Array
    load: Array
    measured: Array

    @property
    def freedom(self) -> int:
        """Measurements beyond the three that any such curve can be drawn through."""
        return len(self.load) - 3

    @property
    def residuals(self) -> Array:
        """Measured less fitted throughput."""
        return np.asarray(self.measured - self.law.throughput(self.load))

    @property
    def residual_error(self) -> float:
        """Typical distance of a measurement from the law, in the test's unit of throughput."""
        return float(np.sqrt(np.sum(self.residuals**2) / self.freedom))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard error of each parameter of the law."""
        errors = np.sqrt(np.diag(self.covariance)).tolist()
        return dict(zip(self.law.quantities(), errors, strict=True))

    @property
    def efficiency(self) -> Array:
        """Measured throughput as a share of what the load would deliver without any loss."""
        return np.asarray(self.measured / (self.law.rate * self.load))

    def table(self) -> pd.DataFrame:
        """Return the parameters of the law with their standard errors."""
        import pandas as pd

        values = {name: getattr(self.law, name) for name in self.standard_errors}
        return pd.DataFrame({"value": values, "standard error": self.standard_errors})

    def prediction(self, load: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
        """Return low and high ends of the range in which a new measurement should lie.

        The range holds every value that some law could still explain: together with the
        measurements, that law would miss by no more than a t-test at `level` allows. For a
        straight line this is the prediction interval of the textbooks; here it also keeps to
        the bounds of the law. It leaves out: that the law itself may stop to hold past the last
        measurement.

        Parameters
        ----------
        load : array_like
            At which load.
        level : float
            Share of such ranges that hold the new measurement, if the law is right.

        Returns
        -------
        low, high : array
            Shape as `load`.

        Raises
        ------
        ExplainedError
            If the level is not a share between 0.5 and 0.999.
        """
        contention, crosstalk, allowed = self._plausible(level)
        n = numbers("load", load, 0)
        if (n == 0).any():
            raise ExplainedError("load must be above 0: at load 0 nothing is asked for")
        at = times_one(n[..., np.newaxis], contention, crosstalk)
        along, length = self._projection(contention, crosstalk)
        along, length = along / at, length / at**2
        square = (length + 1) * (along**2 - length * (np.sum(self.measured**2) - allowed))
        half = np.sqrt(np.maximum(0, square))
        low, high = ((along - half) / length).min(-1), ((along + half) / length).max(-1)
        return np.maximum(0, low), high

    def peak_range(self, level: float = 0.95) -> tuple[float, float]:
        """Return the lowest and highest load of the peak, at `level` of confidence; or inf."""
        contention, crosstalk, _ = self._plausible(level)
        with np.errstate(divide="ignore"):
            peaks = np.sqrt((1 - contention) / crosstalk)
        return float(peaks.min()), float(peaks.max())

    def picture(self, up_to: float | None = None) -> Picture:
        """Return the measurements, the fitted law and the range of a new measurement.

        Parameters
        ----------
        up_to : float, optional
            Highest load shown; the last measured one by default.
        """
        most = self.load[-1] if up_to is None else up_to
        line = self.series("fitted law", most)
        low, high = self.peak_range()
        ends = f"between load {number(low)} and {number(high)}"
        plausible = f"at load {number(low)} or above" if np.isinf(high) else ends
        return Lines(
            (line, Series("measured", self.load, self.measured, measured=True)),
            "load (processors or users)",
            "throughput (operations per unit of time)",
            unmeasured=(self.load[-1], most) if most > self.load[-1] else None,
            title=f"A peak may lie {plausible}",
            shown="Band: where one new measurement would lie, 95 times in 100.",
            sentence=(
                f"Throughput against load, {len(self.load)} measurements and the fitted law: "
                f"{peak_sentence(self.law)}; a peak may lie {plausible}. A typical measurement "
                f"misses the law by {number(self.residual_error)}."
            ),
        )

    def series(self, label: str, up_to: float, colour: str = "") -> Series:
        """Return the law `up_to` a load as a line: its `label`, `colour` and range."""
        load = np.linspace(self.load[0], single("up_to", up_to, float(self.load[0])), 61)
        low, high = self.prediction(load)
        return Series(label, load, self.law.throughput(load), low, high, colour=colour)

    def _projection(self, contention: Array, crosstalk: Array) -> tuple[Array, Array]:
        """Return what the best rate of a law needs: measured along the law, and its length."""
        shape = times_one(self.load, contention[..., np.newaxis], crosstalk[..., np.newaxis])
        return shape @ self.measured, np.sum(shape**2, axis=-1)

    def _misfit(self, contention: Array, crosstalk: Array) -> Array:
        """Return the sum of squares that is left when each law has its best rate."""
        along, length = self._projection(contention, crosstalk)
        return np.asarray(np.sum(self.measured**2) - along**2 / length)

    def _plausible(self, level: float) -> tuple[Array, Array, float]:
        """Return the laws that fit about as well as the best, and the misfit allowed to them.

        They lie around the best law. Rays go out from it, each in steps as long as the law is
        uncertain in that direction; on each ray the last plausible law is found by halving.
        """
        from scipy.special import stdtrit

        level = _LEVEL.check_one("level", level)
        t = float(stdtrit(self.freedom, (1 + level) / 2))
        allowed = float(np.sum(self.residuals**2) * (1 + t**2 / self.freedom))
        turn = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
        spread, axes = np.linalg.eigh(self.covariance[1:, 1:])
        rays = axes * np.sqrt(np.maximum(0, spread)) @ [np.cos(turn), np.sin(turn)]
        most = [self.law.quantities()[name].high for name in ("contention", "crosstalk")]

        def at(distance: Array) -> tuple[Array, Array]:
            return (
                np.clip(self.law.contention + distance * rays[0], 0, most[0]),
                np.clip(self.law.crosstalk + distance * rays[1], 0, most[1]),
            )

        inside, outside = np.zeros(_DIRECTIONS), np.full(_DIRECTIONS, _FARTHEST * t)
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            plausible = self._misfit(*at(middle)) <= allowed
            inside = np.where(plausible, middle, inside)
            outside = np.where(plausible, outside, middle)
        rings = np.linspace(0, 1, _RINGS)[:, np.newaxis]
        contention, crosstalk = at(rings * inside)
        return contention.ravel(), crosstalk.ravel(), allowed


def fit_scalability(load: ArrayLike, throughput: ArrayLike) -> ScalabilityFit:
    """Fit the Universal Scalability Law to a load test.

    Least squares, with contention and cross-talk kept at 0 or above. It leaves out: that
    measurements at high load may scatter more than those at low load.

    Parameters
    ----------
    load : array_like, shape (measurements,)
        Users, processors or machines; above 0.
    throughput : array_like, shape (measurements,)
        What was delivered, in any unit per unit of time; above 0.

    Returns
    -------
    ScalabilityFit

    Raises
    ------
    ExplainedError
        If there are too few measurements or loads, or they are not numbers above 0.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> tests = load("load_tests").groupby("test")
    >>> test = tests.get_group("specsdm91")
    >>> fit = fit_scalability(test["load"], test["throughput"])
    >>> round(fit.law.peak_load, 1)
    96.5
    """
    from scipy.optimize import least_squares, nnls

    n, measured = checked_load_test(load, throughput)
    # The law is linear in 1, n - 1 and n (n - 1) once it is turned over: a start near the end.
    turned = np.column_stack([np.ones_like(n), n - 1, n * (n - 1)])
    per_rate, contention, crosstalk = nnls(turned, n / measured)[0]
    per_rate = max(per_rate, float(np.min(n / measured)))
    most = [ScalabilityLaw.quantities()[name].high for name in ("contention", "crosstalk")]
    start = np.minimum(np.array([contention, crosstalk]) / per_rate, most)
    found = least_squares(
        lambda p: p[0] * times_one(n, p[1], p[2]) - measured,
        [1 / per_rate, *start],
        bounds=([0, 0, 0], [np.inf, *most]),
        method="dogbox",
        x_scale="jac",
        ftol=1e-14,
        xtol=1e-14,
        gtol=1e-14,
    )
    inverse = np.linalg.pinv(found.jac)
    covariance = inverse @ inverse.T * (2 * found.cost / (len(n) - 3))
    return ScalabilityFit(ScalabilityLaw(*map(float, found.x)), covariance, n, measured)


def fit_quadratic(load: ArrayLike, throughput: ArrayLike) -> ScalabilityLaw:
    """Fit the law as a spreadsheet does: take the first measurement as exact, fit a parabola.

    ::

        load / (throughput / first) - 1 = (contention + crosstalk) * x + crosstalk * x**2

    with ``x = load - 1``. It was Gunther's first method; the law it gives goes through the
    measurement at load 1, and an error in that one bends everything. It leaves out: how
    uncertain the result is.

    Parameters
    ----------
    load, throughput : array_like, shape (measurements,)
        As in `fit_scalability`; one measurement must be at load 1.

    Returns
    -------
    ScalabilityLaw

    Raises
    ------
    ExplainedError
        If no measurement is at load 1, or the parabola gives a share below 0.

    Examples
    --------
    >>> law = fit_quadratic([1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557])
    >>> round(law.contention, 2), round(law.crosstalk, 2)
    (0.02, 0.02)
    """
    n, measured = checked_load_test(load, throughput)
    if n[0] != 1:
        raise ExplainedError(
            f"this fit takes the measurement at load 1 as exact, and the lowest load is {n[0]:g}; "
            "use fit_scalability"
        )
    x = n - 1
    lost = n * measured[0] / measured - 1
    linear, square = np.linalg.lstsq(np.column_stack([x, x**2]), lost, rcond=None)[0]
    if square < 0 or linear < square:
        raise ExplainedError(
            "the parabola through these measurements gives a contention or cross-talk below 0, "
            "which no system has; use fit_scalability"
        )
    return ScalabilityLaw(float(measured[0]), float(linear - square), float(square))


def peak_sentence(law: ScalabilityLaw) -> str:
    """Return in words where a law has its peak.

    Parameters
    ----------
    law : ScalabilityLaw

    Returns
    -------
    str

    Examples
    --------
    >>> from thousandfold.models import ScalabilityLaw
    >>> peak_sentence(ScalabilityLaw(crosstalk=0))
    'no peak'
    """
    if np.isinf(law.peak_load):
        return "no peak"
    peak = float(law.throughput(law.peak_load))
    return f"a peak of {number(peak)} at load {number(law.peak_load)}"


def checked_load_test(load: ArrayLike, throughput: ArrayLike) -> tuple[Array, Array]:
    """Return a load test as two arrays in the order of the load, or say what is wrong with it.

    Parameters
    ----------
    load, throughput : array_like, shape (measurements,)
        As in `fit_scalability`.

    Returns
    -------
    load, throughput : array, shape (measurements,)

    Raises
    ------
    ExplainedError
        If there are not as many of one as of the other, one is missing, infinite or not above 0, or
        there are too few for three parameters.

    Examples
    --------
    >>> load, throughput = checked_load_test([8, 1, 2, 4, 16, 32], [50, 10, 18, 32, 60, 50])
    >>> load.tolist()
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    """
    n, measured = numbers("load", load, 0), numbers("throughput", throughput)
    if n.ndim != 1 or n.shape != measured.shape:
        raise ExplainedError(
            f"give one throughput for each load; there are {n.size} loads and "
            f"{measured.size} throughputs"
        )
    if not (np.isfinite(n).all() and np.isfinite(measured).all()):
        raise ExplainedError("a load or throughput is missing or infinite; leave that pair out")
    if (n <= 0).any() or (measured <= 0).any():
        raise ExplainedError(
            "loads and throughputs must be above 0, not "
            f"{min(n.min(), measured.min()):g}; leave that pair out"
        )
    if len(n) < _FEWEST_POINTS or len(np.unique(n)) < _FEWEST_LOADS:
        raise ExplainedError(
            f"the law has three parameters: it can be fitted to at least {_FEWEST_POINTS} "
            f"measurements at {_FEWEST_LOADS} loads or more, not to {len(n)} at "
            f"{len(np.unique(n))}"
        )
    order = np.argsort(n, kind="stable")
    return n[order], measured[order]
