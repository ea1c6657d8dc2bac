"""What everybody in the room sees on a phone or a laptop: what the room does now."""

from __future__ import annotations

from typing import Any

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
