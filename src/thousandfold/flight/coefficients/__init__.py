"""Every coefficient of the flight simulator: unit, range, what is plausible, and what it stands on.

A coefficient that another model has is taken over from there, with its source; where the game
needs another default than the model's, it is a coefficient of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.flight.coefficients.customers import Customers
from thousandfold.flight.coefficients.money import Money
from thousandfold.flight.coefficients.partners import Partners
from thousandfold.flight.coefficients.people import People
from thousandfold.flight.coefficients.product import Product
from thousandfold.flight.coefficients.running import Running


@dataclass(frozen=True)
class Coefficients(Money, Partners, Running, Customers, Product, People):
    """The numbers behind `flight.Flight`, which says what they do.

    The fields of the class that is named last come first.
    """
