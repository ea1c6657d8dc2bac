"""The files around a notebook: those handed in beside it, and those that grading leaves."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from boxgrader.errors import GraderError, Refused
from boxgrader.nbgrader_course import timestamps
from boxgrader.nbgrader_course.bounds import USUAL, Bounds
from boxgrader.nbgrader_course.reading import open_regular
from boxgrader.nbgrader_course.walking import entries

PART = ".part-"  # begins the name of a folder of what is half done


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
        If somebody else grades it now or takes a learner out of it, or the folder of the course
        cannot be written.
    """
    import fcntl

    with _lock(course, f".grading-{assignment}.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GraderError(
                f"{assignment} is being graded by another program, or a learner is being taken out "
                "of it. Wait until that has ended, and run this again."
            ) from None
        except OSError as error:  # a share of another computer
            notes.append(
                f"The disk of {course} gives no locks ({error.strerror}): see to it that nobody "
                f"else grades {assignment} at the same time."
            )
        yield


@contextmanager
def in_turn(course: Path) -> Iterator[None]:
    """Hold the lock of a course while its gradebook is made, or is given an assignment.

    Others wait: nbgrader makes tables as if nobody else did.

    Raises
    ------
    GraderError
        If the folder of the course cannot be written.
    """
    import fcntl

    with _lock(course, ".grading.lock") as file:
        with suppress(OSError):  # no locks: `alone` says so
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock(course: Path, name: str) -> TextIO:
    try:
        return (course / name).open("a")
    except OSError as error:
        raise GraderError(
            f"The folder of the course, {course}, cannot be written ({error.strerror}), and the "
            "gradebook and the graded notebooks belong there. Change its permissions, make room, "
            "or copy the course elsewhere, and run this again."
        ) from error


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
    folder = graded / f"{PART}{assignment}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def handed_in(
    folder: Path,
    *,
    inside: Path,
    ignore: Collection[str] = (),
    released: Collection[str] = (),
    bounds: Bounds = USUAL,
) -> dict[str, bytes]:
    """Read what a learner handed in beside the notebooks.

    Number and sizes are looked at before anything is read.

    Parameters
    ----------
    folder : Path
        The submission.
    inside : Path
        The instructor's folder of all submissions: below it, no link is followed.
    ignore : collection of str
        Patterns of names, as nbgrader has them.
    released : collection of str
        Relative paths of what the instructor's own files go before: they are left alone.
    bounds : Bounds
        The most that is read.

    Returns
    -------
    dict of str to bytes
        By relative path.

    Raises
    ------
    Refused
        If it is too much, or a link.
    """
    paths: list[Path] = []
    size = 0
    folders = {str(above) for name in released for above in Path(name).parents}
    for path, status in entries(folder, ignore):
        below = path.relative_to(folder)
        name = str(below)
        if stat.S_ISDIR(status.st_mode) or path.name.endswith(".ipynb"):
            continue
        if name in folders or any(str(it) in released for it in (below, *below.parents)):
            continue
        if name == timestamps.NAME and not stat.S_ISREG(status.st_mode):
            continue  # which is told where it is read
        paths.append(path)
        size += status.st_size
        if len(paths) > bounds.files or size > bounds.beside:
            raise Refused(
                f"the files beside the notebook are more than {bounds.files:,}, or larger than "
                f"{bounds.beside >> 20:,} MB together. Please hand in the notebook and what it "
                "reads. An instructor can raise c.BoxedAutograde.most_files and most_beside."
            )
    return {str(path.relative_to(folder)): _content(path, inside, bounds) for path in paths}


def _content(path: Path, inside: Path, bounds: Bounds) -> bytes:
    with os.fdopen(open_regular(path, inside=inside), "rb") as file:
        return file.read(bounds.beside)


def lay(folder: Path, released: dict[str, Path], own: dict[str, bytes]) -> None:
    """Write what was released, and what a learner handed in beside the notebooks."""
    for name, path in released.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / name)
    for name, content in own.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).unlink(missing_ok=True)  # one that was released may not be written
        (folder / name).write_bytes(content)


def add(folder: Path, files: dict[str, bytes]) -> None:
    """Write files that a submission made; what is there already goes before.

    When it was handed in is nothing that its code says.
    """
    for name, content in files.items():
        target = folder / name
        if target.name == timestamps.NAME:
            continue
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
        except (FileExistsError, NotADirectoryError):
            continue


def remove(folder: Path, names: Collection[str], *, whole: bool) -> None:
    """Remove graded notebooks, or all of their folder; which may hold others where that is kept."""
    if whole:
        shutil.rmtree(folder, ignore_errors=True)
        return
    folder.mkdir(parents=True, exist_ok=True)  # as nbgrader does
    for name in names:
        (folder / name).unlink(missing_ok=True)


def keep(final: Path, made: Path, names: Collection[str]) -> list[str]:
    """Keep those notebooks that were graded before beside what is graded now; say which."""
    there = [name for name in names if (final / f"{name}.ipynb").is_file()]
    made.mkdir(parents=True, exist_ok=True)
    for name in there:
        shutil.copy2(final / f"{name}.ipynb", made)
    return there


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
