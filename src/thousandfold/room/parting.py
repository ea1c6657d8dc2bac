"""What people do at the end: mark a module, keep a line for Monday, take home what is theirs."""

from __future__ import annotations

import secrets

from thousandfold.errors import ExplainedError
from thousandfold.room.closing import MOST_NAME, TOO_EARLY, one_line
from thousandfold.room.page import Page
from thousandfold.room.taking_home import answers, attended, flight, reminder


class Say(Page):
    """The two questions about a module."""

    async def take(self) -> str:
        """Take the answers."""
        fields, _ = self.form()
        mark = fields.get("mark", "")
        if mark not in ("1", "2", "3", "4", "5"):
            raise ExplainedError("Please choose a mark from 1 to 5.")
        await self.site.desk.do(
            "say",
            self.visitor,
            module=fields.get("module", "")[:100],
            mark=int(mark),
            unclear=fields.get("unclear", ""),
        )
        return "Thank you. It is kept without your name; you can change it until the day is over."


class Promise(Page):
    """What somebody does on Monday."""

    async def take(self) -> str:
        """Take it."""
        fields, _ = self.form()
        line, address = fields.get("line", ""), fields.get("address", "").strip()
        if address and "write" not in fields:
            raise ExplainedError(
                "Tick that the facilitator may write to you, or leave the address empty. Nothing "
                "was kept yet."
            )
        await self.site.desk.do("promise", self.visitor, line=line, address=address)
        if address:
            return "It is kept. The facilitator can write to you in four weeks, and reads it then."
        return "It is kept, and nobody else is shown it."


class FourWeeks(Page):
    """A calendar entry in four weeks, with somebody's own line."""

    async def view(self) -> None:
        """Let it be downloaded."""
        line = self.site.day.closing.monday.get(self.visitor, "")
        try:
            entry = reminder(self.site.title, line, self.site.today(), secrets.token_hex(16))
        except ExplainedError as error:
            self.refuse(str(error))
            return
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="in-four-weeks.ics"')
        self.finish(entry)


class Certificate(Page):
    """A certificate of attendance, to print."""

    async def view(self) -> None:
        """Ask for the name that stands on it."""
        if self.site.day.closed:
            self.show("certificate_name", kept=self.site.day.closing.names.get(self.visitor, ""))
        else:
            self.refuse(TOO_EARLY)

    async def take(self) -> str:
        """Show it; the name is kept only where somebody wants that."""
        fields, _ = self.form()
        name = one_line(fields.get("name", ""), MOST_NAME)
        if not self.site.day.closed:
            raise ExplainedError(TOO_EARLY)
        if not name:
            raise ExplainedError("Please type the name that shall stand on the certificate.")
        wanted = name if "keep" in fields else ""
        if wanted or self.visitor in self.site.day.closing.names:
            await self.site.desk.do("name", self.visitor, name=wanted)
        self.show("certificate", sheets=[(name, attended(self.site, self.visitor))])
        return ""


class Takeaway(Page):
    """All that is one person's own of the day, to print."""

    async def view(self) -> None:
        """Show it."""
        day, who = self.site.day, self.visitor
        team, rounds = flight(day, who)
        self.show(
            "takeaway",
            answers=list(answers(day, who)),
            team=team,
            rounds=rounds,
            monday=day.closing.monday.get(who, ""),
        )
