"""In which files of a folder a name stands: all that can be read, within bounds, and no link.

A folder of a course holds what strangers handed in: a file may be large, or a zip without end.
"""

from __future__ import annotations

import html
import json
import os
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from boxgrader.errors import GraderError, clause

_MOST_FILES = 200_000
_MOST_MEMBERS = 10_000  # of one zip
_MOST_BYTES = 4 << 30  # of all files, and of what is in zips
_LARGEST = 512 << 20  # bytes of a file, or of what is in one zip
_CHUNK = 1 << 20
_OVERLAP = 4096  # bytes: a name that lies across two chunks
_HISTORIES = {".git", ".hg", ".svn"}
_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")  # a folder that has one is an environment
_OF_A_DATABASE = ("", "-journal", "-wal", "-shm")  # whoever deletes such a file breaks the database
# Compressed in ways that are not undone here, or drawn.
_OPAQUE = {".7z", ".bz2", ".gif", ".gz", ".jpeg", ".jpg", ".pdf", ".png", ".rar", ".tgz", ".webp",
           ".xz", ".zst"}  # fmt: skip
_ZIP = b"PK\x03\x04"
_TAG = re.compile(r"<[^<>]*>")
_TOO_LARGE = "it is too large to be searched whole"


@dataclass
class Search:
    """What a search found, and how far it went.

    Attributes
    ----------
    files : int
        How many were searched whole.
    found : list of Path
        Those in which the name stands, or that are called so.
    unread : list of tuple
        Files that hold it perhaps, and why that is not known.
    stopped : str
        Where the search stopped before its end; nothing if it did not.
    skipped : list of str
        What was left out on purpose, in words.
    """

    files: int = 0
    found: list[Path] = field(default_factory=list)
    unread: list[tuple[Path, str]] = field(default_factory=list)
    stopped: str = ""
    skipped: list[str] = field(default_factory=list)


class _Name:
    """Some words of which each is looked for as a whole one, however files write it."""

    def __init__(self, words: Collection[str]) -> None:
        self._forms = {
            form
            for word in words
            for spelled in (word, unicodedata.normalize("NFD", word))
            for form in (spelled, html.escape(spelled), json.dumps(spelled)[1:-1])
        }
        forms = "|".join(map(re.escape, sorted(self._forms, key=len, reverse=True)))
        # In JSON a line ends with a letter: \n
        self._whole = re.compile(rf"(?:(?<![\w.+-])|(?<=\\[nrt]))(?:{forms})(?![\w+-]|\.\w)")

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where they stand: most texts hold none, which is seen a hundred times faster."""
        if any(form in text for form in self._forms):
            yield from (found.span() for found in self._whole.finditer(text))


def search(
    root: Path,
    words: Collection[str],
    called: Callable[[Path], bool],
    without: Collection[Path] = (),
    database: Path | None = None,
) -> Search:
    """Look for a name in every file of a folder.

    Parameters
    ----------
    root : Path
    words : collection of str
        The name, and others of the same learner.
    called : callable
        Says of a file whether its own name is one of the learner.
    without : collection of Path
        Files and folders that are left out, and nobody has to be told.
    database : Path, optional
        The gradebook, which is left out with what SQLite lays beside it.
    """
    done, named, room = Search(), _Name(words), _Room()
    apart = {*without, *(Path(f"{database}{end}") for end in _OF_A_DATABASE if database)}
    counted: Counter[str] = Counter()
    for path in _files(root, apart, done, counted):
        if done.files + len(done.unread) >= _MOST_FILES or room.of_all <= 0:
            done.stopped = f"before {path.relative_to(root)}, for this is more than is searched"
            break
        try:
            holds = called(path) or _holds(path, named, room)
        except GraderError as why:
            done.unread.append((path, str(why)))
        except Exception as why:  # a zip of a stranger fails in many ways
            done.unread.append((path, f"it cannot be read ({clause(why)})"))
        else:
            done.files += 1
            done.found += [path] if holds else []
            if not holds and path.suffix.lower() in _OPAQUE:
                counted["files that hide their text, such as pictures or PDF"] += 1
    done.skipped += [f"{what} ({count:,})" for what, count in counted.items()]
    return done


def _files(
    root: Path, apart: Collection[Path], done: Search, counted: Counter[str]
) -> Iterator[Path]:
    """Yield each file of a folder, and note what is none or is left out."""

    def closed(error: OSError) -> None:
        done.unread.append((Path(error.filename), f"it cannot be read ({error.strerror})"))

    for here, folders, names in os.walk(root, onerror=closed):
        kept = []
        for name in sorted(folders):
            path = Path(here, name)
            if path in apart:
                continue
            if path.is_symlink():
                counted["links, which are not followed"] += 1
            elif name in _HISTORIES:
                done.skipped.append(f"the history in {path.relative_to(root)}")
            elif any((path / mark).exists() for mark in _ENVIRONMENTS):
                done.skipped.append(f"the environment in {path.relative_to(root)}")
            else:
                kept.append(name)
        folders[:] = kept
        for path in (Path(here, name) for name in sorted(names)):
            if path in apart:
                continue
            if path.is_symlink():
                counted["links, which are not followed"] += 1
            elif path.is_file():
                yield path


class _Room:
    """How many bytes may still be read: of this file, and of all."""

    def __init__(self) -> None:
        self.of_all = _MOST_BYTES
        self.of_one = 0

    def take(self, count: int) -> None:
        self.of_all -= count
        self.of_one -= count
        if self.of_one < 0:
            raise GraderError(_TOO_LARGE)


def _holds(path: Path, named: _Name, room: _Room) -> bool:
    room.of_one = _LARGEST
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if _stands_in(file, named, room):
            return True
        file.seek(0)
        return file.read(len(_ZIP)) == _ZIP and _stands_in_zip(file, named, room)


def _stands_in_zip(file: IO[bytes], named: _Name, room: _Room) -> bool:
    """Say whether a member of a zip, as of a text or a table of an office, holds a name."""
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise GraderError(_TOO_LARGE)
        for member in members:
            if any(named.places(Path(member.filename).stem)):
                return True
            with archive.open(member) as content:
                if _stands_in(content, named, room):
                    return True
    return False


def _stands_in(file: IO[bytes], named: _Name, room: _Room) -> bool:
    """Read a part at a time; what lies across two is read with both."""
    before = b""
    part = file.read(_CHUNK)
    while part:
        room.take(len(part))
        after = file.read(_CHUNK)
        for text in _texts(before + part):
            for start, end in named.places(text):
                # At an end that is none of the file's, nobody sees whether the word goes on.
                if (start or not before) and (end < len(text) or not after):
                    return True
        before, part = (before + part)[-_OVERLAP:], after
    return False


def _texts(part: bytes) -> Iterator[str]:
    """Yield what bytes may say: as most write, as old systems do, and as office programs do."""
    yield (text := part.decode("utf-8", "replace"))
    if b"\0" in part:  # UTF-16
        yield part.replace(b"\0", b"").decode("cp1252", "replace")
    elif "\ufffd" in text:
        yield part.decode("cp1252", "replace")
    if "</w:t>" in text:  # a word is in pieces there, where its spelling was looked at
        yield _TAG.sub("", text.replace("</w:p>", " "))
