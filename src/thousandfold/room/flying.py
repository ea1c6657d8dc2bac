"""A team's page in the flight: how it comes together, its cockpit, and what came."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar

import tornado.web

from thousandfold.errors import ExplainedError
from thousandfold.flight.debrief import Room
from thousandfold.flight.decision_form import entries
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.saved import MOST_BYTES
from thousandfold.flight.seat import Seat, cockpit_source, front_page, lit_loops
from thousandfold.room.day import DETAIL, STAGE, browser
from thousandfold.room.facilitating import Order
from thousandfold.room.flights import Team, new_word
from thousandfold.room.page import FORM_BYTES, Live, Page
from thousandfold.room.venue import WORD_MINUTES, Site

_PICTURE_INCHES, _PICTURE_DPI = (11, 5), 140  # of a projector
_KINDS = {".js": "text/javascript", ".css": "text/css"}


class TeamSeat(Seat):
    """A team's seat in the room: its decision is handed in, and the facilitator lets all fly.

    Parameters
    ----------
    site : Site
    team : Team
    who : str
        The browser that looks.
    """

    words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "press": "Hand in our decision for round #",
            "sure": "Yes, hand it in for round #",
            "passed": "What you see was drawn for round #, and the room is at another one. Nothing "
            "was handed in; look at what stands here now, and press again.",
            "lost": "No answer from the room yet. What you entered stays here.",
        }
    )

    def __init__(self, site: Site, team: Team, who: str) -> None:
        self._site, self.team, self._who = site, team, who
        super().__init__(site.day.flights.game(team))

    def opened(self) -> str:
        """Say whether the round is open, and whether its decision is in."""
        day, team, at = self._site.day, self.team, self.game.round
        if team.brought is not None or self.game.over:
            return "This flight is over."
        if team.out:
            return "Your team is not in the flight now. Please ask the facilitator."
        is_open = day.step.kind == "decide" and day.step.number == at
        if at in team.turns:
            who, when = team.sent[at]
            whose = "this browser" if who == self._who else "another browser of your team"
            said = f"Handed in at {datetime.fromtimestamp(when):%H:%M} from {whose}"
            return f"{said}; you can change it until all fly." if is_open else f"{said}."
        went_on = (
            f"Nothing came from you for round {at - 1}, so what you did before went on. "
            if day.flights.flown and at - 1 not in team.turns
            else ""
        )
        if is_open:
            return f"{went_on}Round {at} is open: decide, forecast, and hand in."
        if day.flight_is_over:
            return f"The flight has landed after round {at - 1}."
        return f"{went_on}You can fill in the form. The facilitator opens round {at}."

    def form(self) -> dict[str, Any]:
        """Return the decision that is handed in, or else the last one."""
        turn = self.team.turns.get(self.game.round)
        if turn is None or self.team.brought is not None:
            return super().form()
        return {
            "decision": turn.decision.row(),
            "forecast": f"{turn.forecast:,.12g}",
            "reason": turn.reason,
        }

    def end(self) -> dict[str, Any] | None:
        """Return the front page, once it is there."""
        game = self.game
        key = ("end", *game.key)
        return self._site.aside.get(key, lambda: front_page(game), self.team.topic)

    @property
    def begins_another(self) -> bool:
        """Say that the room flies once."""
        return False

    def state(self) -> str:
        """Return all that the page draws, as text that stands in HTML."""
        told = {
            "team": self.team.number,
            "form": entries(),
            "words": dict(self.words),
            "view": self.view,
            "bill": self.bill,
            "loops": self.loops,
        }
        return json.dumps(told).replace("<", "\\u003c")


class Flying(Live):
    """The page of a team."""

    part = "flight_part"

    @property
    def team(self) -> Team | None:
        """The team of this browser."""
        return self.site.day.flights.team_of(self.visitor)

    def prepare(self) -> None:
        """Let nobody in but browsers that can be told apart: the facilitator's is none of them."""
        super().prepare()
        self._shut_out = self._shut_out or not self.visitor

    def topics(self) -> tuple[str, ...]:
        """Return that the room's steps are followed, and the own team."""
        team = self.team
        return (STAGE, browser(self.visitor), *([team.topic] if team else []))

    def given(self) -> dict[str, Any]:
        """Return what the template is given."""
        day, team = self.site.day, self.team
        return {
            "step": day.step,
            "team": team,
            "state": _state(self.site, team, self.visitor) if team else "null",
            "announced": day.flights.announced(day.flights.flown + 1) if team else "",
        }


