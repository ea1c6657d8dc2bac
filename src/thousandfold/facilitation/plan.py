"""What a run of show is: sessions of slots, and the minutes of a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module

LUNCH = 30  # minutes from which on a break is a lunch


@dataclass(frozen=True)
class Slot:
    """One line of the plan.

    Attributes
    ----------
    begin : int
        Minutes after midnight.
    minutes : int
        How long it takes.
    kind : str
        As in the notebooks, or ``"vote"`` or ``"buffer"``.
    title : str
        What it is: a heading, or the question of a vote or a talk.
    stem, part, cell : str
        The module; ``"poll"`` before its lesson, ``"lesson"``, ``"talk"`` after it or
        ``"exercise"``; and the cell it begins with. Empty otherwise.
    drop_if_late : bool
        Whether it is among the first to go.
    cost : str
        What learners miss without it, if that is more than its title.
    """

    begin: int
    minutes: int
    kind: str
    title: str
    stem: str = ""
    part: str = ""
    cell: str = ""
    drop_if_late: bool = False
    cost: str = ""

    @property
    def end(self) -> int:
        """Minutes after midnight."""
        return self.begin + self.minutes

    @property
    def half(self) -> str:
        """The half of its module: ``"lesson"``, vote and talk included, or ``"exercise"``."""
        return "lesson" if self.part in ("poll", "talk") else self.part

    @property
    def memo(self) -> bool:
        """Whether it is a decision memo, which can be written at home."""
        return self.part == "exercise" and self.cell == "memo-task"


@dataclass(frozen=True)
class Cut:
    """A part that is left out, and what learners miss by it."""

    stem: str
    title: str
    minutes: int
    cost: str


@dataclass(frozen=True)
class Session:
    """A half day, a day or an evening.

    Attributes
    ----------
    title : str
        ``"Evening 3"``, or nothing where there is one session only.
    slots : tuple of Slot
        In order, without gaps.
    """

    title: str
    slots: tuple[Slot, ...]

    @property
    def begin(self) -> int:
        """Minutes after midnight."""
        return self.slots[0].begin

    @property
    def end(self) -> int:
        """Minutes after midnight."""
        return self.slots[-1].end

    @property
    def buffer(self) -> int:
        """Minutes of all its buffers."""
        return sum(slot.minutes for slot in self.slots if slot.kind == "buffer")

    def blocks(self) -> list[tuple[Slot, ...]]:
        """Return the slots in groups: one for each lesson, exercise or other line.

        A lesson's vote and its talk belong to the lesson.
        """
        groups: list[list[Slot]] = []
        for slot in self.slots:
            last = groups[-1][-1] if groups else None
            if last and slot.stem and (slot.stem, slot.half) == (last.stem, last.half):
                groups[-1].append(slot)
            else:
                groups.append([slot])
        return [tuple(group) for group in groups]


@dataclass(frozen=True)
class Plan:
    """A whole run of show.

    Attributes
    ----------
    name, title, fits : str
        Of the format.
    sessions : tuple of Session
        One, or one for each evening.
    cuts : tuple of Cut
        Parts of its modules that are left out.
    home : tuple of Module
        Modules that learners do alone.
    missing : tuple of Module
        Modules that this format has no time for.
    modules : tuple of str
        Those that were chosen in place of the format's own; empty otherwise.
    course : Course
        Where all of it was read.
    from_buffers : int
        Minutes that buffers give to questions before and after, where the plan asks them.
    """

    name: str
    title: str
    fits: str
    sessions: tuple[Session, ...]
    cuts: tuple[Cut, ...]
    home: tuple[Module, ...]
    missing: tuple[Module, ...]
    modules: tuple[str, ...]
    course: Course
    from_buffers: int = 0

    @property
    def asks(self) -> bool:
        """Whether twelve questions are asked before it and after it."""
        return any(slot.kind == "before" for slot in self.sessions[0].slots)

    @property
    def taught(self) -> tuple[Module, ...]:
        """Modules of which something is in the plan or is done at home."""
        stems = {slot.stem for session in self.sessions for slot in session.slots}
        return tuple(m for m in self.course.modules if m.stem in stems or m in self.home)

    @property
    def memos(self) -> tuple[Module, ...]:
        """Modules whose memo is written: in the plan, after their other tasks, or at home."""
        worked = {
            slot.stem
            for session in self.sessions
            for slot in session.slots
            if slot.part == "exercise"
        }
        return tuple(m for m in self.course.modules if m.stem in worked or m in self.home)


def minutes_of(clock: str) -> int:
    """Return a time of the day such as ``"09:30"`` in minutes after midnight.

    Raises
    ------
    ExplainedError
        If it is not a time of the day.
    """
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", clock)
    if found:
        return 60 * int(found[1]) + int(found[2])
    raise ExplainedError(f"a time looks like 09:30, not {clock!r}")


def clock(minutes: int) -> str:
    """Return minutes after midnight as a time of the day such as ``"09:30"``."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def questions_about(stem: str) -> str:
    """Return what the line with the two questions about a module is called."""
    return f"Two questions about {stem[:2]}"


def total(slots: Iterable[Slot]) -> int:
    """Return the minutes of some slots together."""
    return sum(slot.minutes for slot in slots)


def timed(lines: Iterable[Slot], begin: int) -> tuple[Slot, ...]:
    """Return the slots one after the other from `begin` on, without those that take no time."""
    found = []
    for line in lines:
        if line.minutes:
            found.append(replace(line, begin=begin))
            begin += line.minutes
    return tuple(found)
