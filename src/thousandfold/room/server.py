"""The pages of a live room, served by Tornado: the board, handing in, the way in."""

from __future__ import annotations

import asyncio
import datetime
import logging
import secrets
import signal
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import tornado.httputil
import tornado.web
from tornado.httpserver import HTTPServer

from boxgrader.errors import Refused
from thousandfold.errors import ExplainedError
from thousandfold.room.board import Board, Room
from thousandfold.room.door import Door
from thousandfold.room.hand_in import MOST_BYTES, Intake, folder_name
from thousandfold.room.network import Place, is_own_name

PAGES = Path(__file__).with_name("pages")

_COOKIE_DAYS = 2
_REFRESH_SECONDS = 1.0  # how old a board may be
_FORM_BYTES = 20_000  # the other fields of a form
_READ_BYTES = 64 * 2**20  # so much is read, and thrown away, to answer with a sentence
_HELD_BYTES = 200 * 2**20  # of all that is being handed in at this moment
_SLOW_SECONDS = 60

# Nothing from another place, no script or style inside a page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "thousandfold",
}


class Site:
    """What all pages share.

    Parameters
    ----------
    title : str
        Of the exercise.
    room : Room
    door : Door
    place : Place
    intake : Intake, optional
        Without one, nothing is handed in here.
    """

    def __init__(
        self, title: str, room: Room, door: Door, place: Place, intake: Intake | None
    ) -> None:
        self.title = title
        self.room = room
        self.door = door
        self.place = place
        self.intake = intake
        self.cookie = f"thousandfold-room-{place.address.rpartition(':')[2]}"
        self.home = "/hand-in" if intake else "/room"  # so that learners type a short address
        self.held = 0  # bytes that are being handed in
        self.received: dict[str, str] = {}  # when each browser handed in last
        self._board = room.board()
        self._looked = 0.0

    def board(self) -> Board:
        """Return the board, counted anew at most once a second."""
        if time.monotonic() - self._looked > _REFRESH_SECONDS:
            self._board, self._looked = self.room.board(), time.monotonic()
        return self._board

    def application(self) -> tornado.web.Application:
        """Return the pages."""
        files = {"path": str(PAGES)}
        return tornado.web.Application(
            [
                ("/", tornado.web.RedirectHandler, {"url": self.home, "permanent": False}),
                ("/room", _BoardPage),
                ("/board", _BoardPart),
                ("/hand-in", _HandIn if self.intake else _Nothing),
                ("/join", _Join if self.intake else _Nothing),
                ("/join.svg", _Code if self.intake else _Nothing),
                ("/sign-in", _SignIn),
                (r"/static/(room\.css|room\.js)", _Files, files),
            ],
            default_handler_class=_Nothing,
            template_path=str(PAGES),
            cookie_secret=self.door.cookie_secret,
            # Browsers send cookies to every port of a host: JupyterLab has some of its own.
            xsrf_cookies=True,
            xsrf_cookie_name=f"{self.cookie}-form",
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
            log_function=lambda handler: None,
            site=self,
        )


def listen(application: tornado.web.Application, sockets: list[socket.socket]) -> HTTPServer:
    """Serve an application with limits on what a client may send, and how slowly."""
    server = HTTPServer(
        application,
        max_header_size=16_384,
        max_body_size=_READ_BYTES,
        idle_connection_timeout=_SLOW_SECONDS,
        body_timeout=_SLOW_SECONDS,
    )
    server.add_sockets(sockets)
    return server


