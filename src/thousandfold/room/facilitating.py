"""The facilitator's page: where the room is, what comes next, and how everybody stands."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from http import HTTPStatus
from typing import Any

import tornado.web

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.guide import page as guide
from thousandfold.facilitation.markup import rendered
from thousandfold.facilitation.recovery import Recovery, chosen, recover
from thousandfold.facilitation.run_of_show import beyond
from thousandfold.player.markup import script, style
from thousandfold.player.text import beside_page
from thousandfold.room.day import DETAIL, FACILITATOR, MOST_FROM_ONE_ADDRESS, Day
from thousandfold.room.day_folder import left_behind, write_folder
from thousandfold.room.flights import MOST_OF_ONE
from thousandfold.room.page import Live, Page
from thousandfold.room.slides_shown import table_of
from thousandfold.room.venue import Site

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class Facilitator(Live):
    """The facilitator's page."""

    part = "facilitator_part"
    facilitators = True

    def topics(self) -> tuple[str, ...]:
        """Return that all that happens is shown."""
        return (DETAIL,)

    def given(self) -> dict[str, Any]:
        """Return what the template is given."""
        day, plan, found = self.site.day, self.site.plan, recovery(self.site)
        return {
            "step": day.step,
            "recovery": found,
            "places": {slot: place for place, slot in enumerate(day.slots)},
            "beyond": beyond(plan, self.site.session, found) if plan and found else "",
            "waiting": waiting(day),
        }


class Guide(Page):
    """The facilitator's page of a module, to look at while the room works on it."""

    facilitators = True

    async def view(self) -> None:
        """Show it."""
        plan, wanted = self.site.plan, self.get_query_argument("of", "")
        module = next((m for m in plan.course.modules if m.stem == wanted), None) if plan else None
        if plan is None or module is None:
            raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)
        text = guide(plan.course, module.stem)
        self.show("guide", question=module.question, text=rendered(_COMMENT.sub("", text)))


class Projector(Live):
    """What the projector shows."""

    part = "projector_part"

    def topics(self) -> tuple[str, ...]:
        """Return that all that happens is shown."""
        return (DETAIL,)

    def given(self) -> dict[str, Any]:
        """Return what the template is given."""
        return {"step": self.site.day.step}


class Table(Page):
    """What the sliders can show that the projector shows now; of no others anything is given."""

    async def view(self) -> None:
        """Send it as a script, for the figure in the page."""
        sliders = self.site.day.setting.sliders
        if sliders is None or self.request.path != f"{table_of(sliders)}.wide.js":
            raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.finish(beside_page(sliders.tables["wide"]))


