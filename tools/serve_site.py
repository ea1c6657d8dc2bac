"""Serve the site for browsers on this room's network, as `make serve-site` does.

Prints the address for the room and its QR code. Nothing outside the site's folder is served,
nothing is written, and no request leaves this computer.
"""

from __future__ import annotations

import argparse
import errno
import socket
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, BinaryIO, ClassVar

from thousandfold.errors import verb
from thousandfold.facilitation.link import qr_text
from thousandfold.interrupts import interruptible
from thousandfold.room.workshop import TYPES, is_packed, packed

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "dist" / "site"
PORT = 8000
LOOPBACK = "127.0.0.1"
IDLE_SECONDS = 20  # then a connection that says nothing is closed
MOST_CONNECTIONS = 600  # forty browsers keep six each


class Handler(SimpleHTTPRequestHandler):
    """Static files with the types that browsers insist on."""

    protocol_version = "HTTP/1.1"  # a lesson asks for a hundred files: keep the connection
    timeout = IDLE_SECONDS
    extensions_map: ClassVar[dict[str, str]] = {  # type: ignore[misc]
        **SimpleHTTPRequestHandler.extensions_map,
        **TYPES,
    }

    def translate_path(self, path: str) -> str:
        """Return the file that is asked for, and one that is not there for what lies outside."""
        asked = super().translate_path(path)
        root = Path(self.directory).resolve()
        try:
            inside = Path(asked).resolve().is_relative_to(root)
        except (OSError, RuntimeError, ValueError):  # links in a circle; a name that no file has
            inside = False
        return asked if inside else str(root / "outside" / "of" / "the site")

    def end_headers(self) -> None:
        """Let browsers ask whether a file is new: a site that was built again is seen at once."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Send what can be compressed compressed, to whoever understands it."""
        path = Path(self.translate_path(self.path))
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (wanted and is_packed(path) and path.is_file()):
            return super().send_head()
        changed = path.stat().st_mtime_ns
        tag = f'"{changed:x}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return None
        data = packed(path, changed).result()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", tag)
        self.end_headers()
        return BytesIO(data)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Show what went wrong, and only that: forty people ask for thousands of files."""

    def log_error(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Show an error with who asked for what."""
        told = format % arguments
        print(f"{self.client_address[0]} {self.path}: {told}", file=sys.stderr, flush=True)


class Server(ThreadingHTTPServer):
    """A server for a room: each request in a thread."""

    daemon_threads = True
    request_queue_size = 128  # forty browsers open at once when somebody says "now"

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._room = BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin to answer, if not too many are answered already."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection, until it is closed or says nothing more."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


def server(folder: Path, host: str, port: int) -> Server:
    """Return a server for a site, ready to run.

    Raises
    ------
    OSError
        If the folder holds no site, or the port is taken.
    """
    if not (folder / "jupyter-lite.json").is_file():
        raise OSError(f"there is no site in {folder}: run `{verb('site')}` first")
    try:
        return Server((host, port), partial(Handler, directory=str(folder)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OSError(
                f"port {port} is in use, perhaps by an earlier one of these: end that one, "
                f"or name another: {verb('serve-site', f'--port {port + 1}')}"
            ) from error
        raise


def room_address() -> str:
    """Return the address of this computer on its network. Nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; UDP sends nothing yet
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl+C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=SITE, help="the site (default: dist/site)")
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}; 0 for any")
    parser.add_argument("--loopback", action="store_true", help="for this computer alone")
    options = parser.parse_args(arguments)
    try:
        running = server(options.folder, LOOPBACK if options.loopback else "", options.port)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    port = running.server_address[1]
    print(f"On this computer: http://{LOOPBACK}:{port}/")
    address = room_address()
    if not options.loopback and address == LOOPBACK:
        print("This computer is on no network: join the room's, then start again.")
    elif not options.loopback:
        site = f"http://{address}:{port}/"
        print(f"For the room:     {site}\n\n{qr_text(site)}")
        print(f"A lesson of it:   thousandfold link --lite {site} --lesson 6 --qr lesson.svg")
        print("If others cannot open it: allow Python in this computer's firewall, or ask whether")
        print("the room's wi-fi keeps its guests apart (then a phone's hotspot helps).")
    try:
        with interruptible():
            print("Ctrl+C ends it.", flush=True)
            running.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        running.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
