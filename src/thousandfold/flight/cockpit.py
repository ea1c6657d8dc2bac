"""The cockpit of the flight simulator: one screen, and the state of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.decision_form import entries, plain
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.effects import effects
from thousandfold.flight.ending import ending
from thousandfold.flight.game import Game
from thousandfold.flight.instruments import instruments, panel
from thousandfold.flight.loops import loops_picture
from thousandfold.flight.prices import prices
from thousandfold.flight.second_flight import fly_again
from thousandfold.flight.share import TEAM, read_code
from thousandfold.flight.small_picture import small
from thousandfold.teaching.canvas import canvas
from thousandfold.teaching.fallback import Fallback
from thousandfold.teaching.typed import typed_number

_STRIP = (0.05, 0.25, 0.5, 0.75, 0.95)  # what is drawn of a thousand ends
_MUCH = 10  # times today's customers: more than the best round has brought to anybody
_AGAIN = (
    "What was one decision worth? Choose a round, change it, and fly again: with the luck that you "
    "had, and through a thousand other futures."
)


def cockpit(game: Game) -> Fallback:
    """Play a game on one screen, with the keyboard, a mouse or a finger.

    Left: the decisions, what they cost, a forecast and its reason, and the button, which flies one
    round; there is no way back. Right: six pictures, what happened and what people say, or all
    rounds so far. The game is saved after each round if it was opened with `Game.open`.
    Without widgets `game.play(...)` does the same.

    Parameters
    ----------
    game : Game

    Returns
    -------
    Fallback
        Its ``widget`` is the cockpit; the report stays in the notebook file.
    """
    import ipywidgets

    from thousandfold.drawing import image

    seat = Cockpit(game)
    pictures = instruments(game)
    sentences = " ".join(picture.sentence for picture in pictures)
    left = f"<h3>{escape(seat.view['headline'])}</h3>{image(panel(pictures), sentences)}"
    box = ipywidgets.VBox([seat.canvas])
    return Fallback(box, "Run this cell, then fly here.", left=left + game.report().html())


class Cockpit:
    """The state of one cockpit: it hears what is pressed, and tells what is seen.

    Attributes
    ----------
    canvas : anywidget.AnyWidget
        What is seen; it only draws.
    """

    def __init__(self, game: Game) -> None:
        self.game = self._own = game  # another while a shared flight is looked at
        self._answers = 0
        self.canvas = canvas(
            "thousandfold.flight",
            *("elements", "small_picture", "decision_form", "cockpit"),
            form=entries(),
            view={},
            bill={},
            loops={},
        )
        self.canvas.on_msg(lambda _, content, __: self.hear(content))
        self._tell(_opened(game))
        self._price(game.last.row())

    @property
    def view(self) -> dict[str, Any]:
        """What is seen."""
        told: dict[str, Any] = self.canvas.view
        return told

    @property
    def bill(self) -> dict[str, Any]:
        """What the decision in the form costs."""
        told: dict[str, Any] = self.canvas.bill
        return told

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
            self._price(content.get("decision"))
        elif asked == "fly":
            self._fly(content)
        elif asked == "fly again":
            self._fly_again(content)
        elif asked == "loops":
            self.canvas.loops = _loops(self.game)
        elif asked == "look":
            self._look(content.get("code"))
        elif asked == "go back":
            self._turn_to(self._own, "This is your own game again.")
        elif asked == "begin another":
            try:
                self.game.begin_another()
            except ExplainedError as error:
                self._tell(str(error), alarm=True)
            else:
                said = f"A new flight, {self.game.team}. The one before is kept in its file."
                self.canvas.loops = {}
                self._tell(said, done=True)
            self._price(self.game.last.row())

    def _price(self, row: object) -> None:
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
        self.canvas.bill = {"sentences": sentences, "alarm": alarm, "answer": self._answers}

    def _fly(self, content: Mapping[str, Any]) -> None:
        game = self.game
        if content.get("round") != game.round:
            # Another view of this cockpit, or a second press, was faster.
            self._tell(
                f"Round {content.get('round')} is flown already; this is what came. Nothing "
                "else was flown."
            )
            return
        done = len(game.turns)
        gone = done and game.path is not None and not game.path.exists()
        try:
            decision = Decision.of(content.get("decision"))  # type: ignore[arg-type]
            forecast, reason = _forecast(content.get("forecast")), str(content.get("reason", ""))
            doubt = None if content.get("sure") else _doubt(game, decision, forecast, reason)
            if doubt:
                self._tell(f"{doubt} If you mean it, press once more.", question=True)
                return
            game.play(forecast, reason, **decision.row())
        except ExplainedError as error:
            if len(game.turns) == done:
                self._tell(plain(str(error)), alarm=True)
                return
            said, alarm = str(error), True  # it was flown, and could not be saved
        else:
            said, alarm = f"Round {done + 1} is flown{_where(game)}.", False
            if gone:
                said += " The file was gone, and is written anew."
        self._tell(said, alarm=alarm, done=True)
        self._price(game.last.row())

    def _fly_again(self, content: Mapping[str, Any]) -> None:
        """Fly the flight that is over with one decision changed, and show both."""
        try:
            decision = Decision.of(content.get("decision"))  # type: ignore[arg-type]
            second = fly_again(self.game, content.get("round"), **decision.row())  # type: ignore[arg-type]
        except ExplainedError as error:
            self._tell(plain(str(error)), alarm=True)
            return
        self._tell(second.sentence, pictures=_beside(self.game, second.changed))

    def _look(self, code: object) -> None:
        """Show a flight that somebody shared; the own game stays as it is."""
        try:
            shared = read_code(code)  # type: ignore[arg-type]
        except ExplainedError as error:
            self._tell(str(error), alarm=True)
            return
        said = "Somebody else flew this. Your own game stays as you left it."
        flown = Game(TEAM, shared.seed, shared.events, shared.turns)
        self._turn_to(flown, f"{said} {shared.caveat}".strip())

    def _turn_to(self, game: Game, said: str) -> None:
        self.game = game
        self.canvas.loops = {}
        self._tell(said)
        self._price(game.last.row())

    def _tell(
        self,
        said: str,
        *,
        alarm: bool = False,
        question: bool = False,
        done: bool = False,
        pictures: list[dict[str, Any]] | None = None,
    ) -> None:
        self._answers += 1
        told: dict[str, Any] = {"said": said, "alarm": alarm, "question": question, "done": done}
        drawn = pictures or [small(picture) for picture in instruments(self.game)]
        told |= {"pictures": drawn, "answer": self._answers, "looking": self.game is not self._own}
        self.canvas.view = _view(self.game) | told


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


def _opened(game: Game) -> str:
    """Say what a cockpit opens with: nothing, where a flight begins."""
    if game.over:
        return f"This flight is over{_where(game)}."
    flown = len(game.turns)
    return f"This flight goes on: {_rounds(flown)} flown{_where(game)}." if flown else ""


def _rounds(count: int) -> str:
    return "1 round is" if count == 1 else f"{count} rounds are"


def _where(game: Game) -> str:
    return f", and saved in {game.path.name}" if game.path is not None else ""


def _view(game: Game) -> dict[str, Any]:
    """Return all that is seen of a game, as plain data."""
    told = game.report()
    state = "the flight is over" if game.over else f"round {game.round} of {ROUNDS}"
    return {
        "headline": f"{game.team}: {state}",
        "round": game.round,
        "rounds": ROUNDS,
        "over": game.over,
        "shared": game.over and not game.forecasts,
        "decision": game.last.row(),
        "effects": effects(game),
        "news": list(told.news),
        "voices": list(told.voices),
        "ledger": _ledger(game),
        "end": _end(game) if game.over else None,
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


def _end(game: Game) -> dict[str, Any]:
    """Return the front page of a flight that is over."""
    told = ending(game)
    return {
        "headline": told.headline,
        "sentences": list(told.sentences),
        "ends": [float(value) for value in np.quantile(told.ends, _STRIP)],
        "own": float(game.seen()["customers"][-1]),
        "code": game.code(),
    }


def _loops(game: Game) -> dict[str, str]:
    """Return the picture of the loops, with those lit that turned, as attributes of an image."""
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
