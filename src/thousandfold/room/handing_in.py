"""Handing in a notebook: on a page of the room, or from the notebook itself."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import tornado.web

from boxgrader.errors import Refused
from thousandfold.errors import ExplainedError
from thousandfold.room.counting import Results
from thousandfold.room.day import CHECKED, NOTEBOOK, STAGE
from thousandfold.room.hand_in import MOST_BYTES, folder_name
from thousandfold.room.page import FORM_BYTES, Live, Page

_MOST_COMMAS = 200_000  # ten MB of empty lists would take the memory of a whole room
_HEADERS = "Accept, Content-Type"


class _Taking(Page):
    """What takes a notebook."""

    most_bytes = MOST_BYTES + FORM_BYTES
    _is_anothers = False  # whether somebody in another browser has handed in under the name

    def too_large(self) -> str:
        """Return how to make it smaller."""
        return (
            f"This file is larger than {MOST_BYTES // 2**20} MB, and an exercise has far less than "
            "one. In JupyterLab choose Edit, Clear Outputs of All Cells, save the notebook and "
            "hand it in again."
        )

    async def hand_in(
        self, visitor: str, name: str, content: bytes | None, *, claims: bool
    ) -> tuple[str, str]:
        """Take a notebook, and return what to say, and of which exercise it is.

        Raises
        ------
        ExplainedError, Refused
            If it is not taken.
        """
        site = self.site
        learner = folder_name(name[:200])
        if not content:
            raise ExplainedError("Please choose the notebook: a file that ends in .ipynb.")
        assert site.intake is not None  # noqa: S101 - else there is no such page
        self._is_anothers = site.day.owners.get(learner, visitor) != visitor
        if claims and self._is_anothers:
            await self.come_in(visitor)
            await site.desk.do("claim", visitor, learner=learner)
            raise ExplainedError(
                f"The facilitator is asked whether this browser may hand in as {learner}. Hand in "
                "again when they have said yes."
            )
        site.taking += 1
        try:
            # Looked at first: what is refused claims no name and takes no place.
            exercise = await asyncio.to_thread(site.intake.look, learner, content)
            await self.come_in(visitor)
            await site.desk.do("hand in", visitor, learner=learner)
            await asyncio.to_thread(site.intake.take, learner, content, exercise)
        finally:
            site.taking -= 1
        # Before the answer, so that nobody takes what the checks said last time for news.
        await asyncio.to_thread(site.boards[exercise.assignment].look)
        said = f"Handed in at {site.today():%H:%M:%S}. You can hand in again: the latest counts."
        return said, exercise.assignment

    async def come_in(self, visitor: str) -> None:
        """Let a browser in that hands something in; on a page of the room it is in."""


class HandIn(_Taking, Live):
    """The page on which learners hand in, and see what the checks said."""

    part = "hand_in_part"

    def topics(self) -> tuple[str, ...]:
        """Return that marks come later, and that tasks are dropped."""
        return (CHECKED, STAGE)

    def given(self) -> dict[str, Any]:
        """Return what the template is given."""
        name, results = self.site.results(self.visitor)
        return {"name": name, "results": results, "most": MOST_BYTES}

    async def take(self) -> str:
        """Take what was sent."""
        fields, content = self.form()
        try:
            said, _ = await self.hand_in(
                self.visitor, fields.get("name", ""), content, claims="mine" in fields
            )
            return said
        except Refused as error:
            raise ExplainedError(str(error)) from None

    def after(self) -> str:
        """Return to the page, with the marks on it."""
        return "/hand-in"


class FromNotebook(_Taking):
    """Handing in from JupyterLab, or from the workshop's site, which stand at other addresses.

    A page of another address can send here, and needs the password each time: what a browser keeps
    for this room opens nothing here.
    """

    free = True

    def set_default_headers(self) -> None:
        """Let pages of other addresses ask."""
        super().set_default_headers()
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Allow-Headers", _HEADERS)
        # Chromium asks before a page reaches into a private network.
        self.set_header("Access-Control-Allow-Private-Network", "true")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")

    def check_xsrf_cookie(self) -> None:
        """Ask for no token: the password is asked for, and no cookie counts."""

    @property
    def scripted(self) -> bool:
        """Whether a script asks: always."""
        return True

    def options(self) -> None:
        """Say that pages of other addresses may ask."""
        self.set_status(HTTPStatus.NO_CONTENT)

    async def view(self) -> None:
        """Say that this is a room: a page of the workshop's site looks whether one serves it."""
        self.finish({"room": True})

    async def take(self) -> str:
        """Take a notebook, or say what the checks made of it."""
        if self._body.count(b",") > _MOST_COMMAS:
            raise ExplainedError(self.too_large())
        sent = self.plain()
        if self.site.intake is None:
            raise ExplainedError(
                "Nothing is handed in to this room. Submit in nbgrader's list of assignments, if "
                "the course has one; else ask the facilitator."
            )
        visitor = self._known(sent)
        if "notebook" not in sent:
            name, results = self.site.results(visitor, str(sent.get("exercise", "")))
            self.finish({"name": name, "exercises": list(map(_plain, results))})
            return ""
        content = json.dumps(sent["notebook"]).encode()
        name, claims = str(sent.get("name", "")), bool(sent.get("mine"))
        try:
            said, exercise = await self.hand_in(visitor, name, content, claims=claims)
        except Refused as error:
            raise ExplainedError(str(error)) from None
        self.finish({"said": said, "exercise": exercise})
        return ""

    def _known(self, sent: Mapping[str, Any]) -> str:
        """Return who sends this: whoever has the password, and the word of this browser."""
        door = self.site.door
        if not door.opens(str(sent.get("password", ""))):
            slow = door.tires(self.address)
            raise ExplainedError(
                "This is not the password of this room. It stands on the projector."
                + (" There were many wrong ones from here." if slow else "")
            )
        browser = str(sent.get("browser", "")).encode()
        if not 20 <= len(browser) <= 100:
            raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST)
        # What a notebook keeps to be known again is no cookie, and can never become one.
        visitor = f"{NOTEBOOK}{hashlib.sha256(browser).hexdigest()[:32]}"
        if visitor in self.site.day.browsers:
            self.site.here(visitor)
        return visitor

    async def come_in(self, visitor: str) -> None:
        """Let a browser in that hands something in for the first time."""
        if visitor not in self.site.day.browsers:
            await self.site.desk.do("enter", visitor, address=self.address)

    def refuse(self, said: str) -> None:
        """Say why not, and whether somebody else has this name."""
        self.finish({"trouble": said, "another": self._is_anothers})


def _plain(results: Results) -> dict[str, Any]:
    """Return results as a script gets them."""
    return {
        "exercise": results.exercise,
        "title": results.title,
        "said": results.said,
        "waits": results.waits,
        "refused": results.refused,
        "tasks": [
            {
                "task": one.title,
                "right": one.right,
                "reported": one.reported,
                "mark": one.mark,
                "says": one.says,
            }
            for one in results.tasks
        ],
    }
