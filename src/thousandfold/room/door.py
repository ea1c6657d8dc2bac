"""Who may enter a live room: one password, made when the day begins.

A wrong password costs whoever guesses a wait, and nobody else: the right one is let in at any time,
so that nobody who guesses can keep a newcomer out. Its 37 bits withstand a thousand tries a second
for years.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import deque
from dataclasses import dataclass, field

from thousandfold.room.journal import Journal

_CONSONANTS, _VOWELS = "bdfghjkmnprstvz", "aeiou"
_SYLLABLES = 6
_TRIES, _SECONDS = 8, 60.0
_MOST_REMEMBERED = 10_000  # addresses cost nothing where IPv6 is


def new_password() -> str:
    """Return a password that can be read aloud and typed on any keyboard."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES)]
    return "-".join("".join(syllables[place : place + 2]) for place in range(0, _SYLLABLES, 2))


@dataclass
class Door:
    """What opens a room.

    Attributes
    ----------
    password : str
        For everybody.
    key : str
        For the facilitator's pages.
    cookie_secret : str
        Signs the names of browsers.
    """

    password: str
    key: str
    cookie_secret: str
    _wrong: dict[str, deque[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, journal: Journal) -> Door:
        """Return the door of a day, the same after a restart."""
        if not journal.about("password"):
            journal.tell("key", secrets.token_urlsafe(24))
            journal.tell("cookie_secret", secrets.token_hex(32))
            journal.tell("password", new_password())  # last: a kill before it begins anew
        return cls(journal.about("password"), journal.about("key"), journal.about("cookie_secret"))

    def opens(self, typed: str) -> bool:
        """Say whether a password is right; spaces, hyphens and capital letters do not matter."""
        return hmac.compare_digest(_letters(typed), _letters(self.password))

    def is_key(self, typed: str) -> bool:
        """Say whether this opens the facilitator's pages."""
        return hmac.compare_digest(typed.encode(errors="replace"), self.key.encode())

    def tires(self, address: str) -> bool:
        """Remember a wrong password, and say whether too many came from this address."""
        now = time.monotonic()
        if len(self._wrong) > _MOST_REMEMBERED:
            self._wrong.clear()
        wrong = self._wrong.setdefault(address, deque(maxlen=_TRIES + 1))
        wrong.append(now)
        return len(wrong) > _TRIES and now - wrong[0] < _SECONDS


def _letters(text: str) -> bytes:
    """Return what counts of a password."""
    return "".join(filter(str.isalnum, text[:200].lower())).encode()
