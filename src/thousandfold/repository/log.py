"""The commits of a git repository, read without trusting it.

Only its commits are read, by one streamed `git log`: its work tree is not looked at, its
configuration starts no program, and nothing is fetched from the network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import IO, TypeAlias

from thousandfold.errors import ExplainedError

OLDEST_GIT = (2, 30)
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
Commit: TypeAlias = tuple[bytes, list[bytes]]  # date, space and address; changed paths


NOT_FETCHED = (
    "an address was given, and nothing is fetched here; clone the repository first, and name its"
    " folder"
)
# A path keeps one of the two slashes; one letter before a colon is a drive of Windows.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/|[^/\\:]+@[^/\\:]+:", re.IGNORECASE)


def is_address(place: str | Path) -> bool:
    """Say whether a repository is named by an address and not by a folder.

    Examples
    --------
    >>> is_address("https://example.org/shop.git"), is_address("git@example.org:shop.git")
    (True, True)
    >>> is_address("C:/code/shop"), is_address("~/code/shop")
    (False, False)
    """
    return _ADDRESS.match(str(place)) is not None


class HistoryError(ExplainedError):
    """A history cannot be counted, or its table not be written; the message says what to do."""


class Repository:
    """A repository that git agrees to read, and its commits.

    Parameters
    ----------
    place : Path
        A clone, bare or not. A folder inside a work tree stands for its whole repository.

    Raises
    ------
    HistoryError
        If git is missing or too old, or the repository cannot be read or has no commits.
    """

    def __init__(self, place: Path) -> None:
        if sys.platform == "emscripten":
            raise HistoryError(
                "a browser cannot run git, so it cannot read a repository; run `thousandfold"
                " history` on a machine with git, and bring its tables here"
            )
        # Absolute, so that a PATH with "." in it cannot mean a program inside the repository.
        program = Path(shutil.which("git") or "").absolute()
        if not program.is_file():
            raise HistoryError("git is not installed or not on the PATH; see https://git-scm.com")
        if not place.is_dir():
            if is_address(place):  # which may hold a password, so it is not repeated
                raise HistoryError(NOT_FETCHED)
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

    def commits(self) -> Generator[Commit, None, None]:
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

    def with_bar(self, commits: Iterable[Commit]) -> Iterable[Commit]:
        """Return the commits with a progress bar, if `tqdm` is installed."""
        try:
            from tqdm.auto import tqdm  # a widget in a notebook, where stderr looks like an error
        except ImportError:
            return commits
        total = int(self._ask("rev-list", "--count", "--no-merges", self._head, "--"))
        bar: Iterable[Commit] = tqdm(commits, total=total, unit=" commits", leave=False)
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


def _commits(stream: IO[bytes] | None) -> Iterator[Commit]:
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
