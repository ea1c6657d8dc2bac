"""A room that goes on with another laptop: the copy, and everybody's pages that follow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import tornado.web

from thousandfold.errors import ExplainedError
from thousandfold.room.copying import ENDING, packed
from thousandfold.room.day import FACILITATOR
from thousandfold.room.network import is_near
from thousandfold.room.page import COME, Page

_SECONDS = 60.0  # for the other laptop to answer
_STAY_SECONDS = 10.0  # the same, where it has only to go on
_LOOK_SECONDS = 0.02


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
        if address and urlsplit(address).scheme not in ("http", "https"):
            raise tornado.web.HTTPError(HTTPStatus.BAD_REQUEST)
        site.moved = address if sent.get("open") is True else ""
        site.desk.give_away(address)
        if site.moved or not address:
            return "The pages know."
        while site.taking:  # a notebook that is being written is told to be handed in
            await asyncio.sleep(_LOOK_SECONDS)
        content = await asyncio.to_thread(packed, site.kept, site.exercises, site.work)
        self.set_header("Content-Type", "application/zip")
        self.finish(content)
        return ""


class Stay(Page):
    """Go on here after all: the other laptop did not open."""

    facilitators = True

    async def take(self) -> str:
        """Go on."""
        self.site.moved = ""
        self.site.desk.give_away("")
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
        # A room that was never at another address has nobody who comes from there.
        known = (who or b"").decode().split() if self.site.has_moved else []
        for one in known:
            if one == FACILITATOR:
                self.remember(f"{self.site.cookie}-{FACILITATOR}", FACILITATOR)
            elif one in self.site.day.browsers and not self.visitor:
                self.remember(self.site.cookie, one)  # nobody's link makes another that person
        home = "/facilitator" if FACILITATOR in known else "/"
        self.redirect(self.wanted(home) if known else "/sign-in")


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


def let_stay(link: str) -> None:
    """Let the other laptop go on with its room after all, as far as it answers."""
    with suppress(ExplainedError):
        _ask(link, {"address": ""}, _STAY_SECONDS)


def let_pages_follow(link: str, address: str) -> None:
    """Let everybody's pages go to this laptop, now that its room is open.

    Raises
    ------
    ExplainedError
        If the other laptop does not answer.
    """
    _ask(link, {"address": address, "open": True})


def _ask(link: str, body: Mapping[str, Any], seconds: float = _SECONDS) -> bytes:
    parts = urlsplit(link)
    key = parse_qs(parts.query).get("key", [""])[0]
    if parts.scheme not in ("http", "https") or not parts.hostname or not key:
        raise ExplainedError(
            "--take-over takes the facilitator's link of the other laptop, with what stands behind "
            "key=, or the file of a copy"
        )
    local = parts.hostname == "localhost" or parts.hostname.startswith("127.")
    if local and urlsplit(body["address"]).hostname not in ("", None, parts.hostname):
        raise ExplainedError(
            f"{parts.hostname} is this laptop itself. Take the link for a second laptop from the "
            "facilitator's page of the other one: it has that laptop's address"
        )
    request = Request(  # noqa: S310 - looked at
        f"{parts.scheme}://{parts.netloc}/move",
        data=json.dumps({**body, "key": key}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        # A company's proxy leads to rooms on the internet, and to none in this network.
        around = [ProxyHandler({})] if is_near(parts.hostname) else []
        with build_opener(*around).open(request, timeout=seconds) as answer:
            content: bytes = answer.read()
    except HTTPError as error:
        raise ExplainedError(
            f"the other laptop does not give its room away ({error.code}); copy its link again"
        ) from None
    except (URLError, OSError, HTTPException) as error:
        raise ExplainedError(
            f"the other laptop does not answer ({getattr(error, 'reason', error)}). If it is gone, "
            "take over from its last copy: --take-over FILE"
        ) from None
    return content
