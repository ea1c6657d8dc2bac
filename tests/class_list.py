"""Two hundred names, for tasks whose numbers come from a name."""

from __future__ import annotations

from itertools import product

FIRST = ["Ada", "Ben", "Chi", "Dina", "Emre", "Fatou", "Grete", "Hiro", "Ines", "Jan"]
MIDDLE = ["", "K.", "Lin", "Mara"]
LAST = ["Abt", "Berg", "Costa", "Diaz", "Ito"]

NAMES = [" ".join(filter(None, parts)) for parts in product(FIRST, MIDDLE, LAST)]
