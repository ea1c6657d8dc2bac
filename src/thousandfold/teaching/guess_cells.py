"""Lines that hold a guess, as IPython runs them: what learners type need not be Python.

`20 %`, `100,000` and `forty` are no numbers in Python. IPython lets us read such a line before
Python does; in the notebook stays what was typed.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from thousandfold.language import say
from thousandfold.teaching.guesses import Guess, split_guesses

HEARD: dict[str, Guess] = {}
"""The guesses that were made since this kernel started, by name."""

_SAID = "__import__('thousandfold.teaching.guess_cells', fromlist=['']).said"
_MENTIONED = re.compile(r"\bmy_guess(?:_\w{0,40})?\b")


def said(name: str, question: str, words: str) -> Guess:
    """Keep a guess, and say in one line how it was read."""
    same = HEARD.get(words)
    guess = HEARD[name] = Guess(name, question, same.said if same else words)
    print(say("{name}: {heard}.", name=name, heard=guess.heard))
    return guess


def read_guesses(lines: list[str]) -> list[str]:
    """Turn the lines of a cell that hold a guess into Python; the others stay as they are."""
    if not any("my_guess" in line.casefold() for line in lines):
        return lines
    return [
        part
        if isinstance(part, str)
        else f"{part.name} = {_SAID}({part.name!r}, {part.question!r}, {part.said!r})\n"
        for part in split_guesses(lines)
    ]


def install() -> None:
    """Read guesses in this IPython from now on; without IPython, do nothing."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if shell is None or read_guesses in shell.input_transformers_cleanup:
        return
    shell.input_transformers_cleanup.append(read_guesses)

    # A cell that answers a guess runs as well where the line of the guess was never run.
    def name_missing(info: Any) -> None:
        for name in _MENTIONED.findall(str(info.raw_cell)):
            shell.user_ns.setdefault(name, Guess(name, "", ""))

    shell.events.register("pre_run_cell", name_missing)