@tornado.web.stream_request_body
class _Page(tornado.web.RequestHandler):
    """A page with the headers and limits of all; what is too large is read and thrown away."""

    most_bytes = _FORM_BYTES
    free = False  # whether it is shown to whoever has not signed in

    def initialize(self) -> None:
        self._body = bytearray()
        self._shut_out = False
        self._too_large = False
        self._crowded = False

    @property
    def site(self) -> Site:
        site: Site = self.settings["site"]
        return site

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")

    @property
    def visitor(self) -> str:
        """The signed name of a browser that has signed in, or nothing."""
        found = self.get_signed_cookie(self.site.cookie, max_age_days=_COOKIE_DAYS)
        return found.decode() if found else ""

    def prepare(self) -> None:
        self._shut_out = self._shut_out or not (self.free or self.visitor)

    def check_xsrf_cookie(self) -> None:
        # Refused later: a browser that is still sending would not show an answer before its end.
        try:
            super().check_xsrf_cookie()
        except tornado.web.HTTPError:
            self._shut_out = True

    async def get(self) -> None:
        if not is_own_name(self.request.host_name):
            raise tornado.web.HTTPError(HTTPStatus.MISDIRECTED_REQUEST)
        if self._shut_out:
            self.ask_to_sign_in()
        else:
            self.view()

    async def post(self) -> None:
        if self._shut_out or not is_own_name(self.request.host_name):
            raise tornado.web.HTTPError(HTTPStatus.FORBIDDEN)
        await self.take()

    def ask_to_sign_in(self) -> None:
        """Lead to the password, and back from there."""
        self.redirect(f"/sign-in?to={'room' if self.request.path == '/room' else ''}")

    def view(self) -> None:
        """Show the page."""
        raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)

    async def take(self) -> None:
        """Do what its form asks for."""
        raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)

    def data_received(self, chunk: bytes) -> None:
        if self._shut_out or self._too_large or self._crowded:
            return
        if len(self._body) + len(chunk) > self.most_bytes:
            self._too_large = True
            self._let_go()
        elif self.site.held + len(chunk) > _HELD_BYTES:
            self._crowded = True
            self._let_go()
        else:
            self._body += chunk
            self.site.held += len(chunk)

    def _let_go(self) -> None:
        self.site.held -= len(self._body)
        self._body = bytearray()

    def on_finish(self) -> None:
        self._let_go()

    def on_connection_close(self) -> None:
        self._let_go()
        super().on_connection_close()

    def form(self) -> tuple[dict[str, str], bytes | None]:
        """Return the fields of a form, and the file that came with it."""
        fields: dict[str, list[bytes]] = {}
        files: dict[str, list[tornado.httputil.HTTPFile]] = {}
        kind = self.request.headers.get("Content-Type", "")
        try:
            tornado.httputil.parse_body_arguments(kind, bytes(self._body), fields, files)
        except tornado.httputil.HTTPInputError:
            raise tornado.web.HTTPError(400) from None
        texts = {name: held[-1].decode("utf-8", "replace") for name, held in fields.items() if held}
        file = next(iter(files.get("notebook", [])), None)
        return texts, bytes(file["body"]) if file else None

    def show(self, page: str, **given: Any) -> None:
        """Answer with a page."""
        self.render(f"{page}.html", site=self.site, **given)

    def get_template_namespace(self) -> dict[str, Any]:
        token = self.xsrf_token.decode()
        return {**super().get_template_namespace(), "token": token, "most": MOST_BYTES}

    def write_error(self, status_code: int, **_: Any) -> None:
        said = _SAID.get(status_code, "Something went wrong. Please tell the facilitator.")
        self.show("room_error", said=said)


_SAID = {
    400: "The browser sent something that is no form. Please open the page again.",
    403: "This browser has not signed in, or the page is too old. Please open the page again.",
    404: "There is no such page in this room.",
    405: "This page can be opened, and nothing else.",
    421: "This address does not belong to the room. Please type the address that the facilitator "
    "shows.",
}


class _BoardPage(_Page):
    def view(self) -> None:
        self.show("room", board=self.site.board())


class _BoardPart(_Page):
    """The part of the board that changes."""

    def ask_to_sign_in(self) -> None:
        raise tornado.web.HTTPError(HTTPStatus.FORBIDDEN)

    def view(self) -> None:
        self.show("room_board", board=self.site.board())


