"""How few features have most of the use, and what removing the others saves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, quantity
from thousandfold.errors import ExplainedError
from thousandfold.models.choice import choice_shares
from thousandfold.picture import Lines, Note, Picture, Series

_PENDO = "Pendo 2019, Feature Adoption Report: 12 % of features had 80 % of clicks; our calculation"

_SHARE = Quantity(0, "share", "a share of the features or of the clicks", 0, 1)


@dataclass(frozen=True)
class FeatureUse(Model):
    """How unevenly a product's features are used: a few have most of the clicks.

    ::

        clicks on the feature of rank r = r ** -exponent, as a share of all clicks

    (Zipf's law.) It leaves out: what a click is worth. A feature with few clicks may be the one
    reason why a power user pays.

    Examples
    --------
    >>> FeatureUse().clicks_of_top([0.12, 0.2, 0.5]).round(2).tolist()
    [0.8, 0.86, 0.95]
    """

    features: float = quantity(
        100,
        "features",
        "how many the product has",
        low=2,
        high=1000,
        whole=True,
        decision=True,
        because="the size of the example",
    )
    exponent: float = quantity(
        1.376,
        "power",
        "0 when all are used alike",
        low=0,
        high=5,
        source=_PENDO,
        plausible=(0.8, 2),
        because="Pendo 2019 has 80 % on the top 12 %, over 615 products; "
        "0.8 gives these 47 %, 2 gives 96 %",
    )

    @property
    def clicks(self) -> Array:
        """Share of the clicks of each feature, the most used first, shape (features,)."""
        return choice_shares(-self.exponent * np.log(np.arange(1, int(self.features) + 1)))

    def _curve(self) -> tuple[Array, Array]:
        """Shares of the features and of the clicks, both summed up from the most used."""
        summed = np.concatenate([[0], np.cumsum(self.clicks)])
        return np.linspace(0, 1, len(summed)), summed

    def clicks_of_top(self, share: ArrayLike) -> Array:
        """Return the share of clicks of the most used share of features, shape as `share`.

        Raises
        ------
        ExplainedError
            If a share does not lie in 0..1.
        """
        return np.asarray(np.interp(_SHARE.check("share", share), *self._curve()))

    def features_for(self, clicks: ArrayLike) -> Array:
        """Return the smallest share of the features that has the share `clicks` of all clicks."""
        features, summed = self._curve()
        return np.asarray(np.interp(_SHARE.check("clicks", clicks), summed, features))

    def fitted_to(self, top: float, clicks: float) -> FeatureUse:
        """Return the model in which the `top` share of features has the share `clicks`.

        Raises
        ------
        ExplainedError
            If no exponent does it: the most used features have at least their share of clicks.
        """
        from scipy.optimize import brentq

        top, clicks = _SHARE.check_one("top", top), _SHARE.check_one("clicks", clicks)

        def gap(exponent: float) -> float:
            return float(self.replace(exponent=exponent).clicks_of_top(top)) - clicks

        low, high = self.quantities()["exponent"].low, self.quantities()["exponent"].high
        if gap(low) * gap(high) > 0:
            raise ExplainedError(
                f"with {self.features:g} features the top {top:g} cannot have {clicks:g} of the "
                f"clicks: it has between {gap(low) + clicks:.2g} and {gap(high) + clicks:.2g}"
            )
        return self.replace(exponent=brentq(gap, low, high, xtol=1e-10))

    def pictures(self) -> Pictures:
        """Return one picture: the share of clicks against the share of features."""
        return {"clicks": self._clicks_picture}

    def _clicks_picture(self) -> Picture:
        features, clicks = self._curve()
        eighty = float(self.features_for(0.8))
        return Lines(
            (
                Series("this product", features, clicks),
                Series("if all were used alike", features, features, colour="soft"),
            ),
            "features (share, the most used first)",
            "clicks (share of all)",
            title=f"{100 * eighty:.0f} % of the features have 80 % of the clicks",
            notes=(Note(f"80 % of the clicks: {100 * eighty:.0f} % of the features", eighty, 0.8),),
            sentence=(
                f"Of {self.features:,.0f} features, the most used {100 * eighty:.0f} % have 80 % "
                "of the clicks, and the less used half has "
                f"{100 * (1 - float(self.clicks_of_top(0.5))):.0f} %."
            ),
        )
