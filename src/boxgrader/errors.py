"""What goes wrong, in sentences: errors whose message is all a reader needs."""

from __future__ import annotations

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
