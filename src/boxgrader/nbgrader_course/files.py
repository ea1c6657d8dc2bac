"""The files around a notebook: those handed in beside it, and those that grading leaves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader import utils

from boxgrader.errors import GraderError, Refused, shown
from boxgrader.nbgrader_course.reading import open_regular

_MOST_FILES, _MOST_BYTES = 200, 32 << 20


@contextmanager
def alone(course: Path, assignment: str, notes: list[str]) -> Iterator[None]:
    """Hold the lock of an assignment, which the system opens when a grader dies.

    Parameters
    ----------
    course : Path
    assignment : str
    notes : list of str
        Is told where there are no locks.

    Raises
    ------
    GraderError
        If somebody else grades it now, or the folder of the course cannot be written.
    """
    import fcntl

    try:
        file = (course / f".grading-{assignment}.lock").open("a")
    except OSError as error:
        raise GraderError(
            f"The folder of the course, {course}, cannot be written ({error.strerror}), and the "
            "gradebook and the graded notebooks belong there. Change its permissions, make room, "
            "or copy the course elsewhere, and run this again."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GraderError(
                f"{assignment} is being graded by another program. Wait until that has ended, and "
                "run this again."
            ) from None
        except OSError as error:  # a share of another computer
            notes.append(
                f"The disk of {course} gives no locks ({error.strerror}): see to it that nobody "
                f"else grades {assignment} at the same time."
            )
        yield


@contextmanager
def parts(graded: Path, assignment: str) -> Iterator[Path]:
    """Give a folder for what is half done; what a grader that was killed left in it is removed.

    Parameters
    ----------
    graded : Path
        The folder of all graded notebooks: beside them, a file is moved and not copied.
    assignment : str
        Nobody else grades it now (see `alone`).
    """
    folder = graded / f".part-{assignment}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def handed_in(folder: Path, *, inside: Path, ignore: list[str]) -> dict[str, bytes]:
    """Read what was handed in beside the notebook.

    Parameters
    ----------
    folder : Path
        The submission.
    inside : Path
        The instructor's folder of all submissions: below it, no link is followed.
    ignore : list of str
        Patterns of names, as nbgrader has them.

    Returns
    -------
    dict of str to bytes
        By relative path.

    Raises
    ------
    Refused
        If it is too much, or a link.
    """
    found: dict[str, bytes] = {}
    left = _MOST_BYTES
    for here, folders, names in os.walk(folder):
        for name in sorted(folders):
            if (Path(here) / name).is_symlink():
                raise Refused(
                    f"{shown(name)} is a link to another folder. "
                    "Please hand in the files themselves."
                )
        for name in sorted(names):
            path = Path(here, name)
            if name.endswith(".ipynb") or utils.is_ignored(str(path), ignore):
                continue
            with os.fdopen(open_regular(path, inside=inside), "rb") as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0 or len(found) >= _MOST_FILES:
                raise Refused(
                    f"the files beside the notebook are more than {_MOST_FILES}, or larger "
                    f"than {_MOST_BYTES >> 20} MB together. Please hand in the notebook "
                    "and what it reads."
                )
            found[str(path.relative_to(folder))] = content
    return found


def add(folder: Path, files: dict[str, bytes]) -> None:
    """Write files that a submission made; what is there already goes before."""
    for name, content in files.items():
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
        except (FileExistsError, NotADirectoryError):
            continue


def move(made: Path, final: Path) -> None:
    """Move every file to its place, whole, and onto the disk."""
    for path in sorted(made.rglob("*")):
        if path.is_dir():
            continue
        with path.open("rb") as file:
            os.fsync(file.fileno())
        target = final / path.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