class _SignIn(_Page):
    free = True

    def view(self) -> None:
        self.show("room_sign_in", to=self._where(), trouble="")

    async def take(self) -> None:
        fields, _ = self.form()
        try:
            right = self.site.door.opens(fields.get("password", ""), self.request.remote_ip or "")
            trouble = "" if right else "This is not the password of this room. Please look again."
        except ExplainedError as error:
            trouble = str(error)
            self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
            self.set_header("Retry-After", "60")
        if not trouble:
            self.set_signed_cookie(
                self.site.cookie, secrets.token_hex(16), None, httponly=True, samesite="Strict"
            )
            where = "/room" if self._where() else self.site.home
            self.redirect(where, status=HTTPStatus.SEE_OTHER)
            return
        if self.get_status() == HTTPStatus.OK:
            self.set_status(HTTPStatus.FORBIDDEN)
        self.show("room_sign_in", to=self._where(), trouble=trouble)

    def _where(self) -> str:
        return "room" if self.get_query_argument("to", "") == "room" else ""


class _HandIn(_Page):
    most_bytes = MOST_BYTES + _FORM_BYTES

    def view(self) -> None:
        self._form()

    async def take(self) -> None:
        if self._too_large:
            most = MOST_BYTES // 2**20
            self.set_status(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            self._form(
                f"This file is larger than {most} MB, and an exercise has far less than one. In "
                "JupyterLab choose Edit, Clear Outputs of All Cells, save the notebook and hand it "
                "in again."
            )
            return
        if self._crowded:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            self._form("Many people hand in at this moment. Please hand in again in a minute.")
            return
        fields, content = self.form()
        name = fields.get("name", "")[:200]
        try:
            learner = folder_name(name)
            if not content:
                raise ExplainedError("Please choose the notebook: a file that ends in .ipynb.")
            if self._belongs_to_another(learner) and "mine" not in fields:
                self.set_status(HTTPStatus.CONFLICT)
                self._form(
                    f"Somebody has handed in as {learner} already. If that was you, tick the box "
                    "below and choose the file again. If not, add your last name.",
                    name=name,
                    ask=True,
                )
                return
            await self._keep(learner, content)
        except (ExplainedError, Refused) as error:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self._form(str(error), name=name)
            return
        self.site.room.look_now()
        self.site.received[self.visitor] = f"{datetime.datetime.now():%H:%M:%S}"
        self.redirect("/hand-in", status=HTTPStatus.SEE_OTHER)

    async def _keep(self, learner: str, content: bytes) -> None:
        assert self.site.intake is not None  # noqa: S101 - prepare looked
        self.site.door.give(self.visitor, learner)
        await asyncio.to_thread(self.site.intake.take, learner, content)

    def _belongs_to_another(self, learner: str) -> bool:
        assert self.site.intake is not None  # noqa: S101 - prepare looked
        owner = self.site.door.owner(learner)
        return owner != self.visitor and (bool(owner) or self.site.intake.has(learner))

    def _form(self, trouble: str = "", *, name: str = "", ask: bool = False) -> None:
        names = self.site.door.names(self.visitor)
        self.show(
            "room_hand_in",
            trouble=trouble,
            name=name or (names[-1] if names else ""),
            ask=ask,
            received=self.site.received.get(self.visitor, "") if not trouble else "",
        )


class _Join(_Page):
    def view(self) -> None:
        self.show("room_join")


class _Code(_Page):
    """The address as a QR code."""

    def view(self) -> None:
        from thousandfold.facilitation.link import qr_picture

        self.set_header("Content-Type", "image/svg+xml")
        self.finish(qr_picture(self.site.place.address, "svg"))


class _Nothing(_Page):
    """Every other address."""

    free = True


class _Files(tornado.web.StaticFileHandler):
    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")


def serve(
    application: tornado.web.Application,
    sockets: list[socket.socket],
    opened: Callable[[], object],
) -> None:
    """Serve until Ctrl+C, or until the program is told to end."""
    logging.getLogger("tornado").setLevel(logging.ERROR)  # who mistypes an address is no news

    async def run() -> None:
        told_to_end = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
        server = listen(application, sockets)
        opened()
        await told_to_end.wait()
        server.stop()

    asyncio.run(run())
