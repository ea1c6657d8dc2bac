"""The workshop for browsers, served by the room at its own address, for who has no Jupyter."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

import tornado.web

from thousandfold.errors import ExplainedError, verb
from thousandfold.room.page import HEADERS, Page
from thousandfold.teaching.edition import FILE

PLACE = "/workshop/"
TYPES = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".ipynb": "application/json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
}
"""What browsers insist on, whatever this computer takes a file for."""
_PIECE = 64 * 1024
_PACKING = ThreadPoolExecutor(1, thread_name_prefix="packing")
_SMALL_ALREADY = {".epub", ".whl"}  # and pictures; the rest travels at a third of its size
# What a notebook runs in this site stands at the room's own address. It may reach the site, the
# hand-in, which asks for the password, and Python's own network; no page of the room. The book's
# form of search leads to a page of the site.
_POLICY = (
    "connect-src {room}{place} {room}/api/hand-in {room}/api/service-worker-heartbeat "
    "https://cdn.jsdelivr.net data: blob:; "
    "form-action {room}{place}search.html; base-uri 'self'; frame-ancestors 'none'"
)


def site_in(given: Path | None, course: Path) -> Path | None:
    """Return the folder of the site that a room serves, or nothing.

    Parameters
    ----------
    given : Path, optional
        Where it is; else where `make site` puts it, if it is there.
    course : Path
        The folder of the course.

    Raises
    ------
    ExplainedError
        If there is none where it should be, or it is not for a room.
    """
    folder = given or course / "dist" / "site"
    if not (folder / "jupyter-lite.json").is_file():
        if given is None:
            return None
        raise ExplainedError(f"there is no site in {folder}: run `{verb('site')}` first")
    if (folder / "files" / FILE).exists():
        raise ExplainedError(
            f"the site in {folder} is for whoever learns alone, and says whether an answer is "
            f"right: run `{verb('site')}` without study mode, or name another with --site"
        )
    return folder.resolve()


def is_packed(file: Path) -> bool:
    """Say whether a file is sent compressed to whoever understands it."""
    return file.suffix in TYPES.keys() - _SMALL_ALREADY


@lru_cache(maxsize=1024)
def packed(file: Path, changed: int) -> Future[bytes]:
    """Return a file compressed, as it was when it was last changed, once that is done.

    Python for browsers takes a second. Each file takes it once, one file after the other, in a
    thread that works for nothing else: a class that opens the site at the same moment keeps no
    notebook waiting that is handed in.
    """
    return _PACKING.submit(_compressed, file)


def _compressed(file: Path) -> bytes:
    try:
        return gzip.compress(file.read_bytes(), 6, mtime=0)
    except OSError:
        packed.cache_clear()  # tried again, when somebody asks again
        raise


class Workshop(tornado.web.StaticFileHandler, Page):
    """A file of the site, for whoever has signed in."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    paced = False  # a page of it asks for hundreds of files

    def initialize(self, path: str) -> None:  # type: ignore[override]
        """Serve a folder."""
        tornado.web.StaticFileHandler.initialize(self, path, "index.html")
        Page.initialize(self)
        self._packed: bytes | None = None

    def set_default_headers(self) -> None:
        """Have each file asked for anew: a site that was built again is seen at once."""
        room = f"{self.request.protocol}://{self.request.host}"
        self.set_header("Content-Security-Policy", _POLICY.format(room=room, place=PLACE))
        for name in ("X-Content-Type-Options", "Referrer-Policy", "Server"):
            self.set_header(name, HEADERS[name])
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Vary", "Accept-Encoding")

    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        """Send a file; what can be compressed is, once for all browsers."""
        if not self.may_look():
            return
        self.path = self.parse_url_path(path)
        file = self.validate_absolute_path(self.root, self.get_absolute_path(self.root, self.path))
        if file is None:  # a folder, whose page has another address
            return
        asked = self.request.headers
        if "gzip" in asked.get("Accept-Encoding", "") and "Range" not in asked:
            await self._pack(Path(file))
        await super().get(path, include_body)

    async def _pack(self, file: Path) -> None:
        if is_packed(file):
            # Whoever goes away takes it from nobody else.
            packing = asyncio.wrap_future(packed(file, file.stat().st_mtime_ns))
            self._packed = await asyncio.shield(packing)
            self.set_header("Content-Encoding", "gzip")

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Return the file that is asked for, if it lies in the site, also behind links."""
        try:
            found = super().validate_absolute_path(root, absolute_path)
        except ValueError:  # a name that no file has
            raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND) from None
        if found and not Path(found).resolve().is_relative_to(root):
            raise tornado.web.HTTPError(HTTPStatus.NOT_FOUND)
        return found

    def get_content_size(self) -> int:
        """Return how much is sent."""
        return super().get_content_size() if self._packed is None else len(self._packed)

    def get_content(  # type: ignore[override]
        self, abspath: str, start: int | None = None, end: int | None = None
    ) -> Iterable[bytes]:
        """Return what is sent, piece by piece."""
        if self._packed is None:
            yield from super().get_content(abspath, start, end)
        else:
            for place in range(0, len(self._packed), _PIECE):
                yield self._packed[place : place + _PIECE]

    def compute_etag(self) -> str:
        """Return the version of a file: no need to read it."""
        file = Path(self.absolute_path or self.root).stat()
        return f'"{file.st_mtime_ns:x}-{file.st_size:x}{"-small" * (self._packed is not None)}"'

    def get_content_type(self) -> str:
        """Return the type that browsers insist on."""
        return TYPES.get(Path(self.absolute_path or "").suffix) or super().get_content_type()
