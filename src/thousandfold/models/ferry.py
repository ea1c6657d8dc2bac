"""The code of Ferry, the company of the story, before anything leaves it."""

from __future__ import annotations

import numpy as np

from thousandfold.repository.co_change import CoChange


def _ferry() -> CoChange:
    together = np.zeros((6, 6))
    for a, b, changes in [
        *[(0, 1, 170), (0, 2, 60), (0, 3, 90), (0, 4, 60), (0, 5, 60)],
        *[(1, 3, 60), (1, 5, 30), (2, 4, 40), (2, 5, 30), (3, 5, 30)],
    ]:
        together[a, b] = together[b, a] = changes
    areas = ("booking", "calendar", "payments", "messages", "reports", "login")
    return CoChange("ferry", areas, np.array([380.0, 280, 300, 160, 100, 80]), together)


FERRY = _ferry()
"""Ferry's monolith: six areas and a year of changes. Illustrative."""
