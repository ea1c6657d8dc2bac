"""How a project grows, month by month, counted from its git history.

The columns are those of the data set `project_growth`, so that a project of your own can stand
beside the published ones. What is written holds counts only: no names, no addresses, no file names.
`git_log` reads the commits.
"""

from __future__ import annotations

import csv
import io
import os
import re
import warnings
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import combinations, groupby
from pathlib import Path
from typing import NamedTuple

from thousandfold.errors import ExplainedError
from thousandfold.repository.log import HistoryError, Repository
from thousandfold.writing import write_whole

__all__ = [
    "Edit",
    "History",
    "HistoryError",
    "HistoryWarning",
    "MonthCounts",
    "check_destination",
    "count_history",
    "read_history",
    "write_table",
]

# A file that more authors change in one month (a changelog) does not show who works together.
CROWD = 200
_BOT = re.compile(
    r"\[bot\]|(^|[^a-z])bot@|dependabot|renovate|greenkeeper|hashibot|web-flow"
    r"|^noreply@github\.com$|^actions@github\.com$"
    # Assistants that commit under an address of their own.
    r"|^noreply@anthropic\.com$|^([0-9]+\+)?copilot@users\.noreply\.github\.com$|^cursoragent@"
)
_DATE = re.compile(r"\d{4}-\d\d-")


class HistoryWarning(UserWarning):
    """A history was counted, but some of its counts mislead."""


class MonthCounts(NamedTuple):
    """What happened in one month of a project.

    Attributes
    ----------
    month : str
        Such as ``2024-05``: of the author date, in the time zone of the author.
    commits : int
        Commits that are not merges.
    active_authors, new_authors : int
        E-mail addresses among their authors; those of whom the history holds no earlier month.
    possible_paths : int
        Pairs of active authors: n(n - 1) / 2.
    coedit_paths : int
        Pairs of authors who changed at least one same file in the month. Files that more than 200
        authors changed in it are left out.
    files_touched, touches : int
        Distinct files changed; file changes, where a file changed by three commits counts thrice.
    """

    month: str
    commits: int
    active_authors: int
    new_authors: int
    possible_paths: int
    coedit_paths: int
    files_touched: int
    touches: int


def count_history(repository: str | Path, progress: bool = False) -> list[MonthCounts]:
    """Count how many people changed a project each month, and how many of them shared a file.

    Counted are the commits that HEAD reaches, without merges; a renamed file counts as two. An
    author is an e-mail address in lower case, after the ``.mailmap`` committed at HEAD. Left out
    are bots, commits whose date git cannot read, months without a commit, and the last month of
    the history, which is incomplete.

    Parameters
    ----------
    repository : str or Path
        A clone, bare or not. A folder inside a work tree stands for its whole repository.
    progress : bool
        Whether to show a progress bar, on stderr or in a notebook, if `tqdm` is installed.

    Returns
    -------
    list of MonthCounts
        One row for each month, oldest first.

    Raises
    ------
    HistoryError
        If git is missing or too old; if the repository cannot be read, has no commits or lacks
        objects (a partial clone); if no complete month is left.

    Warns
    -----
    HistoryWarning
        If the clone is shallow.

    Notes
    -----
    Sharing a file is not talking, and people who talk may share no file. An address is not a
    person: who writes from two counts as two, unless the mailmap joins them. Clocks may be wrong.
    Grafts, replaced objects and a mailmap outside the history are ignored, so that every full
    clone of a commit gives the same table.
    """
    return read_history(repository, progress).growth()


def read_history(repository: str | Path, progress: bool = False) -> History:
    """Read a repository once, for all that is counted from it.

    Parameters
    ----------
    repository, progress
        As for `count_history`.

    Returns
    -------
    History

    Raises
    ------
    HistoryError
        If git is missing or too old; if the repository cannot be read, has no commits or lacks
        objects (a partial clone).

    Warns
    -----
    HistoryWarning
        If the clone is shallow.
    """
    source = Repository(Path(repository).expanduser())
    if source.shallow:
        warning = (
            f"{source.place} is a shallow clone: its oldest commits seem to change every file, and"
            " its first months to be full of new authors; for the whole history run"
            " `git fetch --unshallow` there and count again"
        )
        warnings.warn(warning, HistoryWarning, stacklevel=2)
    history = History(str(source.place))
    with closing(source.commits()) as commits:
        for header, paths in source.with_bar(commits) if progress else commits:
            history.add(header, paths)
    return history


def check_destination(path: str | Path) -> Path:
    """Return the file that a table would be written to, links followed.

    Raises
    ------
    HistoryError
        If its folder does not exist or is closed to you, or if it is something else than a file.
    """
    target = Path(path).resolve()
    if not target.parent.is_dir():
        problem = f"there is no folder {target.parent}; create it first"
    elif not os.access(target.parent, os.W_OK | os.X_OK):
        problem = f"you may not write in {target.parent}; choose another folder"
    elif target.exists() and not target.is_file():
        problem = "it exists and is not a file; choose another name"
    else:
        return target
    raise HistoryError(f"cannot write {path}: {problem}")


