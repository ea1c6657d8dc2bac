"""Study mode: somebody alone asks whether an answer is right, and after two tries sees one that is.

Whoever gives the workshop out decides: with one file more (`make kit STUDY=1`) a copy can tell,
without it nothing does. The exercises are the same.
"""

from __future__ import annotations

import ast
import base64
import html
import json
import sys
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from thousandfold.teaching.edition import study_file
from thousandfold.teaching.hints import Hint, display_hint, graded
from thousandfold.teaching.progress import refuse_unknown

STUDIED = "application/vnd.thousandfold.studied+json"  # stays in a notebook that was studied
TRIES = 2

_tries: Counter[str] = Counter()


def right(name: str) -> None:
    """Say whether an answer is right; after two that are not, show one that is, with its reason.

    Parameters
    ----------
    name : str
        The name of the answer, in quotation marks, such as ``right("ninety_join")``.

    Examples
    --------
    >>> right("ninety_join")  # doctest: +SKIP
    """
    if graded():
        return
    file = study_file()
    if file is None:
        display_hint(
            "This copy is for a graded class: whether an answer is right, you learn when your "
            "work comes back."
        )
        return
    names = _names()
    question = _question(opened(file.read_bytes()), name, names)
    refuse_unknown(name)
    points, says = _earned(question, names)
    most = question["points"]
    if points >= most:
        _tell(name, f"Right: {name}.", question["reason"])
        return
    _tries[name] += 1
    share = f" It earns {points:g} of {most:g} points." if points else ""
    if _tries[name] <= TRIES:
        left = "Try once more." if _tries[name] < TRIES else "After the next try you see an answer."
        _tell(name, f"Not yet: {name}.{share} {says}".strip(), left)
    else:
        _tell(
            name, f"Not yet: {name}.{share} This is right:", question["reason"], question["answer"]
        )


def opened(content: bytes) -> dict[str, dict[str, Any]]:
    """Return what the file holds: text, because a browser reads no other, and not at one look."""
    exercises: dict[str, dict[str, Any]] = json.loads(zlib.decompress(base64.b64decode(content)))
    return exercises


def _names() -> dict[str, Any]:
    names: dict[str, Any] = sys.modules["IPython"].get_ipython().user_ns
    return names


def _question(
    exercises: Mapping[str, Mapping[str, Any]], name: object, names: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the question of an answer, from the exercise that the notebook has most of."""
    if type(name) is not str:
        raise Hint(
            'Write the name of the answer in quotation marks: right("plan"), not right(plan).'
        )
    asking = [questions for questions in exercises.values() if name in questions]
    if not asking:
        known = [n for questions in exercises.values() for n in questions if n in names]
        raise Hint(f'"{name}" is no answer of an exercise. Here are: {", ".join(known)}.')
    question: dict[str, Any] = max(asking, key=lambda them: len(them.keys() & names.keys()))[name]
    return question


def _earned(question: Mapping[str, Any], names: Mapping[str, Any]) -> tuple[float, str]:
    """Run the whole test of an answer as a grader does; return points, and what it says."""
    from IPython.utils.capture import capture_output

    *first, last = ast.parse(question["test"]).body
    space = dict(names)
    worth = None
    try:
        with capture_output():
            exec(_compiled(first), space)  # noqa: S102 - the instructor's, from the file
            if isinstance(last, ast.Expr):
                worth = eval(compile(ast.Expression(last.value), "test", "eval"), space)  # noqa: S307
            else:
                exec(_compiled([last]), space)  # noqa: S102
    except Hint as hint:
        if hint.waiting or hint.form:  # neither is a try
            raise
        return 0.0, str(hint)
    except Exception as error:
        return 0.0, f"The test stops with {type(error).__name__}: {error}."
    return (question["points"] if worth is None else float(worth)), ""


def _compiled(statements: list[ast.stmt]) -> Any:
    return compile(ast.Module(statements, []), "test", "exec")


def _tell(name: str, first: str, then: str, answer: str = "") -> None:
    from IPython.display import display

    shown = bool(answer)
    kept = "This notebook now says that you have seen it." if shown else ""
    then = f"{then} {kept}".strip()
    plain = "\n".join(filter(None, [first, answer, then]))
    code = f"<pre>{html.escape(answer)}</pre>" if shown else "<br>"
    page = (
        '<div role="status" style="border-left: 4px solid var(--jp-info-color1, #1976d2); '
        f'padding: 4px 12px">{html.escape(first)}{code}{html.escape(then)}</div>'
    )
    display(  # type: ignore[no-untyped-call]
        {STUDIED: {"answer": name, "shown": shown}, "text/html": page, "text/plain": plain},
        raw=True,
    )
