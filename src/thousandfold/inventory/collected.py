"""Files of answers from several people, put together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from thousandfold.inventory.answers import Answer, AnswersError, read_answers

REHEARSED = "rehearsal-of-no-people"
"""In the name of a file that a room leaves which was none."""

# As a notebook keeps them, and as a browser calls a second download; a room's; what is typed.
_NAMED = re.compile(r"(?:(?:before|after)-\w{6}\b.*|answers\b.*)\.csv", re.IGNORECASE)


def read_all(paths: Iterable[str | Path]) -> tuple[Answer, ...]:
    """Read all files of answers that are named, and those in folders that are named.

    A file that came twice counts once.

    Parameters
    ----------
    paths : iterable of str or path
        Files; or folders, of which those are read that are called ``before-k7m2p4.csv``,
        ``after-k7m2p4.csv`` or ``answers.csv``, or begin so.

    Returns
    -------
    tuple of Answer

    Raises
    ------
    AnswersError
        If one cannot be read, a folder holds none, or two say something else under one code; or if
        one is of a rehearsal, and not named as one.
    """
    paths = list(paths)
    files = [file for path in paths for file in _files(Path(path))]
    if not files:
        raise AnswersError("name a file of answers, or a folder that holds some")
    rehearsed = [file for file in files if is_rehearsed(file)]
    if rehearsed and not all(map(is_rehearsed, paths)):
        raise AnswersError(
            f"{rehearsed[0]} is of a rehearsal: what people who are none answered by chance. Take "
            "it away; the others are a study without it"
        )
    found: dict[tuple[str, str, str], tuple[Answer, Path]] = {}
    forms: dict[tuple[str, str], tuple[str, Path]] = {}
    for file in files:
        for answer in read_answers(file):
            key = (answer.person, answer.time, answer.item)
            known, where = found.setdefault(key, (answer, file))
            form, formed = forms.setdefault(key[:2], (answer.form, file))
            if known != answer or form != answer.form:
                other = where if known != answer else formed
                raise AnswersError(
                    f"{answer.person} answered {answer.item} {answer.time} in {other} and "
                    f"otherwise in {file}. If that is one person, take the older of the two away. "
                    "If it is two whom chance gave the same code, give one of them another in all "
                    "of their lines"
                )
    return tuple(answer for answer, _ in found.values())


def is_rehearsed(path: str | Path) -> bool:
    """Whether a file says by its name that its people are none."""
    return REHEARSED in Path(path).name.lower()


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        found = sorted(file for file in path.iterdir() if _NAMED.fullmatch(file.name))
    except OSError as error:
        raise AnswersError(f"{path} cannot be read: {error.strerror}") from error
    if not found:
        raise AnswersError(
            f"in {path} lies no file of answers; they are called before-k7m2p4.csv, "
            "after-k7m2p4.csv or answers.csv"
        )
    return found
