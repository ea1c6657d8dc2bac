"""A browser without a screen: it keeps cookies, reads forms, sends them, and waits for news.

For rehearsals, tests and benchmarks: what talks to a room in this way talks to it as phones do.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tornado.httpclient import HTTPClientError, HTTPResponse
from tornado.simple_httpclient import SimpleAsyncHTTPClient

AGAIN_SECONDS = 1.5  # before the next try, as in room.js
_WAIT_SECONDS = 40.0
_CONNECTIONS = 2000  # that one program may have open at a time


@dataclass
class Field:
    """Something that a form asks for.

    Attributes
    ----------
    kind : str
        As in HTML, such as ``"radio"`` or ``"text"``.
    value : str
        What stands in it.
    options : list of str
        To choose from.
    """

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page.

    Attributes
    ----------
    action : str
        Where it is sent.
    part : str
        The part of the page that it stands in.
    multipart : bool
        Whether it takes a file.
    key : str
        That sends it, such as ``"ArrowRight"``.
    fields : dict of str to Field
    """

    action: str
    part: str
    multipart: bool = False
    key: str = ""
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it is sent, without the token."""
        return urlsplit(self.action).path

    @property
    def name(self) -> str:
        """Tells it from any other one, also from the same one about something else."""
        return f"{self.path} {self.part} {self.hidden}"

    @property
    def hidden(self) -> dict[str, str]:
        """What nobody fills in."""
        return {name: one.value for name, one in self.fields.items() if one.kind == "hidden"}


@dataclass
class Sheet(HTMLParser):
    """A page, or the part of it that changes, as far as somebody can use it.

    Attributes
    ----------
    html : str
    forms : list of Form
    links : list of str
        Buttons that lead to another page.
    version : str
        Of what it shows; empty where it does not follow the room.
    words : str
        What can be read on it.
    asks : str
        Where its script asks for more; empty where there is none.
    data : str
        What stands in it for its script.
    """

    html: str
    version: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    words: str = ""
    asks: str = ""
    data: str = ""
    _hidden: bool = False
    _part: str = ""
    _form: Form | None = None
    _writes: Field | None = None

    def __post_init__(self) -> None:
        """Read it."""
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what can be used."""
        has = {name: value or "" for name, value in attrs}
        self._part = has.get("data-part", self._part)
        if has.get("id") == "live":
            self.version = has.get("data-version", "")
        self.asks = has.get("data-ask", self.asks)
        self._hidden = tag == "script"
        if tag == "form":
            multipart = has.get("enctype") == "multipart/form-data"
            key = has.get("data-key", "")
            self._form = Form(has.get("action", ""), self._part, multipart, key)
            self.forms.append(self._form)
        elif tag == "a" and "button" in has.get("class", "").split():
            self.links.append(has.get("href", ""))
        elif tag == "option" and self._writes:
            self._writes.options.append(has.get("value", ""))
            if "selected" in has or len(self._writes.options) == 1:
                self._writes.value = has.get("value", "")
        elif self._form and has.get("name") and tag in ("input", "textarea", "select", "button"):
            self._add(self._form, tag, has)

    def _add(self, form: Form, tag: str, has: Mapping[str, str]) -> None:
        kind = has.get("type", "text") if tag == "input" else tag
        if kind not in ("radio", "checkbox"):
            form.fields[has["name"]] = one = Field(kind, has.get("value", ""))
            self._writes = one if tag in ("textarea", "select") else None
            return
        one = form.fields.setdefault(has["name"], Field(kind))
        one.options.append(has.get("value", "on"))
        if "checked" in has:
            one.value = has.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        """End what has ended."""
        self._hidden = False
        if tag == "form":
            self._form = None
        elif tag in ("textarea", "select"):
            self._writes = None

    def handle_data(self, data: str) -> None:
        """Keep what can be read."""
        if self._hidden:
            self.data += data
            return
        if self._writes and self._writes.kind == "textarea":
            self._writes.value += data
        self.words += f" {data.strip()}"


@dataclass(frozen=True)
class Said:
    """What the room answered to a form.

    Attributes
    ----------
    done : bool
        Whether it was done.
    words : str
    """

    done: bool
    words: str


