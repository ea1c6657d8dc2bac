"""What all pages of a room share."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from thousandfold.facilitation.plan import Plan, Session, clock
from thousandfold.room.aside import Aside
from thousandfold.room.board import Board
from thousandfold.room.board import Room as Marked
from thousandfold.room.counting import Results
from thousandfold.room.day import CHECKED, STAGE, Day
from thousandfold.room.desk import Desk
from thousandfold.room.door import Door
from thousandfold.room.hand_in import Intake
from thousandfold.room.journal import Journal
from thousandfold.room.marks import Exercise
from thousandfold.room.network import Place
from thousandfold.room.pace import Pace
from thousandfold.room.slides_shown import View

STOOD = "addresses"  # under which a journal keeps where its room stood
PRESENT_SECONDS = 60.0  # after which a browser that asks for nothing has gone
_BURST, _EACH_SECOND = 1000, 50.0  # a phone asks ten times when it opens, then once a change
WORD_MINUTES = 2  # after which a browser that tried many words of teams may try another
_WORDS = 10  # before that
_DAY = 24 * 60  # minutes
_LATEST = 6 * 60  # so many after its planned end a day that crosses midnight is still that day


@dataclass
class Site:
    """What all pages of a room share.

    Attributes
    ----------
    title : str
        Of the day.
    desk : Desk
        Takes what people do, and knows how the room stands.
    door : Door
    place : Place
    plan : Plan or None
        What the day was planned from; None where only one exercise is worked on.
    intake : Intake or None
        None where nothing is handed in here.
    boards : mapping of str to thousandfold.room.board.Room
        By exercise.
    titles : mapping of str to str
        Of the modules, by their names.
    folder : Path
        Where the folder of the day is written.
    rehearsal : bool
        Whether the people in it are none.
    workshop : Path or None
        The folder of the site for browsers, if the room serves it.
    taking : int
        Notebooks that are being written at this moment.
    moved : str
        The address at which the room goes on with another laptop; empty while it is here.
    kept : Journal
        The file in which the day is kept.
    exercises : sequence of Exercise
        Of the day.
    work : Path or None
        Where submissions lie; None where the course keeps them.
    held : Counter
        Bytes that are being sent at this moment, by who sends them.
    pace : Pace
        How fast one person may ask.
    aside : Aside
        Works for pages beside the server.
    seats : dict
        What a team's page draws, with the version in which it was drawn.
    views : mapping of int to tuple of View
        What the projector shows of lessons, by the place of the line in the plan.
    words : Pace
        How fast one browser may try words of teams.
    """

    title: str
    desk: Desk
    door: Door
    place: Place
    kept: Journal
    exercises: Sequence[Exercise] = ()
    work: Path | None = None
    plan: Plan | None = None
    intake: Intake | None = None
    boards: Mapping[str, Marked] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[int, tuple[View, ...]] = field(default_factory=dict)
    folder: Path = Path()
    workshop: Path | None = None
    today: Callable[[], datetime] = datetime.now
    rehearsal: bool = False
    taking: int = 0
    moved: str = ""
    held: Counter[str] = field(default_factory=Counter)
    pace: Pace = field(default_factory=lambda: Pace(_BURST, _EACH_SECOND))
    aside: Aside = field(init=False)
    seats: dict[tuple[int, bool], tuple[str, str]] = field(default_factory=dict)
    words: Pace = field(default_factory=lambda: Pace(_WORDS, 1 / (60 * WORD_MINUTES)))
    _seen: dict[str, float] = field(default_factory=dict)
    _looked: dict[str, tuple[str, Board]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing to work on."""
        self.aside = Aside(self.desk.tell_from_thread)

    @property
    def cookie(self) -> str:
        """Name of the cookie; browsers send it to every port of a computer."""
        return f"thousandfold-room-{self.place.address.rpartition(':')[2].strip('/')}"

    @property
    def day(self) -> Day:
        """How the room stands."""
        return self.desk.day

    @property
    def has_moved(self) -> bool:
        """Whether the day has been at another address: on another laptop, or in another network."""
        return any(address != self.place.address for address in json.loads(self.kept.about(STOOD)))

    @property
    def link(self) -> str:
        """The facilitator's link, for a laptop in the same network."""
        return f"{self.place.address}/facilitator/sign-in?key={self.door.key}"

    def title_of(self, module: str) -> str:
        """Return what a module is called."""
        return self.titles.get(module, module)

    @property
    def view(self) -> View | None:
        """What the projector shows of a lesson now; None elsewhere."""
        step = self.day.step
        views = self.views.get(step.place, ()) if step.kind == "work" else ()
        return views[min(step.view, len(views) - 1)] if views else None

    @property
    def session(self) -> Session:
        """The lines of the plan, at the times at which they are due today."""
        return Session("", tuple(slot for slot in self.day.slots if slot.minutes))

    def here(self, visitor: str) -> None:
        """Remember that a browser has asked for something."""
        self._seen[visitor] = time.monotonic()

    @property
    def present(self) -> int:
        """How many browsers have asked for something in the last minute."""
        since = time.monotonic() - PRESENT_SECONDS
        return sum(seen > since for seen in self._seen.values())

    def left(self) -> float:
        """Return the seconds that are left of what the room does now."""
        return self.day.left(self.desk.now())

    def ends(self) -> str:
        """Return at what time of the day that will be over, such as ``"10:45"``."""
        return clock(self.minutes() + math.ceil(max(0.0, self.left()) / 60))

    def late(self) -> int:
        """Return how many minutes the room is behind its plan; negative when it is early."""
        minutes = self.minutes()
        begin, end = self.day.planned(self.day.step)
        return int(max(0.0, minutes - end) + min(0.0, minutes - begin))

    def results(self, visitor: str, exercise: str = "") -> tuple[str, list[Results]]:
        """Return under which name a browser handed in last, and what became of that.

        Parameters
        ----------
        visitor : str
        exercise : str
            Of this one alone; else of all.
        """
        names = [name for name, owner in self.day.owners.items() if owner == visitor]
        if not names:
            return "", []
        asked = {exercise} & set(self.boards) or set(self.boards)
        found = [board.results(names[-1]) for stem, board in self.boards.items() if stem in asked]
        return names[-1], [results for results in found if results]

    def minutes(self) -> int:
        """Return the minutes after midnight; a day that began in the evening goes on past 24:00."""
        now = self.today()
        minutes = now.hour * 60 + now.minute
        slots = self.day.slots
        past = slots[-1].end > _DAY and minutes <= slots[-1].end - _DAY + _LATEST
        return minutes + _DAY if past else minutes

    def clock(self) -> str:
        """Return what time it is, such as ``"10:40"``."""
        return clock(self.minutes())

    def board(self, exercise: str) -> Board | None:
        """Return how an exercise stands, counted anew after each hand-in, check and step."""
        marked = self.boards.get(exercise)
        if marked is None:
            return None
        version = self.desk.version(CHECKED, STAGE)
        when, board = self._looked.get(exercise, ("", None))
        if board is None or when != version:
            board = marked.board()
            self._looked[exercise] = version, board
        return board
