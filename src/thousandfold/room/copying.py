"""A room as one file, to go on with on another laptop: its journal, and what was handed in."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from glob import escape
from pathlib import Path, PurePosixPath

from boxgrader.errors import Refused
from thousandfold.errors import ExplainedError
from thousandfold.room.hand_in import MOST_BYTES, Intake, folder_name
from thousandfold.room.journal import Journal, put_aside
from thousandfold.room.marks import Exercise
from thousandfold.writing import write_whole

ENDING = ".room.zip"
_JOURNAL = "day.room"
_WORK = "submitted"
_PARTS = 4  # of submitted/NAME/EXERCISE/NOTEBOOK.ipynb
_MOST_BYTES = 500 * 2**20  # of all together, unpacked
# After the day, the name of a format or an exercise, such as "ps 1.2": whatever a file may have.
_NAMED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[^/\\:*?\"<>|\x00-\x1f\x7f]{1,60}\.room")


def packed(journal: Journal, exercises: Sequence[Exercise], folder: Path | None) -> bytes:
    """Return a room as a zip file.

    Parameters
    ----------
    journal : Journal
    exercises : sequence of Exercise
        Of the day.
    folder : Path, optional
        Where submissions lie; else where the course keeps them.
    """
    kept = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="room-") as scratch:
        copy = Path(scratch, _JOURNAL)
        journal.copy_to(copy)
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, _JOURNAL)
            archive.comment = journal.path.name.encode()
            for exercise in exercises:
                work = folder or exercise.folder
                for path in sorted(
                    work.glob(f"*/{escape(exercise.assignment)}/{escape(exercise.notebook)}.ipynb")
                ):
                    if not path.is_symlink() and not path.parts[-3].startswith("."):
                        name = PurePosixPath(_WORK, *path.parts[-3:])
                        archive.writestr(str(name), path.read_bytes())
    return kept.getvalue()


def unpack(content: bytes, days: Path) -> Path:
    """Put the journal of a packed room where this computer keeps its rooms, and return its path.

    One of that day that is there already is kept aside.

    Parameters
    ----------
    content : bytes
        As `packed` gives it, or as somebody sends it who means harm.
    days : Path
        Where journals are kept.

    Raises
    ------
    ExplainedError
        If it is no packed room, or a room is open here with that day.
    """
    with _opened(content) as archive:
        named = archive.comment.decode("utf-8", "replace")
        if _JOURNAL not in archive.namelist() or not _NAMED.fullmatch(named):
            raise ExplainedError("this is no copy of a room; ask for one once more")
        journal = days / named
        whole = archive.read(_JOURNAL)
        put_aside(journal)
        write_whole(journal, whole)
        journal.chmod(0o600)
    return journal


def unpack_work(content: bytes, intake: Intake) -> tuple[int, list[str]]:
    """Put what was handed in where grading finds it; what it replaces is kept.

    Parameters
    ----------
    content : bytes
        As for `unpack`.
    intake : Intake
        Of the exercises of the day.

    Returns
    -------
    tuple
        How many notebooks came along, and those that did not, each with the reason.

    Raises
    ------
    ExplainedError
        If the disk, or the folder, has no room for them; then none is put there.
    """
    came, left = 0, []
    with _opened(content) as archive:
        works = [
            (parts[1], info)
            for info in archive.infolist()
            if len(parts := PurePosixPath(info.filename).parts) == _PARTS and parts[0] == _WORK
        ]
        people = {learner for learner, _ in works if _is_folder_name(learner)}
        size = sum(info.file_size for _, info in works)
        if people and (lack := intake.lack_of_room(people, size)):
            raise ExplainedError(
                f"what was handed in on the other laptop does not fit here: {lack}. Make room, or "
                "name a folder elsewhere with --folder, and run the command again"
            )
        for learner, info in works:
            try:
                if not _is_folder_name(learner):
                    raise Refused("a room names no folder so")
                if info.file_size > MOST_BYTES:
                    raise Refused("it is larger than a room takes")
                work = archive.read(info)
                intake.take(learner, work, intake.look(learner, work))
            except (ExplainedError, Refused) as error:
                left.append(f"{info.filename!r}: {error}")
            else:
                came += 1
    return came, left


def _is_folder_name(learner: str) -> bool:
    try:
        return learner == folder_name(learner)
    except ExplainedError:
        return False


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                raise ExplainedError("this copy is larger than any room is; ask for one once more")
            yield archive
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError) as error:
        raise ExplainedError(f"this copy of a room is damaged: {error}") from None
