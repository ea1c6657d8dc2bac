"""What may be shown of a group so that nothing is shown of anybody in it.

The rules are those of statistical offices: what fewer than five people said is not shown, and
counts are rounded to fives, each by itself, so that 0, 1 and 2 look the same, and 3 to 7 as well
(the rounding of the Higher Education Statistics Agency, HESA). "Five of five" may then be three of
five, or five of seven: nobody's answer follows from it, not even for one who takes away the own. No
sum is made of more than what is shown, so a difference gives nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence

FEWEST_PEOPLE = 5
_ROUNDED = 5


def may_be_shown(people: int) -> bool:
    """Say whether so many people may be summed up."""
    return people >= FEWEST_PEOPLE


def in_fives(people: int) -> int:
    """Return a count as it may be shown.

    Examples
    --------
    >>> [in_fives(people) for people in (0, 2, 3, 5, 7, 8)]
    [0, 0, 5, 5, 5, 10]
    """
    return _ROUNDED * ((people + _ROUNDED // 2) // _ROUNDED)


def of_the_middle(values: Sequence[float]) -> float:
    """Return the mean of the middle half of some values, three of five: never one person's own.

    The middle of an odd number of values is somebody's; this is not, and one who is far off moves
    it as little.

    Examples
    --------
    >>> of_the_middle([1, 2, 3, 4, 1000])
    3.0
    """
    cut = len(values) // 4
    middle = sorted(values)[cut : len(values) - cut]
    return sum(middle) / len(middle)
