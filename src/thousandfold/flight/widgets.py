"""The cockpit of the flight simulator: report, forecast, decision, with the keyboard or a mouse."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from thousandfold.core import Array
from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import (
    API,
    DECIDES,
    MOST_HIRED,
    MOST_KEPT,
    MOST_SQUADS,
    SHARES,
    Decision,
)
from thousandfold.flight.deck import EVENTS, ROUNDS
from thousandfold.flight.engine import GOAL, Flight
from thousandfold.flight.game import Game
from thousandfold.picture import Lines, Picture, Series
from thousandfold.teaching.fallback import Fallback

_MINUTES_A_WEEK = 7 * 24 * 60
_LOOK = {
    "style": {"description_width": "16em"},
    "layout": {"width": "36em", "max_width": "calc(100% - 4px)"},
}
_MEANT = {
    "features": "features (%)",
    "onboarding": "onboarding (%)",
    "debt": "debt and architecture (%)",
    "reliability": "reliability (%)",
    "platform": "platform (%)",
    "hire": "people to hire",
    "squads": "squads",
    "decides": "who decides",
    "api": "API",
    "keep": "partners keep (% of revenue)",
}
_SAID = {
    "approver": "one approver",
    "guardrails": "squads, inside goals and guardrails",
    "alone": "squads, without either",
    "closed": "closed",
    "partners": "partners only",
    "public": "public",
}


def cockpit(game: Game) -> Fallback:
    """Play a game with the keyboard or a mouse.

    Above: the report of the round before, as pictures, as a table and in words. Below: five
    decisions, a forecast and its reason. The button flies one round; there is no way back. The
    game is saved after each round if it was opened with `Game.open`. Without widgets the same is
    done by `game.play(...)`.

    Parameters
    ----------
    game : Game

    Returns
    -------
    Fallback
        Its ``widget`` is the cockpit; the report stays in the notebook file.
    """
    return Fallback(_Cockpit(game).box, "Run the cells from the top, then fly here.")


class _Cockpit:
    """The widgets of one game, kept while it is played."""

    def __init__(self, game: Game) -> None:
        import ipywidgets

        self.game = game
        self.instruments = Instruments()
        self.title, self.pictures, self.told, self.said = (ipywidgets.HTML() for _ in range(4))
        self.entries = _entries(game.last)
        self.forecast = ipywidgets.BoundedIntText(
            0, min=0, max=10**9, description="forecast: customers after it", **_LOOK
        )
        self.reason = ipywidgets.Text(
            description="because", placeholder="half a sentence", continuous_update=False, **_LOOK
        )
        told = [("nothing", ""), *((text, name) for name, text in EVENTS.items() if name != "none")]
        self.event = ipywidgets.Dropdown(
            options=told, description="the facilitator announces", **_LOOK
        )
        self.fly = ipywidgets.Button(button_style="primary", layout={"width": "20em"})
        for name in SHARES:
            self.entries[name].observe(self._count, names="value")
        self.fly.on_click(self._fly)
        form = [*self.entries.values(), self.event, self.forecast, self.reason, self.said, self.fly]
        self.form = ipywidgets.VBox(form)
        # Side by side on a projector, one below the other on a phone.
        below = ipywidgets.HBox([self.told, self.form], layout={"flex_flow": "row wrap"})
        self.box = ipywidgets.VBox([self.title, self.pictures, below])
        self._show()

    def _show(self) -> None:
        """Show where the game stands."""
        game = self.game
        state = "The flight is over" if game.over else f"Round {game.round} of {ROUNDS}"
        self.title.value = f"<h3>{escape(game.team)}: {state}</h3>"
        picture, sentence = self.instruments.show(game)
        from thousandfold.drawing import image

        self.pictures.value = image(picture, sentence, width=_WIDE * 100)
        self.told.value = f'<div aria-live="polite">{game.report().html()}</div>'
        self.fly.description = f"Fly round {game.round}: no way back"
        if game.over:
            self.form.children = [self.said]
        if game.turns:
            self._say(f"Round {len(game.turns)} is flown" + (" and saved." if game.path else "."))

    def _count(self, _: object) -> None:
        total = sum(self.entries[name].value for name in SHARES)
        if total == 100:
            self._say("The shares add up to 100 %.")
        else:
            change = "take away" if total > 100 else "give out"
            self._say(f"The shares add up to {total:g} %: {change} {abs(100 - total):g}.")

    def _fly(self, _: object) -> None:
        decided = {name: entry.value for name, entry in self.entries.items()}
        done, unsaved = len(self.game.turns), ""
        try:
            self.game.play(
                forecast=self.forecast.value or None,
                reason=self.reason.value,
                event=self.event.value or None,
                **decided,
            )
        except ExplainedError as error:
            if len(self.game.turns) == done:
                self._say(str(error), alert=True)
                return
            unsaved = str(error)
        self.event.value, self.forecast.value, self.reason.value = "", 0, ""
        self._show()
        if unsaved:
            self._say(unsaved, alert=True)

    def _say(self, sentence: str, alert: bool = False) -> None:
        role = "alert" if alert else "status"
        self.said.value = f'<p role="{role}">{escape(sentence)}</p>'


def _entries(last: Decision) -> dict[str, Any]:
    """Return one entry for each part of a decision, at what was decided last."""
    import ipywidgets

    most = {"hire": MOST_HIRED, "squads": MOST_SQUADS, "keep": MOST_KEPT}
    entries: dict[str, Any] = {}
    for name, meaning in _MEANT.items():
        value = getattr(last, name)
        if name in SHARES:
            entries[name] = ipywidgets.BoundedFloatText(
                value, min=0, max=100, step=5, description=meaning, **_LOOK
            )
        elif name in most:
            entries[name] = ipywidgets.BoundedIntText(
                int(value), min=int(name == "squads"), max=most[name], description=meaning, **_LOOK
            )
        else:
            options = [(_SAID[word], word) for word in (DECIDES if name == "decides" else API)]
            entries[name] = ipywidgets.Dropdown(
                options=options, value=value, description=meaning, **_LOOK
            )
    return entries


# In inches, 100 pixels each: words keep the size that they have in other figures.
_WIDE = 11


class Instruments:
    """Six small pictures of a game so far, drawn once and then only moved."""

    def __init__(self) -> None:
        import matplotlib as mpl
        from matplotlib.figure import Figure

        from thousandfold.drawing.axes import STYLE

        with mpl.rc_context(STYLE):
            self.figure = Figure(figsize=(_WIDE, 6.7), dpi=100)
            grid = self.figure.subplots(2, 3, subplot_kw={"projection": "described"})
        self.figure.subplots_adjust(0.095, 0.08, 0.985, 0.9, wspace=0.3, hspace=0.56)
        self._axes = list(grid.flat)
        for ax in self._axes:
            ax.set(xlim=(-0.4, ROUNDS + 0.4), xticks=range(0, ROUNDS + 1, 2))
        self._axes[0].set_ylim(800, 1.5 * GOAL)  # the whole way is on the picture from the start
        self._charts: list[Any] = []

    def show(self, game: Game) -> tuple[bytes, str]:
        """Return the pictures as one PNG, and the sentences that stand for them."""
        from thousandfold.drawing import draw, png

        pictures = instruments(game)
        if self._charts:
            for chart, picture in zip(self._charts, pictures, strict=True):
                chart.update(picture)
        else:
            self._charts = [
                draw(picture, ax) for picture, ax in zip(pictures, self._axes, strict=True)
            ]
        return png(self.figure), " ".join(picture.sentence for picture in pictures)


def instruments(game: Game) -> tuple[Picture, ...]:
    """Return the pictures of the report: customers, cash, people, time lost, releases, downtime.

    Parameters
    ----------
    game : Game

    Returns
    -------
    tuple of Picture
    """
    runs = game.flown()
    rounds = np.asarray(runs.time, dtype=float)
    seen = {name: runs[name][:, 0, 0] for name in runs.units}

    def shown(title: str, unit: str, lines: dict[str, Array], what: str, **look: Any) -> Picture:
        series = [Series(label, rounds, values) for label, values in lines.items()]
        last = ", ".join(
            f"{label or title} {_figure(values[-1])}" for label, values in lines.items()
        )
        return Lines(
            (*series, *look.pop("more", ())),
            x_label="round",
            y_label=unit,
            sentence=f"{title} after round {len(rounds) - 1}: {last} {what}.",
            title=f"{title}: {_figure(next(iter(lines.values()))[-1])}",
            **look,
        )

    forecasts = Series("forecast", rounds[1:], game.forecasts, points=True, colour="red")
    lost = 100 * seen["lost"]
    waiting = 100 * seen["waited"]
    down = _MINUTES_A_WEEK * (1 - seen["availability"])
    promised = np.full_like(rounds, _MINUTES_A_WEEK * (1 - Flight.quantities()["promise"].default))
    return (
        shown(
            "Customers", "customers", {"came": seen["customers"]},
            f"of {GOAL:,}", log_y=True, more=(forecasts,),
        ),
        shown("Cash", "million dollars", {"": seen["cash"] / 1e6}, "million dollars"),
        shown("People", "people", {"all": seen["people"], "learning": seen["new"]}, "people"),
        shown(
            "Time lost", "% of the time", {"debt": lost, "waiting": waiting}, "% of the time",
        ),
        shown("Releases", "releases a week", {"": seen["releases"]}, "a week"),
        shown(
            "Down", "minutes a week",
            {"measured": down, "promised at most": promised}, "minutes a week",
        ),
    )  # fmt: skip


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
