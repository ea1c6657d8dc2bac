"""The files around a notebook: those handed in beside it, and those that grading leaves."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boxgrader.box.bench import Settings
from boxgrader.errors import GraderError, Refused
from boxgrader.nbgrader_course import timestamps
from boxgrader.nbgrader_course.bounds import USUAL, Bounds
from boxgrader.nbgrader_course.reading import open_regular
from boxgrader.nbgrader_course.walking import entries

_VERSION = b"4"  # raised when grades of unchanged submissions may change
_MOST_NOTEBOOKS = 5  # that are digested, of full size


@contextmanager
def alone(course: Path, assignment: str) -> Iterator[None]:
    """Hold the lock of an assignment, which the system opens when a grader dies.

    Raises
    ------
    GraderError
        If somebody else grades it now.
    """
    import fcntl

    with (course / f".grading-{assignment}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GraderError(
                f"{assignment} is being graded by another program. Wait until that has ended, and "
                "run this again."
            ) from None
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


def digest_source(settings: Settings, notebooks: list[Any], files: dict[str, Path]) -> bytes:
    """Digest what grades depend on besides the submission.

    Parameters
    ----------
    settings : Settings
    notebooks : list of nbgrader.api.Notebook
        As they stand in the gradebook.
    files : dict of str to Path
        The instructor's files beside them.
    """
    # Not the limits: who raises one for a slow learner does not want to grade two thousand again.
    used = (settings.boxed, settings.readable)
    digest = hashlib.sha256(_VERSION + repr(used).encode())
    for notebook in notebooks:
        cells = sorted((cell.name, cell.checksum or "") for cell in notebook.source_cells)
        points = sorted((cell.name, cell.max_score) for cell in notebook.grade_cells)
        digest.update(repr((notebook.name, cells, points)).encode())
    for name, path in sorted(files.items()):
        digest.update(name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def digest_submission(
    folder: Path, source: bytes, *, released: Collection[str] = (), bounds: Bounds = USUAL
) -> str:
    """Digest a submission and what its grades depend on besides.

    Returns
    -------
    str
        Nothing if it is unreadable, or more than will be read: it is refused each time.
    """
    digest = hashlib.sha256(source)
    left = bounds.beside + _MOST_NOTEBOOKS * bounds.notebook
    try:
        for path, status in entries(folder):
            name = str(path.relative_to(folder))
            left -= status.st_size
            if left < 0:
                return ""
            digest.update(os.fsencode(f"\0{name}\0{status.st_mode}\0{status.st_size}\0"))
            if stat.S_ISREG(status.st_mode) and name not in released:
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
    except (OSError, Refused):  # a path that is too long, a file that may not be read
        return ""
    return digest.hexdigest()


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
    """Write files that a submission made; what is there already goes before."""
    for name, content in files.items():
        target = folder / name
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
