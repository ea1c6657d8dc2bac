"""A flight as a code for a link: the luck and the decisions, and nothing about the people.

``1-1-1000-5x2-f40o30d20r10p0h4s1w0a0k70-u-h2-…-1f0a93c7``: the format, the edition of the engine,
the seed, events as round x number, then twelve rounds, and last a checksum. A round has a letter
and a number for whatever changed against the round before, ``u`` if nothing did. Anybody can read
what a link says of a flight. No character needs quoting in an address, and none is made nicer on
its way by a program for letters, as two dashes would be.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import API, DECIDES, Decision
from thousandfold.flight.deck import EVENT, EVENTS, ROUNDS
from thousandfold.flight.engine import EDITION
from thousandfold.flight.turn import Replayed

FORMAT = 1
MOST_CHARACTERS = 8192
TEAM = "A shared flight"

_LETTERS = {
    "features": "f",
    "onboarding": "o",
    "debt": "d",
    "reliability": "r",
    "platform": "p",
    "hire": "h",
    "squads": "s",
    "decides": "w",
    "api": "a",
    "keep": "k",
}
_NAMES = {letter: name for name, letter in _LETTERS.items()}
_OPTIONS = {"decides": DECIDES, "api": API}
_CHANGE = re.compile(r"([a-z])([0-9]{1,3}(?:\.[0-9]{1,25})?(?:m[0-9]{1,3})?)")
_CHANGES = re.compile(f"(?:{_CHANGE.pattern})+")
_HAPPENED = re.compile(r"([0-9]{1,2})x([0-9]{1,3})")
_UNCHANGED, _NO_EVENT = "u", "0"
_AGAIN = "copy it again, from its first character to its last, or ask for it once more"


@dataclass(frozen=True)
class Shared:
    """What a code says of a flight.

    Attributes
    ----------
    edition : int
        Of the engine that it was flown with.
    seed : int
    events : mapping of int to str
    turns : tuple of Replayed
        Twelve.
    """

    edition: int
    seed: int
    events: Mapping[int, str]
    turns: tuple[Replayed, ...]

    @property
    def caveat(self) -> str:
        """Why this flight may end otherwise here; empty where it does not."""
        if self.edition == EDITION:
            return ""
        return (
            f"It was flown with edition {self.edition} of the flight simulator, and this is "
            f"edition {EDITION}: here it may end otherwise than its team saw."
        )


def code_of(seed: int, events: Mapping[int, str], rows: Sequence[Decision]) -> str:
    """Return a flight as a code.

    Parameters
    ----------
    seed : int
    events : mapping of int to str
        What the facilitator injected.
    rows : sequence of Decision
        All twelve.

    Raises
    ------
    ExplainedError
        If not all rounds are flown.

    Examples
    --------
    >>> code_of(1000, {5: "region fails"}, [Decision()] * 12).split("-")[2:6]
    ['1000', '5x2', 'f40o30d20r10p0h0s1w0a0k70', 'u']
    """
    if len(rows) != ROUNDS:
        raise ExplainedError(
            f"a flight is shared when all {ROUNDS} rounds are flown; {len(rows)} are so far"
        )
    happened = ".".join(f"{at}x{EVENT[name]}" for at, name in sorted(events.items()))
    written: list[dict[str, str]] = [{}, *map(_written, rows)]
    changes = [
        "".join(f"{_LETTERS[name]}{now[name]}" for name in now if was.get(name) != now[name])
        for was, now in pairwise(written)
    ]
    said = "-".join(
        [str(FORMAT), str(EDITION), str(int(seed)), happened or _NO_EVENT]
        + [each or _UNCHANGED for each in changes]
    )
    return f"{said}-{_checksum(said)}"


def read_code(code: str) -> Shared:
    """Return what a code, or a link that ends with it, says of a flight.

    Parameters
    ----------
    code : str
        As `code_of` writes it, or as somebody sends it who means harm.

    Raises
    ------
    ExplainedError
        If it is damaged, not whole, too long, made by a newer Thousandfold, or says what no team
        can decide.

    Examples
    --------
    >>> read_code(code_of(7, {}, [Decision(hire=4)] * 12)).turns[11].decision.hire
    4
    """
    if not isinstance(code, str):
        raise ExplainedError(f"the code of a flight is text in quotes, not {type(code).__name__}")
    if len(code) > MOST_CHARACTERS:
        raise ExplainedError(
            f"this has {len(code):,} characters, and the code of a flight never has more than "
            f"{MOST_CHARACTERS:,}; {_AGAIN}"
        )
    said, _, checksum = code.rpartition("flight=")[2].strip().rpartition("-")
    newer = re.match(r"([0-9]{1,4})-", said)
    if newer and int(newer[1]) > FORMAT:
        raise ExplainedError(
            "this flight was shared by a newer Thousandfold than yours; open it there, or bring "
            "yours up to date"
        )
    parts = said.split("-")
    if len(parts) != 4 + ROUNDS or checksum != _checksum(said):
        raise ExplainedError(f"this is not the whole code of a flight; {_AGAIN}")
    version, edition, seed, happened, *changes = parts
    if version != str(FORMAT) or not all(re.fullmatch("[0-9]{1,4000}", n) for n in (edition, seed)):
        raise ExplainedError(f"this is no code that a flight has; {_AGAIN}")
    return Shared(int(edition), int(seed), _events(happened), _turns(changes))


def _checksum(said: str) -> str:
    """Tell slips of copying; whoever means harm can compute it, so all else is checked too."""
    return f"{zlib.crc32(said.encode(errors='replace')):08x}"


def _written(decision: Decision) -> dict[str, str]:
    return {
        name: str(_OPTIONS[name].index(value)) if name in _OPTIONS else _digits(value)
        for name, value in decision.row().items()
    }


def _digits(value: float) -> str:
    """Write a number so that it is read as exactly the same; a minus would end the round."""
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number).replace("e-", "m")


def _number(digits: str) -> float:
    return int(digits) if digits.isdecimal() else float(digits.replace("m", "e-"))


def _events(happened: str) -> dict[int, str]:
    found, names = {}, list(EVENTS)
    for each in () if happened == _NO_EVENT else happened.split("."):
        told = _HAPPENED.fullmatch(each)
        if not told or not 1 <= int(told[1]) <= ROUNDS or int(told[2]) >= len(names):
            raise ExplainedError(f"this flight has an event that nobody knows here; {_AGAIN}")
        found[int(told[1])] = names[int(told[2])]
    return found


def _turns(changes: Sequence[str]) -> tuple[Replayed, ...]:
    turns: list[Replayed] = []
    row: dict[str, Any] = {}
    for at, changed in enumerate(changes, start=1):
        try:
            row |= _changed(changed)
            turns.append(Replayed(Decision.of(row)))
        except ExplainedError as error:
            raise ExplainedError(
                f"round {at} of this flight cannot be flown: {error}; {_AGAIN}"
            ) from None
    return tuple(turns)


def _changed(changed: str) -> dict[str, Any]:
    """Read what a round changes; whether a team can decide it, `Decision.of` knows."""
    found: dict[str, Any] = {}
    if changed == _UNCHANGED:
        return found
    if not _CHANGES.fullmatch(changed):
        raise ExplainedError(f"{changed!r:.40} is no decision")
    for letter, digits in _CHANGE.findall(changed):
        name, number = _NAMES.get(letter, letter), _number(digits)
        options = dict[float, str](enumerate(_OPTIONS.get(name, ())))
        found[name] = options.get(number, number)
    return found