class Player(Page):
    """What lets a figure answer its sliders, the same as in the slides."""

    async def view(self) -> None:
        """Send the script, or the style sheet."""
        styles = self.request.path.endswith(".css")
        self.set_header("Content-Type", f"text/{'css' if styles else 'javascript'}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(style() if styles else script())


class Order(Page):
    """What the facilitator tells the room to do."""

    facilitators = True

    def after(self) -> str:
        """Return to the facilitator's page."""
        return "/facilitator"

    async def order(self, kind: str, **body: Any) -> None:
        """Do it."""
        await self.site.desk.do(kind, FACILITATOR, **body)


class Go(Order):
    """Go on to a step."""

    async def take(self) -> str:
        """Go."""
        fields, _ = self.form()
        await self.order("go", **{"from": fields.get("from", ""), "to": fields.get("to", "")})
        return ""


class Extend(Order):
    """Give the step some minutes more, or less."""

    async def take(self) -> str:
        """Extend."""
        fields, _ = self.form()
        try:
            minutes = float(fields.get("minutes", ""))
        except ValueError:
            raise ExplainedError("Write the minutes as a number, such as 2.") from None
        await self.order("extend", minutes=minutes)
        return ""


class Pause(Order):
    """Stop the clock, or let it go on."""

    async def take(self) -> str:
        """Pause."""
        await self.order("pause")
        return ""


class MoveSliders(Order):
    """Let the sliders of the slide stand elsewhere, here and on the projector."""

    async def take(self) -> str:
        """Move them."""
        fields, _ = self.form()
        words = fields.get("places", "")[:100].split(",")
        places = [int(word) if re.fullmatch("[0-9]{1,3}", word) else -1 for word in words]
        await self.order("move sliders", of=fields.get("of", "")[:100], places=places)
        return ""


class Follow(Order):
    """Give up what the plan says, or some of it."""

    async def take(self) -> str:
        """Follow as the page said it, also where it has become later meanwhile."""
        fields, _ = self.form()
        late = fields.get("late", "")[:4]
        found = recovery(self.site, int(late)) if late.isdecimal() else None
        if found is None:
            raise ExplainedError("The room is not late any more. Nothing was dropped.")
        day = self.site.day
        if fields.get("from") != day.step.name:
            raise ExplainedError("The room has moved on. Look again at what to leave out.")
        places = {slot: place for place, slot in enumerate(day.slots)}
        wanted = [slot for slot, place in places.items() if f"give-{place}" in fields]
        changes = {str(places[one.slot]): one.minutes for one in chosen(found, wanted)}
        await self.order("follow", late=self.site.late(), minutes=changes)
        return ""


class Undo(Order):
    """Take back that the room followed."""

    async def take(self) -> str:
        """Undo it."""
        await self.order("undo")
        return ""


class Begin(Order):
    """Begin the day now, whatever the plan says."""

    async def take(self) -> str:
        """Begin."""
        await self.order("begin", minutes=self.site.minutes())
        return ""


class Give(Order):
    """Let a browser hand in under a name that another one used, or not."""

    async def take(self) -> str:
        """Give it."""
        fields, _ = self.form()
        await self.order(
            "give", learner=fields.get("learner", "")[:100], yes=fields.get("yes") == "yes"
        )
        return ""


class LetIn(Order):
    """Let any number of browsers in from one address."""

    async def take(self) -> str:
        """Let them in."""
        fields, _ = self.form()
        await self.order("let in", address=fields.get("address", "")[:100])
        return ""


class WriteFolder(Order):
    """Write what the day leaves behind into a folder."""

    async def take(self) -> str:
        """Write it, while the room goes on."""
        if self.site.rehearsal:
            raise ExplainedError(
                "This is a rehearsal: nothing of it is kept, so nothing is written."
            )
        left = left_behind(self.site)
        written, trouble = await asyncio.to_thread(write_folder, left, self.site.folder)
        return f"Written: {written}.{' ' + trouble if trouble else ''}"


def waiting(day: Day) -> dict[str, str]:
    """Return each address from which nothing more comes in until the facilitator says so, and why.

    Parameters
    ----------
    day : Day
    """
    teams = Counter(team.person for team in day.flights.counted)
    full = {
        address: f"{MOST_OF_ONE} teams come from one address, {address}, and one more is refused"
        for address, count in teams.items()
        if count >= MOST_OF_ONE
    } | {
        address: f"Many browsers come from one address, {address}"
        for address, count in (day.addresses | day.notebooks).items()
        if count >= MOST_FROM_ONE_ADDRESS
    }
    return {address: why for address, why in full.items() if address not in day.welcome}


def recovery(site: Site, seen: int | None = None) -> Recovery | None:
    """Return what to drop now; None where the room is not late.

    Parameters
    ----------
    site : Site
    seen : int, optional
        Minutes that it was late when somebody looked; as late as it is now by default.
    """
    late = site.late() if seen is None else min(seen, site.late())
    if late <= 0 or site.plan is None:
        return None
    try:
        running = site.day.slots[site.day.step.place]
        return recover(site.session, late=late, now=site.minutes(), running=running)
    except ExplainedError:  # the day is over, or was opened on another one
        return None
