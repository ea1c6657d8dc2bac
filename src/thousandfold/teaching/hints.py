"""Hints: what a check, or a first stumble, says to whoever is at work, and when it is an error."""

from __future__ import annotations

import html
import os

from thousandfold.errors import ExplainedError
from thousandfold.language import say


class Hint(ExplainedError, AssertionError):
    """An answer is not right yet; the message says what to look at next.

    Parameters
    ----------
    says : str
    waiting : bool
        Whether nobody has answered yet.
    form : bool
        Whether the answer has a form that no answer can have, such as text for a number.
    """

    def __init__(self, says: str, *, waiting: bool = False, form: bool = False) -> None:
        super().__init__(says)
        self.waiting = waiting
        self.form = form


def graded() -> bool:
    """Say whether a grader runs the notebook; nbgrader says so to what it starts."""
    return "NBGRADER_EXECUTION" in os.environ


def display_hint(says: str) -> None:
    """Show a sentence below the running cell, readable in both themes and by a screen reader."""
    from IPython.display import display

    hint = say("Hint.")
    page = (
        '<div role="status" style="border-left: 4px solid var(--jp-warn-color1, #b45f06); '
        f'padding: 4px 12px; white-space: pre-wrap"><strong>{html.escape(hint)}</strong> '
        f"{html.escape(says)}</div>"
    )
    display({"text/html": page, "text/plain": f"{hint} {says}"}, raw=True)  # type: ignore[no-untyped-call]
