"""A room as one file, to go on with on another laptop: its journal, and what was handed in."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from thousandfold.errors import ExplainedError
from thousandfold.room.hand_in import MOST_BYTES, folder_name
from thousandfold.room.journal import Journal
from thousandfold.room.marks import Exercise
from thousandfold.writing import make_folder, write_whole

ENDING = ".room.zip"
_JOURNAL = "day.room"
_WORK = "submitted"
_MOST_BYTES = 500 * 2**20  # of all together, unpacked
_PLAIN = re.compile(r"[\w-]{1,80}")
_NAMED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[\w-]{1,60}\.room")


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
                for path in sorted(work.glob(f"*/{exercise.assignment}/{exercise.notebook}.ipynb")):
                    if not path.is_symlink() and not path.parts[-3].startswith("."):
                        name = PurePosixPath(_WORK, *path.parts[-3:])
                        archive.writestr(str(name), path.read_bytes())
    return kept.getvalue()


def unpack(content: bytes, days: Path, folder: Path) -> Path:
    """Put a packed room where this computer keeps its rooms, and return its journal.

    Parameters
    ----------
    content : bytes
        As `packed` gives it, or as somebody sends it who means harm.
    days : Path
        Where journals are kept.
    folder : Path
        Where submissions lie. A notebook that lies there already and is another one stays.

    Raises
    ------
    ExplainedError
        If it is no packed room, or this computer has that day already.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            named = archive.comment.decode("utf-8", "replace")
            infos = {info.filename: info for info in archive.infolist()}
            if _JOURNAL not in infos or not _NAMED.fullmatch(named):
                raise ExplainedError("this is no copy of a room; ask for one once more")
            if sum(info.file_size for info in infos.values()) > _MOST_BYTES:
                raise ExplainedError("this copy is larger than any room is; ask for one once more")
            journal = days / named
            if journal.exists():
                raise ExplainedError(
                    f"this computer has a room of that day already, {journal}. Go on with it by "
                    "the same command without --take-over, or give the file another name"
                )
            for name, info in infos.items():
                parts = PurePosixPath(name).parts
                if name != _JOURNAL and _is_work(parts, info.file_size):
                    target = folder.joinpath(*parts[1:])
                    if not target.exists():
                        write_whole(target, archive.read(info))
            make_folder(days)
            write_whole(journal, archive.read(_JOURNAL))
            journal.chmod(0o600)
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError) as error:
        raise ExplainedError(f"this copy of a room is damaged: {error}") from None
    return journal


def _is_work(parts: Sequence[str], size: int) -> bool:
    """Say whether this is a notebook of a learner, at a place where one may lie."""
    if len(parts) != 4 or parts[0] != _WORK or size > MOST_BYTES:
        return False
    _, learner, assignment, file = parts
    try:
        safe = learner == folder_name(learner)
    except ExplainedError:  # there is no letter in it
        safe = False
    names = (assignment, file.removesuffix(".ipynb"))
    return safe and file.endswith(".ipynb") and all(map(_PLAIN.fullmatch, names))
