"""The state of a cockpit: what is heard, what a decision costs, what is told; nothing is drawn."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.decision_form import plain
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.effects import effects
from thousandfold.flight.ending import ending
from thousandfold.flight.game import Game
from thousandfold.flight.instruments import instruments
from thousandfold.flight.loops import loops_picture
from thousandfold.flight.prices import prices
from thousandfold.flight.second_flight import fly_again
from thousandfold.flight.share import TEAM, read_code
from thousandfold.flight.small_picture import small
from thousandfold.flight.turn import Turn
from thousandfold.teaching.canvas import source
from thousandfold.teaching.typed import typed_number

PARTS = ("elements", "small_picture", "decision_form", "cockpit")
"""What draws a cockpit: a script and a style sheet each."""

_STRIP = (0.05, 0.25, 0.5, 0.75, 0.95)  # what is drawn of a thousand ends
_MUCH = 10  # times today's customers: more than the best round has brought to anybody
_AGAIN = (
    "What was one decision worth? Choose a round, change it, and fly again: with the luck that you "
    "had, and through a thousand other futures."
)


def cockpit_source(ending: str) -> str:
    """Return the script that draws a cockpit, or its style sheet.

    Parameters
    ----------
    ending : str
        ``".js"`` or ``".css"``.
    """
    return source("thousandfold.flight", PARTS, ending)


class Seat:
    """A team's seat before its game: it hears what is pressed, and tells what is seen.

    Parameters
    ----------
    game : Game

    Attributes
    ----------
    game : Game
        That is seen.
    view : dict
        What is seen of it.
    bill : dict
        What the decision in the form costs.
    loops : dict
        The picture of the loops, once it was asked for.
    words : mapping of str to str
        What the button says, also when pressing it was questioned, with ``#`` for the round; what
        is told of a form that was drawn for another round; and what is said if nobody answers.
    """

    words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "press": "Fly round #: no way back",
            "sure": "Yes, fly round #",
            "passed": "Round # is flown already; this is what came. Nothing else was flown.",
            "lost": "No answer yet. If no other cell is running, this cockpit has lost its Python: "
            "run its cell again. What is saved is kept; copy what you typed.",
        }
    )

    def __init__(self, game: Game) -> None:
        self.game = self._own = game  # another while a shared flight is looked at
        self._answers = 0
        self.view: dict[str, Any] = {}
        self.bill: dict[str, Any] = {}
        self.loops: dict[str, str] = {}
        self.tell(self.opened())
        self.price(self.form()["decision"])

    def hear(self, content: Mapping[str, Any]) -> None:
        """Do what was asked for: price a decision, fly it, or begin another flight.

        Parameters
        ----------
        content : mapping
            ``do`` is ``"price"``, ``"fly"``, ``"fly again"``, ``"loops"``, ``"begin another"``,
            ``"look"`` or ``"go back"``. With it come the ``decision``; to fly also ``round``,
            ``forecast``, ``reason`` and whether they are ``sure``; to fly again the ``round`` that
            is changed; to look at a shared flight its ``code``.
        """
        asked = content.get("do")
        if asked == "price":
            self.price(content.get("decision"))
        elif asked == "fly":
            self._fly(content)
        elif asked == "fly again":
            self._fly_again(content)
        elif asked == "loops":
            self.loops = lit_loops(self.game)
        elif asked == "look":
            self._look(content.get("code"))
        elif asked == "go back":
            self._turn_to(self._own, "This is your own game again.")
        elif asked == "begin another":
            self._begin_another()

    # --- What differs where a cockpit stands ------------------------------------------------------

    def opened(self) -> str:
        """Say what a cockpit opens with: nothing, where a flight begins."""
        game = self.game
        if game.over:
            return f"This flight is over{_where(game)}."
        flown = len(game.turns)
        return f"This flight goes on: {_rounds(flown)} flown{_where(game)}." if flown else ""

    def form(self) -> dict[str, Any]:
        """Return what stands in the form where nobody has typed."""
        return {"decision": self.game.last.row(), "forecast": "", "reason": ""}

    def end(self) -> dict[str, Any] | None:
        """Return the front page of a flight that is over."""
        return front_page(self.game)

    @property
    def begins_another(self) -> bool:
        """Whether another flight can be begun once this one is over."""
        return bool(self.game.forecasts)

    # --- What is asked for ------------------------------------------------------------------------

    def price(self, row: object) -> None:
        """Tell what a decision would cost."""
        if self.game.over:
            self._show_bill([_AGAIN])
            return
        try:
            told = prices(self.game, Decision.of(row))  # type: ignore[arg-type]
        except ExplainedError as error:
            self._show_bill([plain(str(error))], alarm=True)
            return
        self._show_bill(list(told.sentences()), alarm=told.empty)

    def _show_bill(self, sentences: list[str], *, alarm: bool = False) -> None:
        self._answers += 1  # an answer that says the same is one, too
        self.bill = {"sentences": sentences, "alarm": alarm, "answer": self._answers}

    def meant(self, content: Mapping[str, Any]) -> Turn | None:
        """Return what the form decides; None where that is refused or questioned, and told.

        Parameters
        ----------
        content : mapping
            As `hear` takes it to fly.
        """
        game = self.game
        if content.get("round") != game.round:
            # Another view of this cockpit, or a second press, was faster.
            self.tell(self.words["passed"].replace("#", f"{content.get('round')!s:.10}"))
            return None
        try:
            decision = Decision.of(content.get("decision"))  # type: ignore[arg-type]
            forecast, reason = _forecast(content.get("forecast")), str(content.get("reason", ""))
            doubt = None if content.get("sure") else _doubt(game, decision, forecast, reason)
            if doubt:
                self.tell(f"{doubt} If you mean it, press once more.", question=True)
                return None
            return Turn(decision, forecast, reason)
        except ExplainedError as error:
            self.tell(plain(str(error)), alarm=True)
            return None

    def _fly(self, content: Mapping[str, Any]) -> None:
        game = self.game
        done = len(game.turns)
        gone = done and game.path is not None and not game.path.exists()
        turn = self.meant(content)
        if turn is None:
            return
        try:
            game.play(turn.forecast, turn.reason, **turn.decision.row())
        except ExplainedError as error:
            if len(game.turns) == done:
                self.tell(plain(str(error)), alarm=True)
                return
            said, alarm = str(error), True  # it was flown, and could not be saved
        else:
            said, alarm = f"Round {done + 1} is flown{_where(game)}.", False
            if gone:
                said += " The file was gone, and is written anew."
        self.tell(said, alarm=alarm, done=True)
        self.price(game.last.row())

    def _begin_another(self) -> None:
        try:
            self.game.begin_another()
        except ExplainedError as error:
            self.tell(str(error), alarm=True)
        else:
            self.loops = {}
            said = f"A new flight, {self.game.team}. The one before is kept in its file."
            self.tell(said, done=True)
        self.price(self.game.last.row())

    def _fly_again(self, content: Mapping[str, Any]) -> None:
        """Fly the flight that is over with one decision changed, and show both."""
        try:
            decision = Decision.of(content.get("decision"))  # type: ignore[arg-type]
            second = fly_again(self.game, content.get("round"), **decision.row())  # type: ignore[arg-type]
        except ExplainedError as error:
            self.tell(plain(str(error)), alarm=True)
            return
        self.tell(second.sentence, pictures=_beside(self.game, second.changed))

    def _look(self, code: object) -> None:
        """Show a flight that somebody shared; the own game stays as it is."""
        try:
            shared = read_code(code)  # type: ignore[arg-type]
        except ExplainedError as error:
            self.tell(str(error), alarm=True)
            return
        said = "Somebody else flew this. Your own game stays as you left it."
        flown = Game(TEAM, shared.seed, shared.events, shared.turns)
        self._turn_to(flown, f"{said} {shared.caveat}".strip())

    def _turn_to(self, game: Game, said: str) -> None:
        self.game = game
        self.loops = {}
        self.tell(said)
        self.price(game.last.row())

    def tell(
        self,
        said: str,
        *,
        alarm: bool = False,
        question: bool = False,
        done: bool = False,
        pictures: list[dict[str, Any]] | None = None,
    ) -> None:
        """Show the game as it stands, and say something.

        Parameters
        ----------
        said : str
        alarm, question, done : bool
            Whether that is bad news; asks to press once more; says that it was done.
        pictures : list of dict, optional
            What is seen in place of the game's own pictures.
        """
        self._answers += 1
        told: dict[str, Any] = {"said": said, "alarm": alarm, "question": question, "done": done}
        game = self.game
        view, drawn = _looks(game, (game.team, game.key))
        drawn = pictures or drawn
        told |= {"pictures": drawn, "answer": self._answers, "looking": self.game is not self._own}
        over = self.game.over
        told |= {"another": over and self.begins_another, "end": self.end() if over else None}
        self.view = view | self.form() | told


def _forecast(typed: object) -> float | None:
    """Read a forecast as people type it: ``64,000``, ``about 2 million``."""
    words = str(typed or "").strip()
    if not words:
        return None
    found = typed_number(words)
    if found is None or found.percent:
        raise ExplainedError(
            f"your forecast {words!r:.40} cannot be read; write a number of customers, for example "
            "64,000"
        )
    return found.middle


def _doubt(game: Game, decision: Decision, forecast: float | None, reason: str) -> str:
    """Return what is possible, and most likely a slip or not seen; empty if there is nothing."""
    if game.over or not forecast or not reason.strip():
        return ""  # to be refused, not to be asked about
    today = float(game.seen()["customers"][-1])
    if not today / _MUCH <= forecast <= today * _MUCH:
        return f"Your forecast is {forecast:,.0f}, and today there are {today:,.0f} customers."
    told = prices(game, decision)
    if told.empty and not told.broke:
        return "The bank will be empty before the round ends; then a third must go."
    return ""


def _rounds(count: int) -> str:
    return "1 round is" if count == 1 else f"{count} rounds are"


def _where(game: Game) -> str:
    return f", and saved in {game.path.name}" if game.path is not None else ""


# In a room many look at the same game, and each of them after each news.
@lru_cache(maxsize=64)
def _looks(game: Game, _: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return _view(game), [small(picture) for picture in instruments(game)]


def _view(game: Game) -> dict[str, Any]:
    """Return all that is seen of a game, as plain data."""
    told = game.report()
    state = "the flight is over" if game.over else f"round {game.round} of {ROUNDS}"
    return {
        "headline": f"{game.team}: {state}",
        "round": game.round,
        "rounds": ROUNDS,
        "over": game.over,
        "effects": effects(game),
        "news": list(told.news),
        "voices": list(told.voices),
        "ledger": _ledger(game),
    }


def _beside(flown: Game, changed: Game) -> list[dict[str, Any]]:
    """Return the first line of each picture of a flight, and the same of a changed one."""
    pairs = zip(instruments(flown), instruments(changed), strict=True)
    told = []
    for was, became in pairs:
        lines = (
            replace(was.series[0], label="as flown"),
            replace(became.series[0], label="changed"),
        )
        words = f"As flown: {was.sentence} Changed: {became.sentence}"
        told.append(small(replace(became, series=lines, sentence=words)))
    return told


def front_page(game: Game) -> dict[str, Any]:
    """Return the front page of a flight that is over, as plain data."""
    told = ending(game)
    return {
        "headline": told.headline,
        "sentences": list(told.sentences),
        "ends": [float(value) for value in np.quantile(told.ends, _STRIP)],
        "own": float(game.seen()["customers"][-1]),
        "code": game.code(),
    }


def lit_loops(game: Game) -> dict[str, str]:
    """Return the picture of the loops, with those lit that turned, as attributes of an image.

    Parameters
    ----------
    game : Game
    """
    from thousandfold.drawing import draw, figure_of, png

    loops = loops_picture(game.flown())
    picture = base64.b64encode(png(figure_of(draw(loops).ax))).decode()
    return {"src": f"data:image/png;base64,{picture}", "alt": loops.sentence}


def _ledger(game: Game) -> list[dict[str, Any]]:
    """Return each round that was flown: decision, forecast and reason, what came, money."""
    seen = game.seen()
    return [
        {
            "round": at,
            "decision": turn.decision.row(),
            "forecast": turn.forecast,
            "reason": turn.reason,
            "came": float(seen["customers"][at]),
            "bank": float(seen["cash"][at]),
        }
        for at, turn in enumerate(game.turns, start=1)
    ]
