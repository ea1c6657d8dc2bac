"""What goes wrong, in sentences: errors whose message is all a reader needs."""

from __future__ import annotations

from collections.abc import Collection

_MOST_NAMED = 10

# What a learner is asked to do, at the end of a sentence.
FRESH = "Please copy your answers into a fresh copy of the assignment and hand that in."
SAVED = "Please hand in the file that JupyterLab saved: right-click it in JupyterLab and download."


class GraderError(ValueError):
    """Something is wrong, and the message says what, where and what to do next.

    A notebook shows the message and no traceback.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class BoxError(GraderError):
    """There is no box on this machine; the message says what to do."""


class ShownError(BoxError):
    """A box would show what it has to hide; the message says what to do."""


class GradingError(GraderError):
    """Grading cannot go on; what was graded before is kept."""


class Refused(GraderError):
    """A submission cannot be graded; the message can be forwarded to the learner."""


class UnableError(Refused):
    """A submission cannot be graded, and why is for the instructor alone: it may tell of tests."""


class StepError(UnableError):
    """A step of the course's own failed on a submission, which the instructor has to mend."""


def shown(text: str, most: int = 80) -> str:
    """Return a name that a learner chose so that a terminal and a page can show it."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in text[: most + 1])
    return printable if len(printable) <= most else f"{printable[:most]}…"


def listed(names: Collection[str]) -> str:
    r"""Return names in a sentence, and not all of very many.

    Examples
    --------
    >>> listed({"b", "a\t"})
    'a?, b'
    >>> listed("abcdefghijkl")
    'a, b, c, d, e, f, g, h, i, j and 2 more'
    """
    first = [shown(name) for name in sorted(names)[:_MOST_NAMED]]
    more = len(names) - len(first)
    return ", ".join(first) + (f" and {more:,} more" if more else "")


def clause(text: object, most: int = 300) -> str:
    r"""Return what a program says as a part of a sentence of ours: in one line, with no full stop.

    Examples
    --------
    >>> clause(ValueError("It has to be 'none'\nor 'zero'."))
    "It has to be 'none' or 'zero'"
    """
    return shown(" ".join(str(text).split()), most).rstrip(".")
