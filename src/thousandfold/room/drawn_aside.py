"""Sliders of lessons, drawn in a program of their own: drawing leaves much memory behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from thousandfold.facilitation.course import Course, Module
from thousandfold.facilitation.pools import end_with_pool
from thousandfold.facilitation.slide import Sliders
from thousandfold.facilitation.slides import NONE, SlidersOf


@contextmanager
def drawn_aside(say: Callable[[str], object]) -> Iterator[SlidersOf]:
    """Give what returns the sliders of a lesson, as `slide_sliders` does; what is kept is read.

    Parameters
    ----------
    say : callable
        Is told, in both programs, what is being drawn, and what cannot be.
    """
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=end_with_pool) as other:

        def sliders_of(course: Course, module: Module) -> Mapping[str, Sliders]:
            try:
                return other.submit(_drawn, course, module, say).result()
            except BrokenProcessPool:  # a computer without enough memory ends it
                say(f"The projector shows no sliders of {module.stem[:2]}: drawing them was ended.")
                return NONE

        yield sliders_of


def _drawn(course: Course, module: Module, say: Callable[[str], object]) -> Mapping[str, Sliders]:
    # Here alone, in the other program: it brings all that draws.
    from thousandfold.facilitation.sliders import slide_sliders

    return slide_sliders(course, module, say)
