"""Numbers of a task that come from a name: equal work for all, and nobody's answer is another's."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from types import EllipsisType, SimpleNamespace
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.language import say
from thousandfold.teaching.hints import Hint

_LONGEST = 200


def numbers_for(name: str | EllipsisType, **among: Sequence[Any]) -> SimpleNamespace:
    """Choose one of several values for each quantity, by somebody's name.

    The same name gives the same values everywhere: in capitals or not, with one space or two,
    however its letters are encoded.

    Parameters
    ----------
    name : str
        The name of whoever works on the task, in quotation marks.
    **among : sequence
        For each quantity the values that it may have, such as ``team=[12, 14, 16]``.

    Returns
    -------
    SimpleNamespace
        The chosen value of each quantity, by its name.

    Raises
    ------
    Hint
        While there is no name yet, or it is no name.
    ExplainedError
        If there is nothing to choose from.

    Examples
    --------
    >>> numbers_for("Ada Lovelace", team=[12, 14, 16], talk=[0.14, 0.2])
    namespace(team=16, talk=0.14)
    """
    if name is ... or (type(name) is str and not name.strip(" .…")):
        raise Hint(
            say(
                'There is no name yet: write yours between the quotation marks, such as "Ada '
                'Lovelace", and run the cell again. It chooses your numbers.'
            ),
            waiting=True,
        )
    if type(name) is not str:
        raise Hint(
            say('Your name is a text: write it between quotation marks, as in "Ada".'), form=True
        )
    if len(name) > _LONGEST:
        raise Hint(
            say(
                "A name of {letters:,} letters is too long: {most} at most.",
                letters=len(name),
                most=_LONGEST,
            ),
            form=True,
        )
    for quantity, values in among.items():
        if len(values) == 0:
            raise ExplainedError(f"{quantity} has no values to choose from")
    letters = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return SimpleNamespace(
        **{
            quantity: values[_place(letters, quantity, len(values))]
            for quantity, values in among.items()
        }
    )


def _place(letters: str, quantity: str, places: int) -> int:
    digest = hashlib.sha256(f"{quantity}\n{letters}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") % places
