"""What everybody in the room sees on a phone or a laptop: what the room does now."""

from __future__ import annotations

from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.room.page import Live, Page


class Now(Live):
    """What the room does now, and what one can do in it."""

    part = "now_part"

    def given(self) -> dict[str, Any]:
        """Return what the template is given."""
        day = self.site.day
        return {
            "step": day.step,
            "team": day.flights.team_of(self.visitor),
            "answers": {q.name: day.votes.of(self.visitor, q, day.ballot) for q in day.asked},
        }


class Vote(Page):
    """An answer to what the room is asked."""

    async def take(self) -> str:
        """Take it."""
        fields, _ = self.form()
        await self.site.desk.do(
            "vote",
            self.visitor,
            question=fields.get("question", ""),
            answer=fields.get("answer", "")[:200],
        )
        return "Your answer is in. You can change it as long as the question stands here."


class Say(Page):
    """The two questions about a module, at the end."""

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
        return "Thank you. It is kept without your name."


class Promise(Page):
    """What somebody does on Monday."""

    async def take(self) -> str:
        """Take it."""
        fields, _ = self.form()
        await self.site.desk.do("promise", self.visitor, line=fields.get("line", ""))
        return "It is kept. It is yours: nobody else is shown it."
