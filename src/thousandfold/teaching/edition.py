"""Which edition a copy of the workshop is: for a graded class or for study, with hints or not."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "study.txt"
PLACE = "THOUSANDFOLD_STUDY"  # where the file lies on a machine whose learners share one: a hub


NO_HINTS = "no-hints.txt"
HINTS = "THOUSANDFOLD_HINTS"  # "none" on a machine whose learners share one policy: a hub


def study_file() -> Path | None:
    """Return the file with answers and reasons that makes a copy one for study, if it is one."""
    places = _around(FILE)
    if given := os.environ.get(PLACE):
        places.insert(0, Path(given))
    return next((place for place in places if place.is_file()), None)


def hints_off() -> bool:
    """Say whether whoever gives the course has switched hints off.

    That is a rule among people and no lock: who looks for the hints in the package finds them.
    """
    off = os.environ.get(HINTS, "").strip().casefold() == "none"
    return off or any(place.is_file() for place in _around(NO_HINTS))


def _around(name: str) -> list[Path]:
    """Return where a file may lie: in the folder of the notebook, or in one around it."""
    here = Path.cwd()
    return [folder / name for folder in (here, *here.parents[:3])]
