"""Handing in to a live room: one notebook, kept as nbgrader keeps submissions."""

from __future__ import annotations

import datetime
import shutil
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from boxgrader.errors import Refused
from boxgrader.nbgrader_course import submissions
from thousandfold.errors import ExplainedError
from thousandfold.room.board import MOST_LEARNERS
from thousandfold.writing import make_folder, write_whole

if TYPE_CHECKING:
    from thousandfold.room.marks import Exercise

MOST_BYTES = 10 * 2**20  # as on the hub; an answered exercise has about 50 kB
_MOST_LETTERS = 40
_FREE_BYTES = 500 * 2**20
_REPLACED = ".replaced"  # nbgrader looks at no folder with a dot


def folder_name(name: str) -> str:
    """Return the folder of a learner, from the name as it was typed.

    Letters and digits of any language stay; everything else becomes a hyphen.

    Raises
    ------
    ExplainedError
        If nothing is left.

    Examples
    --------
    >>> folder_name(" Anna Müller ")
    'anna-müller'
    >>> folder_name("../../etc/passwd")
    'etc-passwd'
    """
    text = unicodedata.normalize("NFKC", name[:500]).casefold()
    kept = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in text)
    words = "-".join(unicodedata.normalize("NFC", kept).split())[:_MOST_LETTERS].strip("-")
    if not words:
        raise ExplainedError("Please type your name, so that your work can be found again.")
    return words


class Intake:
    """Takes what learners hand in, after a look at it, and puts it where grading finds it.

    Attributes
    ----------
    folder : Path
        Where submissions lie.
    """

    def __init__(self, exercise: Exercise, folder: Path) -> None:
        self._exercise = exercise
        self.folder = folder

    def has(self, learner: str) -> bool:
        """Say whether something was handed in under this name."""
        return self._target(learner).exists()

    def take(self, learner: str, content: bytes, *, keep_old: bool) -> None:
        """Put a notebook into the folder of a learner.

        Parameters
        ----------
        learner : str
            From `folder_name`.
        content : bytes
            The file as it came.
        keep_old : bool
            Whether what it replaces is kept aside: somebody else may have handed it in.

        Raises
        ------
        Refused
            If it is no notebook of this exercise, in a sentence for the learner.
        ExplainedError
            If it cannot be written.
        """
        exercise, target = self._exercise, self._target(learner)
        self._check_room(learner)
        with tempfile.TemporaryDirectory(prefix="room-") as scratch:
            looked_at = Path(scratch, f"{exercise.notebook}.ipynb")
            looked_at.write_bytes(content)
            notebook = submissions.read(looked_at)
        if not exercise.is_meant(notebook):
            raise Refused(
                f"This notebook is another one: it holds no task of {exercise.assignment}. Please "
                f"choose {exercise.notebook}.ipynb in the folder exercises/{exercise.assignment}."
            )
        now = datetime.datetime.now(datetime.UTC)
        if keep_old and target.exists():
            aside = self.folder / _REPLACED / learner / f"{now:%Y-%m-%dT%H-%M-%S.%f}.ipynb"
            make_folder(aside.parent)
            shutil.copyfile(target, aside, follow_symlinks=False)
        write_whole(target, content)
        write_whole(target.parent / "timestamp.txt", f"{now:%Y-%m-%d %H:%M:%S.%f} UTC")

    def _target(self, learner: str) -> Path:
        exercise = self._exercise
        return self.folder / learner / exercise.assignment / f"{exercise.notebook}.ipynb"

    def _check_room(self, learner: str) -> None:
        make_folder(self.folder)
        if shutil.disk_usage(self.folder).free < _FREE_BYTES:
            raise ExplainedError(
                "The disk of this room's computer is nearly full. Please tell the facilitator."
            )
        learners = sum(1 for path in self.folder.iterdir() if path.is_dir())
        if learners >= MOST_LEARNERS and not (self.folder / learner).exists():
            raise ExplainedError(
                f"{MOST_LEARNERS} people have handed in already. Please tell the facilitator."
            )
