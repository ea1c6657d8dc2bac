"""How a day ends: what people say of each module, and what each will do on Monday."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from thousandfold.errors import ExplainedError
from thousandfold.room.votes import LEAST_SHOWN

MARKS = {  # does this change a decision of yours?
    1: "not at all",
    2: "hardly",
    3: "perhaps",
    4: "probably",
    5: "a decision on Monday",
}
TOO_EARLY = "Certificates are there from the close of the day on. Please come back then."
MOST_LETTERS = 300  # of a line
MOST_NAME = 80
_MOST_ADDRESS = 254  # RFC 5321
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(\.[\w-]+)+")


@dataclass
class Said:
    """What a room said of one module.

    Attributes
    ----------
    marks : dict of str to int
        By browser: from 1 (changes no decision) to 5 (a decision on Monday).
    unclear : dict of str to str
        By browser: one line.
    counts : tuple of int
        How many gave each mark, as far as that is shown; empty below five answers.
    lines : tuple of str
        What is unclear, as far as that is shown.
    """

    marks: dict[str, int] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    counts: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    _hidden: set[str] = field(default_factory=set)  # who said what is not shown yet

    def take(self, who: str, mark: int, unclear: str) -> None:
        """Take somebody's two answers; the latest count."""
        self.marks[who] = mark
        self.unclear.pop(who, None)
        if unclear:
            self.unclear[who] = unclear
        self._hidden.add(who)
        # Five at a time: of a single one that is added one could tell who has just sent it.
        if len(self._hidden) >= LEAST_SHOWN:
            self._hidden.clear()
            self.counts, self.lines = self.all_counts(), self.all_lines()

    def all_counts(self) -> tuple[int, ...]:
        """Return how many gave each mark; nothing below five answers."""
        if len(self.marks) < LEAST_SHOWN:
            return ()
        return tuple(list(self.marks.values()).count(mark) for mark in MARKS)

    def all_lines(self) -> tuple[str, ...]:
        """Return what is unclear, in an order that tells nothing; nothing below five answers."""
        if len(self.marks) < LEAST_SHOWN:
            return ()
        return tuple(in_no_order(self.unclear.values()))


@dataclass
class Closing:
    """What people said at the end.

    Attributes
    ----------
    monday : dict of str to str
        By browser: what that person will do, and what would tell that it was wrong.
    addresses : dict of str to str
        By browser: where the facilitator may write to.
    names : dict of str to str
        By browser: who wants a certificate from the facilitator.
    """

    monday: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    _said: dict[str, Said] = field(default_factory=dict)

    def of(self, module: str) -> Said:
        """Return what was said of a module."""
        return self._said.get(module, Said())

    def say(self, who: str, module: str, mark: object, unclear: str) -> None:
        """Take the answers to the two questions about a module; the latest count.

        Raises
        ------
        ExplainedError
            If the mark is none, or the line too long.
        """
        if not isinstance(mark, int) or isinstance(mark, bool) or mark not in MARKS:
            raise ExplainedError("Please choose a mark from 1 to 5.")
        unclear = one_line(unclear)
        self._said.setdefault(module, Said()).take(who, mark, unclear)

    def promise(self, who: str, line: str, address: str = "") -> None:
        """Take the line of what somebody does on Monday; the latest counts.

        Parameters
        ----------
        who : str
            The browser.
        line : str
        address : str, optional
            Where the facilitator may write to in four weeks; nowhere if it is empty.

        Raises
        ------
        ExplainedError
            If the line is empty or too long, or the address is none.
        """
        line, address = one_line(line), address.strip()
        if not line:
            raise ExplainedError("Please write what you will do: half a sentence is enough.")
        if address and (len(address) > _MOST_ADDRESS or not _ADDRESS.fullmatch(address)):
            raise ExplainedError(
                "This is not one e-mail address, such as ann@example.org. Nothing was kept; "
                "correct it, or leave it empty."
            )
        self.monday[who] = line
        _put(self.addresses, who, address)

    def name(self, who: str, name: str) -> None:
        """Take the name for a certificate from the facilitator; without one, there is none.

        Raises
        ------
        ExplainedError
            If it is too long.
        """
        _put(self.names, who, one_line(name, MOST_NAME))


def one_line(words: str, most: int = MOST_LETTERS) -> str:
    """Return what somebody typed as one line, without signs that nobody sees.

    Raises
    ------
    ExplainedError
        If it is too long.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    if len(line) > most:
        raise ExplainedError(
            f"Please write at most {most} letters, not {len(line)}: one line is enough."
        )
    return line


def in_no_order(words: Iterable[str]) -> list[str]:
    """Return what people wrote in an order that does not tell who came first."""
    return sorted(words, key=lambda line: (line.casefold(), line))


def _put(into: dict[str, str], who: str, words: str) -> None:
    into.pop(who, None)
    if words:
        into[who] = words
