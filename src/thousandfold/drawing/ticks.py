"""The numbers at an axis: round ones, written as people write them."""

from __future__ import annotations

from typing import Any

import numpy as np

from thousandfold.language import digits


def with_thousands(logarithmic: bool) -> Any:
    """Return how an axis writes its numbers: 30,000, without an exponent."""
    from matplotlib.ticker import FuncFormatter, StrMethodFormatter

    if logarithmic or digits(",.") != ",.":
        return FuncFormatter(lambda value, _: digits(f"{value:,.10g}"))
    return StrMethodFormatter("{x:,.10g}")


def round_numbers(low: float, high: float, logarithmic: bool) -> Any:
    """Return where an axis has its numbers; a logarithmic one at 2 and 5 where it spans little."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    if not logarithmic:
        return MaxNLocator("auto", steps=[1, 2, 5, 10])
    decades = abs(np.log10(high / low)) if low > 0 else 9
    return LogLocator(
        subs=(1.0, 2.0, 5.0) if decades < 2.5 else (1.0, 3.0) if decades < 3.6 else (1.0,)
    )