class Lines(SimpleAsyncHTTPClient):
    """The connections of all browsers of one program."""

    def initialize(self) -> None:  # type: ignore[override]
        """Let all of them wait at the same time."""
        super().initialize(max_clients=_CONNECTIONS)


class Browser:
    """A browser without a screen.

    Parameters
    ----------
    address : str
        Of the room, such as ``"http://127.0.0.1:8765"``.
    lines : Lines
        Shared by all browsers of a program.

    Attributes
    ----------
    cookies : dict of str to str
    """

    def __init__(self, address: str, lines: Lines) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}
        self._lines = lines

    async def ask(
        self,
        path: str,
        body: bytes | None = None,
        *,
        kind: str = "application/x-www-form-urlencoded",
        scripted: bool = False,
    ) -> HTTPResponse:
        """Ask the room for something, once.

        Raises
        ------
        OSError
            If there is no connection.
        """
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if scripted:
            headers["Accept"] = "application/json"
        if body is not None:
            headers["Content-Type"] = kind
        try:
            answer = await self._lines.fetch(
                f"{self.address}{path}",
                raise_error=False,
                method="GET" if body is None else "POST",
                body=body,
                headers=headers,
                follow_redirects=False,
                connect_timeout=_WAIT_SECONDS,
                request_timeout=_WAIT_SECONDS,
            )
        except HTTPClientError as error:
            raise ConnectionError(str(error)) from None
        for line in answer.headers.get_list("Set-Cookie"):
            self.cookies.update((name, one.value) for name, one in SimpleCookie(line).items())
        return answer

    async def open(self, path: str) -> Sheet:
        """Open a page, and go where it leads."""
        answer = await self._patiently(path)
        for _ in range(5):
            if answer.code not in (301, 302, 303):
                break
            answer = await self._patiently(answer.headers["Location"])
        return Sheet(answer.body.decode())

    async def news(self, path: str, seen: str) -> Sheet | None:
        """Wait until a page shows something else; None where this browser has to sign in."""
        address = f"{path}?{urlencode({'seen': seen})}"
        while True:
            answer = await self._patiently(address, scripted=True)
            if answer.code == 403:
                return None
            if answer.code == 200:
                found = json.loads(answer.body)
                return Sheet(found["html"], found["version"])
            await asyncio.sleep(AGAIN_SECONDS)

    async def send(
        self, form: Form, filled: Mapping[str, str], file: tuple[str, bytes] | None = None
    ) -> Said:
        """Send a form, and press once more where nothing came back.

        Parameters
        ----------
        form : Form
        filled : mapping
            What was filled in, by the name of the field.
        file : tuple, optional
            Name and content.
        """
        values = {name: one.value for name, one in form.fields.items() if one.kind != "file"}
        values = {name: value for name, value in values.items() if value or name in filled}
        body, kind = _encoded({**values, **filled}, file if form.multipart else None)
        answer = await self._patiently(form.action, body, kind=kind, scripted=True)
        try:
            found = json.loads(answer.body)
        except ValueError:
            return Said(False, f"{answer.code} {answer.reason}")
        return Said("trouble" not in found, str(found.get("said", found.get("trouble", ""))))

    async def tell(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Send what a script sends, and return what came back."""
        body = json.dumps(content).encode()
        answer = await self._patiently(path, body, kind="application/json", scripted=True)
        found = json.loads(answer.body)
        return found if isinstance(found, dict) else {}

    async def _patiently(
        self,
        path: str,
        body: bytes | None = None,
        *,
        kind: str = "application/x-www-form-urlencoded",
        scripted: bool = False,
    ) -> HTTPResponse:
        while True:
            try:
                return await self.ask(path, body, kind=kind, scripted=scripted)
            except OSError:
                await asyncio.sleep(AGAIN_SECONDS)


def _encoded(values: Mapping[str, str], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    if file is None:
        return urlencode(values).encode(), "application/x-www-form-urlencoded"
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    ]
    name, content = file
    head = f'--{mark}\r\nContent-Disposition: form-data; name="notebook"; filename="{name}"\r\n\r\n'
    parts += [head.encode(), content, f"\r\n--{mark}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={mark}"
