"""One process that runs the cells of a notebook: what is asked of it, and what it may answer."""

from __future__ import annotations

import array
import json
import re
import secrets
import select
import socket
import time
from typing import TYPE_CHECKING, Any

from boxgrader.box.worker import MOST_MESSAGE, receive, receive_bytes, send

if TYPE_CHECKING:
    from boxgrader.box.bench import Bench

START_SECONDS = 120
_WATCH_SECONDS = 0.2
_MOST_CONTROL = 10_000  # bytes of what a server says of its children
_MOST_VALUES = 500_000  # single values in one message
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


class EndedError(Exception):
    """A learner's process has ended, or was ended; the message says why."""


class Session:
    """One process that runs the cells of one notebook."""

    def __init__(self, bench: Bench, control: socket.socket, line: socket.socket, pid: int) -> None:
        self._bench = bench
        self._control = control
        self._line = line
        self._pid = pid
        self.cpu = 0.0
        self.memory = 0
        self._closed = False

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a message and return the answer.

        Raises
        ------
        EndedError
            If there is none in that many seconds, or it is not one; the process is ended.
        """
        most = self._bench.settings.limits.memory
        looked = time.monotonic()
        end = looked + seconds
        try:
            self._line.settimeout(max(0.1, seconds))
            mark = secrets.token_hex(8)
            send(self._line, {**message, "mark": mark})

            def wait() -> None:
                # By the clock, not only in silence: whoever sends byte after byte is looked at too.
                nonlocal looked
                while True:
                    there = select.select([self._line], [], [], _WATCH_SECONDS)[0]
                    now = time.monotonic()
                    if now - looked >= _WATCH_SECONDS:
                        looked = now
                        if self._bench.uses_more_than(most):
                            raise EndedError(f"it used more than {most >> 20} MB of memory")
                    if now > end:
                        raise EndedError(f"it did not answer within {seconds:.0f} seconds")
                    if there:
                        return

            said = receive_bytes(self._line, MOST_MESSAGE // 4, wait)
            if not _unfolds_moderately(said):
                raise ValueError
            reply = json.loads(said)
            if type(reply) is not dict or reply.pop("mark", None) != mark:
                raise ValueError
        except TimeoutError:
            self.close()
            raise EndedError(f"it did not answer within {seconds:.0f} seconds") from None
        except (EOFError, OSError):
            raise EndedError(_ending(self.close(ending=True))) from None
        except (ValueError, RecursionError):
            self.close()
            raise EndedError("its process sent what no notebook sends") from None
        except EndedError:
            self.close()
            raise
        return reply

    def open(self, **request: Any) -> Session:
        """Fork a process of this one; only where this one serves judges."""
        same = {"released": "", "room": 0, "entries": 0, "folder": None}
        return fork(self._line, self._bench, {**same, **request})

    def wait(self, seconds: float) -> None:
        """Wait until a server of judges is ready."""
        self._line.settimeout(seconds)
        try:
            receive(self._line)
        except (EOFError, OSError, ValueError):
            self.close()
            raise EndedError("the judge did not start") from None

    def close(self, ending: bool = False) -> int:
        """End the process and everything it started; return its exit code, or minus the signal.

        Parameters
        ----------
        ending : bool
            Whether it seems to end by itself, and is given a moment for that.
        """
        if self._closed:
            return 0
        self._closed = True
        try:
            send(self._control, {"do": "close", "pid": self._pid, "ending": ending})
            said = receive(self._control, _MOST_CONTROL)
            self.cpu, self.memory = float(said["cpu"]), int(said["memory"])
            status = int(said["status"])
        except (EOFError, OSError, ValueError, LookupError, TypeError):
            status = -9  # only where a submission can end the server too, which is its own then
        self._line.close()
        return status


def fork(control: socket.socket, bench: Bench, request: dict[str, Any]) -> Session:
    """Let the server at the other end fork a process, and return who talks to it."""
    ours, theirs = socket.socketpair()
    body = json.dumps({"do": "open", **request}).encode()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))]
    control.settimeout(START_SECONDS)
    control.sendmsg([len(body).to_bytes(4, "big")], rights)
    control.sendall(body)
    theirs.close()
    return Session(bench, control, ours, int(receive(control, _MOST_CONTROL)["pid"]))


def _unfolds_moderately(message: bytes) -> bool:
    """Say whether a message is not far larger in memory than it is as JSON."""
    if sum(map(message.count, (b",", b"[", b"{"))) < _MOST_VALUES:
        return True
    structure = _STRING.sub(b"", message)
    return sum(map(structure.count, (b",", b"[", b"{"))) < _MOST_VALUES


def _ending(status: int) -> str:
    """Say how a process ended."""
    if status == -24:
        return "it computed longer than is allowed"
    if status == -9:
        return "its process was killed, by itself or for want of memory"
    if status < 0:
        return f"its process crashed (signal {-status})"
    return f"its process ended before the last cell (exit code {status})"
