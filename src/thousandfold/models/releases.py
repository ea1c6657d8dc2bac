"""How large a batch to ship: waiting, failing, and the work of each release."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, fitting, number, numbers, quantity
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture, Series

_SHARE = Quantity(0, "share of changes", "a share or a probability", 0, 1)
_LARGEST_BATCH = 1000
_HOURS_A_WEEK = 40.0


def batch_risk(changes: ArrayLike, risk: ArrayLike) -> Array:
    """Return the chance that a release of several changes fails: ``1 - (1 - risk)**changes``.

    It leaves out: that one change can break another, and that large releases are tested more.

    Parameters
    ----------
    changes : array_like
        Changes in the release, any shape.
    risk : array_like
        Chance that one change breaks the release.

    Returns
    -------
    array
        Chance, 0..1, in the shape of what is given.

    Examples
    --------
    >>> batch_risk([1, 10, 100], 0.02).round(2).tolist()
    [0.02, 0.18, 0.87]
    """
    return _any_fails(
        *fitting(changes=numbers("changes", changes, 0), risk=_SHARE.check("risk", risk))
    )


def _any_fails(changes: Array, risk: Array | float) -> Array:
    return np.asarray(1 - (1 - risk) ** changes)


@dataclass(frozen=True)
class ReleaseTrain(Model):
    """Changes wait until a batch is full, then until the release before them is out.

    With ``failure = 1 - (1 - risk)**batch``, in working hours::

        filling = (batch - 1) / 2 / changes an hour
        release = release_hours + failure * (repair + search * batch)       on average
        queue   = load / (1 - load) * (1 / batch + spread of release) / 2 * release
        load    = releases an hour * release

    One release is under way at a time. The queue is Kingman's approximation of 1961, with
    changes that come at random. It leaves out: what a failure costs customers, changes that
    are urgent, and people who wait for the release and start something else meanwhile.

    Examples
    --------
    >>> ReleaseTrain().best_batch, ReleaseTrain(release_hours=0.3).best_batch
    (5, 1)
    """

    changes: float = quantity(
        40,
        "changes a week",
        "how many become ready",
        low=1,
        high=1000,
        plausible=(5, 200),
        because="a squad finishes some five a week; "
        "above 200 one train for all would have been split",
    )
    risk: float = quantity(
        0.02,
        "share of changes",
        "how often one change breaks a release",
        low=0,
        high=0.5,
        plausible=(0.002, 0.1),
        because="DORA 2019: 0 to 15 % of deployments fail at the best, 46 to 60 % at the worst; "
        "one deployment holds several changes",
    )
    release_hours: float = quantity(
        3,
        "hours",
        "work of testing, approving and shipping one release",
        low=0.01,
        high=100,
        plausible=(0.1, 40),
        because="from a pipeline that takes minutes to a week of testing and signing",
    )
    repair: float = quantity(
        2,
        "hours",
        "work after a failed release",
        low=0,
        high=100,
        plausible=(0.2, 40),
        because="minutes to take it back, up to a week of work; "
        "DORA 2019 has an hour at the best, a week at the worst",
    )
    search: float = quantity(
        0.4,
        "hours per change",
        "work to find the culprit in a failed release",
        low=0,
        high=10,
        plausible=(0.02, 2),
        because="a minute where a test names the culprit; "
        "two hours where each change is taken out and tried",
    )

    def releases(self, batch: ArrayLike) -> Array:
        """Return the releases a week, with `batch` changes in each."""
        return np.asarray(self.changes / numbers("batch", batch, 1))

    def failure(self, batch: ArrayLike) -> Array:
        """Return the share of releases of `batch` changes that fail."""
        return _any_fails(numbers("batch", batch, 0), self.risk)

    def load(self, batch: ArrayLike) -> Array:
        """Return the share of the time with a `batch` under way; from 1 on they pile up."""
        return self.releases(batch) * self._release(batch) / _HOURS_A_WEEK

    def lead_time(self, batch: ArrayLike) -> Array:
        """Return the hours from ready to in use; infinite if releases pile up.

        Parameters
        ----------
        batch : array_like
            Changes in a release, any shape.
        """
        k = numbers("batch", batch, 1)
        failure, release, load = self.failure(k), self._release(k), self.load(k)
        spread = failure * (1 - failure) * ((self.repair + self.search * k) / release) ** 2
        room = np.maximum(1 - load, 0)
        times = np.divide(load, room, out=np.full_like(load, np.inf), where=room > 0)
        filling = (k - 1) / 2 * _HOURS_A_WEEK / self.changes
        return np.asarray(filling + times * (1 / k + spread) / 2 * release + release)

    @property
    def best_batch(self) -> int:
        """Number of changes in a release that brings changes into use soonest.

        Raises
        ------
        ExplainedError
            If releases pile up at any size.
        """
        batch = np.arange(1, _LARGEST_BATCH + 1)
        hours = self.lead_time(batch)
        if np.isinf(hours).all():
            raise ExplainedError(
                f"releases pile up at any size up to {_LARGEST_BATCH} changes: {self.changes:g} "
                "changes a week are too many for the hours that a release and a repair take"
            )
        return int(batch[hours.argmin()])

    def _release(self, batch: ArrayLike) -> Array:
        k = np.asarray(batch, dtype=float)
        return np.asarray(self.release_hours + self.failure(k) * (self.repair + self.search * k))

    def pictures(self) -> Pictures:
        """Return one picture: lead time against the size of the batch."""
        return {"lead time": self._lead_time_picture}

    def _lead_time_picture(self) -> Picture:
        batch = np.unique(np.geomspace(1, 200, 60).round())
        funded = self.replace(release_hours=max(0.01, self.release_hours / 10))
        series, ends = [], []
        for train in (self, funded):
            hours = train.lead_time(batch)
            known = np.isfinite(hours)
            label = f"{train.release_hours:g} hours per release"
            series.append(Series(label, batch[known], hours[known]))
            soonest = (
                f"soonest, {number(hours.min())} hours, in batches of {batch[hours.argmin()]:.0f}"
            )
            ends.append(f"with {label}, {soonest if known.any() else 'releases pile up'}")
        large = float(self.lead_time(100))
        slow = (
            f"takes {number(large)} hours and" if np.isfinite(large) else "never gets out in time;"
        )
        own = self.lead_time(batch)
        soonest = batch[own.argmin()]
        return Lines(
            tuple(series),
            "changes in one release",
            "lead time (working hours)",
            title=(
                f"Soonest in use: {soonest:.0f} in one release, after {number(own.min())} hours"
                if np.isfinite(own).any()
                else "Releases pile up, whatever their size"
            ),
            shown="From ready to in use; each step on the axes is a multiple of the one before.",
            sentence=(
                f"Hours from ready to in use: {'; '.join(ends)}. A batch of 100 {slow} it fails "
                f"with a chance of {100 * float(self.failure(100)):.0f} %."
            ),
            log_x=True,
            log_y=True,
        )
