"""How a project grows, month by month, counted from its git history.

The columns are those of the data set `project_growth`, so that a project of your own can stand
beside the published ones. Only counts leave this module: no names, no addresses, no file names.

A repository is not trusted. Only its commits are read, by one streamed `git log`: its work tree is
not looked at, its configuration starts no program, and nothing is fetched from the network.
"""

from __future__ import annotations

import csv
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import warnings
from array import array
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import combinations, groupby
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias

from thousandfold.errors import ExplainedError

OLDEST_GIT = (2, 30)
# A file that more authors change in one month (a changelog) does not show who works together.
CROWD = 200
LOG = (
    *("log", "--no-merges", "--no-renames", "--use-mailmap", "--name-only", "-z"),
    # No header and no path is empty or holds NUL, so an empty item can only announce a commit.
    "--format=%x00%aI %aE",
    *("--no-ext-diff", "--no-textconv", "--no-show-signature"),
    *("--encoding=UTF-8", "--ignore-submodules=none", "-O/dev/null"),
)
# What else in a configuration could start a program, read a file or change a count.
_SETTINGS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("-c", "log.showRoot=true", "-c", "mailmap.file="),
)
_ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # a git too old for the line above obeys this one
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_FLUSH": "0",  # one write for many commits: a tenth faster
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",  # for the messages in _REFUSALS
}
# The other GIT_* variables go: in a hook, GIT_DIR and its kin name another repository.
_KEPT = ("GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_CEILING_", "GIT_DISCOVERY_")
_REFUSALS = {
    "not a git repository": "is not in a git repository; name a folder of a clone",
    "dubious ownership": "belongs to another user, so git does not read it; if you trust it, run"
    " `git config --global --add safe.directory PATH` with the absolute path of its top folder",
    "Needed a single revision": "has no commits on its current branch (HEAD); commit something or"
    " switch to a branch with commits",
    "promisor remote": "is a partial clone that lacks folders (trees) or the mailmap, and nothing"
    " is fetched while counting; run `git fetch --refetch --filter=blob:none` there, then"
    " `git cat-file -e HEAD:.mailmap`, and count again",
}
_BOT = re.compile(
    r"\[bot\]|(^|[^a-z])bot@|dependabot|renovate|greenkeeper|hashibot|web-flow"
    r"|^noreply@github\.com$"
)
_DATE = re.compile(r"\d{4}-\d\d-")
_Commit: TypeAlias = tuple[bytes, list[bytes]]  # date, space and address; changed paths


class HistoryError(ExplainedError):
    """A history cannot be counted, or its table not be written; the message says what to do."""


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
        Whether to show a progress bar on stderr, if `tqdm` is installed.

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
    source = _Repository(Path(repository).expanduser())
    if source.shallow:
        warning = (
            f"{source.place} is a shallow clone: its oldest commits seem to change every file, and"
            " its first months to be full of new authors; for the whole history run"
            " `git fetch --unshallow` there and count again"
        )
        warnings.warn(warning, HistoryWarning, stacklevel=2)
    tally = _Tally()
    with closing(source.commits()) as commits:
        for header, paths in source.with_bar(commits) if progress else commits:
            tally.add(header, paths)
    if rows := tally.rows():
        return rows
    raise HistoryError(
        f"{source.place} has no complete month to count: no person has a commit in it before"
        f" {tally.last or 'its last month'}, and the last month of a history is left out"
    )


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


