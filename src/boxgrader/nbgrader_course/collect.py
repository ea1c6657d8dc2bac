"""Take what learners handed in, and nothing that only looks like it.

The folder of an nbgrader exchange is writable to everybody in the course. nbgrader's own collect
believes the name that stands on a submission, follows links with the rights of whoever grades, and
stops for all at a name that it cannot read.
"""

from __future__ import annotations

import datetime
import fnmatch
import os
import pwd
import secrets
import shutil
import stat
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from boxgrader.errors import shown
from boxgrader.nbgrader_course.handing_back import SECRET

_LONGEST_LINE = 1000  # bytes
_MOST_LETTERS = 1000  # of a path
MOST_FILES = 1000  # in one submission; an exercise has one notebook


class CollectOwned(ExchangeCollect):  # type: ignore[misc]
    """Collect only what a learner wrote under the learner's own name: plain files, no links.

    What is refused is logged in a sentence. The others are collected, and so is an older submission
    of the same learner. For exchanges where each learner has a Unix account.
    """

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Choose one submission of each learner, the latest of those that can be taken."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        refused = self._refusal(Path(path))
        if not refused:
            try:
                record: dict[str, Any] = super()._path_to_record(path)
            except Exception:  # a date that is none is reported in many ways
                refused = "its name does not hold learner, exercise and time"
            else:
                return record
        self.log.error("Refused: %s: %s", shown(path, _MOST_LETTERS), refused)
        never = datetime.datetime.min
        return {"username": "", "filename": Path(path).name, "timestamp": never}

    def _refusal(self, folder: Path) -> str:
        """Return why a submission is not taken, or nothing. Nothing in it is opened."""
        claimed = folder.name.split("+")[0]
        try:
            entry = folder.lstat()
            owner = pwd.getpwuid(entry.st_uid).pw_name
        except (OSError, KeyError):
            return "nobody owns it"
        if owner != claimed:
            return f"it says it is by {shown(claimed)}, and {owner} wrote it"
        if not stat.S_ISDIR(entry.st_mode):
            return "it is not a folder"
        size = number = 0
        for root, folders, files in os.walk(folder):
            for name in (*folders, *files):
                found = Path(root, name).lstat()
                number, size = number + 1, size + found.st_size
                if number > MOST_FILES or size > 1000 * self.coursedir.max_dir_size:
                    return f"it holds more than {MOST_FILES} files or is too large"
                if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
                    return f"{shown(name)} is a link or a device: ask for the file itself"
                if found.st_uid != entry.st_uid:
                    return f"{shown(name)} belongs to somebody else"
        if not (folder / SECRET).is_file():
            return f"nbgrader did not make it, since it has no {SECRET}: ask to submit it again"
        return ""

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy plain files of one owner; what has become a link since the first look is left."""
        owner = Path(src).lstat().st_uid
        Path(dest).mkdir(mode=0o700)
        for root, folders, files, place in os.fwalk(src, follow_symlinks=False):
            target = Path(dest, os.path.relpath(root, src))
            target.mkdir(exist_ok=True)
            folders[:] = [name for name in folders if not self._ignored(name)]
            for name in files:
                if not self._ignored(name):
                    self._copy_file(name, place, target / name, owner)
        self._complete(Path(dest), Path(src).name)

    def _complete(self, submission: Path, name: str) -> None:
        """Give a submission what nbgrader's exchange reads of it later, where nobody can read it.

        Else *Release feedback* stops at this one, for everybody behind it.
        """
        given = (("timestamp.txt", name.rsplit("+", 3)[2]), (SECRET, secrets.token_hex(64)))
        for file, instead in given:
            path = submission / file
            said = _short_text(path)
            if not (said if file == SECRET else _is_time(said)):
                self.log.error("Mended: %s was missing, or nobody could read it", path)
                if path.is_dir():
                    shutil.rmtree(path)
                path.write_text(instead, encoding="utf-8")

    def _ignored(self, name: str) -> bool:
        return any(fnmatch.fnmatch(name, pattern) for pattern in self.coursedir.ignore)

    def _copy_file(self, name: str, place: int, target: Path, owner: int) -> None:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            handle = os.open(name, flags, dir_fd=place)
        except OSError as error:
            self.log.error("Left out: %s: %s", shown(str(target), _MOST_LETTERS), error.strerror)
            return
        with os.fdopen(handle, "rb") as source:
            found = os.fstat(handle)
            plain = stat.S_ISREG(found.st_mode) and found.st_uid == owner
            if not plain or found.st_size > 1000 * self.coursedir.max_file_size:
                path = shown(str(target), _MOST_LETTERS)
                self.log.error("Left out: %s: too large, or not a file of this learner", path)
                return
            target.write_bytes(source.read(found.st_size))


def _short_text(path: Path) -> str:
    """Return what a file of one line says, or nothing where it says nothing of the kind."""
    try:
        text = path.read_text(encoding="ascii") if path.stat().st_size < _LONGEST_LINE else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return text.strip() if text.strip().isprintable() else ""


def _is_time(text: str) -> bool:
    try:
        return bool(text) and parse_utc(text) is not None
    except Exception:  # a date that is none is reported in many ways
        return False
