"""A page of a room: the headers and limits of all, who asks, and how a page stays up to date."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import tornado.httputil
import tornado.web

from thousandfold.errors import ExplainedError
from thousandfold.room.day import FACILITATOR, STAGE
from thousandfold.room.network import is_own_name, line_of
from thousandfold.room.venue import Site

PAGES = Path(__file__).with_name("pages")

COME = "come"  # what is signed for whoever goes to another laptop

_PLACES = ("/", "/hand-in", "/flight", "/projector", "/join", "/facilitator")  # to come back to
_COOKIE_DAYS = 2  # in a room; the browser that is closed forgets it earlier
LASTING_DAYS = 8  # elsewhere: a week later people still fetch their takeaway
FORM_BYTES = 20_000
_HELD_BYTES = 200 * 2**20  # of all that is being handed in at this moment
_HELD_FROM_ONE = 40 * 2**20  # the same of one person: a few of the largest files
_WAIT_SECONDS = 25.0  # shorter than what proxies and phones let a request wait

# Nothing from another place, no script or style inside a page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",  # no window of a notebook's reaches into a page
    "Server": "thousandfold",
}
_SAID = {
    400: "The browser sent something that is no form. Please open the page again.",
    403: "This browser has not signed in, or the page is too old. Please open the page again.",
    404: "There is no such page in this room.",
    405: "This page can be opened, and nothing else.",
    413: "This is too large for the room.",
    421: "This address does not belong to the room. Please type the address that the facilitator "
    "shows.",
    429: "So much came from here that the room answers more slowly. Please try again in a minute.",
    503: "Many people send something at this moment. Please send it again in a minute.",
}


@tornado.web.stream_request_body
class Page(tornado.web.RequestHandler):
    """A page of a room; what is too large is read and thrown away."""

    most_bytes = FORM_BYTES
    free = False  # whether it is shown to whoever has not signed in
    facilitators = False  # whether it is the facilitator's alone
    paced = True  # whether it costs more than a file

    def initialize(self) -> None:
        """Begin with nothing read."""
        self._body = bytearray()
        self._shut_out = False
        self._too_large = False
        self._crowded = False
        self._hurried = False
        self._held_by = ""

    @property
    def site(self) -> Site:
        """What all pages share."""
        site: Site = self.settings["site"]
        return site

    def set_default_headers(self) -> None:
        """Allow nothing from elsewhere, and keep nothing."""
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")

    # --- Who asks --------------------------------------------------------------------------------

    @property
    def visitor(self) -> str:
        """The signed name of a browser that has signed in, or nothing."""
        return self._cookie(self.site.cookie)

    @property
    def is_facilitator(self) -> bool:
        """Whether this is the browser of the facilitator."""
        return self._cookie(f"{self.site.cookie}-{FACILITATOR}") == FACILITATOR

    @property
    def address(self) -> str:
        """Where the browser is, as far as the network tells."""
        return line_of(self.request.remote_ip or "")

    def _cookie(self, name: str) -> str:
        days = LASTING_DAYS if self.site.place.lasting else _COOKIE_DAYS
        found = self.get_signed_cookie(name, max_age_days=days)
        return found.decode() if found else ""

    @property
    def ticket(self) -> str:
        """What lets this browser go on with another laptop that takes the room over."""
        who = " ".join(filter(None, (FACILITATOR if self.is_facilitator else "", self.visitor)))
        secret = self.site.door.cookie_secret
        return tornado.web.create_signed_value(secret, COME, who).decode() if who else ""

    def remember(self, cookie: str, who: str) -> None:
        """Let a browser be known again.

        Whoever follows a link from a mail or the terminal is known, too; forms have a token.
        """
        days = LASTING_DAYS if self.site.place.lasting else None
        self.set_signed_cookie(cookie, who, days, httponly=True, samesite="Lax")

    def set_cookie(self, name: str, value: str | bytes, *given: Any, **more: Any) -> None:
        """Let no cookie that came over https ever go without."""
        super().set_cookie(name, value, *given, secure=self.request.protocol == "https", **more)

    def prepare(self) -> None:
        """Look who asks, before anything is read."""
        if self.facilitators:
            allowed = self.is_facilitator
        else:
            allowed = self.free or bool(self.visitor) or self.is_facilitator
        self._shut_out = self._shut_out or not allowed
        visitor = self.visitor
        if visitor:
            self.site.here(visitor)
        self._held_by = self.site.day.person(visitor) if visitor else self.address
        if self.paced and not self.is_facilitator:
            self._hurried = not self.site.pace.allows(self._held_by)

    def check_xsrf_cookie(self) -> None:
        """Remember that another site sends this, and refuse it later.

        A browser that is still sending would not show an answer before its end.
        """
        given = self.get_query_argument("_xsrf", "")
        if any(hmac.compare_digest(given.encode(), own) for own in self._own_tokens()):
            return
        try:
            super().check_xsrf_cookie()
        except tornado.web.HTTPError:
            self._shut_out = True

    @property
    def xsrf_token(self) -> bytes:
        """What stands in each form: of a known browser always the same, in all its windows."""
        return next(iter(self._own_tokens()), None) or super().xsrf_token

    def _own_tokens(self) -> list[bytes]:
        secret = self.site.door.cookie_secret.encode()
        known = [self.visitor, FACILITATOR if self.is_facilitator else ""]
        return [
            hmac.new(secret, f"forms of {who}".encode(), "sha256").hexdigest().encode()
            for who in known
            if who
        ]

    def _is_own(self) -> bool:
        host = self.request.host_name
        return host == self.site.place.host or is_own_name(host)

    # --- Pages -----------------------------------------------------------------------------------

    async def get(self) -> None:
        """Show the page, or the way to it."""
        if self.may_look():
            await self.view()

    def may_look(self) -> bool:
        """Say whether this page may be shown to whoever asks; else lead to the password.

        Raises
        ------
        tornado.web.HTTPError
            If another address than the room's leads here.
        """
        if not self._is_own():
            raise tornado.web.HTTPError(HTTPStatus.MISDIRECTED_REQUEST)
        if self._hurried:
            raise tornado.web.HTTPError(HTTPStatus.TOO_MANY_REQUESTS)
        if self._shut_out:
            self.ask_to_sign_in()
        return not self._shut_out

    async def post(self) -> None:
        """Do what a form asks for, and answer a script in a sentence, a form with a page."""
        if self._shut_out or not self._is_own():
            raise tornado.web.HTTPError(HTTPStatus.FORBIDDEN)
        if self._hurried:
            raise tornado.web.HTTPError(HTTPStatus.TOO_MANY_REQUESTS)
        if self._crowded:
            raise tornado.web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            if self._too_large:
                raise ExplainedError(self.too_large())
            said = await self.take()
        except ExplainedError as error:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            self.refuse(str(error))
            return
        if self._finished:
            return
        if self.scripted:
            self.finish({"said": said})
        else:
            self.redirect(self.after(), status=HTTPStatus.SEE_OTHER)

    @property
    def scripted(self) -> bool:
        """Whether a script asks, and not a form."""
        return "application/json" in self.request.headers.get("Accept", "")

    def ask_to_sign_in(self) -> None:
        """Lead to the password, and back from there."""
        self.redirect(f"/sign-in?to={self.request.path}")

    def wanted(self, otherwise: str) -> str:
        """Return the page of the room that somebody wanted to see before they had to stop."""
        to = self.get_query_argument("to", otherwise)
        return to if to in _PLACES else otherwise

    async def view(self) -> None:
        """Show the page."""
        raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)

    async def take(self) -> str:
        """Do what its form asks for, and return what to say."""
        raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)

    def after(self) -> str:
        """Return where a form leads that was taken."""
        return "/"

    def refuse(self, said: str) -> None:
        """Say why something was not done."""
        if self.scripted:
            self.finish({"trouble": said})
        else:
            self.show("error", said=said)

    def too_large(self) -> str:
        """Return what to say of something that is too large."""
        return _SAID[413]

    def show(self, page: str, **given: Any) -> None:
        """Answer with a page."""
        self.render(f"{page}.html", site=self.site, day=self.site.day, **given)

    def text_of(self, page: str, **given: Any) -> str:
        """Return a page, or a part of one."""
        return self.render_string(
            f"{page}.html", site=self.site, day=self.site.day, **given
        ).decode()

    def get_template_namespace(self) -> dict[str, Any]:
        """Return what every template may use."""
        token = self.xsrf_token.decode()
        return {**super().get_template_namespace(), "token": token, "page": self}

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say what to do now."""
        self.refuse(_SAID.get(status_code, "Something went wrong. Please tell the facilitator."))

    # --- What is sent ----------------------------------------------------------------------------

    def data_received(self, chunk: bytes) -> None:
        """Keep what is sent, as long as it is not too much."""
        if self._shut_out or self._too_large or self._crowded or self._hurried:
            return
        if len(self._body) + len(chunk) > self.most_bytes:
            self._too_large = True
            self._let_go()
        elif self.most_bytes > FORM_BYTES and self._is_crowded(len(chunk)):
            self._crowded = True
            self._let_go()
        else:
            self._body += chunk
            self.site.held[self._held_by] += len(chunk)

    def _is_crowded(self, more: int) -> bool:
        held = self.site.held
        return held[self._held_by] + more > _HELD_FROM_ONE or held.total() + more > _HELD_BYTES

    def _let_go(self) -> None:
        self.site.held[self._held_by] -= len(self._body)
        self.site.held += Counter()  # forgets whoever holds nothing
        self._body = bytearray()

    def on_finish(self) -> None:
        """Let go of what was sent."""
        self._let_go()

    def on_connection_close(self) -> None:
        """Let go of what was sent by somebody who has gone."""
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

    def plain(self) -> dict[str, Any]:
        """Return what a script sent as JSON."""
        try:
            found = json.loads(self._body)
            # Half a letter, as JSON can spell it, could not be shown to anybody.
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise tornado.web.HTTPError(400)
        return found


