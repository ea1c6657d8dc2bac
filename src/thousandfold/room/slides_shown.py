"""What the projector shows of a lesson: its slides, one key after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from thousandfold.facilitation.course import Course
from thousandfold.facilitation.plan import Slot
from thousandfold.facilitation.slide import Block, Slide, Sliders
from thousandfold.facilitation.slides import SlidersOf, lesson_slides, none, planned

_SIZES = {1.45: "biggest", 1.3: "bigger", 1.15: "big"}  # styles stand in no page


@dataclass(frozen=True)
class View:
    """A slide, as far as keys were pressed.

    Attributes
    ----------
    slide : Slide
    waiting : int
        How many of its fragments are still hidden.
    """

    slide: Slide
    waiting: int = 0

    @property
    def size(self) -> str:
        """How large its text is set; a figure takes the room that the text leaves."""
        return "picture" if self.slide.picture else _SIZES.get(self.slide.size, "")

    @property
    def sliders(self) -> Sliders | None:
        """What moves on it; no slide has room for two."""
        return next((block.sliders for block in self.slide.blocks if block.sliders), None)

    @property
    def blocks(self) -> list[tuple[Block, bool]]:
        """What stands on it, and whether it can be seen yet."""
        fragments = sum(block.fragment for block in self.slide.blocks)
        found, open_ = [], fragments - self.waiting
        for block in self.slide.blocks:
            open_ -= block.fragment
            found.append((block, not block.fragment or open_ >= 0))
        return found


def table_of(sliders: Sliders) -> str:
    """Return the address of what sliders can show, as a figure that stands beside it names it."""
    return f"/sliders/{sliders.name}"


def views_of(
    course: Course, slots: Sequence[Slot], stem: str, sliders_of: SlidersOf = none
) -> dict[int, tuple[View, ...]]:
    """Return what is shown in each line of a plan that is a part of one lesson, by its place.

    Parameters
    ----------
    course : Course
    slots : sequence of Slot
    stem : str
        Of the lesson.
    sliders_of : callable, optional
        Returns the sliders of a lesson; without it those are hints among the notes.

    Raises
    ------
    ExplainedError
        If the lesson cannot be read.
    """
    wanted = (stem, "lesson")
    parts = {at: slot for at, slot in enumerate(slots) if (slot.stem, slot.part) == wanted}
    slides = lesson_slides(course, parts.values(), sliders_of)
    return {
        place: tuple(
            View(_for_a_room(slide, slot), waiting)
            for slide in slides[slot.stem, slot.cell]
            for waiting in range(sum(block.fragment for block in slide.blocks), -1, -1)
        )
        for place, slot in parts.items()
    }


def _for_a_room(slide: Slide, slot: Slot) -> Slide:
    """Leave out of the notes when it was planned, and out of the page what sliders can show.

    The room's plan beside the notes moves, and each piece of news sends the slide anew.
    """
    return replace(
        slide,
        notes=[note for note in slide.notes if note != planned(slot)],
        blocks=[
            replace(block, html=block.sliders.figure(beside=table_of(block.sliders)))
            if block.sliders
            else block
            for block in slide.blocks
        ],
    )
