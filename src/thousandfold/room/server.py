"""The pages of a room, served by Tornado."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import tornado.web
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from thousandfold.interrupts import ending
from thousandfold.room import (
    answering,
    entrance,
    facilitating,
    flying,
    handing_in,
    moving,
    participants,
    parting,
    workshop,
)
from thousandfold.room.page import HEADERS, PAGES
from thousandfold.room.venue import Site

_READ_BYTES = 64 * 2**20  # so much is read, and thrown away, to answer with a sentence
_SLOW_SECONDS = 60
MOST_LINES = 1000  # open from one address at a time: behind some routers a whole class has one
_OPEN_FILES = 8192


def application(site: Site) -> tornado.web.Application:
    """Return all pages of a room."""
    return tornado.web.Application(
        [
            ("/", participants.Now),
            ("/vote", participants.Vote),
            ("/questions", answering.Questions),
            ("/questions/(?:begin|skip|withdraw)", answering.Begin),
            (r"/facilitator/answers\.csv", answering.AnswersFile),
            ("/say", parting.Say),
            ("/promise", parting.Promise),
            (r"/four-weeks\.ics", parting.FourWeeks),
            ("/certificate", parting.Certificate),
            ("/takeaway", parting.Takeaway),
            ("/hand-in", handing_in.HandIn if site.intake else entrance.Nothing),
            ("/api/hand-in", handing_in.FromNotebook),
            ("/flight", flying.Flying),
            ("/flight/team", flying.TeamUp),
            ("/flight/ask", flying.Ask),
            (r"/flight/cockpit\.(?:js|css)", flying.Drawn),
            (r"/flight/skill\.png", flying.SkillPicture),
            ("/projector", facilitating.Projector),
            (r"/sliders/[^/]+\.wide\.js", facilitating.Table),
            (r"/player\.(?:js|css)", facilitating.Player),
            ("/facilitator", facilitating.Facilitator),
            ("/facilitator/sign-in", entrance.FacilitatorSignIn),
            ("/facilitator/guide", facilitating.Guide),
            ("/facilitator/begin", facilitating.Begin),
            ("/facilitator/go", facilitating.Go),
            ("/facilitator/extend", facilitating.Extend),
            ("/facilitator/pause", facilitating.Pause),
            ("/facilitator/sliders", facilitating.MoveSliders),
            ("/facilitator/follow", facilitating.Follow),
            ("/facilitator/undo", facilitating.Undo),
            ("/facilitator/give", facilitating.Give),
            ("/facilitator/let-in", facilitating.LetIn),
            ("/facilitator/folder", facilitating.WriteFolder),
            ("/facilitator/announce", flying.Announce),
            ("/facilitator/take-out", flying.TakeOut),
            ("/facilitator/copy", moving.Copy),
            ("/facilitator/stay", moving.Stay),
            ("/move", moving.Move),
            ("/come", moving.Come),
            ("/sign-in", entrance.SignIn),
            ("/join", entrance.Join),
            (r"/join\.svg", entrance.Code),
            ("/privacy", entrance.Privacy),
            (f"{workshop.PLACE}(.*)", workshop.Workshop, {"path": str(site.workshop)})
            if site.workshop
            else (workshop.PLACE, entrance.Nothing),
            (r"/static/([a-z_]+\.(?:css|js))", _Files, {"path": str(PAGES)}),
        ],
        default_handler_class=entrance.Nothing,
        template_path=str(PAGES),
        cookie_secret=site.door.cookie_secret,
        # Browsers send cookies to every port of a host: JupyterLab has some of its own.
        xsrf_cookies=True,
        xsrf_cookie_version=1,  # the same in each part, so that a part that is the same looks so
        xsrf_cookie_name=f"{site.cookie}-form",
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
        log_function=lambda handler: None,
        site=site,
    )


class _Bounded(HTTPServer):
    """A server of which no address takes all lines: what is left open costs nobody else."""

    def initialize(self, *given: Any, **more: Any) -> None:
        """Begin with no lines."""
        self._lines: Counter[str] = Counter()
        super().initialize(*given, **more)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Take a line, or close it."""
        if self._lines[str(address[0])] >= MOST_LINES:
            stream.close()
            return
        self._lines[str(address[0])] += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:
        """Give the place of a line back."""
        self._lines[str(server_conn.context.address[0])] -= 1
        super().on_close(server_conn)


def listen(
    pages: tornado.web.Application, sockets: list[socket.socket], *, proxied: bool = False
) -> HTTPServer:
    """Serve pages with limits on what a client may send, and how slowly."""
    server = _Bounded(
        pages,
        max_header_size=16_384,
        max_body_size=_READ_BYTES,
        idle_connection_timeout=_SLOW_SECONDS,
        body_timeout=_SLOW_SECONDS,
        xheaders=proxied,  # else anybody could say to come from anywhere
    )
    server.add_sockets(sockets)
    return server


class _Files(tornado.web.StaticFileHandler):
    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")


def serve(
    pages: tornado.web.Application,
    sockets: list[socket.socket],
    opened: Callable[[], Any],
) -> None:
    """Serve until Ctrl+C, or until the program is told to end."""
    logging.getLogger("tornado").setLevel(logging.ERROR)  # who mistypes an address is no news
    _allow_many_lines()

    async def run() -> None:
        told_to_end = asyncio.Event()
        with suppress(NotImplementedError):  # on Windows Ctrl+C ends the loop itself
            for number in ending():
                asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
        server = listen(pages, sockets, proxied=pages.settings["site"].place.proxied)
        pages.settings["site"].desk.follow_threads()
        opened()
        await told_to_end.wait()
        server.stop()

    with suppress(KeyboardInterrupt):
        asyncio.run(run())


def _allow_many_lines() -> None:
    """Let so many people in as a class has: on a Mac, a program begins with 256 files and lines."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
