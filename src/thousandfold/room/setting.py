"""Where the sliders stand that the projector shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.slide import Sliders
from thousandfold.room.programme import Step

Views = Mapping[int, Sequence[Sliders | None]]
"""What moves on the slides of a line of the plan, key after key, by its place in it."""

NO_VIEWS: Views = MappingProxyType({})


class Setting:
    """The sliders of the slide that is shown: those of another slide begin where they began.

    Parameters
    ----------
    views : mapping of int to sequence of Sliders or None

    Attributes
    ----------
    sliders : Sliders or None
        Those that are shown; None where there are none.
    places : tuple of int
        Where each of them stands.
    """

    def __init__(self, views: Views) -> None:
        self._views = views
        self.sliders: Sliders | None = None
        self.places: tuple[int, ...] = ()

    def arrive(self, step: Step) -> None:
        """Show what a step has: its sliders stay as they stand while keys open the same slide."""
        before, views = self.sliders, self._views.get(step.place, ())
        self.sliders = views[step.view] if step.kind == "work" and views else None
        if self.sliders is None:
            self.places = ()
        elif before is None or before.name != self.sliders.name:
            self.places = tuple(control["start"] for control in self.sliders.controls)

    def move(self, name: object, places: object) -> None:
        """Let the sliders of a name stand elsewhere.

        Raises
        ------
        ExplainedError
            If others are shown, or they cannot stand there.
        """
        if self.sliders is None or name != self.sliders.name:
            raise ExplainedError("The projector shows another slide by now. Nothing was moved.")
        most = [len(control["words"]) for control in self.sliders.controls]
        if not (isinstance(places, Sequence) and _fits(places, most)):
            raise ExplainedError("These sliders cannot stand there. Nothing was moved.")
        self.places = tuple(places)

    @property
    def said(self) -> list[tuple[str, str]]:
        """What each slider is called, and the value that it stands at."""
        controls = self.sliders.controls if self.sliders else []
        return [
            (control["label"], control["words"][place])
            for control, place in zip(controls, self.places, strict=True)
        ]


def _fits(places: Sequence[object], most: Sequence[int]) -> bool:
    return len(places) == len(most) and all(
        type(place) is int and 0 <= place < count for place, count in zip(places, most, strict=True)
    )
