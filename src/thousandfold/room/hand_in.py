"""Handing in to a live room: one notebook, kept as nbgrader keeps submissions."""

from __future__ import annotations

import datetime
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

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
_MOST_VERSIONS = 20  # that are kept of what somebody handed in before, for each exercise
_MOST_KEPT = 20 * 2**20  # bytes of them, for each learner
_DEVICES = {"con", "prn", "aux", "nul", *(f"{it}{n}" for it in ("com", "lpt") for n in range(10))}
_ALWAYS = datetime.timedelta.max
_TIME = "%Y-%m-%dT%H-%M-%S.%f"
_NAME_OF_ANY = "your file"  # in a refusal: which exercise it is of is not known yet


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
    return f"{words}-" if words in _DEVICES else words


def meant_for(notebook: NotebookNode, exercises: Sequence[Exercise]) -> Exercise | None:
    """Return the exercise that a notebook is one of, or nothing; `not_meant` says so to a learner.

    Exercises share some names of cells: of two that fit, it is the one with more of its own tests.
    """
    fit = [exercise for exercise in exercises if exercise.is_meant(notebook)]
    return max(fit, key=lambda exercise: exercise.held(notebook), default=None)


def not_meant(exercises: Sequence[Exercise]) -> str:
    """Return the sentence for a learner whose notebook is of none of these exercises."""
    files = [f"exercises/{it.assignment}/{it.notebook}.ipynb" for it in exercises]
    wanted = " or ".join(filter(None, (", ".join(files[:-1]), files[-1])))
    return f"This notebook is another one. Please hand in {wanted}."


class Intake:
    """Takes what learners hand in, after a look at it, and puts it where grading finds it.

    Parameters
    ----------
    exercises : sequence of Exercise
        Of the day: which one a notebook is of, the notebook says.
    folder : Path
        Where submissions lie.
    """

    def __init__(self, exercises: Sequence[Exercise], folder: Path) -> None:
        self._exercises = exercises
        self._folder = folder
        self._writing = threading.Lock()

    def look(self, learner: str, content: bytes) -> Exercise:
        """Return the exercise that a notebook is of, if it can be taken.

        Parameters
        ----------
        learner : str
            From `folder_name`.
        content : bytes
            The file as it came.

        Returns
        -------
        Exercise
            The one that it is of.

        Raises
        ------
        Refused
            If it is no notebook of these exercises, in a sentence for the learner.
        ExplainedError
            If there is no room for it.
        """
        if lack := self.lack_of_room([learner]):
            raise ExplainedError(f"{lack}. Please tell the facilitator.")
        exercise = meant_for(_read(content), self._exercises)
        if exercise is None:
            raise Refused(not_meant(self._exercises))
        return exercise

    def lack_of_room(self, learners: Iterable[str], size: int = 0) -> str:
        """Return why these learners could hand in nothing more; nothing where they can.

        Parameters
        ----------
        learners : iterable of str
            From `folder_name`.
        size : int, optional
            Bytes of what they hand in.
        """
        make_folder(self._folder)
        if shutil.disk_usage(self._folder).free < _FREE_BYTES + size:
            return "The disk of this room's computer is nearly full"
        there = {path.name for path in self._folder.iterdir() if path.is_dir()}
        there = {name for name in there if not name.startswith(".")}
        if not there.issuperset(learners) and len(there.union(learners)) > MOST_LEARNERS:
            return f"{MOST_LEARNERS} people have handed in already"
        return ""

    def take(self, learner: str, content: bytes, exercise: Exercise) -> None:
        """Put a notebook into the folder of a learner; what it replaces is kept aside.

        Parameters
        ----------
        learner, content
            As `look` has seen them.
        exercise : Exercise
            What it returned.

        Raises
        ------
        ExplainedError
            If it cannot be written.
        """
        target = self._target(learner, exercise)
        aside = self.replaced(learner) / exercise.assignment
        with self._writing:  # of two at the same moment the second replaces the first
            now = datetime.datetime.now(datetime.UTC)
            _keep(target, aside, content, now)
            write_whole(target, content)
            write_whole(target.parent / "timestamp.txt", f"{now:%Y-%m-%d %H:%M:%S.%f} UTC")

    def replaced(self, learner: str) -> Path:
        """Return the folder in which it is kept what somebody handed in before."""
        return self._folder / _REPLACED / learner

    def _target(self, learner: str, exercise: Exercise) -> Path:
        return self._folder / learner / exercise.assignment / f"{exercise.notebook}.ipynb"


def _read(content: bytes) -> NotebookNode:
    with tempfile.TemporaryDirectory(prefix="room-") as scratch:
        looked_at = Path(scratch, _NAME_OF_ANY)
        looked_at.write_bytes(content)
        try:
            return submissions.read(looked_at)
        except Refused as refused:
            said = str(refused)
            raise Refused(said[:1].upper() + said[1:]) from None


def _keep(target: Path, aside: Path, content: bytes, now: datetime.datetime) -> None:
    """Keep what is about to be replaced, unless it is the same."""
    try:
        before = b"" if target.is_symlink() else target.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise ExplainedError(f"{target} cannot be read: {error.strerror}") from error
    if not before or before == content:
        return
    write_whole(aside / f"{now:{_TIME}}.ipynb", before)
    _thin_out(aside.parent)


def _thin_out(folder: Path) -> None:
    """Delete what are too many versions of a learner: those that came soonest after the one before.

    So whoever hands in under another's name again and again deletes own work, and neither the
    first version nor one that stood for long. Only where the first ones alone are too large, the
    oldest goes.
    """
    kept = {
        aside: sorted(filter(None, map(_dated, aside.glob("*.ipynb"))))
        for aside in folder.iterdir()
    }
    while True:
        among = [versions for versions in kept.values() if len(versions) > _MOST_VERSIONS]
        size = sum(path.stat().st_size for versions in kept.values() for _, path in versions)
        if not among and size <= _MOST_KEPT:
            return
        _, _, versions, place = min(
            (versions[at][0] - versions[at - 1][0] if at else _ALWAYS, version, versions, at)
            for versions in among or kept.values()
            for at, version in enumerate(versions)
        )
        versions.pop(place)[1].unlink(missing_ok=True)


def _dated(version: Path) -> tuple[datetime.datetime, Path] | None:
    try:
        return datetime.datetime.strptime(version.stem, _TIME).replace(tzinfo=datetime.UTC), version
    except ValueError:  # a person has put it there
        return None