def write_table(
    rows: Iterable[tuple[object, ...]],
    path: str | Path,
    columns: Sequence[str] = MonthCounts._fields,
) -> None:
    """Write counts as a CSV file, whole or not at all; a file that stood there is replaced.

    Parameters
    ----------
    rows : iterable of tuple
        Months, unless `columns` says something else.
    path : str or Path
    columns : sequence of str
        The first line.

    Raises
    ------
    HistoryError
        If the file cannot be written. What stood there before is then untouched.
    """
    target = check_destination(path)
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    try:
        write_whole(target, text.getvalue())
    except ExplainedError as error:
        raise HistoryError(f"{error}; make room or choose another folder") from error


@dataclass
class _Month:
    authors: set[int] = field(default_factory=set)
    # Eight bytes for each file change: number of the file << 32 | number of the author.
    touches: array[int] = field(default_factory=lambda: array("Q"))
    ends: array[int] = field(default_factory=lambda: array("Q"))  # of each commit in `touches`


class Edit(NamedTuple):
    """One commit that changed files.

    Attributes
    ----------
    month : str
        Of the author date.
    author : int
        A number: who it is, is not kept.
    files : list of int
        Places in `History.files`.
    """

    month: str
    author: int
    files: list[int]


class History:
    """What one pass over a repository found: all months at once, since a log is in no such order.

    It holds paths and addresses while it is there. None of its methods gives an address away.

    Attributes
    ----------
    place : str
        Where the repository is, for messages.
    last : str
        The newest month of any commit; it is not complete.
    first : dict of int to str
        The month of the earliest commit of each author.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.last = ""
        self.first: dict[int, str] = {}
        self._months: defaultdict[str, _Month] = defaultdict(_Month)
        self._files: dict[bytes, int] = {}
        self._authors: dict[str, int | None] = {}  # None: a bot

    def add(self, header: bytes, paths: list[bytes]) -> None:
        """Count one commit: date, space and address; changed paths."""
        date, _, address = header.decode("utf-8", "surrogateescape").partition(" ")
        if not _DATE.match(date):
            return
        name, address = date[:7], address.lower()
        # A bot's commit counts for nothing, but shows that the months before it are over.
        self.last = max(self.last, name)
        if address not in self._authors:
            self._authors[address] = None if _BOT.search(address) else len(self._authors)
        if (author := self._authors[address]) is None:
            return
        self.first[author] = min(name, self.first.get(author, name))
        month, files = self._months[name], self._files
        month.authors.add(author)
        month.touches.extend([files.setdefault(path, len(files)) << 32 | author for path in paths])
        month.ends.append(len(month.touches))

    @property
    def files(self) -> list[bytes]:
        """Path of each file ever changed, in the order of their numbers."""
        return list(self._files)

    @property
    def complete(self) -> list[str]:
        """The months with commits of people, oldest first, without the last one."""
        return sorted(self._months.keys() - {self.last})

    def refuse_without_people(self) -> None:
        """Raise an error if all commits are by bots.

        Raises
        ------
        HistoryError
            That says so.
        """
        if self._authors and not self._months:
            raise HistoryError(
                f"all commits of {self.place} are by bots, and bots are not counted; name the"
                " repository in which people work"
            )

    def edits(self, since: str, until: str) -> Iterator[Edit]:
        """Yield the commits from the month `since` to the one before `until` that changed files."""
        for name in sorted(self._months):
            if since <= name < until:
                month, start = self._months[name], 0
                for end in month.ends:
                    if touched := month.touches[start:end]:
                        author = touched[0] & 0xFFFFFFFF
                        yield Edit(name, author, [touch >> 32 for touch in touched])
                    start = end

    def growth(self) -> list[MonthCounts]:
        """Return one row for each complete month, oldest first.

        Raises
        ------
        HistoryError
            If there is none.
        """
        if rows := [self._row(name, self._months[name]) for name in self.complete]:
            return rows
        self.refuse_without_people()
        raise HistoryError(
            f"{self.place} has no complete month to count: no person has a commit in it before"
            f" {self.last or 'its last month'}, and the last month of a history is left out"
        )

    def _row(self, name: str, month: _Month) -> MonthCounts:
        edits = sorted(set(month.touches))
        by_file = groupby(edits, key=lambda edit: edit >> 32)
        teams = [tuple(edit & 0xFFFFFFFF for edit in file) for _, file in by_file]
        pairs = {pair for t in set(teams) if len(t) <= CROWD for pair in combinations(t, 2)}
        people = len(month.authors)
        return MonthCounts(
            month=name,
            commits=len(month.ends),
            active_authors=people,
            new_authors=sum(self.first[author] == name for author in month.authors),
            possible_paths=people * (people - 1) // 2,
            coedit_paths=len(pairs),
            files_touched=len(teams),
            touches=len(month.touches),
        )
