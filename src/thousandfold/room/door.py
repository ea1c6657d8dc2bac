"""Who may enter a live room: one password, made at the start, and little patience with guessing.

A room that was killed opens again with the same password, so that nobody has to sign in again. What
that needs lies where Jupyter keeps its own tokens, for the owner's eyes only, until the room is
closed; never beside the submissions, which may lie in a folder that others share.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.writing import make_folder

_CONSONANTS, _VOWELS = "bdfghjkmnprstvz", "aeiou"
_SYLLABLES = 6  # 37 bits: at a hundred tries a minute, some thousand years
_TRIES, _ALL_TRIES, _SECONDS = 8, 100, 60.0
_KEPT_SECONDS = 12 * 3600  # a room of yesterday is not gone on with
_MOST_NAMES = 6  # of one browser: two who share a laptop, with slips of the pen


def new_password() -> str:
    """Return a password that can be read aloud and typed on any keyboard."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES)]
    return "-".join("".join(syllables[place : place + 2]) for place in range(0, _SYLLABLES, 2))


def place_of(folder: Path, assignment: str) -> Path:
    """Return where the password of a room is kept while it is open."""
    from jupyter_core.paths import jupyter_runtime_dir

    digest = hashlib.sha256(f"{folder}\0{assignment}".encode()).hexdigest()[:16]
    return Path(jupyter_runtime_dir(), f"thousandfold-room-{digest}.json")


class Door:
    """The password of a room, and who handed in under which name.

    Parameters
    ----------
    path : Path
        Where to keep them until `close`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._wrong: dict[str, deque[float]] = {}
        kept = self._read()
        self.password = str(kept.get("password") or new_password())
        self.cookie_secret = str(kept.get("cookie_secret") or secrets.token_hex(32))
        owners = kept.get("owners")
        self._owners: dict[str, str] = owners if isinstance(owners, dict) else {}
        self.reopened = bool(kept)
        self._write()

    def opens(self, typed: str, address: str) -> bool:
        """Say whether a password is right; spaces, hyphens and capital letters do not matter.

        Raises
        ------
        ExplainedError
            If there were too many wrong ones.
        """
        now = time.monotonic()
        for key, most in ((address, _TRIES), ("", _ALL_TRIES)):
            wrong = self._wrong.setdefault(key, deque())
            while wrong and now - wrong[0] > _SECONDS:
                wrong.popleft()
            if len(wrong) >= most:
                raise ExplainedError(
                    "There were too many wrong passwords. Please wait a minute and try again."
                )
        right = hmac.compare_digest(_letters(typed), _letters(self.password))
        if not right:
            if len(self._wrong) > 10_000:  # addresses cost nothing where IPv6 is
                self._wrong.clear()
            for key in (address, ""):
                self._wrong.setdefault(key, deque()).append(now)
        return right

    def owner(self, learner: str) -> str:
        """Return the browser that handed in under this name last, or nothing."""
        return self._owners.get(learner, "")

    def names(self, visitor: str) -> list[str]:
        """Return the names under which this browser handed in, the last one at the end."""
        with self._lock:
            return [name for name, owner in self._owners.items() if owner == visitor]

    def give(self, visitor: str, learner: str) -> None:
        """Remember that this browser hands in under this name.

        Raises
        ------
        ExplainedError
            If it has used too many names.
        """
        mine = self.names(visitor)
        if learner not in mine and len(mine) >= _MOST_NAMES:
            raise ExplainedError(
                f"This browser has handed in under {_MOST_NAMES} names. Please use one of them: "
                f"{', '.join(mine)}."
            )
        with self._lock:
            self._owners.pop(learner, None)
            self._owners[learner] = visitor
            self._write()

    def close(self) -> None:
        """Forget everything: the next room gets a new password."""
        with suppress(OSError):
            self._path.unlink()

    def _read(self) -> dict[str, object]:
        try:
            if time.time() - self._path.stat().st_mtime > _KEPT_SECONDS:
                return {}
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self) -> None:
        make_folder(self._path.parent)
        content = {
            "password": self.password,
            "cookie_secret": self.cookie_secret,
            "owners": self._owners,
        }
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            with suppress(FileNotFoundError):
                part.unlink()
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            raise ExplainedError(f"{self._path} cannot be written: {error.strerror}") from error


def _letters(text: str) -> bytes:
    """Return what counts of a password."""
    return "".join(filter(str.isalnum, text[:200].lower())).encode()
