"""What a room must not lose: every deed of the day, in order, in one file.

Nothing else is saved. Where the room stands follows from its deeds, so a room that was killed goes
on by doing them again, and a copy of the file is a copy of the room.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.writing import make_folder, put_in_place

FORMAT = "thousandfold room 1"
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite puts beside a file

_TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, said TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deeds (
    number INTEGER PRIMARY KEY, at REAL NOT NULL,
    kind TEXT NOT NULL, who TEXT NOT NULL, body TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Deed:
    """Something that somebody did, or wants to do.

    Attributes
    ----------
    kind : str
        Such as ``"vote"``.
    who : str
        The browser it came from, a name that says nothing; ``"facilitator"`` for that one.
    body : dict
        What else there is to say, as plain data.
    at : float
        Seconds of the room's clock.
    """

    kind: str
    who: str
    body: dict[str, Any]
    at: float


class Journal:
    """The deeds of one day, in a file.

    Parameters
    ----------
    path : Path
        One that is there is gone on with.

    Raises
    ------
    ExplainedError
        If another room has it open, or it is no journal of a room.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        make_folder(path.parent)
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            # One room at a time: a second one would answer the same people differently.
            # Tests begin it in one thread and serve in another; never in two at a time.
            self._file = sqlite3.connect(
                path, isolation_level=None, timeout=0, check_same_thread=False
            )
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            # A laptop's battery may end: what was answered is on the disk.
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(_TABLES)
            known = self.about("format")
            if not known:
                self.tell("format", FORMAT)
        except (OSError, sqlite3.Error) as error:
            raise ExplainedError(_why(path, error)) from None
        if known not in ("", FORMAT):
            self.close()
            raise ExplainedError(
                f"{path} was written by another version of Thousandfold ({known}); go on with that "
                "version, or begin anew with --new"
            )

    def about(self, name: str) -> str:
        """Return what was told about the day under this name; empty if nothing."""
        row = self._file.execute("SELECT said FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def tell(self, name: str, said: str) -> None:
        """Keep something that holds for the whole day, such as its password."""
        self._file.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, said))

    def deeds(self) -> Iterator[Deed]:
        """Yield every deed, the first one first.

        Raises
        ------
        ExplainedError
            If the file is damaged.
        """
        try:
            for at, kind, who, body in self._file.execute(
                "SELECT at, kind, who, body FROM deeds ORDER BY number"
            ):
                yield Deed(kind, who, json.loads(body), at)
        except (sqlite3.Error, ValueError) as error:
            raise ExplainedError(_why(self.path, error)) from None

    def write(self, deeds: Sequence[Deed]) -> None:
        """Add deeds: all of them, or none.

        Raises
        ------
        ExplainedError
            If they cannot be written.
        """
        # Half of a letter of two parts is no text for a file; as JSON writes it, it is.
        rows = [(deed.at, deed.kind, deed.who, json.dumps(deed.body)) for deed in deeds]
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(
                "INSERT INTO deeds (at, kind, who, body) VALUES (?, ?, ?, ?)", rows
            )
            self._file.execute("COMMIT")
        except sqlite3.Error as error:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            raise ExplainedError(
                "This could not be kept: the disk of the room's computer takes nothing more "
                f"({error}). Please tell the facilitator, and send it again then."
            ) from None

    def copy_to(self, target: Path) -> None:
        """Write a whole copy of the day, for another laptop, while this room goes on.

        Raises
        ------
        ExplainedError
            If it cannot be written.
        """
        part = target.with_name(f".{target.name}.part")
        try:
            part.unlink(missing_ok=True)
            with closing(sqlite3.connect(part)) as copy:
                self._file.backup(copy)
            put_in_place(part, target)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise ExplainedError(f"{target} cannot be written: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@dataclass(frozen=True)
class Told:
    """What a journal tells that is open to nobody.

    Attributes
    ----------
    first, last : float
        When its day was begun, and when something was done in it last, in seconds of the clock.
    step : str
        The name of the step to which its room went last; empty if it stands at its welcome.
    """

    first: float
    last: float
    step: str


def told_by(path: Path) -> Told | None:
    """Return what a journal tells; None where a room is open with it, or it cannot be read."""
    try:
        with closing(sqlite3.connect(path, timeout=0)) as file:
            (begun,) = file.execute(
                "SELECT CAST(MAX(said) AS REAL) FROM about WHERE name = 'begun'"
            ).fetchone()
            (last,) = file.execute("SELECT MAX(at) FROM deeds").fetchone()
            went = file.execute(
                "SELECT body FROM deeds WHERE kind = 'go' ORDER BY number DESC LIMIT 1"
            ).fetchone()
            step = str(json.loads(went[0])["to"]) if went else ""
    except (OSError, sqlite3.Error, ValueError, KeyError):
        return None
    return None if begun is None else Told(begun, max(begun, last or begun), step)


def refuse_open(path: Path) -> None:
    """Refuse to go on while a room is open with a journal; one that is damaged is open to nobody.

    Raises
    ------
    ExplainedError
        If one is.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as file:
            file.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise ExplainedError(_why(path, error)) from None


def put_aside(path: Path) -> None:
    """Give a journal that is there another name, so that another one can begin in its place.

    Raises
    ------
    ExplainedError
        If a room is open with it.
    """
    if not path.exists():
        return
    refuse_open(path)
    aside = path.with_name(f"{path.stem}-until-{time.strftime('%H%M%S')}.room")
    for ending in BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    path.rename(aside)


def _why(path: Path, error: Exception) -> str:
    if "locked" in str(error):
        return (
            f"a room is open with {path}. Close it with Ctrl+C first, or leave it as it is: its "
            "pages go on"
        )
    return f"{path} cannot be opened as the journal of a room: {error}; begin anew with --new"
