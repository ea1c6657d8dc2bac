"""What a lesson holds of whoever tried it: their guesses and numbers, which nobody else may get."""

from __future__ import annotations

import json

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.progress import ABOUT_YOU
from thousandfold.teaching.company import Company
from thousandfold.teaching.guesses import Guess, split_guesses


def refuse_what_is_personal(name: str, content: bytes) -> None:
    """Refuse a notebook in which somebody's guess or own numbers stand, typed or shown.

    Raises
    ------
    ExplainedError
        If it holds any; the message says where and what to do.
    """
    for cell in json.loads(content)["cells"]:
        source = "".join(cell["source"])
        guesses = [part for part in split_guesses(source.splitlines()) if isinstance(part, Guess)]
        guessed = cell["cell_type"] == "code" and any(guess.made for guess in guesses)
        form = source.partition('"""')[2].rpartition('"""')[0].strip()
        about_you = ABOUT_YOU in cell["metadata"].get("tags", ())
        if guessed or (about_you and (cell["outputs"] or form not in ("", Company.form()))):
            raise ExplainedError(
                f"{name} holds what somebody wrote for themselves, in the cell {cell['id']}. Put "
                "the dots back there, clear what it shows (Edit, Clear Cell Output), save, and try "
                "again"
            )