def _state(site: Site, team: Team, who: str) -> str:
    """Return what a team's page draws: the same for all its browsers, but for who handed in."""
    version = site.desk.version(STAGE, team.topic)
    sender, _ = team.sent.get(site.day.flights.flown + 1, ("", 0.0))
    place = (team.number, sender == who)
    known = site.seats.get(place)
    if known is None or known[0] != version:
        seat = TeamSeat(site, team, who)
        known = version, seat.state()
        if not seat.game.over or seat.view["end"]:  # else whoever looks next has it tried again
            site.seats[place] = known
    return known[1]


class TeamUp(Page):
    """Begin a team, join one, leave it, or bring a flight."""

    most_bytes = MOST_BYTES + FORM_BYTES

    async def take(self) -> str:
        """Do it."""
        fields, content = self.form()
        asked = fields.get("do", "")
        if not self.visitor:
            raise tornado.web.HTTPError(403)
        flights = self.site.day.flights
        word = new_word({team.word for team in flights.teams.values()})
        body: dict[str, str] = {"do": asked}
        if asked == "begin":
            body |= {"name": fields.get("name", "")[:200], "word": word}
        elif asked == "join":
            body |= {"word": fields.get("word", "")[:100]}
            # Of each browser alone: whoever guesses keeps nobody else out.
            if not self.site.words.allows(self.visitor):
                raise ExplainedError(
                    "Many words came from this browser. Please look at the screen of whoever began "
                    "your team, or ask the facilitator, who sees its word, too. Then wait "
                    f"{WORD_MINUTES} minutes, and type it: it will be taken."
                )
        elif asked == "bring":
            if not content:
                raise ExplainedError(
                    "Please choose the file of your flight: its name begins with flight- and ends "
                    "in .json. It lies beside the notebook in which you flew."
                )
            body |= {"game": content.decode("utf-8", "replace"), "word": word}
        await self.site.desk.do("team", self.visitor, **body)
        return ""

    def too_large(self) -> str:
        """Return what a flight is."""
        return "This file is larger than a flight ever is. Its name is like flight-red-team.json."

    def after(self) -> str:
        """Return to the team's page."""
        return "/flight"


class Ask(Page):
    """What the cockpit asks for: a price, a decision that is handed in, a second flight."""

    async def take(self) -> str:
        """Do it, and answer with what is seen then."""
        site, content = self.site, self.plain()
        team = site.day.flights.team_of(self.visitor)
        if team is None:
            raise ExplainedError("This browser flies with no team any more. Open the page again.")
        seat, asked = TeamSeat(site, team, self.visitor), content.get("do")
        if asked == "price":
            seat.price(content.get("decision"))
            self.finish({"bill": seat.bill})
        elif asked == "fly":
            self.finish(await self._hand_in(seat, content))
        elif asked in ("fly again", "loops"):
            if not (seat.game.over or site.day.flight_is_over):
                raise ExplainedError("That is seen when the flight is over. Please wait till then.")
            if asked == "loops":
                key = ("loops", *seat.game.key)
                self.finish({"loops": await site.aside.made(key, lambda: lit_loops(seat.game))})
            else:
                who = site.day.person(self.visitor)
                await site.aside.run(who, lambda: seat.hear(content))
                self.finish({"view": seat.view})
        else:
            raise tornado.web.HTTPError(400)
        return ""

    async def _hand_in(self, seat: TeamSeat, content: Mapping[str, Any]) -> dict[str, Any]:
        turn = seat.meant(content)
        if turn is None:
            return {"view": seat.view}
        try:
            await self.site.desk.do(
                "decide",
                self.visitor,
                round=content["round"],
                decision=turn.decision.row(),
                forecast=turn.forecast,
                reason=turn.reason,
            )
        except ExplainedError as error:
            seat.tell(str(error), alarm=True)
            return {"view": seat.view}
        now = TeamSeat(self.site, seat.team, self.visitor)
        now.tell(now.opened(), done=True)
        return {"view": now.view, "bill": now.bill}


