"""How far an exercise has come: which answers are not known, filled in, or open."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from thousandfold.language import say
from thousandfold.language.lists import listed
from thousandfold.teaching.edition import study_file
from thousandfold.teaching.hints import Hint, graded

# What a cell would have given a value. Read line by line: Python may be unable to read the cell.
_GIVEN = re.compile(r"^\s*(?:def\s+(\w+)|([\w ,]+?)\s*(?:\[.*?\]\s*)?=(?!=))", re.MULTILINE)

_LONGEST = 60

# By name, whether Python could not read the cell that gives it, and its line.
_unknown: dict[str, tuple[bool, str]] = {}
_filled_in: dict[str, str] = {}  # by name, what stood there


def note(result: Any) -> None:
    """Remember which names a cell gives, and whether it failed: for IPython's `post_run_cell`."""
    error = result.error_before_exec or result.error_in_exec
    cell = result.info.raw_cell
    unread = bool(result.error_before_exec)
    for found in _GIVEN.finditer(cell):
        line = cell[found.start() :].strip().partition("\n")[0][:_LONGEST]
        for name in (found[1] or found[2]).split(","):
            if error is None:
                _unknown.pop(name.strip(), None)
            elif not isinstance(error, Hint):
                _unknown[name.strip()] = unread, line.strip()


def why_unknown(name: str) -> str:
    """Return what happened to the cell that gives a name, if it failed, as a sentence."""
    if name not in _unknown:
        return ""
    unread, line = _unknown[name]
    if unread:
        return say("The cell that gives {name} could not be read (`{line}`)", name=name, line=line)
    return say("The cell that gives {name} stopped with an error (`{line}`)", name=name, line=line)


def refuse_unknown(name: str) -> None:
    """Refuse an answer whose newest cell failed.

    Graded work is judged as it stands: an experiment that failed costs nothing.

    Raises
    ------
    Hint
        If the answer is older than what stands in the notebook.
    """
    failed = why_unknown(name)
    if failed and not graded():
        raise Hint(
            say(
                "{failed}, so your newest answer is not known: mend that cell and run it, then "
                "this one.",
                failed=failed,
            )
        )


def open_again(name: str) -> None:
    """Take an answer, or the one that a part belongs to, as open until `so_far` is reached."""
    answer = re.split(r"\W", name, maxsplit=1)[0]  # "plan, quarter 3" belongs to plan
    _filled_in.pop(answer, None)
    refuse_unknown(answer)


def so_far(*names: str) -> None:
    """Say that an answer is filled in, and that nobody has said that it is right.

    Parameters
    ----------
    *names : str
        Of the answers that are filled in.

    Examples
    --------
    >>> so_far("ninety_join")
    Filled in: ninety_join. Nobody has checked yet whether it is right.
    """
    if graded():
        return
    _filled_in.update({name: digest(name) for name in names})
    filled_in = say(
        "Filled in: {names}. Nobody has checked yet whether it is right.", names=listed(names)
    )
    ask = say('right("{name}") tells.', name=names[0]) if study_file() else ""
    print(f"{filled_in} {ask}".rstrip())


def _stands(name: str) -> bool:
    """Say whether an answer is filled in, and still is the one that its check has seen."""
    return name in _filled_in and name not in _unknown and digest(name) == _filled_in[name]


def digest(name: str) -> str:
    """Return what tells one answer from another, as a notebook holds it now."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    value = shell.user_ns.get(name) if shell else None
    code = getattr(value, "__code__", None)
    try:
        return repr((code.co_code, code.co_consts, code.co_names) if code else value)
    except Exception:
        return ""


def whats_open(tasks: Mapping[int, Iterable[str]]) -> None:
    """List the answers that are still open, by task; the last cell of an exercise.

    Parameters
    ----------
    tasks : mapping of int to iterable of str
        The names of the answers of each task, such as ``{1: ["ninety_join"]}``.

    Examples
    --------
    >>> whats_open({1: ["a_name_of_no_answer"]})  # doctest: +ELLIPSIS
    Still open; the cell below each answer says what to look at:
      task 1: a_name_of_no_answer
    ...
    """
    if graded():
        return
    waiting = {task: [name for name in names if not _stands(name)] for task, names in tasks.items()}
    if not any(waiting.values()):
        print(
            say(
                "All answers but the memo are filled in. Nobody has checked yet whether they are "
                "right."
            )
        )
    else:
        print(say("Still open; the cell below each answer says what to look at:"))
        for task, names in waiting.items():
            if names:
                print(f"  {say('task {task}: {names}', task=task, names=listed(names))}")
    print(
        say(
            "The memo stands above: whether you wrote it is not looked at here, because a person "
            "reads it. Save before you hand in."
        )
    )