class Live(Page):
    """A page that follows the room: a script asks for its changing part, and waits for news."""

    part = ""  # the template of what changes

    def topics(self) -> tuple[str, ...]:
        """Return what the page has to hear of."""
        return (STAGE,)

    def given(self) -> dict[str, Any]:
        """Return what the templates are given."""
        return {}

    async def view(self) -> None:
        """Show the page, or answer its script once something has changed."""
        if not self.scripted:
            version = self.site.desk.version(*self.topics())
            part = self.text_of(self.part, **self.given())
            self.show(self.part.removesuffix("_part"), part=part, version=version)
            return
        seen = self.get_query_argument("seen", "")[:100]
        stays = "stays" in self.request.arguments  # opened when the room was elsewhere already
        if stays or not self.site.moved:
            await self.site.desk.change(seen, *self.topics(), seconds=_WAIT_SECONDS)
        version = self.site.desk.version(*self.topics())
        told = {"version": version, "html": self.text_of(self.part, **self.given())}
        if self.site.moved and not stays:
            told["moved"] = (
                f"{self.site.moved}/come?ticket={quote(self.ticket)}&to={self.request.path}"
            )
        self.finish(told)

    def ask_to_sign_in(self) -> None:
        """Lead to the password; a script is told to."""
        if self.scripted:
            raise tornado.web.HTTPError(HTTPStatus.FORBIDDEN)
        super().ask_to_sign_in()
