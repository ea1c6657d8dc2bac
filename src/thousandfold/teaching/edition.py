"""Which edition a copy of the workshop is: one for a graded class, or one for study."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "study.txt"
PLACE = "THOUSANDFOLD_STUDY"  # where the file lies on a machine whose learners share one: a hub


def study_file() -> Path | None:
    """Return the file with answers and reasons that makes a copy one for study, if it is one."""
    here = Path.cwd()
    places = [folder / FILE for folder in (here, *here.parents[:3])]
    if given := os.environ.get(PLACE):
        places.insert(0, Path(given))
    return next((place for place in places if place.is_file()), None)