def write_table(rows: Iterable[MonthCounts], path: str | Path) -> None:
    """Write months as a CSV file, whole or not at all; a file that stood there is replaced.

    Raises
    ------
    HistoryError
        If the file cannot be written. What stood there before is then untouched.
    """
    target = check_destination(path)
    part = target.with_name(f".thousandfold-{secrets.token_hex(4)}.part")
    try:
        with part.open("x", newline="", encoding="ascii") as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow(MonthCounts._fields)
            table.writerows(rows)
        part.replace(target)
    except OSError as error:
        reason = f"{error.strerror}; make room or choose another folder"
        raise HistoryError(f"cannot write {path}: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


@dataclass
class _Month:
    commits: int = 0
    authors: set[int] = field(default_factory=set)
    # Eight bytes for each file change: number of the file << 32 | number of the author.
    touches: array[int] = field(default_factory=lambda: array("Q"))


class _Tally:
    """All months at once, because a log is not in the order of its author dates."""

    def __init__(self) -> None:
        self.last = ""
        self._months: defaultdict[str, _Month] = defaultdict(_Month)
        self._files: dict[bytes, int] = {}
        self._authors: dict[str, int | None] = {}  # None: a bot
        self._first: dict[int, str] = {}

    def add(self, header: bytes, paths: list[bytes]) -> None:
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
        self._first[author] = min(name, self._first.get(author, name))
        month, files = self._months[name], self._files
        month.commits += 1
        month.authors.add(author)
        month.touches.extend([files.setdefault(path, len(files)) << 32 | author for path in paths])

    def rows(self) -> list[MonthCounts]:
        months = sorted(self._months.items())
        return [self._row(name, month) for name, month in months if name != self.last]

    def _row(self, name: str, month: _Month) -> MonthCounts:
        edits = sorted(set(month.touches))
        by_file = groupby(edits, key=lambda edit: edit >> 32)
        teams = [tuple(edit & 0xFFFFFFFF for edit in file) for _, file in by_file]
        pairs = {pair for t in set(teams) if len(t) <= CROWD for pair in combinations(t, 2)}
        people = len(month.authors)
        return MonthCounts(
            month=name,
            commits=month.commits,
            active_authors=people,
            new_authors=sum(self._first[author] == name for author in month.authors),
            possible_paths=people * (people - 1) // 2,
            coedit_paths=len(pairs),
            files_touched=len(teams),
            touches=len(month.touches),
        )


class _Repository:
    """A repository that git agrees to read, and its commits."""

    def __init__(self, place: Path) -> None:
        # Absolute, so that a PATH with "." in it cannot mean a program inside the repository.
        program = Path(shutil.which("git") or "").absolute()
        if not program.is_file():
            raise HistoryError("git is not installed or not on the PATH; see https://git-scm.com")
        if not place.is_dir():
            raise HistoryError(f"there is no folder {place}; name one that holds a git repository")
        self.place = self._here = place
        kept = {k: v for k, v in os.environ.items() if k[:4] != "GIT_" or k.startswith(_KEPT)}
        self._environment = kept | _ENVIRONMENT
        self._git = [str(program), "--no-pager", *_SETTINGS]
        version = self._ask("version").strip()
        numbers = re.search(r"(\d+)\.(\d+)", version)
        if not numbers or tuple(map(int, numbers.groups())) < OLDEST_GIT:
            wanted = ".".join(map(str, OLDEST_GIT))
            raise HistoryError(f"git {wanted} or newer is needed, not {version}; update git")
        found = self._ask("rev-parse", "--is-shallow-repository", "--absolute-git-dir")
        shallow, _, folder = found.partition("\n")
        self.shallow = shallow == "true"
        # With its own folder as its work tree, nothing that is checked out can be read.
        self._here = Path(folder.removesuffix("\n"))
        self._environment |= dict.fromkeys(("GIT_DIR", "GIT_WORK_TREE"), str(self._here))
        # The number of the commit, because a branch can move while it is counted.
        self._head = self._ask("rev-parse", "--verify", "HEAD^{commit}").strip()
        self._git += ["-c", f"mailmap.blob={self._head}:.mailmap"]

    def commits(self) -> Generator[_Commit, None, None]:
        """Stream the commits; an error of git, also a late one, is raised."""
        with (
            tempfile.TemporaryFile() as complaints,
            self._start(*LOG, self._head, "--", stderr=complaints) as git,
        ):
            try:
                yield from _commits(git.stdout)
            except BaseException:
                git.kill()
                raise
            if git.wait():
                complaints.seek(0)
                raise self._refusal(complaints.read())

    def with_bar(self, commits: Iterable[_Commit]) -> Iterable[_Commit]:
        try:
            from tqdm import tqdm
        except ImportError:
            return commits
        total = int(self._ask("rev-list", "--count", "--no-merges", self._head, "--"))
        bar: Iterable[_Commit] = tqdm(commits, total=total, unit=" commits", leave=False)
        return bar

    def _ask(self, *arguments: str) -> str:
        with self._start(*arguments, stderr=subprocess.PIPE) as git:
            answer, complaints = git.communicate()
        if git.returncode:
            raise self._refusal(complaints)
        return os.fsdecode(answer)

    def _start(self, *arguments: str, stderr: int | IO[bytes]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*self._git, *arguments],
                bufsize=0,  # a read gives what is there, so the bar moves and Ctrl-C works
                cwd=self._here,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        except OSError as error:
            reason = f"{error.strerror}; check that you may open this folder"
            raise HistoryError(f"git cannot be started in {self._here}: {reason}") from error

    def _refusal(self, complaints: bytes) -> HistoryError:
        text = complaints.decode("utf-8", "replace")
        for sign, sentence in _REFUSALS.items():
            if sign in text:
                return HistoryError(f"{self.place} {sentence}")
        *_, last = text.strip().splitlines() or ["it ended without a word"]
        # The repository may have chosen these words: nothing in them may steer a terminal.
        words = "".join(c if c.isprintable() else "?" for c in last.removeprefix("fatal: "))
        return HistoryError(f"git cannot read {self.place} ({words}); `git fsck` there may say why")


def _commits(stream: IO[bytes] | None) -> Iterator[_Commit]:
    """Cut the output of `LOG` into commits."""
    header, paths, rest = b"", list[bytes](), b""
    while chunk := stream and stream.read(1 << 16):
        *items, rest = (rest + chunk).split(b"\0")
        for item in items:
            if not item:
                if header:
                    yield header, paths
                header, paths = b"", []
            elif not header:
                header = item
            else:
                # git puts one line feed between a header and its paths.
                paths.append(item if paths else item.removeprefix(b"\n"))
    if header:
        yield header, paths
