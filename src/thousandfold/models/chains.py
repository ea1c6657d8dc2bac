"""How far news has to travel from one to the next, and whom it never reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def chain_lengths(links: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the longest shortest chain in a network, and the share of pairs without any chain.

    Parameters
    ----------
    links : array of bool, shape (people, people)
        Symmetric; whether two people talk.

    Returns
    -------
    longest : float
        In handovers; 0 when nobody talks with anybody.
    cut_off : float
        Share of pairs, 0..1.

    Examples
    --------
    Four people in a row: from one end to the other it takes three handovers.

    >>> import numpy as np
    >>> chain_lengths(np.eye(4, k=1, dtype=bool) | np.eye(4, k=-1, dtype=bool))
    (3.0, 0.0)
    """
    people = len(links)
    if people < 2:
        return 0.0, 0.0
    # Whom each can reach, one bit for each person: a step takes over what all neighbours reach.
    bits = np.eye(people, -(-people // 64) * 64, dtype=bool)
    reached = np.packbits(bits, axis=1).view(np.uint64)
    of, to = np.nonzero(links | np.eye(people, dtype=bool))
    first = np.searchsorted(of, np.arange(people))
    longest = 0
    while True:
        further = np.bitwise_or.reduceat(reached[to], first, axis=0)
        if (further == reached).all():
            break
        reached, longest = further, longest + 1
    pairs = int(np.unpackbits(reached.view(np.uint8)).sum()) - people
    return float(longest), float(1 - pairs / (people * (people - 1)))
