"""Make `exercises/` from `solutions/` with nbgrader, as `make release` does.

Everything is made in a scratch course first; an exercise is replaced only when all were made.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from course import ROOT, nbgrader_api, scratch, stems


def make(folder: Path) -> None:
    """Make the release of every module in `folder` / exercises.

    Raises
    ------
    RuntimeError
        If nbgrader refuses a module; the message holds its reason.
    """
    scratch(folder)
    course = nbgrader_api(folder)
    for stem in stems():
        result = course.generate_assignment(stem, force=True, create=True)
        if not result["success"]:
            raise RuntimeError(f"{stem}:\n{result['log']}")


def main() -> int:
    """Make all releases and put them in place."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "course"
        try:
            make(folder)
        except RuntimeError as error:
            print(
                f"nothing was written, because nbgrader refused a source: {error}", file=sys.stderr
            )
            return 1
        for stem in stems():
            shutil.copytree(
                folder / "exercises" / stem, ROOT / "exercises" / stem, dirs_exist_ok=True
            )
            print(f"exercises/{stem}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
