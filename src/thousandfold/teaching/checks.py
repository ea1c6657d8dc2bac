"""Checks for the exercises: they answer at once, in a sentence that teaches.

Every check looks at the type before it looks at the value, so that an object that claims to equal
everything gains nothing.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from thousandfold.core import number as as_text
from thousandfold.errors import ExplainedError

_KINDS = {
    "str": "text",
    "tuple": "two numbers; write decimals with a point, not a comma",
    "list": "a list",
    "dict": "a table",
    "function": "a function",
    "bool": "True or False",
}


class Hint(ExplainedError, AssertionError):
    """An answer is not right yet; the message says what to look at next."""


def answered(name: str, value: object) -> None:
    """Raise a `Hint` while an answer still is the three dots, or nothing."""
    if value is ... or value is None:
        raise Hint(
            f"{name} has no answer yet: write yours in the cell above, run it, then this one."
        )
    if _last_run_failed():
        raise Hint(
            "The cell that ran before this one stopped with an error, so your newest answer is not "
            "known yet: mend that cell and run it, then this one."
        )


def number(
    name: str,
    value: object,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    slips: Mapping[float, str] | None = None,
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
    slips : mapping of float to str, optional
        Well-known wrong values and what to say about each.
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
    """
    answered(name, value)
    if type(value) is np.ndarray and value.ndim == 0:
        value = value[()]  # What a function of the workshop gives for a single number.
    if type(value) is bool or not isinstance(value, int | float | np.number):
        raise Hint(
            f"{name} should be a number such as 42 or 0.5, without quotation marks; "
            f"it is {_KINDS.get(type(value).__name__, 'something else')}."
        )
    found = float(value)
    for slip, says in (slips or {}).items():
        if math.isclose(found, slip, rel_tol=1e-3):
            raise Hint(says)
    if not low <= found <= high:
        raise Hint(f"{name} is {found:g}. It should lie between {low:g} and {high:g}: look again.")
    if expected is not None and not math.isclose(found, expected, rel_tol=tolerance, abs_tol=1e-9):
        shown = f"{found:.4g}" if abs(found) < 10 else as_text(found)  # 0.9995 is not 1.00
        raise Hint(f"{name} is {shown}, and that is not right yet. {hint}".strip())
    return found


def choice(name: str, value: object, options: Sequence[str], expected: str | None = None) -> str:
    """Check that an answer is one of the options, and if asked, the right one."""
    answered(name, value)
    listed = ", ".join(f'"{option}"' for option in options)
    if type(value) is not str or value not in options:
        raise Hint(f"{name} should be one of {listed}, with the quotation marks.")
    if expected is not None and value != expected:
        raise Hint(
            f'{name} is "{value}". Compare the numbers once more; another option fits better.'
        )
    return value


def table(name: str, value: object, keys: Iterable[Any]) -> dict[Any, float]:
    """Check that an answer is a table with one number for each key, like ``{0: 274, 5: 272}``."""
    answered(name, value)
    wanted = list(keys)
    if type(value) is not dict or set(map(repr, value)) != set(map(repr, wanted)):
        shape = ", ".join(f"{key!r}: …" for key in wanted)
        raise Hint(f"{name} should be a table of this shape: {{{shape}}}.")
    return {key: number(f"{name}[{key!r}]", value[key]) for key in wanted}


def function(
    name: str,
    value: object,
    examples: Mapping[tuple[Any, ...], float],
    slips: Mapping[str, Sequence[float]] | None = None,
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
    slips : mapping of str to sequence of float, optional
        What to say, and what somebody who makes that slip gets for the examples, in order.
        ``{call}``, ``{result}`` and ``{right}`` in the sentence are filled in from the first
        wrong example.
    hint : str
        What to look at when the result is wrong in a way nobody foresaw.
    """
    answered(name, value)
    if not callable(value):
        raise Hint(f"{name} should be a function: keep the line `def {name}(…):` and run its cell.")
    results = {}
    for given in examples:
        call = f"{name}({', '.join(map(repr, given))})"
        try:
            result = value(*given)
        except Exception as error:
            raise Hint(f"{call} stops with {type(error).__name__}: {error}.") from None
        if result is None:
            raise Hint(f"{call} gives nothing back: end the function with a line `return …`.")
        results[given] = (call, number(call, result))
    wrong = [given for given in examples if not math.isclose(results[given][1], examples[given])]
    if not wrong:
        return
    call, result = results[wrong[0]]
    right = as_text(examples[wrong[0]])
    found = [result for _, result in results.values()]
    for says, slip in (slips or {}).items():
        if np.allclose(found, slip):
            raise Hint(says.format(call=call, result=as_text(result), right=right))
    raise Hint(f"{call} gives {as_text(result)}; it should give {right}. {hint}".strip())


def so_far(*names: str) -> None:
    """Say that no slip was found; whether an answer is right is told when it is handed in."""
    print(f"No slip found in {', '.join(names)}. Whether it is right, you learn when you hand in.")


def _shell() -> Any:
    """Return the shell of the notebook, if there is one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _last_run_failed() -> bool:
    """Say whether somebody at work ran a cell that failed, and then a check of an older answer.

    Graded work is judged as it stands: an experiment that failed costs nothing.
    """
    last = getattr(_shell(), "last_execution_result", None)
    if last is None or "NBGRADER_EXECUTION" in os.environ:
        return False
    error = last.error_before_exec or last.error_in_exec
    return error is not None and not isinstance(error, Hint)


def _explain_unknown_names() -> None:
    """Let notebooks answer the most common mistake, a cell that was not run, in a sentence."""
    shell = _shell()
    if shell is None:
        return

    def sentence(
        shell: Any, kind: type[NameError], error: NameError, traceback: Any, tb_offset: Any = None
    ) -> None:
        says = (
            f"{error.name} is not known yet: run the cells above from the top "
            "(menu Run, Run All Above Selected Cell), then this one."
        )
        shell._showtraceback(kind, error, [says])

    shell.set_custom_exc((NameError,), sentence)


_explain_unknown_names()


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
    """
    if not math.isfinite(share):
        return 0.0
    earned = points * min(1.0, max(0.0, float(share)))
    return round(round(earned, 9), 1)  # 1.25 on one processor is 1.25 on all
