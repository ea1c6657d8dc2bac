"""What a traceback shows of this program: nothing. Its reader is a learner, whose code it is not.

A kernel shows its own frames where a cell asks for input or writes what is no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import PurePath
from types import TracebackType
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OWN = __name__.partition(".")[0]


def without_place(function: _Function) -> _Function:
    """Let a function that learners' code calls stand in no file, whoever prints a traceback."""
    function.__code__ = function.__code__.replace(co_filename="<grading>", co_firstlineno=1)
    return function


def file_of_cell(source: str) -> str:
    """Return the name, without its folder and ending, of the file that a kernel says a cell is."""
    from ipykernel import compiler

    kernels: Any = compiler
    return PurePath(kernels.get_file_name(source)).stem


def leave_out_own(error: BaseException) -> None:
    """Take this program's frames out of what an error shows, and of all that led to it."""
    for one in _chain(error):
        with suppress(Exception):  # a class of a learner's may forbid it
            one.__traceback__ = of_others(one.__traceback__)


def of_others(traceback: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames of this program."""
    kept = []
    while traceback:
        if str(traceback.tb_frame.f_globals.get("__name__")).partition(".")[0] != _OWN:
            kept.append(traceback)
        traceback = traceback.tb_next
    for here, following in zip(kept, [*kept[1:], None], strict=True):
        here.tb_next = following
    return kept[0] if kept else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        one = todo.pop()
        if isinstance(one, BaseException) and not any(one is other for other in seen):
            seen.append(one)
            yield one
            with suppress(Exception):
                todo += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]  # type: ignore[list-item]
