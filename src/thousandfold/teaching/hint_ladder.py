"""A ladder of hints for each answer: where to look, what to think about, a first step.

Each rung comes when somebody asks for it. None holds an answer, so a ladder is in every copy of the
workshop, also for a graded class; an instructor can switch it off.
"""

from __future__ import annotations

import html
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from thousandfold.language import say
from thousandfold.teaching.edition import hints_off
from thousandfold.teaching.hints import Hint, graded
from thousandfold.teaching.progress import digest

RUNGS = 3
EVERYWHERE = "every_exercise"

# By exercise and names: how far somebody is, and what their answer was then; none, if there was no
# answer.
_asked: dict[tuple[str, ...], tuple[int, str | None]] = {}


@dataclass(frozen=True)
class Ladder:
    """Three rungs for one answer, or for several that belong together.

    Attributes
    ----------
    names : tuple of str
        Of the answers.
    part : str
        The heading in the lesson below which to look.
    look, think, step : str
        What there is to see, a question, and a first step with other numbers.
    """

    names: tuple[str, ...]
    part: str
    look: str
    think: str
    step: str


def hint(name: str = "") -> None:
    """Show the next hint for an answer: where to look, what to think about, or a first step.

    Parameters
    ----------
    name : str
        The name of the answer, in quotation marks, such as ``hint("ninety_join")``.

    Raises
    ------
    Hint
        If it is no name of an answer.

    Examples
    --------
    >>> hint("ninety_join")  # doctest: +SKIP
    """
    if graded():
        return
    if hints_off():
        _show(say("No hints."), say("Whoever gives this course has switched them off here."), "")
        return
    stem, ladder = _ladder(name)
    key = (stem, *ladder.names)
    before, then = _asked.get(key, (0, None))
    now = _answer(ladder.names)
    # Whoever has written something new since should try that first; without any answer, the first
    # rung is all there is.
    stays = before > 0 and (now is None or (then is not None and now != then))
    rung = before if stays else min(before + 1, RUNGS)
    _asked[key] = rung, now
    texts = [
        say(
            'Look in the lesson, at "{part}". {look}', part=say(ladder.part), look=say(ladder.look)
        ),
        say(ladder.think),
        say(ladder.step),
    ]
    title = say("Hint {rung} of {rungs}.", rung=rung, rungs=RUNGS)
    _show(title, texts[rung - 1], _what_is_left(rung, now, changed=stays))


def _what_is_left(rung: int, answer: str | None, *, changed: bool) -> str:
    if answer is None:
        return say(
            "For more, write an answer above, a guess is enough, and run its cell. Then run this "
            "again."
        )
    if rung == RUNGS:
        return say("That was the last one. Try it, then run the check below your answer.")
    if changed:
        return say("Your answer is another now: check it first. For the next hint, run this again.")
    if rung == RUNGS - 1:
        return say("One more is left: run this again.")
    return say("Two more are left: for the next one, run this again.")


@cache
def ladders() -> dict[str, tuple[Ladder, ...]]:
    """Return the ladders of each exercise, by its stem; those of all stand under `EVERYWHERE`."""
    folder = files("thousandfold.teaching").joinpath("hint_ladders")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda it: it.name):
        if file.name.endswith(".toml"):
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            found[file.name.removesuffix(".toml")] = tuple(
                Ladder(tuple(it.pop("names").split()), **it) for it in content["ladder"]
            )
    return found


def _ladder(name: object) -> tuple[str, Ladder]:
    """Return the ladder of an answer, from the exercise that the notebook has most of."""
    if type(name) is not str:
        raise Hint(
            say('Write the name of the answer in quotation marks: hint("plan"), not hint(plan).')
        )
    asked = name.strip().lower()
    if not asked:
        raise Hint(
            say(
                'Which answer? Write its name in quotation marks, such as hint("plan"): the one '
                "that stands before the = sign."
            )
        )
    here = _names()
    counted = {
        stem: sum(one in here for ladder in of for one in ladder.names)
        for stem, of in ladders().items()
    }
    asking = [
        (counted[stem], stem, ladder)
        for stem, of in ladders().items()
        for ladder in of
        if asked in map(str.lower, ladder.names)
    ]
    several = len(asking) > 1
    if (several or not asking) and not any(counted.values()):
        # Two exercises may ask for one name, and nothing here tells yet which of them this is.
        raise Hint(
            say("Run the cell of your answer first, also with the dots in it. Then run this again.")
        )
    if not asking:
        nearest = max(counted, key=lambda stem: counted[stem])
        known = [one for ladder in ladders()[nearest] for one in ladder.names if one in here]
        raise Hint(
            say(
                '"{name}" is no answer whose cell has been run here. So far there are: {names}.',
                name=name,
                names=", ".join([*known, "memo"]),
            )
        )
    _, stem, ladder = max(asking, key=lambda it: it[0])
    return stem, ladder


def _names() -> dict[str, Any]:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell.user_ns if shell else {}


def _answer(names: Sequence[str]) -> str | None:
    """Return what tells an answer from another one; none while nothing has been written.

    A memo is text, of which a running notebook knows nothing: it always counts as written.
    """
    if names == ("memo",):
        return "memo"
    here = _names()
    if all(_open(here.get(name)) for name in names):
        return None
    return " ".join(map(digest, names))


def _open(value: object) -> bool:
    if type(value) is dict:
        return all(map(_open, value.values()))
    if type(value) in (list, tuple):
        return all(map(_open, value))  # type: ignore[call-overload]
    return value is None or value is ... or (type(value) is str and value in ("...", ""))


def _show(title: str, says: str, then: str) -> None:
    from IPython.display import display

    page = (
        '<div role="status" style="border-left: 4px solid var(--jp-info-color1, #1976d2); '
        f'padding: 4px 12px"><strong>{html.escape(title)}</strong> {html.escape(says)}'
        f"<br>{html.escape(then)}</div>"
    )
    plain = "\n".join(filter(None, [f"{title} {says}", then]))
    display({"text/html": page, "text/plain": plain}, raw=True)  # type: ignore[no-untyped-call]
