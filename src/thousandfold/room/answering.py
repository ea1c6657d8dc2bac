"""The pages with the questions before and after a day: on a phone, one at a time."""

from __future__ import annotations

import random
from http import HTTPStatus
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.inventory.answers import CONFIDENCES, Answer, as_table, new_code
from thousandfold.inventory.collected import REHEARSED
from thousandfold.inventory.items import ITEMS
from thousandfold.room.before_after import CLOSED, TOO_EARLY, TOO_FEW, WHEN
from thousandfold.room.day import Day
from thousandfold.room.page import Live, Page

ANSWER, SURE = "answer-", "sure-"  # so begin the fields of a question


class Questions(Live):
    """The questions of now, in the form of whoever looks."""

    part = "questions_part"

    def given(self) -> dict[str, Any]:
        """Return what the templates are given."""
        day, who = self.site.day, self.visitor
        when = day.step.kind
        asked = self._are_asked
        return {
            "step": day.step,
            "when": when,
            "asked": asked,
            "forms": [(item.name, item.forms[day.before_after.form(who, when)]) for item in ITEMS]
            if asked
            else [],
            "mine": day.before_after.given(who, when),
            "confidences": CONFIDENCES,
        }

    async def view(self) -> None:
        """Show them, or lead to what the room does."""
        if self.scripted:
            await super().view()
        elif self._are_asked:
            given, version = self.given(), self.site.desk.version(*self.topics())
            part = self.text_of(self.part, **given)
            self.show("questions", part=part, version=version, **given)
        else:
            self.redirect("/")

    @property
    def _are_asked(self) -> bool:
        day = self.site.day
        return day.step.kind in WHEN and day.before_after.has_begun(self.visitor, day.step.kind)

    async def take(self) -> str:
        """Take answers: of one question as it is answered, or of all where no script runs."""
        fields, _ = self.form()
        done = fields.get("do") == "finish"
        await self.site.desk.do(
            "ask",
            self.visitor,
            do="finish" if done else "answer",
            when=fields.get("when", "")[:20],
            given=_given(fields),
        )
        return "Your answers are in. Thank you." if done else "It is kept."

    def after(self) -> str:
        """Lead to what the room does: without a script all questions stand on one page."""
        return "/"


class Begin(Page):
    """The way into the questions, and past them."""

    async def take(self) -> str:
        """Begin, under a code that is drawn by chance; or skip."""
        fields, _ = self.form()
        known = self.site.day.before_after.codes
        self._to = "/questions"
        if self.request.path.endswith("/begin"):
            # One for each form, the first where both are met equally often: chance decides that.
            codes = [new_code(tuple(known.values()), form) for form in "AB"]
            random.SystemRandom().shuffle(codes)
            await self._do("begin", fields, codes=codes)
        elif self.request.path.endswith("/skip"):
            self._to = "/"
            await self._do("skip", fields)
        else:
            self._to = "/"
            await self._do("withdraw", fields)
        return "It is done."

    async def _do(self, what: str, fields: dict[str, str], **more: list[str]) -> None:
        when = fields.get("when", "")[:20]
        await self.site.desk.do("ask", self.visitor, do=what, when=when, **more)

    def after(self) -> str:
        """Lead to the questions, or back to what the room does."""
        return self._to


class AnswersFile(Page):
    """The answers of all, in a file without names."""

    facilitators = True

    async def view(self) -> None:
        """Let it be downloaded, from the close on."""
        answers = answers_to_read(self.site.day)
        if not answers:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.refuse(TOO_EARLY if answers is None else TOO_FEW)
            return
        # What people who are none answered shall be taken for nobody's.
        of = REHEARSED if self.site.rehearsal else f"{self.site.today():%Y-%m-%d}"
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="answers-{of}.csv"')
        self.finish(as_table(answers))


def answers_to_read(day: Day) -> list[Answer] | None:
    """Return the answers that the facilitator may read; None as long as anybody may answer.

    Two files of the time between would tell what one person answered meanwhile, so there is none
    before the close, nor when the room goes back to the questions after it.
    """
    return day.before_after.answers() if day.closed and day.step.kind not in WHEN else None


def _given(fields: dict[str, str]) -> dict[str, tuple[str, int | None]]:
    """Return what a form says of each question.

    Raises
    ------
    ExplainedError
        If a confidence is no number.
    """
    names = {name.partition("-")[2] for name in fields if name.startswith((ANSWER, SURE))}
    if len(names) > len(ITEMS):
        raise ExplainedError(CLOSED)
    found = {}
    for name in names:
        sure = fields.get(SURE + name, "")[:3]
        if sure and sure not in map(str, CONFIDENCES):
            raise ExplainedError("Please choose how sure you are: 25, 50, 75 or 95 per cent.")
        found[name[:40]] = (fields.get(ANSWER + name, "")[:2], int(sure) if sure else None)
    return found