class Drawn(Page):
    """What draws the cockpit, the same as in a notebook."""

    async def view(self) -> None:
        """Send the script, or the style sheet."""
        ending = self.request.path[self.request.path.rindex(".") :]
        self.set_header("Content-Type", f"{_KINDS[ending]}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(cockpit_source(ending))


@dataclass(frozen=True)
class Skill:
    """Skill and luck of all teams.

    Attributes
    ----------
    picture : bytes
        A PNG.
    title, shown, sentence : str
        Its point, how it is read, and all that it says.
    known : tuple of str
        What is to be known of games with other luck, a sentence each.
    """

    picture: bytes
    title: str
    shown: str
    sentence: str
    known: tuple[str, ...]


def skill(site: Site) -> Skill | None:
    """Return skill and luck of all teams; None until it is there, which the details are told.

    Parameters
    ----------
    site : Site
    """
    if not site.day.flights.has_flown:
        return None
    room, aside = site.day.flights.room(), site.aside
    key = _key(room)
    tell = lambda done, of: aside.reach(key, done, of, DETAIL)  # noqa: E731
    return aside.get(key, lambda: _drawn(room, tell), DETAIL)


def skill_reached(site: Site) -> tuple[int, int]:
    """Return how many of the policies have flown, of how many, while `skill` is not there.

    Parameters
    ----------
    site : Site
    """
    return site.aside.reached(_key(site.day.flights.room()))


def _key(room: Room) -> Hashable:
    flown = tuple((game.team, game.key) for game in room.games)
    luck = room.luck[0], tuple(sorted(room.luck[1].items()))
    return "skill", luck, room.rounds, flown


def _drawn(room: Room, tell: Callable[[int, int], object]) -> Skill:
    from thousandfold.drawing import draw, figure_of, new_axes, png

    # Titles, and what was refused, are words of the page.
    picture, ax = replace(room, refused=()).picture(tell=tell), new_axes()
    figure = figure_of(ax)
    figure.set_size_inches(*_PICTURE_INCHES)
    figure.set_dpi(_PICTURE_DPI)
    draw(replace(picture, title="", shown=""), ax)
    return Skill(png(figure), picture.title, picture.shown, picture.sentence, room.refused)


class SkillPicture(Page):
    """Skill and luck of all teams, as a picture."""

    async def view(self) -> None:
        """Send it, once the flight is over: before, it would tell what is still to be found out."""
        found = skill(self.site) if self.site.day.flight_is_over else None
        if found is None:
            raise tornado.web.HTTPError(404)
        self.set_header("Content-Type", "image/png")
        self.finish(found.picture)


class Announce(Order):
    """Let something happen to all teams in the round to come."""

    async def take(self) -> str:
        """Announce it."""
        fields, _ = self.form()
        at = self.site.day.flights.flown + 1
        if fields.get("round") != str(at) or at > ROUNDS:
            raise ExplainedError("Another round is to come now. Nothing was announced.")
        await self.order("announce", round=at, event=fields.get("event", ""))
        return "It happens to all teams."


class TakeOut(Order):
    """Take a team out of the flight, or let it in again."""

    async def take(self) -> str:
        """Do it."""
        fields, _ = self.form()
        team = fields.get("team", "")
        if not team.isdecimal() or len(team) > 3:
            raise ExplainedError("There is no such team any more.")
        await self.order("take out", team=int(team), out=fields.get("out") == "yes")
        return ""
