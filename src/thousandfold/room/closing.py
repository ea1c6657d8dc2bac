"""How a day ends: what people say of each module, and what each will do on Monday."""

from __future__ import annotations

from dataclasses import dataclass, field

from thousandfold.errors import ExplainedError

MARKS = (1, 2, 3, 4, 5)
MOST_UNCLEAR = 300
MOST_MONDAY = 300


@dataclass
class Closing:
    """What people said at the end, by browser and module.

    Attributes
    ----------
    marks : dict
        By module, then by browser: 1 (changes no decision) to 5 (a decision on Monday).
    unclear : dict
        By module, then by browser: one line.
    monday : dict
        By browser: what that person will do, and what would tell that it was wrong.
    """

    marks: dict[str, dict[str, int]] = field(default_factory=dict)
    unclear: dict[str, dict[str, str]] = field(default_factory=dict)
    monday: dict[str, str] = field(default_factory=dict)

    def say(self, who: str, module: str, mark: object, unclear: str) -> None:
        """Take the answers to the two questions about a module; the latest count.

        Raises
        ------
        ExplainedError
            If the mark is none, or the line too long.
        """
        if not isinstance(mark, int) or isinstance(mark, bool) or mark not in MARKS:
            raise ExplainedError("Please choose a mark from 1 to 5.")
        unclear = _line(unclear, MOST_UNCLEAR)
        self.marks.setdefault(module, {})[who] = mark
        if unclear:
            self.unclear.setdefault(module, {})[who] = unclear

    def promise(self, who: str, line: str) -> None:
        """Take the line of what somebody does on Monday; the latest counts.

        Raises
        ------
        ExplainedError
            If it is empty or too long.
        """
        line = _line(line, MOST_MONDAY)
        if not line:
            raise ExplainedError("Please write what you will do: half a sentence is enough.")
        self.monday[who] = line


def _line(words: str, most: int) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    if len(line) > most:
        raise ExplainedError(
            f"Please write at most {most} letters, not {len(line)}: one line is enough."
        )
    return line
