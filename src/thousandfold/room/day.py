"""How a room stands: which step of its day it is at, and all that people did so far.

The state is made by deeds alone, one after the other, and knows nothing of pages, files or clocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from thousandfold.core import SEED
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Slot
from thousandfold.flight import Game
from thousandfold.room.before_after import BeforeAfter
from thousandfold.room.closing import TOO_EARLY, Closing
from thousandfold.room.flights import Flights, topics_of
from thousandfold.room.journal import Deed
from thousandfold.room.owners import Owners
from thousandfold.room.programme import Step, steps_of
from thousandfold.room.questions import Question, poll_of
from thousandfold.room.setting import NO_VIEWS, Setting, Views
from thousandfold.room.stopwatch import Stopwatch
from thousandfold.room.timetable import Timetable
from thousandfold.room.votes import Votes

FACILITATOR = "facilitator"
NOTEBOOK = "notebook-"  # so begins the name of a browser that hands in from a notebook
STAGE, DETAIL = "stage", "detail"  # topics: what concerns everybody, and what few follow
CHECKED = "checked"  # the topic of what the checks say, and of how many people they said it to
MOST_FROM_ONE_ADDRESS = 12  # browsers; the facilitator lets more in
MOST_DEEDS = 1000  # of one browser: the busiest person of a day needs a hundred


class Day:
    """A day of a room.

    Parameters
    ----------
    slots : sequence of Slot
        As the run of show has them.
    questions : mapping of int to sequence of Question
        What is asked in a line of the plan, by its place in it.
    seed : int
        The luck of the flight.
    begun : float
        When the room was opened first, in seconds of its clock.
    views : mapping of int to sequence of Sliders or None, optional
        What moves on the slides of a line of the plan, key after key, by its place in it.

    Attributes
    ----------
    questions : mapping
    votes : Votes
    flights : Flights
    timetable : Timetable
    closing : Closing
    setting : Setting
    before_after : BeforeAfter
    owners : dict of str to str
        The browser that handed in under a name.
    claims : dict of str to str
        The browser that says to be somebody who handed in from another one, by that name.
    browsers : dict of str to str
        All that came in, and the address each came from.
    addresses : Counter
        How many browsers came from each address to pages of the room.
    notebooks : Counter
        How many hand in from notebooks; whoever does may hold a phone as well.
    welcome : set of str
        Addresses from which the facilitator lets any number in.
    done : dict of str to None
        The modules that the room came to, in their order.
    revealed : dict of str to Question
        The questions whose answers were shown, by their names.
    closed : bool
        Whether the room has come to the close of the day.
    closed_at : float or None
        When it came there first, in seconds of the room's clock.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        questions: Mapping[int, Sequence[Question]],
        seed: int = SEED,
        begun: float = 0.0,
        views: Views = NO_VIEWS,
    ) -> None:
        self.timetable = Timetable(slots)
        self.questions = questions
        self.votes = Votes()
        self.flights = Flights(seed)
        self.closing = Closing()
        self.setting = Setting(views)
        self.before_after = BeforeAfter()
        self._names = Owners()
        self.owners, self.claims = self._names.owners, self._names.claims
        self.browsers: dict[str, str] = {}
        self.addresses: Counter[str] = Counter()
        self.notebooks: Counter[str] = Counter()
        self.welcome: set[str] = set()
        self.done: dict[str, None] = {}
        self.revealed: dict[str, Question] = {}
        self.closed = False
        self.closed_at: float | None = None
        self._many: Counter[str] = Counter()  # deeds of each browser
        counts = {place: len(asked) for place, asked in questions.items()}
        self._all = steps_of(slots, counts, {place: len(keys) for place, keys in views.items()})
        self._at = self._all[0]
        self._clock = Stopwatch(begun)
        self._orders: dict[str, Callable[[Deed], frozenset[str]]] = {  # of the facilitator alone
            "let in": self._let_in,
            "begin": self._begin,
            "go": self._go,
            "extend": self._extend,
            "pause": self._pause,
            "move sliders": self._move_sliders,
            "follow": self._follow,
            "undo": self._undo,
            "announce": self._announce,
            "take out": self._take_out,
            "give": self._give,
        }
        self._deeds = self._orders | {
            "enter": self._enter,
            "vote": self._vote,
            "team": self._team,
            "decide": self._decide,
            "hand in": self._hand_in,
            "claim": self._claim,
            "ask": self._ask,
            "say": self._say,
            "promise": self._promise,
            "name": self._name,
        }
        self._arrive()

    def do(self, deed: Deed) -> frozenset[str]:
        """Change the state, and return whom that concerns.

        Raises
        ------
        ExplainedError
            If it is not possible now; then nothing has changed.
        """
        if not deed.who:  # the facilitator's browser, on everybody's page
            raise ExplainedError(
                "This browser has not come in as one of the room. Sign in with the password first."
            )
        if self._many[deed.who] >= MOST_DEEDS and not self._is_never_too_much(deed):
            raise ExplainedError(
                "So much came from this browser that the room takes nothing more from it. Please "
                "tell the facilitator."
            )
        if deed.kind in self._orders and deed.who != FACILITATOR:
            raise ExplainedError("Only the facilitator can do this.")
        told = self._deeds[deed.kind](deed)
        self._many[deed.who] += 1
        return told

    def _is_never_too_much(self, deed: Deed) -> bool:
        takes_out = deed.kind == "ask" and deed.body.get("do") == "withdraw"
        return deed.who == FACILITATOR or (takes_out and deed.who in self.before_after.codes)

    def person(self, who: str) -> str:
        """Return what stands for whoever sits at a browser.

        That is its address: one person can open many browsers. Where the facilitator lets any
        number in from one address, a whole class shares it, and each browser counts.
        """
        address = self.browsers.get(who, "")
        return who if not address or address in self.welcome else address

    # --- Where the room is -----------------------------------------------------------------------

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The lines of the plan, with the times and minutes that they have today."""
        return self.timetable.slots

    @property
    def gone(self) -> frozenset[int]:
        """Places of lines that are left out because the day was late."""
        return self.timetable.gone

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the day, without those that were dropped, and rounds that nobody flew."""
        steps = [step for step in self._all if step.place not in self.gone]
        if self.flight_is_over:  # ended early: the way back leads to the last round that was flown
            steps = [
                step
                for step in steps
                if step.kind not in ("decide", "came") or step.number <= self.flights.flown
            ]
        return tuple(steps)

    @property
    def step(self) -> Step:
        """What the room does now."""
        return self._at

    @property
    def next(self) -> Step | None:
        """What comes next; None at the end of the day."""
        return self._beside(1)

    @property
    def before(self) -> Step | None:
        """What came before; None at the beginning."""
        return self._beside(-1)

    @property
    def flight_is_over(self) -> bool:
        """Whether the room has come to the debrief of its flight, or to what follows."""
        landed = [place for place, step in enumerate(self._all) if step.kind == "landed"]
        return bool(landed) and self._all.index(self._at) >= landed[0]

    @property
    def asked(self) -> Sequence[Question]:
        """What everybody is asked now."""
        if self._at.kind in ("vote", "again", "predict"):
            return self.questions.get(self._at.place, ())
        return ()

    @property
    def shown(self) -> Sequence[Question]:
        """The questions whose answers are shown now: after the second vote, or the lesson."""
        if self._at.kind == "shown":
            return self.questions.get(self._at.place, ())
        if self._at.kind == "expected":
            stem, lines = self._at.slot.stem, self.timetable.planned
            predicted = [
                question
                for place, asked in self.questions.items()
                if (lines[place].stem, lines[place].kind) == (stem, "predict")
                for question in asked
            ]
            return predicted[self._at.number - 1 : self._at.number]
        if self._at.kind == "talk":  # often about the poll of its module
            poll = poll_of(self._at.slot.stem)
            return [self.revealed[poll]] if poll in self.revealed else []
        return ()

    @property
    def paused(self) -> bool:
        """Whether the clock of this step stands still."""
        return self._clock.paused is not None

    def left(self, now: float) -> float:
        """Return the seconds that are left of this step by the room's clock; negative once over."""
        return self._clock.left(self.timetable.minutes_of(self._at), now)

    def planned(self, step: Step) -> tuple[float, float]:
        """Return when a step was to begin and to end, in minutes after midnight."""
        table = self.timetable
        same = [one for one in self._all if one.place == step.place and not one.view]
        before = sum(table.minutes_of(one) for one in same[: same.index(step.whole)])
        begin = self.slots[step.place].begin + before
        return begin, begin + table.minutes_of(step) + table.waited(step.place)

    def _beside(self, distance: int) -> Step | None:
        steps = self.steps
        if self._at not in steps:  # it was dropped while it ran: what follows it is next
            later = [step for step in steps if step.place > self._at.place]
            return later[0] if distance > 0 and later else None
        place = steps.index(self._at) + distance
        return steps[place] if 0 <= place < len(steps) else None

    # --- What the facilitator does ---------------------------------------------------------------

    def _go(self, deed: Deed) -> frozenset[str]:
        if deed.body.get("from") != self._at.name:
            # A second press, or another window: the room has moved on already.
            raise ExplainedError("The room had moved on already. Look where it is now.")
        wanted = next((step for step in self._all if step.name == deed.body.get("to")), None)
        if wanted is None:
            raise ExplainedError("There is no such step in this day.")
        flights = self.flights
        if wanted.kind == "came":
            flights.fly(max(flights.flown, wanted.number))
        elif wanted.kind == "decide" and wanted.number >= flights.flown:
            flights.fly(wanted.number - 1)  # opens the latest again, or flies what is jumped over
        turned = wanted.whole == self._at.whole
        self._at = wanted
        self.setting.arrive(wanted)
        flights.over = self.flight_is_over
        if turned:  # the slides of one part have one clock, and phones show none of them
            return frozenset({DETAIL})
        self._clock = Stopwatch(deed.at)
        self.timetable.settle()
        self._arrive()
        if self.closed and self.closed_at is None:
            self.closed_at = deed.at
        return frozenset({STAGE, DETAIL})

    def _arrive(self) -> None:
        slot = self._at.slot
        works = slot.part in ("lesson", "exercise") and self._at.kind != "welcome"
        if module := slot.stem if works else self._at.about:
            self.done[module] = None
        self.revealed.update({question.name: question for question in self.shown})
        self.closed = self.closed or self._at.kind == "close"

    def _extend(self, deed: Deed) -> frozenset[str]:
        self._clock.extend(deed.body.get("minutes"))
        return frozenset({STAGE, DETAIL})

    def _pause(self, deed: Deed) -> frozenset[str]:
        self._clock.pause(deed.at)
        return frozenset({STAGE, DETAIL})

    def _move_sliders(self, deed: Deed) -> frozenset[str]:
        self.setting.move(deed.body.get("of"), deed.body.get("places"))
        return frozenset({DETAIL})

    def _follow(self, deed: Deed) -> frozenset[str]:
        """Follow what the plan says to give up because it is late."""
        changes = {int(place): int(minutes) for place, minutes in deed.body["minutes"].items()}
        self.timetable.follow(self._at.place, int(deed.body["late"]), changes)
        return frozenset({STAGE, DETAIL})

    def _undo(self, deed: Deed) -> frozenset[str]:
        """Take back that the room followed, as long as it has not gone on."""
        self.timetable.undo()
        return frozenset({STAGE, DETAIL})

    def _begin(self, deed: Deed) -> frozenset[str]:
        """Move the whole plan, so that its first line begins at a time of the day."""
        self.timetable.begin(int(deed.body["minutes"]))
        self._clock = Stopwatch(deed.at)
        return frozenset({STAGE, DETAIL})

    def _let_in(self, deed: Deed) -> frozenset[str]:
        self.welcome.add(str(deed.body["address"]))
        return frozenset({DETAIL, CHECKED})

    def _announce(self, deed: Deed) -> frozenset[str]:
        self.flights.announce(int(deed.body["round"]), deed.body["event"])
        return frozenset({STAGE, DETAIL})

    def _take_out(self, deed: Deed) -> frozenset[str]:
        self.flights.take_out(int(deed.body["team"]), bool(deed.body["out"]))
        return frozenset({STAGE, DETAIL})

    # --- What everybody does ---------------------------------------------------------------------

    def _enter(self, deed: Deed) -> frozenset[str]:
        address = str(deed.body["address"])
        places = self.notebooks if deed.who.startswith(NOTEBOOK) else self.addresses
        if places[address] >= MOST_FROM_ONE_ADDRESS and address not in self.welcome:
            raise ExplainedError(
                f"{MOST_FROM_ONE_ADDRESS} browsers have come in from your address already. Please "
                "tell the facilitator, who can let you in."
            )
        places[address] += 1
        self.browsers[deed.who] = address
        return frozenset({DETAIL})

    def _vote(self, deed: Deed) -> frozenset[str]:
        question = next((q for q in self.asked if q.name == deed.body.get("question")), None)
        if question is None:
            raise ExplainedError("This vote is closed. The page shows what the room does now.")
        self.votes.answer(deed.who, question, self.ballot, deed.body.get("answer"))
        return frozenset({DETAIL})

    @property
    def ballot(self) -> int:
        """2 while people vote again, else 1."""
        return 2 if self._at.kind == "again" else 1

    def _team(self, deed: Deed) -> frozenset[str]:
        flights, body = self.flights, deed.body
        was, person = flights.team_of(deed.who), self.person(deed.who)
        if body.get("do") == "begin":
            flights.begin(deed.who, str(body.get("name", "")), str(body["word"]), person)
        elif body.get("do") == "bring":
            game = Game.read(str(body["game"]).encode(), "This file")
            flights.bring(deed.who, game, str(body["word"]), person)
        elif body.get("do") == "join":
            flights.join(deed.who, str(body.get("word", "")))
        else:
            flights.leave(deed.who)
        now = flights.team_of(deed.who)
        return frozenset({DETAIL, browser(deed.who)}) | topics_of(was, now)

    def _decide(self, deed: Deed) -> frozenset[str]:
        if self._at.kind != "decide":
            raise ExplainedError(
                "No round is open at this moment. What you entered stays here; the facilitator "
                "opens the next one."
            )
        self.flights.decide(deed.who, int(deed.body["round"]), deed.body, deed.at)
        return frozenset({DETAIL}) | topics_of(self.flights.team_of(deed.who))

    def _hand_in(self, deed: Deed) -> frozenset[str]:
        self._names.hand_in(deed.who, str(deed.body["learner"]))
        return frozenset({DETAIL})

    def _claim(self, deed: Deed) -> frozenset[str]:
        self._names.claim(deed.who, str(deed.body["learner"]))
        return frozenset({DETAIL})

    def _give(self, deed: Deed) -> frozenset[str]:
        self._names.give(str(deed.body["learner"]), yes=bool(deed.body["yes"]))
        return frozenset({DETAIL})

    def _ask(self, deed: Deed) -> frozenset[str]:
        counts = self.before_after.do(deed.who, self._at.kind, deed.body)
        return frozenset({DETAIL}) if counts else frozenset()

    def _say(self, deed: Deed) -> frozenset[str]:
        module = str(deed.body.get("module", ""))
        if module not in self.done:
            raise ExplainedError("The room has not come to this module.")
        self.closing.say(deed.who, module, deed.body.get("mark"), str(deed.body.get("unclear", "")))
        return frozenset({DETAIL})

    def _promise(self, deed: Deed) -> frozenset[str]:
        body = deed.body
        self.closing.promise(deed.who, str(body.get("line", "")), str(body.get("address", "")))
        return frozenset({DETAIL})

    def _name(self, deed: Deed) -> frozenset[str]:
        if not self.closed:
            raise ExplainedError(TOO_EARLY)
        self.closing.name(deed.who, str(deed.body.get("name", "")))
        return frozenset({DETAIL})


def browser(who: str) -> str:
    """Return the topic of what concerns one browser alone."""
    return f"browser-{who}"
