"""Checks for the exercises: they answer at once, in a sentence that teaches.

Every check looks at the type before it looks at the value, so that an object that claims to equal
everything gains nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from thousandfold.core import number as as_text
from thousandfold.language import digits, say
from thousandfold.teaching.hints import Hint, graded
from thousandfold.teaching.progress import open_again, so_far, whats_open
from thousandfold.teaching.slips import said_of, slips

__all__ = [
    "Hint",
    "answered",
    "choice",
    "credit",
    "function",
    "number",
    "refuted",
    "say",
    "slips",
    "so_far",
    "table",
    "whats_open",
]


def answered(name: str, value: object) -> None:
    """Raise a `Hint` while an answer still is the three dots, or nothing.

    Parameters
    ----------
    name : str
        Name of the answer, for the message.
    value : object
        What the learner wrote.

    Raises
    ------
    Hint
        Until it is something.

    Examples
    --------
    >>> answered("my_answer", 3)
    """
    open_again(name)
    if value is ... or value is None:
        raise Hint(
            say(
                "{name} has no answer yet: write yours in the cell above, run it, then this one.",
                name=name,
            ),
            waiting=True,
        )


def number(
    name: str,
    value: object,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    expected: float | None = None,
    tolerance: float = 0.01,
    hint: str = "",
) -> float:
    """Check that an answer is a number, and if asked, the right one.

    Parameters
    ----------
    name : str
        Name of the answer, for the message.
    value : object
        What the learner wrote.
    low, high : float
        Sensible range.
    expected : float, optional
        The right value. For hidden tests: a learner must not be able to read it.
    tolerance : float
        How far off is still right, as a share of `expected`.
    hint : str
        What to look at when the number is not the right one.

    Returns
    -------
    float
        The value.

    Raises
    ------
    Hint
        If it is no number, out of range, or not the right one.

    Examples
    --------
    >>> number("pairs", 4950, low=0, expected=4950)
    4950.0
    """
    answered(name, value)
    if type(value) is np.ndarray and value.ndim == 0:
        value = value[()]  # What a function of the workshop gives for a single number.
    if type(value) is bool or not isinstance(value, int | float | np.number):
        raise Hint(
            say(
                "{name} should be a number such as 42 or 0.5, without quotation marks; it is "
                "{kind}.",
                name=name,
                kind=_kind(value),
            ),
            form=True,
        )
    found = float(value)
    if says := said_of(name, [found]):
        raise Hint(say(says))
    if not low <= found <= high:
        raise Hint(
            say(
                "{name} is {found:g}. It should lie between {low:g} and {high:g}: look again.",
                name=name,
                found=found,
                low=low,
                high=high,
            )
        )
    if expected is not None and not math.isclose(found, expected, rel_tol=tolerance, abs_tol=1e-9):
        # 0.9995 is not 1.00
        shown = digits(f"{found:.4g}") if abs(found) < 10 else as_text(found)
        wrong = say("{name} is {shown}, and that is not right yet.", name=name, shown=shown)
        raise Hint(f"{wrong} {say(hint)}".strip())
    return found


def _kind(value: object) -> str:
    """Return what an answer is instead of a number."""
    said = {
        "str": say("text"),
        "tuple": say(
            "two numbers; write decimals with a point, not a comma, and thousands without one"
        ),
        "list": say("a list"),
        "dict": say("a table"),
        "function": say("a function"),
        "bool": say("True or False"),
    }
    return said.get(type(value).__name__, say("something else"))


def choice(name: str, value: object, options: Sequence[str], expected: str | None = None) -> str:
    """Check that an answer is one of the options, and if asked, the right one.

    Parameters
    ----------
    name : str
        Name of the answer, for the message.
    value : object
        What the learner wrote.

    options : sequence of str
        What there is to choose from.
    expected : str, optional
        The right one. For hidden tests.

    Returns
    -------
    str
        The value.

    Raises
    ------
    Hint
        If it is none of the options, or not the right one.

    Examples
    --------
    >>> choice("first_cut", "billing", ["billing", "search"])
    'billing'
    """
    answered(name, value)
    listed = ", ".join(f'"{option}"' for option in options)
    if type(value) is not str or value not in options:
        raise Hint(
            say(
                "{name} should be one of {options}, with the quotation marks.",
                name=name,
                options=listed,
            ),
            form=True,
        )
    if expected is not None and value != expected:
        raise Hint(
            say(
                '{name} is "{value}". Compare the numbers once more; another option fits better.',
                name=name,
                value=value,
            )
        )
    return value


def table(name: str, value: object, keys: Iterable[Any]) -> dict[Any, float]:
    """Check that an answer is a table with one number for each key, like ``{0: 274, 5: 272}``.

    Parameters
    ----------
    name : str
        Name of the answer, for the message.
    value : object
        What the learner wrote.

    keys : iterable
        What there has to be a number for.

    Returns
    -------
    dict
        A number for each key.

    Raises
    ------
    Hint
        If it is no table of these keys and of numbers.

    Examples
    --------
    >>> table("days", {0: 274, 5: 272}, keys=[0, 5])
    {0: 274.0, 5: 272.0}
    """
    answered(name, value)
    wanted = list(keys)
    if type(value) is not dict or set(map(repr, value)) != set(map(repr, wanted)):
        shape = ", ".join(f"{key!r}: …" for key in wanted)
        raise Hint(
            say(
                "{name} should be a table of this shape: {shape}.", name=name, shape=f"{{{shape}}}"
            ),
            form=True,
        )
    found = {key: number(f"{name}[{key!r}]", value[key]) for key in wanted}
    if says := said_of(name, list(found.values())):
        raise Hint(say(says))
    return found


def function(
    name: str,
    value: object,
    examples: Mapping[tuple[Any, ...], float],
    hint: str = "",
) -> None:
    """Check a function by examples; recognise well-known slips.

    Parameters
    ----------
    name : str
        Name of the function, for the message.
    value : object
        What the learner wrote.
    examples : mapping of tuple to float
        Inputs and right result.
    hint : str
        What to look at when the result is wrong in a way nobody foresaw.

    Raises
    ------
    Hint
        If it is no function, stops, gives nothing back, or something that is not right.

    Examples
    --------
    >>> function("pairs", lambda people: people * (people - 1) / 2, {(3,): 3, (10,): 45})
    """
    answered(name, value)
    if not callable(value):
        raise Hint(
            say(
                "{name} should be a function: keep the line `def {name}(…):` and run its cell.",
                name=name,
            ),
            form=True,
        )
    results = {}
    for given in examples:
        call = f"{name}({', '.join(map(repr, given))})"
        try:
            result = value(*given)
        except Exception as error:
            kind = type(error).__name__
            raise Hint(
                say("{call} stops with {kind}: {error}.", call=call, kind=kind, error=error)
            ) from None
        if result is None:
            raise Hint(
                say(
                    "{call} gives nothing back: end the function with a line `return …`.", call=call
                ),
                form=True,
            )
        results[given] = (call, number(call, result))
    wrong = [given for given in examples if not math.isclose(results[given][1], examples[given])]
    if not wrong:
        return
    call, result = results[wrong[0]]
    right = as_text(examples[wrong[0]])
    found = [result for _, result in results.values()]
    if says := said_of(name, found):
        raise Hint(say(says, call=call, result=as_text(result), right=right))
    wrong_call = say(
        "{call} gives {result}; it should give {right}.",
        call=call,
        result=as_text(result),
        right=right,
    )
    raise Hint(f"{wrong_call} {say(hint)}".strip())


def refuted(when: Callable[[], object], says: str) -> None:
    """Say that the learner's own numbers refute an answer.

    Only while somebody works: graded work may still earn a share, which its hidden test knows.

    Parameters
    ----------
    when : callable
        Whether they do. What it needs may not be there yet; then nothing is refuted.
    says : str
        What to look at.

    Raises
    ------
    Hint
        If they do.

    Examples
    --------
    >>> refuted(lambda: 5 < 3, "Look at the second row again.")
    """
    if graded():
        return
    try:
        found = bool(when())
    except Exception:
        return
    if found:
        raise Hint(say(says))


def credit(share: float, points: float) -> float:
    """Return partial credit for how well a decision does, in tenths of a point.

    Parameters
    ----------
    share : float
        0 for the naive decision, 1 for the reference; beyond either end it is cut.
    points : float
        Points of the task.

    Returns
    -------
    float
        As the last line of a graded cell, nbgrader takes it as the score.

    Examples
    --------
    >>> [credit(share, 4) for share in (-1, 0.5, 2)]
    [0.0, 2.0, 4.0]
    """
    if not math.isfinite(share):
        return 0.0
    earned = points * min(1.0, max(0.0, float(share)))
    return round(round(earned, 9), 1)  # 1.25 on one processor is 1.25 on all
