"""A room that goes on with another laptop: the copy, and everybody's pages that follow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import tornado.web

from thousandfold.errors import ExplainedError
from thousandfold.room.copying import ENDING, packed
from thousandfold.room.day import FACILITATOR
from thousandfold.room.page import COME, Page

_SECONDS = 60.0  # for the other laptop to answer


class Copy(Page):
    """A copy of the room as it stands, for a stick."""

    facilitators = True

    async def view(self) -> None:
        """Give it."""
        site = self.site
        content = await asyncio.to_thread(packed, site.kept, site.exercises, site.work)
        name = site.kept.path.stem
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="{name}{ENDING}"')
        self.finish(content)


class Move(Page):
    """Another laptop takes the room over: it has the facilitator's key."""

    free = True

    def check_xsrf_cookie(self) -> None:
        """Ask for no token: the key is asked for, and no cookie counts."""

    @property
    def scripted(self) -> bool:
        """Whether a script asks: always."""
        return True

    async def take(self) -> str:
        """Give the room away, and take nothing from then on; or let the pages follow."""
        sent = self.plain()
        if not self.site.door.is_key(str(sent.get("key", ""))):
            raise tornado.web.HTTPError(HTTPStatus.FORBIDDEN)
        site, address = self.site, str(sent.get("address", ""))
        if urlsplit(address).scheme not in ("http", "https"):
            raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST)
        site.desk.give_away(address)
        if sent.get("open") is True:
            site.moved = address
            site.desk.tell_all()
            return "The pages follow."
        content = await asyncio.to_thread(packed, site.kept, site.exercises, site.work)
        self.set_header("Content-Type", "application/zip")
        self.finish(content)
        return ""


class Stay(Page):
    """Go on here after all: the other laptop did not open."""

    facilitators = True

    async def take(self) -> str:
        """Go on."""
        self.site.desk.give_away("")
        self.site.moved = ""
        self.site.desk.tell_all()
        return ""

    def after(self) -> str:
        """Return to the facilitator's page."""
        return "/facilitator"


class Come(Page):
    """Where pages of the other laptop arrive: the browser is known by what that one signed."""

    free = True

    async def view(self) -> None:
        """Let it in."""
        secret = self.site.door.cookie_secret
        ticket = self.get_query_argument("ticket", "")
        who = tornado.web.decode_signed_value(secret, COME, ticket, max_age_days=1)
        if who and who.decode() == FACILITATOR:
            self.remember(f"{self.site.cookie}-{FACILITATOR}", FACILITATOR)
            self.redirect(self.wanted("/facilitator"))
        elif who and who.decode() in self.site.day.browsers:
            if not self.visitor:  # a link of somebody else's makes nobody that person
                self.remember(self.site.cookie, who.decode())
            self.redirect(self.wanted("/"))
        else:
            self.redirect("/sign-in")


def ask_for_room(link: str, address: str) -> bytes:
    """Take a room over from another laptop, which takes nothing from then on.

    Parameters
    ----------
    link : str
        The facilitator's link of that laptop.
    address : str
        Of this one.

    Raises
    ------
    ExplainedError
        If it does not answer, or the link is not the facilitator's.
    """
    return _ask(link, {"address": address})


def let_pages_follow(link: str, address: str) -> None:
    """Let everybody's pages go to this laptop, now that its room is open.

    Raises
    ------
    ExplainedError
        If the other laptop does not answer.
    """
    _ask(link, {"address": address, "open": True})


def _ask(link: str, body: Mapping[str, Any]) -> bytes:
    parts = urlsplit(link)
    key = parse_qs(parts.query).get("key", [""])[0]
    if parts.scheme not in ("http", "https") or not parts.hostname or not key:
        raise ExplainedError(
            "--take-over takes the facilitator's link of the other laptop, with what stands behind "
            "key=, or the file of a copy"
        )
    request = Request(  # noqa: S310 - looked at
        f"{parts.scheme}://{parts.netloc}/move",
        data=json.dumps({**body, "key": key}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - looked at
            content: bytes = answer.read()
    except HTTPError as error:
        raise ExplainedError(
            f"the other laptop does not give its room away ({error.code}); copy its link again"
        ) from None
    except (URLError, OSError) as error:
        raise ExplainedError(
            f"the other laptop does not answer ({getattr(error, 'reason', error)}). If it is gone, "
            "take over from its last copy: --take-over FILE"
        ) from None
    return content
